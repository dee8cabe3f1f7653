"""The forms of identity's pages: what may be filled in, and what to say when it is wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import (
    EXCLUDE,
    Schema,
    ValidationError,
    fields,
    post_load,
    pre_load,
    validate,
    validates_schema,
)

from services.identity.people.structure import KINDS
from services.identity.rules import password_faults
from shared.rights import STAFF_ROLES

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LOGIN = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?", re.IGNORECASE)
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PLACE = re.compile(r"/([a-z0-9]+(-[a-z0-9]+)*/)*")


def _text(label: str, longest: int, pattern: re.Pattern[str] | None = None, wrong: str = "") -> fields.String:
    checks: list[Any] = [validate.Length(max=longest, error=f"{label}不能超过 {longest} 个字。")]
    if pattern:
        checks.append(lambda value: _must_match(pattern, value, wrong))
    return fields.String(
        required=True, validate=checks, error_messages={"required": f"请填写{label}。", "invalid": wrong}
    )


def _must_match(pattern: re.Pattern[str], value: str, wrong: str) -> None:
    if not pattern.fullmatch(value):
        raise ValidationError(wrong)


def _choice(label: str, options: Mapping[str, Any]) -> fields.String:
    asked = f"请选择{label}。"
    return fields.String(
        required=True, validate=validate.OneOf(list(options), error=asked), error_messages={"required": asked}
    )


def _place(label: str) -> fields.String:
    return _text(label, 200, _PLACE, f"请选择{label}。")


def _mobile() -> fields.String:
    return _text("手机号码", 20, _MOBILE, "请填写 11 位手机号码，例如 13800001234。")


def _login() -> fields.String:
    return _text("登录名", 40, _LOGIN, "登录名只能用字母、数字、点、横线和下划线，首尾用字母或数字。")


def _day() -> fields.Date:
    wrong = "请填写日期，例如 2026-07-01。"
    return fields.Date(load_default=None, error_messages={"invalid": wrong})


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


class PostedForm(Schema):
    """A form as a browser posts it: blanks and full-width forms are tidied, passwords are left alone."""

    class Meta:
        unknown = EXCLUDE

    @pre_load
    def tidy(self, posted: Mapping[str, Any], **_kwargs: Any) -> dict[str, Any]:
        """Drop what was left empty, so that it counts as missing."""
        kept = {
            name: _tidy(value) if isinstance(value, str) and not name.startswith("password") else value
            for name, value in posted.items()
        }
        return {name: value for name, value in kept.items() if value}


class LoginForm(PostedForm):
    """Login name and password; whatever is wrong with them gets one and the same answer."""

    login = _text("登录名", 100)
    password = _text("密码", 1000)


class _NewPassword(PostedForm):
    password_new = _text("密码", 1000)
    password_again = fields.String(required=True, error_messages={"required": "请再填写一次密码。"})

    def __init__(self, login: str = "") -> None:
        """`login`: the name of an existing account; a new one names it in the form."""
        super().__init__()
        self._login = login

    @validates_schema(skip_on_field_errors=True)
    def check_password(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Both times the same, and hard enough to guess."""
        login = self._login or data.get("login") or data.get("mobile") or ""
        if faults := password_faults(data["password_new"], login):
            raise ValidationError(faults, "password_new")
        if data["password_new"] != data["password_again"]:
            raise ValidationError("两次填写的密码不一样。", "password_again")


class RegisterForm(_NewPassword):
    """A citizen's own account."""

    name = _text("姓名", 50)
    mobile = _mobile()


class PasswordForm(_NewPassword):
    """A new password in place of the present one, for the account with this login name."""

    password_old = _text("现在的密码", 1000)


class JoinForm(_NewPassword):
    """The password that somebody invited chooses; `code` stands on their slip."""

    code = _text("代码", 40)


class PersonForm(PostedForm):
    """Who somebody is and where they belong."""

    name = _text("姓名", 50)
    phone = _mobile()
    organisation = _place("所在机构")


class InviteForm(PersonForm):
    """A new member of staff with their roles."""

    login = _login()
    role = fields.List(
        _choice("角色", STAFF_ROLES), required=True, validate=validate.Length(min=1, error="请选择角色。"),
        error_messages={"required": "请选择角色。"},
    )  # fmt: skip

    @post_load
    def once(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        """Each role once, however often it was sent."""
        return {**data, "role": list(dict.fromkeys(data["role"]))}


class ReasonForm(PostedForm):
    """Why something is done to an account."""

    why = _text("原因", 200)


class FoundingForm(PostedForm):
    """The topmost organisation and its administrator, from the command line."""

    path = _place("位置")
    place = _text("机构名称", 100)
    login = _login()
    name = _text("姓名", 50)
    phone = _mobile()


class GrantForm(PostedForm):
    """A role at an organisation, from the first to the last of these days where they are given.

    `today`: the day by the business clock; a role that is over already is refused.
    """

    role = _choice("角色", STAFF_ROLES)
    organisation = _place("机构")
    starts_on = _day()
    ends_on = _day()

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today = today

    @validates_schema(skip_on_field_errors=True)
    def check_days(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """The last day is not over and not before the first."""
        starts, ends = data["starts_on"], data["ends_on"]
        if ends is not None and ends < self._today:
            raise ValidationError("结束日期不能早于今天。", "ends_on")
        if ends is not None and starts is not None and ends < starts:
            raise ValidationError("结束日期不能早于开始日期。", "ends_on")


class OrganisationForm(PostedForm):
    """A new organisation below another."""

    parent = _place("上级机构")
    code = _text("代码", 40, _CODE, "代码只能用小写字母、数字和横线，例如 station-2。")
    kind = _choice("类型", {code: name for code, name in KINDS.items() if code != "public"})
    name = _text("名称", 100)


class OrganisationNameForm(PostedForm):
    """Another name for an organisation."""

    name = _text("名称", 100)


class RowId(PostedForm):
    """The id of a row that a button acts on."""

    id = fields.UUID(required=True)


def row_id(posted: Mapping[str, str]) -> UUID:
    """The id a button posted; raises marshmallow's ValidationError."""
    found: UUID = RowId().load(posted)["id"]
    return found
