"""Forms of human tasks: the version a task was opened with, and the answers it accepts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from sqlalchemy.util import LRUCache

from services.workflow.models import FormVersion, Task
from shared.errors import Invalid
from shared.feel import Environment
from shared.forms import form_schema
from shared.forms.schema import Answers
from shared.messaging.work import UnitOfWork
from shared.policy import Policy

_KEPT = 500
_BODIES: WeakKeyDictionary[Any, LRUCache[int, dict[str, Any]]] = WeakKeyDictionary()
"""By the connections to a database: another one may use the same key for another form."""
_SCHEMAS: LRUCache[Any, tuple[Any, Answers]] = LRUCache(_KEPT)
"""With what each schema was made from, so that none of it goes and leaves its identity to another."""

# Lists of options that forms name by `valuesKey`, and where the policy keeps them.
LISTS = {
    "materials": "intake.materials",
    "matters": "intake.matters",
    "person_categories": "intake.person_categories",
    "refusal_grounds": "review.refusal_grounds",
    "rubric": "quality.rubric",
    "scope_grounds": "review.scope_grounds",
}


def newest_form(session: Session, form_id: str) -> FormVersion | None:
    """The newest version of a form."""
    versions = sa.select(FormVersion).where(FormVersion.form_id == form_id)
    return session.scalars(versions.order_by(FormVersion.version.desc()).limit(1)).first()


def form_of(session: Session, task: Task) -> dict[str, Any] | None:
    """The form that a task was opened with, or None; a version never changes and is read once."""
    if task.form_key is None:
        return None
    known = _BODIES.setdefault(session.get_bind().engine.pool, LRUCache(_KEPT))
    if task.form_key not in known:
        version = session.get(FormVersion, task.form_key)
        if version is None:
            return None
        known[task.form_key] = version.body
    body: dict[str, Any] = known[task.form_key]
    return body


def form_options(policy: Policy) -> dict[str, Sequence[Mapping[str, Any]]]:
    """The lists of options that forms may name."""
    return {
        name: [{"value": row["code"], "label": _label(row)} for row in policy.get(path)]
        for name, path in LISTS.items()
    }


def _label(row: Mapping[str, Any]) -> str:
    return f"{row['label']}，满分 {row['points']} 分" if "points" in row else str(row["label"])


def form_environment(work: UnitOfWork) -> Environment:
    """What conditions and date rules of a form are reckoned with."""
    return Environment(now=work.clock.now, calendar=work.calendar, policy=work.policy)


def accepted_answers(work: UnitOfWork, task: Task, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as the form accepts them; raises Invalid with a message per field.

    A task without a form takes no answers but those without content.
    """
    form = form_of(work.session, task)
    if form is None:
        return dict(answers)
    schema = _schema_of(work, form)
    try:
        accepted: dict[str, Any] = schema.load(dict(answers))
    except ValidationError as error:
        raise Invalid(fields=error.normalized_messages()) from error
    return accepted


def _schema_of(work: UnitOfWork, form: Mapping[str, Any]) -> Answers:
    """Made once per form, policy, calendar and clock."""
    made_from = (form, work.policy, work.calendar, work.clock)
    identity = tuple(map(id, made_from))
    kept: tuple[Any, Answers] | None = _SCHEMAS.get(identity)
    if kept is None:
        schema = form_schema(form, form_options(work.policy), form_environment(work))
        kept = _SCHEMAS[identity] = made_from, schema
    return kept[1]
