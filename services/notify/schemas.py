"""What notify reads and answers over HTTP."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, pre_load, validate

from services.notify.mailbox import Place
from services.notify.rules import RESULTS

LONGEST_WAIT = 15
_NOT_A_NUMBER: dict[str, Any] = {"invalid": "请填写数字", "too_large": "数字太大"}
_NOT_AN_ID: dict[str, Any] = {"invalid": "编号格式不正确", "invalid_uuid": "编号格式不正确"}
_POSITION = validate.Range(min=0, max=2**63 - 1, error="请填写不小于 0 的整数")


class _Query(Schema):
    """The query of an address; names it does not know are left to others."""

    class Meta:
        """Links may carry more than one page needs."""

        unknown = EXCLUDE

    @pre_load
    def empty_is_absent(self, data: Any, **_: Any) -> dict[str, Any]:
        """A field of a search form left empty asks for everything."""
        return {name: value for name, value in data.items() if value.strip()}


class FeedQuerySchema(_Query):
    """Which events, and how long to wait for the first."""

    after = fields.Integer(load_default=0, validate=_POSITION, error_messages=_NOT_A_NUMBER)
    limit = fields.Integer(
        load_default=100, error_messages=_NOT_A_NUMBER,
        validate=validate.Range(min=1, max=500, error="请填写 1 到 500 的整数"),
    )  # fmt: skip
    type = fields.String(load_default=None)
    subject = fields.UUID(load_default=None, error_messages=_NOT_AN_ID)
    wait = fields.Float(
        load_default=0.0, error_messages=_NOT_A_NUMBER,
        validate=validate.Range(min=0, max=LONGEST_WAIT, error=f"最多等 {LONGEST_WAIT} 秒"),
    )  # fmt: skip


class FeedPageSchema(_Query):
    """Which page of the events people look at."""

    before = fields.Integer(load_default=None, validate=_POSITION, error_messages=_NOT_A_NUMBER)
    type = fields.String(load_default=None)
    subject = fields.UUID(load_default=None, error_messages=_NOT_AN_ID)


class MailboxQuerySchema(_Query):
    """Which page of the mailbox: `after` is the place where the one before ended."""

    after = fields.String(load_default=None)
    limit = fields.Integer(
        load_default=20, error_messages=_NOT_A_NUMBER,
        validate=validate.Range(min=1, max=100, error="请填写 1 到 100 的整数"),
    )  # fmt: skip

    @post_load
    def read_place(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The place as a value."""
        try:
            place = Place.parse(data["after"]) if data["after"] else None
        except ValueError as error:
            raise ValidationError("请从第一页重新开始", "after") from error
        return {**data, "after": place}


class TasksQuerySchema(_Query):
    """Which page of the deliveries that wait for a clerk."""

    channel = fields.String(
        load_default="phone", validate=validate.OneOf(list(RESULTS), error="没有这种方式")
    )
    after = fields.UUID(load_default=None, error_messages=_NOT_AN_ID)


class ResultSchema(Schema):
    """How a delivery ended, in a clerk's words; `channel` is known from the delivery."""

    def __init__(self, channel: str) -> None:
        super().__init__()
        self._channel = channel

    result = fields.String(
        required=True,
        error_messages={"required": "请选择结果", "invalid": "请选择结果", "null": "请选择结果"},
    )
    remark = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=500, error="最多写 500 字")
    )

    @pre_load
    def strip(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Empty remarks are no remarks."""
        remark = data.get("remark")
        return {**data, "remark": remark.strip() or None} if isinstance(remark, str) else data

    @post_load
    def one_of_the_channel(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Each channel has its own results."""
        if data["result"] not in RESULTS[self._channel]:
            raise ValidationError("请选择结果", "result")
        return data


class LetterSchema(Schema):
    """A message in the reader's own mailbox."""

    id = fields.UUID()
    case_id = fields.UUID()
    title = fields.String()
    body = fields.String()
    link = fields.String(allow_none=True)
    shown_at = fields.AwareDateTime()
    read_at = fields.AwareDateTime(allow_none=True)


class ToldSchema(Schema):
    """One delivery of a case."""

    id = fields.UUID(attribute="delivery.id")
    notice_id = fields.UUID(attribute="delivery.notice_id")
    template = fields.String()
    recipient = fields.String()
    relation = fields.String()
    channel = fields.String(attribute="delivery.channel")
    attempt = fields.Integer(attribute="delivery.attempt")
    state = fields.String(attribute="delivery.state")
    result = fields.String(attribute="delivery.result", allow_none=True)
    created_at = fields.AwareDateTime(attribute="delivery.created_at")
    due_at = fields.AwareDateTime(attribute="delivery.due_at")
    ended_at = fields.AwareDateTime(attribute="delivery.ended_at", allow_none=True)


class TaskSchema(Schema):
    """A delivery that waits for a clerk."""

    id = fields.UUID(attribute="delivery.id")
    case_id = fields.UUID(attribute="case.case_id")
    number = fields.String(attribute="case.number")
    recipient = fields.String()
    relation = fields.String()
    channel = fields.String(attribute="delivery.channel")
    attempt = fields.Integer(attribute="delivery.attempt")
    due_at = fields.AwareDateTime(attribute="delivery.due_at")
