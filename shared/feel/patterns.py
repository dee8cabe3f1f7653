"""Regular expressions as XPath writes them, on engines that cannot be made to run for ever.

Each pattern is read by the grammar of XPath and written anew for the engine, so that nothing an engine
knows beyond XPath can be reached. RE2 takes linear time; what it does not know (back references, classes
minus classes, named blocks) or what is too large for it goes to the package `regex`, with a time limit.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import re2  # type: ignore[import-untyped] # it ships without types
import regex  # type: ignore[import-untyped] # likewise

from shared.feel import limits
from shared.feel.errors import FeelError, NoValue
from shared.feel.pattern_classes import literal
from shared.feel.pattern_reading import Reader

_FLAGS = frozenset("smixq")
_MATCHES_AT_ONCE = 10_000
_LARGEST = 2 << 20
"""Bytes of a pattern of RE2 and of what it remembers while searching."""

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Pattern:
    """A regular expression, ready to be searched for."""

    groups: int
    _engine: Any
    _is_linear: bool

    def found_in(self, text: str, seconds: float) -> bool:
        """Is there a match? Raises FeelError when the search takes longer."""
        return _in_time(lambda: self._engine.search(text, **self._limit(seconds)) is not None)

    def matches(self, text: str, seconds: float) -> list[Any]:
        """The matches from left to right, none empty. Raises FeelError when the search takes longer
        or finds too many, and NoValue for a pattern that matches nothing at all."""
        if self.found_in("", seconds):
            raise NoValue("the pattern matches nothing at all")
        return _in_time(lambda: list(self._some(text, seconds)))

    def _some(self, text: str, seconds: float) -> Iterator[Any]:
        for number, match in enumerate(self._engine.finditer(text, **self._limit(seconds))):
            if number == _MATCHES_AT_ONCE:
                raise FeelError("a pattern has too many matches", f"匹配的次数超过 {_MATCHES_AT_ONCE}")
            yield match

    def _limit(self, seconds: float) -> dict[str, float]:
        return {} if self._is_linear else {"timeout": max(seconds, 0.001)}


@lru_cache(maxsize=32)
def compiled(pattern: str, flags: str) -> Pattern:
    """The pattern with XPath's flags, each letter of `smixq` once or more. Raises NoValue with the reason."""
    if not set(flags) <= _FLAGS:
        raise NoValue("a flag of the pattern is unknown")
    if len(pattern) > limits.PATTERN:
        raise NoValue("the pattern is too long")
    if "q" in flags:
        return _engine(re.sub(".", lambda sign: literal(sign[0]), pattern, flags=re.DOTALL), flags, 0, True)
    reader = Reader(pattern, flags)
    return _engine(reader.whole(), flags, reader.groups, reader.is_linear)


def _engine(written: str, flags: str, groups: int, is_linear: bool) -> Pattern:
    if is_linear:
        with suppress(re2.error):  # too large for it
            return Pattern(groups, _linear(written, flags), True)
    options = regex.VERSION1 | regex.MULTILINE | (regex.IGNORECASE if "i" in flags else 0)
    try:
        return Pattern(groups, regex.compile(written, options), False)
    except (regex.error, OverflowError, RecursionError):
        raise NoValue("the pattern is not a regular expression") from None


def _linear(written: str, flags: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _LARGEST
    return re2.compile(f"(?im){written}" if "i" in flags else f"(?m){written}", options)


def _in_time(search: Callable[[], _Result]) -> _Result:
    try:
        return search()
    except TimeoutError:
        raise FeelError("a pattern takes too long", "正则表达式匹配时间太长") from None
