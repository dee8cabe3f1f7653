"""The JSON that handling's API answers with: dates and flags; the words stay on the pages."""

from __future__ import annotations

from datetime import date, datetime

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates

from shared.clock import SHANGHAI


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
    marks = fields.List(fields.String())


class HandoverSchema(Schema):
    """A handover between two handlers."""

    previous_handler_id = fields.UUID()
    handed_over_at = fields.AwareDateTime(allow_none=True)
    recorded_at = fields.AwareDateTime()


class SolutionSchema(Schema):
    """A solution of a non-litigation case."""

    agreed_on = fields.Date()
    mode = fields.String()
    risks_told = fields.Boolean()


class EvidenceDeadlineSchema(Schema):
    """When the period for evidence ends."""

    ends_on = fields.Date()
    witness_needed = fields.String()


class SuspensionSchema(Schema):
    """A stay."""

    id = fields.UUID()
    since = fields.Date()
    reported_at = fields.AwareDateTime()
    recorded_at = fields.AwareDateTime(allow_none=True)
    resumed_on = fields.Date(allow_none=True)
    resumed_at = fields.AwareDateTime(allow_none=True)


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
    handovers = fields.List(fields.Nested(HandoverSchema))
    solutions = fields.List(fields.Nested(SolutionSchema))
    evidence_deadlines = fields.List(fields.Nested(EvidenceDeadlineSchema))
    suspensions = fields.List(fields.Nested(SuspensionSchema))


class SuspensionReportSchema(Schema):
    """What the handler fills in to report a stay; the file comes beside it."""

    class Meta:
        """Unknown fields are an error."""

        unknown = RAISE

    since = fields.Date(
        required=True, error_messages={"required": "请填写中止日期", "invalid": "请填写中止日期"}
    )
    reason = fields.String(required=True, error_messages={"required": "请写明中止的原因"})
    document = fields.String(required=True, error_messages={"required": "请填写文书名称和文号"})

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self._today = now.astimezone(SHANGHAI).date()

    @validates("since")
    def not_in_the_future(self, value: date, data_key: str) -> None:
        """A stay that has not begun cannot be recorded."""
        if value > self._today:
            raise ValidationError("中止日期不能晚于今天")

    @validates("reason")
    def a_reason(self, value: str, data_key: str) -> None:
        """Some words, not too many."""
        _words(value, 2000, "请写明中止的原因")

    @validates("document")
    def a_document(self, value: str, data_key: str) -> None:
        """The court's paper by name and number."""
        _words(value, 200, "请填写文书名称和文号")


def _words(value: str, most: int, missing: str) -> None:
    if not value.strip():
        raise ValidationError(missing)
    validate.Length(max=most, error=f"最多写 {most} 字")(value)
