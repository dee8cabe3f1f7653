"""The JSON that review's API answers with."""

from __future__ import annotations

from marshmallow import Schema, fields


class FindingSchema(Schema):
    """What was found about one material."""

    round = fields.Integer()
    material = fields.String()
    complete = fields.Boolean()
    statutory_form = fields.Boolean()
    genuine = fields.Boolean()
    valid = fields.Boolean()
    defect = fields.String(allow_none=True)
    remedy = fields.String(allow_none=True)
    found_at = fields.AwareDateTime()


class NoticeSchema(Schema):
    """One correction notice."""

    id = fields.UUID()
    round = fields.Integer()
    issued_at = fields.AwareDateTime()


class DecisionSchema(Schema):
    """The decision, without the persons who made it."""

    outcome = fields.String()
    grounds = fields.List(fields.String())
    reasons = fields.String()
    approved_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    on_time = fields.Boolean()


class MarkSchema(Schema):
    """A reached mark of the decision period."""

    mark = fields.String()
    due_at = fields.AwareDateTime()
    noted_at = fields.AwareDateTime()


class ReviewSchema(Schema):
    """All of it."""

    case_id = fields.UUID(attribute="case.case_id")
    findings = fields.List(fields.Nested(FindingSchema))
    notices = fields.List(fields.Nested(NoticeSchema))
    decision = fields.Nested(DecisionSchema, allow_none=True)
    marks = fields.List(fields.Nested(MarkSchema))
