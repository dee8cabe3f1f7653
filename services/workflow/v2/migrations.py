"""`/v2/process-instances/{key}/migration`: a running process goes over to another version of its model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from services.workflow.changing.migration import Plan, migrate_instance
from services.workflow.v2.criteria import KeyField
from services.workflow.v2.door import NO_CONTENT, blueprint, body_as
from services.workflow.v2.ending import ReasonSchema
from services.workflow.v2.searching import Strict
from services.workflow.v2.shapes import operation
from services.workflow.visibility import instance_for
from shared.web import current_person, needs, transaction

_Name = validate.Length(1, 255)


class MappingSchema(Strict):
    """One element and where it goes; an element that is not named goes to the one of the same id."""

    sourceElementId = fields.String(required=True, validate=_Name)
    targetElementId = fields.String(required=True, validate=_Name)


class OnePlanSchema(Strict):
    """One process: the version, and the elements whose ids differ."""

    targetProcessDefinitionKey = KeyField(required=True)
    mappingInstructions = fields.List(fields.Nested(MappingSchema), load_default=list)

    @validates_schema
    def check(self, data: Mapping[str, Any], **_: Any) -> None:
        """Every element goes to one place."""
        sources = [one["sourceElementId"] for one in data["mappingInstructions"]]
        if len(sources) != len(set(sources)):
            raise ValidationError("同一个元素只能映射一次", "mappingInstructions")


class PlanSchema(OnePlanSchema):
    """The process itself and, as Camunda has it not, called processes that leave their pinned version."""

    calledProcesses = fields.List(fields.Nested(OnePlanSchema), load_default=list)


class MigrationSchema(PlanSchema, ReasonSchema):
    """A plan for one instance."""


_MIGRATION = MigrationSchema()


def asked_plan() -> tuple[Plan, str]:
    """The body of the request, and its reason."""
    body = body_as(_MIGRATION)
    return plan_of(body), body["reason"]


def plan_of(body: Mapping[str, Any]) -> Plan:
    """A loaded plan."""
    pairs = [(one["sourceElementId"], one["targetElementId"]) for one in body["mappingInstructions"]]
    called = tuple(plan_of(one) for one in body.get("calledProcesses", ()))
    return Plan(body["targetProcessDefinitionKey"], dict(pairs), called)


@blueprint.post("/process-instances/<int:key>/migration")
@needs("workflow.instance.migrate")
@operation(takes=_MIGRATION)
def migrate(key: int) -> Any:
    """Go over to another version, with everything that is under way.

    Differs: an element that is not named goes to the one of the same id. `reason` (ours) is kept in the
    history; `calledProcesses` (ours) takes called processes over too, which else keep their version. What
    cannot go over answers 409 with element, reason and remedy.
    """
    (plan, reason), person = asked_plan(), current_person()
    with transaction() as work:
        instance_for(work.session, key, person, "workflow.instance.migrate")
        migrate_instance(work, key, plan, str(person.id), reason)
    return NO_CONTENT
