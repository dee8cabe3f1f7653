"""What evaluation reads and answers over HTTP."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate, validates

from services.evaluation.rules import CALL_BACKS, DIMENSIONS, GRADES

CHOOSE = "请选择一项"


class RatingSchema(Schema):
    """A recipient's rating: one grade per dimension, and words of their own if they like."""

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
        wrong = {name: [CHOOSE] for name in DIMENSIONS if value.get(name) not in GRADES}
        unknown = {name: ["没有这一项"] for name in value if name not in DIMENSIONS}
        if wrong or unknown:
            raise ValidationError({**wrong, **unknown})


class CallBackSchema(RatingSchema):
    """The same as a clerk wrote it down; `channel` says how the recipient was asked."""

    channel = fields.String(
        required=True, validate=validate.OneOf(CALL_BACKS, error=CHOOSE), error_messages={"required": CHOOSE}
    )


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
