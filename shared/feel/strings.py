"""Escapes of FEEL string literals, both ways."""

import re

from shared.feel.errors import FeelSyntaxError

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_SIGNS = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\", "/": "/"}
_QUOTED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def unescape(inner: str, position: int) -> str:
    r"""The text between the quotes with `\n`, `\"`, `A`, `\U01F600` resolved; other `\x` stay as written.

    Raises FeelSyntaxError at `position` for half of a surrogate pair.
    """
    if "\\" not in inner:
        return inner
    try:
        text = _ESCAPE.sub(_sign, inner)
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except (UnicodeDecodeError, ValueError):
        message = "an escape in the text names no character"
        raise FeelSyntaxError(position, message, "文字里的 \\u 转义不是一个字符") from None


def quote(text: str) -> str:
    """The text as a FEEL string literal."""
    return f'"{text.translate(_QUOTED)}"'


def _sign(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return _SIGNS.get(code, match[0])
