"""The JSON that review's API answers with."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates


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


class TerminationSchema(Schema):
    """A report of a ground for termination and what became of it, without the words of anybody."""

    id = fields.UUID()
    ground = fields.String()
    reported_as = fields.String()
    reported_at = fields.AwareDateTime()
    outcome = fields.String(allow_none=True)
    number = fields.String(allow_none=True)
    terminated_on = fields.Date(allow_none=True)
    effective = fields.Boolean(allow_none=True)


class DoubtSchema(Schema):
    """A doubt about a decision."""

    id = fields.UUID()
    raised_at = fields.AwareDateTime()
    answered_at = fields.AwareDateTime(allow_none=True)


class ObjectionSchema(Schema):
    """An objection and the judicial bureau's decision."""

    id = fields.UUID()
    against = fields.String()
    filed_at = fields.AwareDateTime()
    outcome = fields.String(allow_none=True)
    findings = fields.String(allow_none=True)
    number = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    effective = fields.Boolean(allow_none=True)


class ReviewSchema(Schema):
    """All of it."""

    case_id = fields.UUID(attribute="case.case_id")
    findings = fields.List(fields.Nested(FindingSchema))
    notices = fields.List(fields.Nested(NoticeSchema))
    decision = fields.Nested(DecisionSchema, allow_none=True)
    marks = fields.List(fields.Nested(MarkSchema))
    terminations = fields.List(fields.Nested(TerminationSchema))
    doubts = fields.List(fields.Nested(DoubtSchema))
    objections = fields.List(fields.Nested(ObjectionSchema))


def _words_of(asked: str) -> fields.String:
    length = validate.Length(1, 2000, error=asked + "，不超过 2000 字。")
    return fields.String(required=True, validate=length, error_messages={"required": asked + "。"})


class ReportSchema(Schema):
    """What a report says: a ground of the policy, and the facts (of a request its reasons, S0-7.4.9c3)."""

    ground = fields.String(required=True, error_messages={"required": "请选择终止的情形。"})
    facts = _words_of("请写明事实和理由")

    def __init__(self, grounds: Collection[str]) -> None:
        """`grounds`: the codes that may be chosen."""
        super().__init__()
        self._grounds = grounds

    @validates("ground")
    def is_known(self, value: str, **_: Any) -> None:
        """A ground of the policy."""
        if value not in self._grounds:
            raise ValidationError("请选择终止的情形。")


class QuestionSchema(Schema):
    """What the applicant does not understand."""

    question = _words_of("请写明您对决定的哪些地方有疑问")


class ReasonsSchema(Schema):
    """Why the applicant objects."""

    reasons = _words_of("请写明您为什么不同意这个决定")
