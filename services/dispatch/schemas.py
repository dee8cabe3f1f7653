"""The JSON that dispatch's API answers with."""

from __future__ import annotations

from marshmallow import Schema, fields


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


class DispatchSchema(Schema):
    """All of it."""

    case_id = fields.UUID(attribute="case.case_id")
    assignments = fields.List(fields.Nested(AssignmentSchema))
    considerations = fields.List(fields.Nested(ConsiderationSchema))


class PlaceSchema(Schema):
    """A place in the rotation."""

    place = fields.Integer()
    member_id = fields.UUID(attribute="member.member_id")
    turns = fields.Integer()
    waiting_since = fields.AwareDateTime()
