"""How many SQL statements the completion of a human task takes, the check of the session included."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
from sqlalchemy import event

from bench.house import House, house
from bench.measuring import Figure
from bench.models import ANSWERS, APPROVAL, FORM
from services.workflow.models import Task
from services.workflow.models.tasks import CREATED
from shared.line import Line, Said

_WARM_UP = 8


def _measure() -> float:
    with house(APPROVAL, FORM) as opened:
        return float(count(opened))


def count(opened: House) -> int:
    """The statements of one completion that opens another task; raises when it commits other than once."""
    for _ in range(_WARM_UP):
        opened.start("approval")
    client = opened.app().test_client()
    head = {"Authorization": f"Bearer {opened.token('reviewer')}"}
    statements: list[str] = []
    commits: list[object] = []
    event.listen(opened.runtime.engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
    event.listen(opened.runtime.engine, "commit", commits.append)
    with patch.object(Line, "trip", _also_seen(statements)):
        for key in _tasks(opened):
            statements.clear()
            commits.clear()
            done = client.post(f"/v2/user-tasks/{key}/completion", json={"variables": ANSWERS}, headers=head)
            if done.status_code != 204 or len(commits) != 1:
                raise RuntimeError(f"answered {done.status_code} with {len(commits)} commits")
    return len(statements)


def _also_seen(statements: list[str]) -> Callable[..., Any]:
    """A trip, the statements in which are seen; its BEGIN and COMMIT are none, as elsewhere."""
    go = Line.trip

    def trip(line: Line, *said: Said) -> Any:
        statements.extend(each.text for each in said if each.values)
        return go(line, *said)

    return trip


def _tasks(opened: House) -> list[int]:
    with opened.runtime.reading() as session:
        return list(session.scalars(sa.select(Task.key).where(Task.status == CREATED).order_by(Task.key)))


FIGURE = Figure(
    "statements-per-completion",
    "SQL statements of one completion over `/v2` that opens the next task (session check, step, history, "
    "submission, outbox), with one commit, on PostgreSQL; a statement with many rows counts once",
    12,
    "",
    _measure,
)
