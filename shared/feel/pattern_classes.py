"""The character classes of XPath's regular expressions, for engines that know only ranges and properties."""

from collections.abc import Iterable

ESCAPES = {"n": "\n", "r": "\r", "t": "\t"} | {sign: sign for sign in "\\|.?*+(){}-[]^$"}
"""Escapes that stand for one character."""

_LAST = 0x10FFFF
_SURROGATES = (0xD800, 0xDFFF)
_SPACE = [(9, 10), (13, 13), (32, 32)]
_NAME_START = [
    (0x3A, 0x3A), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF),
    (0x370, 0x37D), (0x37F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F), (0x2C00, 0x2FEF),
    (0x3001, 0xD7FF), (0xF900, 0xFDCF), (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF),
]  # fmt: skip
_NAME = sorted([*_NAME_START, (0x2D, 0x2E), (0x30, 0x39), (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040)])


def literal(sign: str) -> str:
    """One character that stands for itself, in and out of classes."""
    if sign.isalnum() or not sign.isascii():
        return sign
    return f"\\{sign}" if sign.isprintable() and sign not in " '\"%,/:;<=>@_`!" else f"\\x{ord(sign):02x}"


def _written(ranges: Iterable[tuple[int, int]]) -> str:
    return "".join(f"{literal(chr(low))}-{literal(chr(high))}" for low, high in ranges)


def _others(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found, start = [], 0
    for low, high in sorted([*ranges, _SURROGATES]):
        if start < low:
            found.append((start, low - 1))
        start = high + 1
    return [*found, (start, _LAST)]


MULTI = {
    "s": _written(_SPACE),
    "S": _written(_others(_SPACE)),
    "i": _written(_NAME_START),
    "I": _written(_others(_NAME_START)),
    "c": _written(_NAME),
    "C": _written(_others(_NAME)),
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "w": r"\p{L}\p{M}\p{N}\p{S}",
    "W": r"\p{P}\p{Z}\p{C}",
}
"""Escapes that stand for many characters, as parts of a class."""

ANY_CHARACTER = f"[{_written(_others([]))}]"
