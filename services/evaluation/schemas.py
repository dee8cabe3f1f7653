"""What evaluation reads and answers over HTTP."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, pre_load, validate, validates

from services.evaluation.rules import CALL_BACKS, GRADES

CHOOSE = "请选择一项"
FILL_IN = "请填写此项"


def _words(most: int) -> list[validate.Validator]:
    return [
        validate.Regexp(r"(?s).*\S", error=FILL_IN),
        validate.Length(max=most, error=f"最多写 {most} 字"),
    ]


class RatingSchema(Schema):
    """A recipient's rating: one grade per dimension of the policy, and words of their own if they like."""

    def __init__(self, dimensions: Collection[str], **options: Any) -> None:
        super().__init__(**options)
        self._dimensions = dimensions

    class Meta:
        """Unknown fields are an error."""

        unknown = RAISE

    grades = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    comment = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=1000, error="最多写 1000 字")
    )

    @pre_load
    def strip(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """An empty comment is no comment."""
        comment = data.get("comment")
        return {**data, "comment": comment.strip() or None} if isinstance(comment, str) else data

    @validates("grades")
    def all_dimensions(self, value: dict[str, str], data_key: str) -> None:
        """Every dimension has one of the grades, and there are no others."""
        wrong = {name: [CHOOSE] for name in self._dimensions if value.get(name) not in GRADES}
        unknown = {name: ["没有这一项"] for name in value if name not in self._dimensions}
        if wrong or unknown:
            raise ValidationError({**wrong, **unknown})


class CallBackSchema(RatingSchema):
    """The same as a clerk wrote it down; `channel` says how the recipient was asked."""

    channel = fields.String(
        required=True, validate=validate.OneOf(CALL_BACKS, error=CHOOSE), error_messages={"required": CHOOSE}
    )


class ImprovementSchema(Schema):
    """A measure that follows from what recipients said: for which dimension, what, who, until when."""

    class Meta:
        """The token of the form is nobody's business here."""

        unknown = EXCLUDE

    def __init__(self, dimensions: Collection[str], **options: Any) -> None:
        super().__init__(**options)
        self.fields["dimension"].validators = [validate.OneOf(tuple(dimensions), error=CHOOSE)]

    dimension = fields.String(required=True, error_messages={"required": CHOOSE})
    measure = fields.String(required=True, validate=_words(1000), error_messages={"required": FILL_IN})
    owner = fields.String(required=True, validate=_words(100), error_messages={"required": FILL_IN})
    due_on = fields.Date(required=True, error_messages={"required": FILL_IN, "invalid": "请填写日期"})


class OutcomeSchema(Schema):
    """What became of a measure."""

    class Meta:
        """As above."""

        unknown = EXCLUDE

    outcome = fields.String(required=True, validate=_words(1000), error_messages={"required": FILL_IN})


class ScoreSheetSchema(Schema):
    """One score sheet; numbers are decimal texts."""

    level = fields.String()
    items = fields.List(fields.Dict())
    score = fields.String()
    remark = fields.String()
    scored_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    on_time = fields.Boolean()
    grade = fields.String()
    coefficient = fields.String()
    consequences = fields.List(fields.Dict())


class AssessmentSchema(Schema):
    """Whether a case was drawn, and its score sheets, the one that counts last."""

    case_id = fields.UUID(attribute="assessment.case_id")
    drawn = fields.Boolean(attribute="assessment.drawn")
    special = fields.Boolean(attribute="assessment.special")
    settled_at = fields.AwareDateTime(attribute="assessment.settled_at")
    sheets = fields.List(fields.Nested(ScoreSheetSchema))


class ArchiveSchema(Schema):
    """The archived file and its manifest."""

    case_id = fields.UUID()
    number = fields.String()
    manifest = fields.Dict()
    manifest_sha256 = fields.String()
    archived_at = fields.AwareDateTime()
