"""Tokens to a syntax tree, with the grammar of grammar.lark."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lark import Lark, Token, Tree, UnexpectedInput
from lark.lexer import Lexer

from shared.feel import limits
from shared.feel.errors import FeelSyntaxError
from shared.feel.lexer import CLOSERS, OPENERS, tokens

Node = Tree[Token]


class _Ready(Lexer):
    """Hands the tokens of lexer.py to lark."""

    def __init__(self, _: Any) -> None:
        """lark passes its own lexer settings; there is nothing to set."""

    __future_interface__ = 1

    def lex(self, lexer_state: Any, parser_state: Any) -> Iterator[Token]:
        return iter(lexer_state.text)


_PARSER = Lark(
    Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8"),
    parser="lalr",
    lexer=_Ready,
    start=["expression", "unary_tests"],
)


def parse_expression(text: str, names: Iterable[str] = ()) -> Node:
    """The tree of one expression; a leading `=` (the Camunda mark of an expression) is no part of it.

    Raises FeelSyntaxError.
    """
    start = len(text) - len(text.lstrip())
    body = " " * (start + 1) + text[start + 1 :] if text.startswith("=", start) else text
    return _parse(text, tokens(body, names), "expression")


def parse_unary_tests(text: str, names: Iterable[str] = ()) -> Node:
    """The tree of an input cell of a decision table; an empty cell means `-`, any value.

    Raises FeelSyntaxError.
    """
    found = tokens(text, names) or [Token("MINUS", "-", start_pos=0)]
    if [token.type for token in found] == ["MINUS"]:
        found = [_renamed(found[0], "ANY")]
    elif _is_negated_as_a_whole(found):
        found[0] = _renamed(found[0], "_UNARY_NOT")
    return _parse(text, found, "unary_tests")


def _parse(text: str, found: list[Token], start: str) -> Node:
    try:
        tree: Node = _PARSER.parse(found, start=start)
    except UnexpectedInput as error:
        token = getattr(error, "token", None)
        raise _misplaced(text, token if isinstance(token, Token) else None) from None
    _check_depth(tree)
    return tree


def _misplaced(text: str, token: Token | None) -> FeelSyntaxError:
    if token is None or token.type == "$END":
        end = len(text.rstrip())
        return FeelSyntaxError(end, "the expression is not complete", "表达式不完整")
    position = token.start_pos or 0
    if token.type == "EQ" and text[position - 1 : position] == "=":
        return FeelSyntaxError(position, "write = once", "判断相等只写一个“=”")
    return FeelSyntaxError(position, f"unexpected {token.value!r}", f"这里不能写“{token.value}”")


def _check_depth(tree: Node) -> None:
    level: list[Node] = [tree]
    for _ in range(limits.DEPTH):
        level = [child for node in level for child in node.children if isinstance(child, Tree)]
        if not level:
            return
    raise FeelSyntaxError(0, "the expression is nested too deeply", f"表达式嵌套超过 {limits.DEPTH} 层")


def _renamed(token: Token, kind: str) -> Token:
    return Token(kind, token.value, start_pos=token.start_pos)


def _is_negated_as_a_whole(found: list[Token]) -> bool:
    """True for `not(…)` whose bracket closes with the last token: the negation of all tests in it."""
    if len(found) < 3 or found[0] != "not" or found[1].type != "_LPAR":
        return False
    depth = 0
    for number, token in enumerate(found):
        depth += (token.type in OPENERS) - (token.type in CLOSERS)
        if depth == 0 and number > 0:
            return number == len(found) - 1
    return False
