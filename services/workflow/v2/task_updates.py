"""`PATCH /v2/user-tasks/<key>`: what an overseer changes about a task."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, pre_load, validate

from services.workflow.human.task_changes import change_task
from services.workflow.v2.criteria import Moment
from services.workflow.v2.door import NO_CONTENT, blueprint, body_as
from services.workflow.v2.searching import Strict
from services.workflow.v2.shapes import operation
from services.workflow.v2.user_tasks import unless_over, visible_task
from services.workflow.visibility import oversees_task
from shared.errors import Forbidden
from shared.web import current_person, needs, transaction

_MOST = validate.Length(max=100)


class Cleared(Moment):
    """A moment, or an empty text for none."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> Any:
        return None if value == "" else super()._deserialize(value, attr, data, **settings)


class ChangesSchema(Strict):
    """What is to be changed about a task; what is missing or null stays."""

    due = Cleared(data_key="dueDate", allow_none=True)
    follow_up = Cleared(data_key="followUpDate", allow_none=True)
    candidate_groups = fields.List(
        fields.String(validate=validate.Length(1, 255)), data_key="candidateGroups", allow_none=True,
        validate=_MOST,
    )  # fmt: skip
    candidate_users = fields.List(
        fields.String(validate=validate.Length(1, 255)), data_key="candidateUsers", allow_none=True,
        validate=_MOST,
    )  # fmt: skip
    priority = fields.Integer(strict=True, allow_none=True, validate=validate.Range(0, 100))

    @pre_load
    def without_nulls(self, data: Any, **_: Any) -> Any:
        """Null means: as it is."""
        return {k: v for k, v in data.items() if v is not None} if isinstance(data, dict) else data


class UpdateSchema(Strict):
    """The changes to a task."""

    changeset = fields.Nested(ChangesSchema, load_default=None, allow_none=True)
    action = fields.String(allow_none=True)


_UPDATE = UpdateSchema()


@blueprint.patch("/user-tasks/<int:key>")
@needs("workflow.task.assign")
@operation(takes=_UPDATE)
def update_task(key: int) -> Any:
    """Change due date, follow-up date, candidates or priority of a task.

    Differs: only who oversees the task may. The due date of a task whose period stands still moves on
    from the new one. Unknown attributes are refused, not ignored.
    """
    changes, person = body_as(_UPDATE)["changeset"], current_person()
    with transaction() as work, unless_over(work.session, key, person):
        if not oversees_task(person, visible_task(work.session, key, person)):
            raise Forbidden("您不能改动别人的任务安排。")
        change_task(work, key, changes or {}, str(person.id))
    return NO_CONTENT
