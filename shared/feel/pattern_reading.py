"""The grammar of XPath's regular expressions (XML Schema's, with groups, anchors and back references)."""

import re

from shared.feel import limits
from shared.feel.errors import NoValue
from shared.feel.pattern_classes import ANY_CHARACTER, ESCAPES, MULTI, literal

_COUNT = re.compile(r"\{([0-9]{1,4})(,([0-9]{1,4})?)?\}")
_PROPERTY = re.compile(r"[pP]\{(Is[A-Za-z0-9-]+|[A-Z][A-Za-z_]{0,30})\}")
_NUMBER = re.compile(r"[1-9][0-9]*")
_BLANKS = frozenset(" \t\n\r")


class Reader:
    """Reads XPath's grammar from left to right and writes the engine's. Read once, with `whole`.

    `groups` counts the groups; `is_linear` says whether RE2 knows all that the pattern needs.
    """

    def __init__(self, text: str, flags: str) -> None:
        self.text = _without_blanks(text) if "x" in flags else text
        self.flags = flags
        self.place = 0
        self.groups = 0
        self.open: list[int] = []
        self.is_linear = True
        self.weight = 0

    def whole(self) -> str:
        """The pattern as the engine wants it; raises NoValue."""
        written = self._choices(0)
        if self.place < len(self.text):
            raise _bad("a bracket closes nothing")
        return written

    def _peek(self) -> str:
        return self.text[self.place : self.place + 1]

    def _next(self) -> str:
        sign = self._peek()
        if not sign:
            raise _bad("it is not complete")
        self.place += 1
        return sign

    def _choices(self, depth: int) -> str:
        if depth > limits.DEPTH:
            raise _bad("it is nested too deeply")
        written = []
        while self._peek() not in {"", ")"}:
            written.append("|" if self._take("|") else self._piece(depth))
        return "".join(written)

    def _take(self, sign: str) -> bool:
        found = self.text.startswith(sign, self.place)
        self.place += len(sign) if found else 0
        return found

    def _piece(self, depth: int) -> str:
        sign = self._next()
        if sign in "^$":
            return self._anchor(sign)
        before = self.weight
        self.weight += 1
        written = self._atom(sign, depth)
        quantifier = self._quantifier()
        self._weigh(before, quantifier)
        return written + quantifier

    def _weigh(self, before: int, quantifier: str) -> None:
        """Keep count of what the pattern would be with its repetitions written out: engines do that."""
        most = max(map(int, re.findall("[0-9]+", quantifier)), default=1)
        self.weight = before + (self.weight - before) * max(most, 1)
        if self.weight > limits.PATTERN_WEIGHT:
            raise NoValue("the pattern repeats too much too often")

    def _anchor(self, sign: str) -> str:
        if self._quantifier():
            raise _bad("nothing to repeat")
        if "m" in self.flags:
            return sign
        return r"\A" if sign == "^" else r"\z"

    def _atom(self, sign: str, depth: int) -> str:
        if sign == "(":
            return self._group(depth)
        if sign == "[":
            return self._class()
        if sign == "\\":
            return self._escape()
        if sign == ".":
            return ANY_CHARACTER if "s" in self.flags else r"[^\n\r]"
        if sign in "?*+{}]":
            raise _bad(f"a lone {sign}")
        return literal(sign)

    def _group(self, depth: int) -> str:
        if self._take("?:"):
            return f"(?:{self._closed(depth)})"
        self.groups += 1
        number = self.groups
        self.open.append(number)
        inner = self._closed(depth)
        self.open.remove(number)
        return f"({inner})"

    def _closed(self, depth: int) -> str:
        inner = self._choices(depth + 1)
        if not self._take(")"):
            raise _bad("a bracket stays open")
        return inner

    def _quantifier(self) -> str:
        written = self._repetition()
        return written + "?" if written and self._take("?") else written

    def _repetition(self) -> str:
        for sign in "?*+":
            if self._take(sign):
                return sign
        count = _COUNT.match(self.text, self.place)
        if not count:
            return ""
        self.place = count.end()
        if count[3] and int(count[1]) > int(count[3]):
            raise _bad("a number of repetitions is impossible")
        return count[0]

    def _escape(self) -> str:
        number = _NUMBER.match(self.text, self.place)
        if number:
            return self._back_reference(number[0])
        return f"[{self._class_escape()}]"

    def _back_reference(self, digits: str) -> str:
        """The longest number that a group has which is already closed."""
        while int(digits) > self.groups:
            digits = digits[:-1]
            if not digits:
                raise _bad("there is no such group")
        if int(digits) in self.open:
            raise _bad("a group refers to itself")
        self.place += len(digits)
        self.is_linear = False
        return rf"(?:\{digits})"

    def _class_escape(self) -> str:
        """What an escape stands for, as a part of a class."""
        prop = _PROPERTY.match(self.text, self.place)
        if prop:
            self.place = prop.end()
            return self._property(prop[0][0], prop[1])
        sign = self._next()
        if sign in ESCAPES:
            return literal(ESCAPES[sign])
        if sign not in MULTI:
            raise _bad("an escape is unknown")
        return MULTI[sign]

    def _property(self, sign: str, name: str) -> str:
        """A category (`Lu`), a block (`IsBasicLatin`) or, beyond XPath, a script (`Han`)."""
        if not name.startswith("Is"):
            return rf"\{sign}{{{name}}}"
        self.is_linear = False
        return rf"\{sign}{{Block={name[2:]}}}"

    def _class(self) -> str:
        negated = "^" if self._take("^") else ""
        parts: list[str] = []
        while not self._take("]"):
            if parts and self._take("-["):
                return self._difference(f"[{negated}{''.join(parts)}]")
            parts.append(self._range())
        if not parts:
            raise _bad("a class is empty")
        return f"[{negated}{''.join(parts)}]"

    def _difference(self, whole: str) -> str:
        self.is_linear = False
        without = self._class()
        if not self._take("]"):
            raise _bad("a class stays open")
        return f"[{whole}--{without}]"

    def _range(self) -> str:
        """One character, an escape, or a range such as a-z."""
        low = self._member()
        follows = self.text[self.place + 1 : self.place + 2]
        if self._peek() != "-" or follows in {"]", "[", ""}:
            return literal(low) if len(low) == 1 else low
        self.place += 1
        high = self._member()
        if len(low) != 1 or len(high) != 1 or low > high:
            raise _bad("a range is impossible")
        return f"{literal(low)}-{literal(high)}"

    def _member(self) -> str:
        """A single character as it is, or a longer text for many."""
        sign = self._next()
        if sign == "[":
            raise _bad("a lone [ in a class")
        if sign != "\\":
            return sign
        if self._peek() in ESCAPES:
            return ESCAPES[self._next()]
        return self._class_escape()


def _without_blanks(pattern: str) -> str:
    """Flag x: blanks go, but for those in classes."""
    depth, escaped, kept = 0, False, []
    for sign in pattern:
        if sign in _BLANKS and depth == 0:
            continue
        kept.append(sign)
        if not escaped:
            depth += (sign == "[") - (sign == "]" and depth > 0)
        escaped = sign == "\\" and not escaped
    return "".join(kept)


def _bad(reason: str) -> NoValue:
    return NoValue(f"the pattern is not a regular expression: {reason}")
