"""The JSON that dispatch's API answers with."""

from __future__ import annotations

from marshmallow import RAISE, Schema, fields, validate


class AssignmentSchema(Schema):
    """An assignment and its response, without the words of the reason."""

    id = fields.UUID()
    member_id = fields.UUID()
    firm_id = fields.UUID()
    taken_at = fields.AwareDateTime()
    response = fields.String(allow_none=True)
    responded_at = fields.AwareDateTime(allow_none=True)


class ConsiderationSchema(Schema):
    """Why a choice fell as it did: ids, turns and reason codes."""

    chosen = fields.UUID(allow_none=True)
    at = fields.AwareDateTime()
    entries = fields.List(fields.Dict())


_short_enough = validate.Length(max=2000, error="最多写 2000 字")
_said = validate.And(_short_enough, validate.Regexp(r"(?s).*\S", error="请写明情况"))


class ChangeFormSchema(Schema):
    """What somebody writes who asks for another handler."""

    class Meta:
        """Unknown fields are an error in JSON; a page's own fields (csrf, file) are left out before."""

        unknown = RAISE

    ground = fields.String(required=True, error_messages={"required": "请选择理由"})
    statement = fields.String(required=True, validate=_said, error_messages={"required": "请写明情况"})
    evidence = fields.String(load_default=None, allow_none=True, validate=_short_enough)


class ChangeSchema(Schema):
    """A request to change the handler and what became of it, without anybody's words."""

    id = fields.UUID()
    ground = fields.String()
    state = fields.String()
    handler_id = fields.UUID()
    requested_by = fields.UUID()
    requested_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    new_handler_id = fields.UUID(allow_none=True)


class DispatchSchema(Schema):
    """All of it."""

    case_id = fields.UUID(attribute="case.case_id")
    state = fields.String(attribute="case.state", allow_none=True)
    assignments = fields.List(fields.Nested(AssignmentSchema))
    considerations = fields.List(fields.Nested(ConsiderationSchema))
    changes = fields.List(fields.Nested(ChangeSchema))


class PlaceSchema(Schema):
    """A place in the rotation."""

    place = fields.Integer()
    member_id = fields.UUID(attribute="member.member_id")
    turns = fields.Integer()
    waiting_since = fields.AwareDateTime()
