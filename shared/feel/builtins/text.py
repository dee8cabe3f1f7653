"""Texts. Positions count characters from 1, or from the end with -1. Patterns are those of XPath."""

import re
from decimal import Decimal
from typing import Any

from shared.feel.builtins.signature import built_in
from shared.feel.errors import NoValue
from shared.feel.patterns import compiled
from shared.feel.scope import Run
from shared.feel.values import Value

_SIGNS = re.compile(r"\\([\\$])|\$([0-9]{1,3})|[\\$]")


@built_in("string length")
def string_length(string: str) -> Decimal:
    """How many characters."""
    return Decimal(len(string))


@built_in("substring")
def substring(string: str, start_position: Decimal, length: Decimal | None = None) -> str:
    """The part from a position on."""
    start = int(start_position)
    count = len(string) if length is None else int(min(length, Decimal(len(string))))
    if not start or count < 1 or abs(start) > len(string):
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
def matches(run: Run, input_: str, pattern: str, flags: str | None = None) -> bool:
    """Is there a place that the regular expression matches?"""
    return compiled(pattern, flags or "").found_in(input_, run.seconds_left())


@built_in("replace")
def replace(run: Run, input_: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    """Every match replaced; `$1` in the replacement is the first group. Flag q: neither holds signs."""
    plain = "q" in (flags or "")
    pieces: list[str] = []
    last = size = 0
    for match in compiled(pattern, flags or "").matches(input_, run.seconds_left()):
        pieces += [input_[last : match.start()], replacement if plain else _filled(replacement, match)]
        last = match.end()
        size += len(pieces[-2]) + len(pieces[-1])
        run.check_string(size)
    return "".join([*pieces, input_[last:]])


@built_in("split")
def split(run: Run, string: str, delimiter: str) -> list[str]:
    """The parts between the matches of the regular expression."""
    pieces: list[str] = []
    last = 0
    for match in compiled(delimiter, "").matches(string, run.seconds_left()):
        pieces.append(string[last : match.start()])
        last = match.end()
    return [*pieces, string[last:]]


@built_in("extract")
def extract(run: Run, string: str, pattern: str) -> list[str]:
    """All parts that match."""
    return [match.group() for match in compiled(pattern, "").matches(string, run.seconds_left())]


@built_in("string join")
def string_join(run: Run, list_: list[Value], delimiter: str | None = None) -> str:
    """The texts of a list in one, nulls left out."""
    texts = [item for item in list_ if item is not None]
    if not all(isinstance(item, str) for item in texts):
        raise NoValue("only texts can be joined")
    between = delimiter or ""
    run.check_string(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)


def _filled(replacement: str, match: Any) -> str:
    r"""The replacement with `$1` as the group, `\$` as a dollar sign."""
    return _SIGNS.sub(lambda sign: _sign(sign, match), replacement)


def _sign(sign: re.Match[str], match: Any) -> str:
    if sign[1]:
        return sign[1]
    digits, groups = sign[2], match.re.groups
    if not digits:
        raise NoValue("the replacement holds a lone \\ or $")
    used = digits
    while len(used) > 1 and int(used) > groups:  # `$12` is group 1 and a 2 where there is no group 12
        used = used[:-1]
    group = match.group(int(used)) if int(used) <= groups else ""
    return (group or "") + digits[len(used) :]
