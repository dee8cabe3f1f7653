"""Searches that name a process, or something in one, find it also when it was put away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.finished.looking_back import including, owners_between, owners_of
from services.workflow.models import Instance
from services.workflow.v2.variable_keys import scopes_of

_INSIDE = (
    "elementInstanceKey", "elementInstanceScopeKey", "scopeKey", "userTaskKey", "jobKey", "incidentKey",
    "decisionEvaluationKey",
)  # fmt: skip


@contextmanager
def including_named(session: Session, wanted: Mapping[str, Any]) -> Iterator[Session]:
    """A session to read in which the processes are whole that a loaded filter names: by their keys, their
    case, or the key of something in them."""
    keys = set(_named(wanted.get("processInstanceKey")))
    cases = list(_named(wanted.get("businessId")))
    if cases:
        keys |= set(session.scalars(sa.select(Instance.key).where(Instance.case_id.in_(cases))))
    inside = {key for name in _INSIDE for key in _named(wanted.get(name))}
    inside |= {evaluation_of(text) for text in _named(wanted.get("decisionEvaluationInstanceKey"))}
    if inside:
        keys |= owners_of(session, inside)
    for key in _named(wanted.get("variableKey")):
        keys |= owners_between(session, *scopes_of(key))
    with including(session, keys) as view:
        yield view


def evaluation_of(identifier: str) -> int:
    """The evaluation that an evaluated decision belongs to, by its id; -1 for what is no id."""
    number = identifier.partition("-")[0]
    return int(number) if number.isdecimal() and len(number) < 20 else -1


def _named(wanted: Any) -> Iterator[Any]:
    """The values that are asked for one by one."""
    if wanted is None:
        return
    for sign, value in wanted if isinstance(wanted, list) else [("$eq", wanted)]:
        if sign == "$eq":
            yield value
        elif sign == "$in":
            yield from value
