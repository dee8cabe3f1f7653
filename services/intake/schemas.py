"""The JSON of intake's API."""

from __future__ import annotations

from marshmallow import EXCLUDE, RAISE, Schema, fields, validate

_SHORT = validate.Length(max=2000)


class _Body(Schema):
    """A request body: unknown fields are refused."""

    class Meta:
        unknown = RAISE


class ConsentSchema(_Body):
    """Confirmation of the notice that was shown."""

    notice_version = fields.String(required=True)
    confirmed = fields.Boolean(required=True)


class AnswersSchema(_Body):
    """The answers of the application form, checked by the form itself; `revision` as last read."""

    revision = fields.Integer(required=True)
    answers = fields.Dict(keys=fields.String(), required=True)


class NoticeSchema(_Body):
    """The answers of the form `notice`, checked by the form itself."""

    answers = fields.Dict(keys=fields.String(), required=True)


class SubmissionSchema(_Body):
    """Which state of the draft is submitted."""

    revision = fields.Integer(required=True)


class CorrectionAnswerSchema(_Body):
    """What is said to the items of a correction notice, by item id."""

    replies = fields.Dict(keys=fields.UUID(), values=fields.String(validate=_SHORT), load_default=dict)


class WithdrawalSchema(_Body):
    """Why an application is taken back."""

    reason = fields.String(load_default="", validate=_SHORT)


class MaterialSchema(Schema):
    """An uploaded file."""

    class Meta:
        unknown = EXCLUDE

    id = fields.UUID()
    kind = fields.String()
    name = fields.String()
    sha256 = fields.String()
    size = fields.Integer()
    media_type = fields.String()
    uploaded_at = fields.AwareDateTime()
    handed_in_at = fields.AwareDateTime()
    item_id = fields.UUID()


class CorrectionItemSchema(Schema):
    """One defect of a correction notice."""

    id = fields.UUID()
    kind = fields.String()
    defect = fields.String()
    remedy = fields.String()
    reply = fields.String()


class CorrectionSchema(Schema):
    """A correction notice with all its items."""

    notice_id = fields.UUID()
    opened_at = fields.AwareDateTime()
    due = fields.AwareDateTime()
    resubmitted_at = fields.AwareDateTime()
    closed_at = fields.AwareDateTime()
    items = fields.List(fields.Nested(CorrectionItemSchema))


class ApplicationSchema(Schema):
    """An application as its applicant sees it."""

    id = fields.UUID(attribute="case_id")
    revision = fields.Integer()
    state = fields.String()
    stage = fields.String()
    number = fields.String()
    agency = fields.String()
    confirm_by = fields.AwareDateTime()
    submitted_at = fields.AwareDateTime()
    received_at = fields.AwareDateTime()
    same_as = fields.UUID()
    answers = fields.Dict()
    materials = fields.List(fields.Nested(MaterialSchema))


class EnteredNoticeSchema(Schema):
    """The case of an authority's notice."""

    id = fields.UUID(attribute="case_id")
    number = fields.String()
    state = fields.String()
    stage = fields.String()
    agency = fields.String()
    authority = fields.String()
    ground = fields.String(attribute="category")
    received_at = fields.AwareDateTime()
    earlier_case_id = fields.UUID()
