"""Forms of human tasks: the version a task was opened with, and the answers it accepts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from services.workflow.models import FormVersion, Task
from shared.errors import Invalid
from shared.feel import Environment
from shared.forms import form_schema
from shared.messaging.work import UnitOfWork
from shared.policy import Policy

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
    """The form that a task was opened with, or None."""
    version = session.get(FormVersion, task.form_key) if task.form_key is not None else None
    return None if version is None else version.body


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
    schema = form_schema(form, form_options(work.policy), form_environment(work))
    try:
        accepted: dict[str, Any] = schema.load(dict(answers))
    except ValidationError as error:
        raise Invalid(fields=error.normalized_messages()) from error
    return accepted
