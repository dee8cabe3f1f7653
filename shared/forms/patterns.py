"""Regular expressions from process owners, kept to a part of the language that cannot run away.

Allowed: literals, `.`, classes `[...]`, `\\d \\w \\s` and their opposites, groups, `|`, and the
quantifiers `? * + {m} {m,n} {m,}`. Refused: back-references, look-around, lazy or possessive
quantifiers, and every pattern that can match one text in too many ways. A pattern stands between `^` and
`$`, so that the browser's preview (which searches) and the server (which matches the whole) agree.
"""

import re

LONGEST = 200
MOST_WAYS = 100_000
TEXT_LIMIT = 300  # a field with a pattern takes at most this many characters

_ATOM = re.compile(
    r"\[\^?(?:\\[dwsDWS\\\]\[^./+*?(){}|$-]|[^\[\]\\])+\]"
    r"|\\[dwsDWS\\\]\[^./+*?(){}|$-]"
    r"|[^\\\[\](){}|*+?^$]"
)
_QUANTIFIER = re.compile(r"\?|\*|\+|\{(\d{1,3})\}|\{(\d{1,3}),(\d{0,3})\}")


class PatternRefused(ValueError):
    """The pattern is outside the allowed part of the language, or matches in too many ways."""


def bounded_pattern(text: str) -> re.Pattern[str]:
    """The compiled pattern; use `fullmatch`. Raises PatternRefused."""
    if len(text) > LONGEST:
        raise PatternRefused(f"longer than {LONGEST} characters")
    if not (text.startswith("^") and text.endswith("$")) or text.endswith(r"\$"):
        raise PatternRefused("must begin with ^ and end with $")
    if re.search(r"--|&&|\|\||~~", text):
        raise PatternRefused("set operations and empty choices are not allowed")
    reader = _Reader(text[1:-1])
    if reader.ways() > MOST_WAYS:
        raise PatternRefused("can match one text in too many ways")
    if reader.rest:
        raise PatternRefused(f"not understood from {reader.rest[:10]!r}")
    try:
        return re.compile(f"(?:{text[1:-1]})", re.ASCII)
    except re.error as error:
        raise PatternRefused(str(error)) from error


class _Reader:
    """Reads a pattern and counts in how many ways it can match one text: the cost of a failing match."""

    def __init__(self, rest: str) -> None:
        self.rest = rest

    def ways(self) -> int:
        total = self._sequence()
        while self._take("|"):
            total += self._sequence()
        return total

    def _sequence(self) -> int:
        product = 1
        while self.rest and self.rest[0] not in "|)":
            product = min(product * self._part(), MOST_WAYS + 1)
        return product

    def _part(self) -> int:
        inner = self._group() if self._take("(") else self._atom()
        low, high = self._quantifier()
        if inner > 1 and high > 20:
            raise PatternRefused("a repeated group with choices inside")
        return int(min(inner**high * (high - low + 1), MOST_WAYS + 1))

    def _group(self) -> int:
        self._take("?:")
        inner = self.ways()
        if not self._take(")"):
            raise PatternRefused("a group is not closed")
        return inner

    def _atom(self) -> int:
        found = _ATOM.match(self.rest)
        if found is None:
            raise PatternRefused(f"not allowed: {self.rest[:10]!r}")
        self.rest = self.rest[found.end() :]
        return 1

    def _quantifier(self) -> tuple[int, int]:
        found = _QUANTIFIER.match(self.rest)
        if found is None:
            return 1, 1
        self.rest = self.rest[found.end() :]
        if self.rest[:1] in {"?", "*", "+", "{"}:
            raise PatternRefused("a quantifier on a quantifier")
        return _bounds(found)

    def _take(self, text: str) -> bool:
        if not self.rest.startswith(text):
            return False
        self.rest = self.rest[len(text) :]
        return True


def _bounds(found: re.Match[str]) -> tuple[int, int]:
    fixed = {"?": (0, 1), "*": (0, TEXT_LIMIT), "+": (1, TEXT_LIMIT)}
    if found[0] in fixed:
        return fixed[found[0]]
    low = int(found[1] or found[2])
    high = low if found[1] else int(found[3] or TEXT_LIMIT)
    if high < low:
        raise PatternRefused("the bounds of a quantifier are the wrong way round")
    return low, high
