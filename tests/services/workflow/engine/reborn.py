"""One step of a walk in a new Python process: it knows the file, the stored bytes and variables, no more."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from typing import Any

from tests.services.workflow.engine.walk import Walk


def act(case: Walk, choice: int) -> tuple[str, int]:
    """Do to one of the waiting tokens what this number says; the element and its key."""
    waits = sorted(case._load().waiting(), key=lambda w: w.key)
    chosen = waits[choice % len(waits)]
    values = {"last": choice, f"at_{chosen.node.id}": choice, "mine": choice}
    if chosen.node.kind != "userTask" or "mine" not in case.local(chosen.key):
        del values["mine"]
    _apply(case, chosen, choice, values)
    case._settle()
    return chosen.node.id, chosen.key


def _apply(case: Walk, chosen: Any, choice: int, values: dict[str, Any]) -> None:
    execution = case._load()
    if chosen.node.trigger is not None:
        execution.fire(chosen.key, values)
    elif (
        chosen.node.kind != "serviceTask"
        or choice % 3
        or not execution.throw_error(chosen.key, "BAD", values)
    ):
        execution.complete(chosen.key, values)


def seen(case: Walk) -> list[Any]:
    """All that a step leaves behind, as JSON: what waits, variables, tokens, journal."""
    journal = [repr(entry) for entry in case.journal]
    held = {str(key): values for key, values in sorted(case.stored.items())}
    waits = sorted((w.key, w.node.id, w.owner, w.stuck) for w in case._load().waiting())
    found: list[Any] = json.loads(json.dumps([waits, held, case.ended, journal[-1:], case.state.decode()]))
    return found


def in_new_process(case: Walk, choice: int) -> list[Any]:
    """What `seen` says after this step, done by a process that starts for it."""
    given = {
        "xml": base64.b64encode(case._xml).decode(), "stored": list(case.stored.items()),
        "state": case.state.decode(), "next": case.next_key, "choice": choice,
    }  # fmt: skip
    command = [sys.executable, "-m", __name__]
    done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    after: list[Any] = json.loads(done.stdout)
    return after


def _main() -> None:
    given = json.load(sys.stdin)
    stored = dict(given["stored"])
    case = Walk.resumed(base64.b64decode(given["xml"]), given["state"].encode(), stored, given["next"])
    act(case, given["choice"])
    json.dump(seen(case), sys.stdout)


if __name__ == "__main__":
    _main()
