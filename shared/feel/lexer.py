"""Text to tokens.

FEEL names may hold spaces. Two words side by side never mean anything else in FEEL, so neighbouring words
that are no keywords are one name (`monthly income`, `申请人 年龄`). Names that hold keywords or operators
(`date and time`, `first-name`) are known from the language, from `names`, or from the keys of a context
in the same text; any other name can stand in backticks.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from lark import Token

from shared.feel import limits
from shared.feel.errors import FeelSyntaxError
from shared.feel.strings import unescape

_KEYWORDS = {
    "if": "_IF",
    "then": "_THEN",
    "else": "_ELSE",
    "for": "_FOR",
    "in": "_IN",
    "return": "_RETURN",
    "some": "_SOME",
    "every": "_EVERY",
    "satisfies": "_SATISFIES",
    "between": "_BETWEEN",
    "and": "_AND",
    "or": "_OR",
    "function": "_FUNCTION",
    "true": "TRUE",
    "false": "FALSE",
    "null": "NULL",
}
_OPERATORS = {
    "**": "_POWER",
    "->": "_ARROW",
    "..": "_DOTS",
    "<=": "LE",
    ">=": "GE",
    "!=": "NE",
    "<": "LT",
    ">": "GT",
    "=": "EQ",
    "+": "PLUS",
    "-": "MINUS",
    "*": "STAR",
    "/": "SLASH",
    "(": "_LPAR",
    ")": "_RPAR",
    "[": "_LSQB",
    "]": "_RSQB",
    "{": "_LBRACE",
    "}": "_RBRACE",
    ",": "_COMMA",
    ":": "_COLON",
    ".": "_DOT",
    "?": "NAME",
}
_FULL_WIDTH_SIGNS = "（）【】［］｛｝，：＝＞＜＋－＊／“”‘’＂．！？"
_FULL_WIDTH = dict(zip(_FULL_WIDTH_SIGNS, '()[][]{},:=><+-*/""\'\'".!?', strict=True))
_TYPE_NAMES = ("date and time", "years and months duration", "days and time duration")
OPENERS = frozenset({"_LPAR", "_LSQB", "_LBRACE", "_RANGE_LEFT"})
CLOSERS = frozenset({"_RPAR", "_RSQB", "_RBRACE", "_RANGE_RIGHT"})
_OPERAND_ENDS = CLOSERS | {"NAME", "NUMBER", "STRING", "AT", "TRUE", "FALSE", "NULL"}

_START = r"(?:[^\W\d]|[\U00010000-\U000effff])"
_WORD = rf"{_START}(?:\w|[\U00010000-\U000effff\u00b7\u0300-\u036f\u200c\u200d\ufe0f])*"
_GAP = re.compile(r"(?:[\s\ufeff]|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_PLAIN_WORD = re.compile(_WORD)
_NEXT_WORD = re.compile(rf"\s+({_WORD})")
_BRACE_FOLLOWS = re.compile(r"\s*\{")  # after `function(…) external`
_KEY = re.compile(rf"({_START}[^:{{}}\"\[\](),`]*?)\s*:")
_TOKEN = re.compile(
    rf"""(?P<NUMBER>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<STRING>"(?:[^"\\]|\\.)*")
    |(?P<AT>@"[^"]*")
    |(?P<QUOTED>`[^`]+`)
    |(?P<INSTANCE>instance\s+of\b)
    |(?P<WORD>{_WORD})
    |(?P<OPERATOR>\*\*|->|\.\.|<=|>=|!=|[-+*/<>=(){{}}\[\],:.?])""",
    re.VERBOSE | re.DOTALL,
)
# After `[`, one of these means that the bracket closes a range such as `]1..5[`.
_NO_OPERAND = re.compile(r"\s*(?:$|[)\]},=!<>+*/]|(?:and|or|then|else|return|satisfies|between|in)\b)")


def tokens(text: str, names: Iterable[str] = ()) -> list[Token]:
    """The tokens of an expression. Raises FeelSyntaxError for what no token can begin with."""
    if len(text) > limits.LENGTH:
        too_long = f"表达式超过 {limits.LENGTH} 个字符"
        raise FeelSyntaxError(limits.LENGTH, "the expression is too long", too_long)
    return _Lexer(text, frozenset(_TYPE_NAMES).union(names)).run()


def spaced(name: str) -> str:
    """A name with single spaces between its words."""
    return " ".join(name.split())


@dataclass
class _Lexer:
    text: str
    known: frozenset[str]
    found: list[Token] = field(default_factory=list)
    brackets: list[str] = field(default_factory=list)
    in_range: bool = False
    learned: int = 0
    position: int = 0

    def run(self) -> list[Token]:
        self.known, self.known_names = _special(frozenset(self.known))
        self._skip_gap()
        while self.position < len(self.text):
            if not (self._expects_key() and self._take_key()):
                self._take_token()
            self._skip_gap()
            if len(self.found) > limits.TOKENS:
                too_many = f"表达式超过 {limits.TOKENS} 个词和符号"
                raise FeelSyntaxError(self.position, "the expression has too many words and signs", too_many)
        return self.found

    def _skip_gap(self) -> None:
        gap = _GAP.match(self.text, self.position)
        self.position = gap.end() if gap else self.position

    def _last(self) -> str:
        return self.found[-1].type if self.found else ""

    def _add(self, kind: str, value: str, end: int) -> None:
        self.found.append(Token(kind, value, start_pos=self.position))
        self.position = end

    def _expects_key(self) -> bool:
        in_context = bool(self.brackets) and self.brackets[-1] == "_LBRACE"
        return in_context and self._last() in {"_LBRACE", "_COMMA"}

    def _take_key(self) -> bool:
        key = _KEY.match(self.text, self.position)
        if not key:
            return False
        name = spaced(key[1])
        if not is_plain(name) and name not in self.known:
            self._learn(name)
        self._add("NAME", name, key.end(1))
        return True

    def _learn(self, name: str) -> None:
        """A key with operators or keywords in it is a name from here on."""
        self.learned += 1
        if self.learned > limits.SPECIAL_KEYS:
            raise FeelSyntaxError(self.position, "too many keys with operators", "带运算符的键太多")
        self.known = self.known | {name}
        self.known_names = _pattern(self.known)

    def _take_token(self) -> None:
        match = _TOKEN.match(self.text, self.position)
        if not match:
            raise _unreadable(self.text, self.position)
        kind, value = str(match.lastgroup), match[0]
        if kind == "WORD":
            self._take_name(match)
        elif kind == "OPERATOR":
            self._take_operator(value, match.end())
        elif kind == "INSTANCE":
            self._add("_INSTANCE_OF", value, match.end())
        elif kind == "QUOTED":
            self._add("NAME", spaced(value[1:-1]), match.end())
        elif kind == "STRING":
            self._add(kind, unescape(value[1:-1], self.position), match.end())
        else:
            self._add(kind, value, match.end())

    def _take_name(self, word: re.Match[str]) -> None:
        known = self.known_names.match(self.text, self.position)
        end = max(self._phrase_end(word), known.end() if known else 0)
        value = spaced(self.text[self.position : end])
        if self._last() == "_DOT":  # only a name can follow, whatever it is called
            self._add("NAME", value, end)
        elif value == "external" and self._last() == "_RPAR" and _BRACE_FOLLOWS.match(self.text, end):
            self._add("_EXTERNAL", value, end)
        else:
            self._add(_KEYWORDS.get(value, "NAME"), value, end)

    def _phrase_end(self, word: re.Match[str]) -> int:
        """Where the words that belong together end; `not` and keywords stand alone."""
        end = word.end()
        if (word[0] in _KEYWORDS or word[0] == "not") and self._last() != "_DOT":
            return end
        while following := _NEXT_WORD.match(self.text, end):
            if following[1] in _KEYWORDS or following[1] in {"not", "instance"}:
                break
            end = following.end()
        return end

    def _take_operator(self, value: str, end: int) -> None:
        kind = _OPERATORS[value]
        if kind == "_RSQB" and self._last() not in _OPERAND_ENDS | {"_LSQB"}:
            kind = "_RANGE_LEFT"
        elif kind == "_LSQB" and self.in_range and self._closes_range(end):
            kind = "_RANGE_RIGHT"
        self.in_range = kind == "_DOTS" or (self.in_range and kind not in CLOSERS)
        if kind in OPENERS:
            self.brackets.append(kind)
        elif kind in CLOSERS and self.brackets:
            self.brackets.pop()
        self._add(kind, value, end)

    def _closes_range(self, end: int) -> bool:
        return self._last() in _OPERAND_ENDS and bool(_NO_OPERAND.match(self.text, end))


def is_plain(name: str) -> bool:
    """Do the rules for neighbouring words find the name without knowing it?"""
    words = name.split()
    return all(_PLAIN_WORD.fullmatch(word) and word not in _KEYWORDS and word != "not" for word in words)


@lru_cache(maxsize=256)
def _special(names: frozenset[str]) -> tuple[frozenset[str], re.Pattern[str]]:
    """The names that must be known to be found, and the pattern that finds them."""
    special = frozenset(spaced(name) for name in names if not is_plain(name))
    return special, _pattern(special)


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Matches the longest of the names, whatever the spaces between their words."""
    longest_first = sorted(filter(str.strip, names), key=len, reverse=True)
    choices = (r"\s+".join(re.escape(word) for word in name.split()) for name in longest_first)
    return re.compile(rf"(?:{'|'.join(choices)})(?!\w)")


def _unreadable(text: str, position: int) -> FeelSyntaxError:
    sign = text[position]
    if sign in _FULL_WIDTH:
        plain = _FULL_WIDTH[sign]
        message = f"write {plain} instead of {sign}"
        return FeelSyntaxError(position, message, f"请把“{sign}”改成半角的“{plain}”")
    if sign in "\"'@`":
        return FeelSyntaxError(position, "unfinished text or name", "引号没有配对（文字用英文双引号）")
    return FeelSyntaxError(position, f"unexpected {sign!r}", f"这里不能写“{sign}”")
