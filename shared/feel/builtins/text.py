"""Texts. Positions count characters from 1, or from the end with -1. Patterns take linear time."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

import re2  # type: ignore[import-untyped] # it ships without types

from shared.feel import limits
from shared.feel.builtins.signature import built_in
from shared.feel.errors import NoValue
from shared.feel.scope import Run
from shared.feel.values import Value, whole

_FLAGS = frozenset("smix")
_BLANKS = re.compile(r"(\[[^\]]*\])|\s+")  # a class in brackets keeps its blanks


@built_in("string length")
def string_length(string: str) -> Decimal:
    """How many characters."""
    return Decimal(len(string))


@built_in("substring")
def substring(string: str, start_position: Decimal, length: Decimal | None = None) -> str:
    """The part from a position on."""
    start = whole(start_position)
    count = len(string) if length is None else whole(length)
    if not start or count is None or count < 1 or abs(start) > len(string):
        raise NoValue("there is no such part of the text")
    first = start - 1 if start > 0 else len(string) + start
    return string[first : first + count]


@built_in("upper case")
def upper_case(string: str) -> str:
    """In capitals."""
    return string.upper()


@built_in("lower case")
def lower_case(string: str) -> str:
    """In small letters."""
    return string.lower()


@built_in("substring before")
def substring_before(string: str, match: str) -> str:
    """What stands before the first match; nothing where there is none."""
    before, found, _ = string.partition(match) if match else ("", "", "")
    return before if found else ""


@built_in("substring after")
def substring_after(string: str, match: str) -> str:
    """What stands after the first match; nothing where there is none."""
    return string.partition(match)[2] if match else string


@built_in("contains")
def contains(string: str, match: str) -> bool:
    """Does the text hold the match?"""
    return match in string


@built_in("starts with")
def starts_with(string: str, match: str) -> bool:
    """Does the text begin so?"""
    return string.startswith(match)


@built_in("ends with")
def ends_with(string: str, match: str) -> bool:
    """Does the text end so?"""
    return string.endswith(match)


@built_in("trim")
def trim(string: str) -> str:
    """Without blanks at both ends."""
    return string.strip()


@built_in("is blank")
def is_blank(string: str) -> bool:
    """Are there only blanks?"""
    return not string.strip()


@built_in("matches")
def matches(input_: str, pattern: str, flags: str | None = None) -> bool:
    """Is there a place that the regular expression matches?"""
    return _compiled(pattern, flags or "").search(input_) is not None


@built_in("replace")
def replace(run: Run, input_: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    """Every match replaced; `$1` in the replacement is the first group."""
    pieces: list[str] = []
    last = size = 0
    for match in _matches(pattern, flags, input_):
        pieces += [input_[last : match.start()], _filled(replacement, match)]
        last = match.end()
        size += len(pieces[-2]) + len(pieces[-1])
        run.check_string(size)
    return "".join([*pieces, input_[last:]])


@built_in("split")
def split(string: str, delimiter: str) -> list[str]:
    """The parts between the matches of the regular expression."""
    pieces: list[str] = []
    last = 0
    for match in _matches(delimiter, None, string):
        pieces.append(string[last : match.start()])
        last = match.end()
    return [*pieces, string[last:]]


@built_in("extract")
def extract(string: str, pattern: str) -> list[str]:
    """All parts that match."""
    return [match.group() for match in _matches(pattern, None, string)]


@built_in("string join")
def string_join(run: Run, list_: list[Value], delimiter: str | None = None) -> str:
    """The texts of a list in one, nulls left out."""
    texts = [item for item in list_ if item is not None]
    if not all(isinstance(item, str) for item in texts):
        raise NoValue("only texts can be joined")
    between = delimiter or ""
    run.check_string(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)


def _matches(pattern: str, flags: str | None, text: str) -> Iterator[Any]:
    compiled = _compiled(pattern, flags or "")
    if compiled.search("") is not None:
        raise NoValue("the pattern matches nothing at all")
    return iter(compiled.finditer(text))


@lru_cache(maxsize=256)
def _compiled(pattern: str, flags: str) -> Any:
    """RE2 takes no look-around and no back references, and never backtracks."""
    if len(pattern) > limits.PATTERN or not set(flags) <= _FLAGS:
        raise NoValue("the pattern is too long, or a flag is unknown")
    if "x" in flags:
        pattern = _BLANKS.sub(lambda match: match[1] or "", pattern)
    marks = "".join(sorted(set(flags) - {"x"}))
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(f"(?{marks})(?:{pattern})" if marks else pattern, options)
    except re2.error:
        raise NoValue("the pattern is not a regular expression") from None


def _filled(replacement: str, match: Any) -> str:
    r"""The replacement with `$1` as the group, `\$` as a dollar sign."""
    result: list[str] = []
    signs = iter(replacement)
    for sign in signs:
        if sign not in "\\$":
            result.append(sign)
            continue
        following = next(signs, "")
        if sign == "\\" and following in ("\\", "$"):
            result.append(following)
        elif sign == "$" and following.isascii() and following.isdigit():
            result.append(_group(match, int(following)))
        else:
            raise NoValue("the replacement holds a lone \\ or $")
    return "".join(result)


def _group(match: Any, number: int) -> str:
    return (match.group(number) or "") if number <= match.re.groups else ""
