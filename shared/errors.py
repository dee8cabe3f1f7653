"""Broken rules, said so that a person can act: one small class per rule.

The docstring is the English title, `zh` the Chinese message; `shared.web.problems` turns each kind
into problem+json or a page with the status of its kind.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any, ClassVar

_ROOT = str(Path(__file__).parents[1])


class Problem(Exception):
    """Something went wrong."""

    status: ClassVar[int] = 500
    zh: ClassVar[str] = "系统出了问题，请稍后再试。"

    def __init__(self, zh: str | None = None, **details: Any) -> None:
        """`zh` replaces the class's message; `details` are safe to show (never personal data)."""
        super().__init__(self.title)
        self.message = zh or self.zh
        self.details = details

    @property
    def title(self) -> str:
        """The English title: first line of the class's docstring."""
        return (type(self).__doc__ or "").strip().splitlines()[0]


class Rejected(Problem):
    """The request does not fit the present state."""

    status = 409
    zh = "当前状态不能进行这项操作。"


class Stale(Rejected):
    """Somebody changed this in the meantime."""

    zh = "内容已被他人更新，请刷新后再操作。"


class Sealed(Rejected):
    """The case is archived: nothing about it can be changed."""

    zh = "案件已归档，不能再作任何修改。"


class Invalid(Problem):
    """Some of the fields are not right."""

    status = 422
    zh = "填写的内容有误，请改正后重新提交。"

    def __init__(self, fields: dict[str, Any] | None = None, zh: str | None = None, **details: Any) -> None:
        """`fields`: field name -> list of messages (or the nested shape marshmallow gives)."""
        super().__init__(zh, **details)
        self.fields = fields or {}


class Malformed(Invalid):
    """The request cannot be read."""

    status = 400
    zh = "请求格式不正确。"


class TooLarge(Invalid):
    """The upload is larger than allowed."""

    status = 413
    zh = "文件太大，没有上传。请压缩图片，或者分成几个文件。"


class Busy(Problem):
    """Too busy at the moment: nothing was done, the same request may be sent again."""

    status = 503
    zh = "系统正忙，刚才的操作没有保存，请稍后再试一次。"


class Unauthenticated(Problem):
    """Log in first."""

    status = 401
    zh = "请先登录。"


class Forbidden(Problem):
    """You may not do this."""

    status = 403
    zh = "您没有权限进行这项操作。"


class NotFound(Problem):
    """There is nothing here."""

    status = 404
    zh = "没有找到您要的内容。"


class NotYet(Exception):
    """A message overtook the one it builds on; it is delivered again later."""


def described(error: BaseException) -> str:
    """Kind and place of an error, e.g. `KeyError in handlers.py:88`; never its text, which may hold data."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if f.filename.startswith(_ROOT) and "site-packages" not in f.filename]
    last = (ours or frames)[-1:]
    return type(error).__name__ + "".join(f" in {Path(f.filename).name}:{f.lineno}" for f in last)
