"""The form of a member as a browser posts it."""

from __future__ import annotations

import unicodedata
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, pre_load, validate
from werkzeug.datastructures import MultiDict

from services.roster.handlers import Particulars
from services.roster.rules import KINDS


def _day(label: str, *, required: bool = True) -> fields.Date:
    wrong = f"{label}要写成年-月-日，例如 2020-05-18。"
    messages: dict[str, Any] = {"required": f"请填写{label}。", "invalid": wrong, "format": wrong}
    if required:
        return fields.Date(required=True, error_messages=messages)
    return fields.Date(load_default=None, error_messages=messages)


class MemberForm(Schema):
    """Particulars of a member; `matters` are checked against the policy's list."""

    class Meta:
        unknown = EXCLUDE

    kind = fields.String(
        required=True, validate=validate.OneOf(list(KINDS), error="请选择人员类别。"),
        error_messages={"required": "请选择人员类别。"},
    )  # fmt: skip
    licensed_on = _day("执业证取得日期")
    review_passed = fields.Boolean(
        required=True,
        error_messages={"required": "请选择是否通过年度考核。", "invalid": "请选择是否通过年度考核。"},
    )
    sanctioned_on = _day("最近一次处罚日期", required=False)
    matters = fields.List(fields.String(), load_default=list)
    entered_on = _day("入库日期")
    left_on = _day("离库日期", required=False)

    def __init__(self, matters: list[str]) -> None:
        """`matters`: the codes the policy knows."""
        super().__init__()
        self._known = set(matters)

    @pre_load
    def tidy(self, posted: MultiDict[str, str], **_kwargs: Any) -> dict[str, Any]:
        """Drop what was left empty; `matters` may come several times."""
        plain = {name: unicodedata.normalize("NFKC", value).strip() for name, value in posted.items()}
        return {
            **{name: value for name, value in plain.items() if value and name != "matters"},
            "matters": posted.getlist("matters"),
        }

    @post_load
    def made(self, data: dict[str, Any], **_kwargs: Any) -> Particulars:
        """The particulars, matters in the policy's order."""
        if not set(data["matters"]) <= self._known:
            raise ValidationError("请从列表中选择事项。", "matters")
        return Particulars(**data)
