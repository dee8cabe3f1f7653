"""`/v2/process-instances/{key}/modification`: elements begun and ended by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from services.workflow.changing.modification import Activation, Modification, modify_instance
from services.workflow.v2.criteria import KeyField
from services.workflow.v2.door import NO_CONTENT, blueprint, body_as
from services.workflow.v2.ending import ReasonSchema
from services.workflow.v2.searching import Strict
from services.workflow.v2.shapes import operation
from services.workflow.visibility import instance_for
from shared.web import current_person, needs, transaction

_MOST = 100
_ANYWHERE = "-1"


class AncestorField(KeyField):
    """The key of a scope; -1 stands for the only one there is."""

    pattern = "^(-1|[0-9]{1,25})$"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> Any:
        if str(value) == _ANYWHERE:
            return None
        return super()._deserialize(value, attr, data, **settings)


class VariablesSchema(Strict):
    """Variables of one scope: of an element by its id, or of the instance."""

    variables = fields.Dict(keys=fields.String(), required=True)
    scopeId = fields.String(load_default="", validate=validate.Length(max=255))


class ActivationSchema(Strict):
    """One element to begin."""

    elementId = fields.String(required=True, validate=validate.Length(1, 255))
    ancestorElementInstanceKey = AncestorField(load_default=None)
    variableInstructions = fields.List(fields.Nested(VariablesSchema), load_default=list)


class TerminationSchema(Strict):
    """One element instance to end, or all of an element."""

    elementInstanceKey = KeyField()
    elementId = fields.String(validate=validate.Length(1, 255))

    @validates_schema
    def check(self, data: Mapping[str, Any], **_: Any) -> None:
        """One of the two."""
        if len(data) != 1:
            raise ValidationError("请填写 elementInstanceKey 或 elementId 其中一个")


class ModificationSchema(ReasonSchema):
    """What begins and what ends."""

    activateInstructions = fields.List(
        fields.Nested(ActivationSchema), load_default=list, validate=validate.Length(max=_MOST)
    )
    terminateInstructions = fields.List(
        fields.Nested(TerminationSchema), load_default=list, validate=validate.Length(max=_MOST)
    )
    moveInstructions = fields.List(
        fields.Raw(), validate=validate.Length(max=0, error="请分别写启动和结束，不支持移动指令")
    )

    @validates_schema
    def check(self, data: Mapping[str, Any], **_: Any) -> None:
        """Something is to be done."""
        if not data.get("activateInstructions") and not data.get("terminateInstructions"):
            raise ValidationError("请至少填写一项")


_MODIFICATION = ModificationSchema()


def asked_modification() -> tuple[Modification, str]:
    """The body of the request, and its reason."""
    body = body_as(_MODIFICATION)
    activations = tuple(
        Activation(
            one["elementId"], one["ancestorElementInstanceKey"],
            {each["scopeId"]: each["variables"] for each in one["variableInstructions"]},
        )
        for one in body["activateInstructions"]
    )  # fmt: skip
    ends = tuple(next(iter(one.values())) for one in body["terminateInstructions"])
    return Modification(activations, ends), body["reason"]


@blueprint.post("/process-instances/<int:key>/modification")
@needs("workflow.instance.modify")
@operation(takes=_MODIFICATION)
def modify(key: int) -> Any:
    """Begin and end elements of a running process by hand.

    Differs: `reason` (ours) is kept in the history; no `moveInstructions`; at most 100 begin and 100 end at
    once. 409 where the case cannot be in the state that begins there, or would be left without a process.
    """
    (wanted, reason), person = asked_modification(), current_person()
    with transaction() as work:
        instance_for(work.session, key, person, "workflow.instance.modify")
        modify_instance(work, key, wanted, str(person.id), reason)
    return NO_CONTENT
