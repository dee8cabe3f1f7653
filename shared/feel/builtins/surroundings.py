"""What an expression learns about the world: the time and the policy."""

import re
from datetime import date, datetime

from shared.calendar import SHANGHAI
from shared.feel.builtins.signature import built_in
from shared.feel.errors import FeelError
from shared.feel.scope import Run
from shared.feel.values import Value, from_python
from shared.policy import PolicyError

# Only what looks like a setting's path is repeated in a message: the argument may come from a variable.
_PATH = re.compile(r"[a-z][a-z0-9_.]{0,80}")


@built_in("now")
def now(run: Run) -> datetime:
    """The moment, in Shanghai time."""
    return run.environment.now().astimezone(SHANGHAI)


@built_in("today")
def today(run: Run) -> date:
    """The day in Shanghai."""
    return now(run).date()


@built_in("policy")
def policy(run: Run, path: str) -> Value:
    """The policy's setting at the path, such as `policy("correction.working_days")`."""
    if run.environment.policy is None:
        raise FeelError("there is no policy here", "这里没有可用的策略")
    try:
        return from_python(run.environment.policy.get(path))
    except PolicyError:
        shown = path if _PATH.fullmatch(path) else "with this name"
        run.absent(f"policy setting {shown}", f"策略设置“{shown}”")
        return None
