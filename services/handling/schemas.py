"""The JSON that handling's API answers with: dates and flags; the words stay on the pages."""

from __future__ import annotations

from marshmallow import Schema, fields


class AgreementSchema(Schema):
    """First contact and agreement."""

    contacted_on = fields.Date()
    contacted_with = fields.String()
    signed_on = fields.Date()
    free_of_charge_told = fields.Boolean()
    due_at = fields.AwareDateTime()
    on_time = fields.Boolean()


class MeetingSchema(Schema):
    """A meeting."""

    met_on = fields.Date()
    rights_told = fields.Boolean()
    risks_told = fields.Boolean()
    due_at = fields.AwareDateTime()
    on_time = fields.Boolean()


class ProgressSchema(Schema):
    """An entry of the log."""

    kind = fields.String()
    occurred_on = fields.Date()
    completed_on = fields.Date(allow_none=True)


class MarkSchema(Schema):
    """A missed period."""

    mark = fields.String()
    due_at = fields.AwareDateTime()
    noted_at = fields.AwareDateTime()


class HandlingSchema(Schema):
    """All of it."""

    case_id = fields.UUID(attribute="case.case_id")
    agreements = fields.List(fields.Nested(AgreementSchema))
    meetings = fields.List(fields.Nested(MeetingSchema))
    progress = fields.List(fields.Nested(ProgressSchema))
    marks = fields.List(fields.Nested(MarkSchema))
