"""The forms about API clients: what may be filled in, and what to say when it is wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate

from services.identity.programs.clients import MOST_PER_MINUTE
from services.identity.programs.scopes import grantable

OVERLAPS = {"0": "马上停用", "1": "一天后停用", "7": "七天后停用", "30": "三十天后停用"}
"""How long the secret before the new one still counts, in days."""
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ODD_LIMIT = f"请填写 1 到 {MOST_PER_MINUTE} 之间的整数。"


def _check_scopes(names: Iterable[str]) -> None:
    if not set(names) or not set(names) <= set(grantable()):
        raise ValidationError("请至少选择一项权限。")


class _ClientPosted(Schema):
    """A form as a browser posts it: one list, the rest single values that are tidied."""

    class Meta:
        unknown = EXCLUDE

    @pre_load
    def tidy(self, posted: Mapping[str, Any], **_kwargs: Any) -> dict[str, Any]:
        """Drop what was left empty, so that it counts as missing."""
        kept = {
            name: unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value
            for name, value in posted.items()
        }
        return {name: value for name, value in kept.items() if value}


class ClientChangeForm(_ClientPosted):
    """Scopes and limit."""

    scopes = fields.List(
        fields.String(), required=True, validate=_check_scopes,
        error_messages={"required": "请至少选择一项权限。"},
    )  # fmt: skip
    requests_per_minute = fields.Integer(
        required=True, validate=validate.Range(1, MOST_PER_MINUTE, error=_ODD_LIMIT),
        error_messages={"required": _ODD_LIMIT, "invalid": _ODD_LIMIT, "too_large": _ODD_LIMIT},
    )  # fmt: skip


class ClientForm(ClientChangeForm):
    """A new API client; `ON_PAGE`: the fields from top to bottom, as an error summary lists them."""

    ON_PAGE = ("client_id", "name", "organisation", "scopes", "requests_per_minute")

    client_id = fields.String(
        required=True, error_messages={"required": "请填写接口账号。"},
        validate=[
            validate.Length(max=40, error="接口账号不能超过 40 个字。"),
            validate.Regexp(
                re.compile(rf"{_CODE.pattern}\Z"), error="接口账号只能用小写字母、数字和横线。"
            ),
        ],
    )  # fmt: skip
    name = fields.String(
        required=True, validate=validate.Length(max=100, error="用途说明不能超过 100 个字。"),
        error_messages={"required": "请填写用途说明。"},
    )  # fmt: skip
    organisation = fields.String(required=True, error_messages={"required": "请选择所属机构。"})


class RotationForm(_ClientPosted):
    """When the present secret ends, once there is a new one; gives `overlap` as a timedelta."""

    overlap = fields.String(
        required=True, validate=validate.OneOf(list(OVERLAPS), error="请选择旧密钥什么时候停用。"),
        error_messages={"required": "请选择旧密钥什么时候停用。"},
    )  # fmt: skip


def overlap_of(posted: Mapping[str, Any]) -> timedelta:
    """The overlap somebody chose; raises marshmallow's ValidationError."""
    return timedelta(days=int(RotationForm().load(posted)["overlap"]))
