"""Which names an expression takes from outside."""

import pytest

from shared.feel.analysis import Mention, mentions
from shared.feel.builtins import BUILT_INS
from shared.feel.parser import parse_expression, parse_unary_tests


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a + b * a", ["a", "b", "a"]),
        ("a.b.c", ["a"]),
        ("for x in xs, y in x return x + y + z", ["xs", "z"]),
        ("for x in 1..n return partial", ["n"]),
        ("some x in partial satisfies partial", ["partial", "partial"]),
        ("{a: b, c: a + c}", ["b", "c"]),
        ("function(x: tPerson) x + y", ["y"]),
        ("xs[amount > limit]", ["xs"]),
        ("f(a, g(b))", ["f", "a", "g", "b"]),
        ("f(x: a)", ["f", "a"]),
        ("(function(x) x)(a)", ["a"]),
        ("get or else(a, b)", ["get or else", "b"]),
        ("is defined(a.b)", []),
        ("a instance of tPerson", ["a"]),
        ("if a then b else c", ["a", "b", "c"]),
        ("a between b and c", ["a", "b", "c"]),
    ],
)
def test_names_from_outside(text, names):
    tree = parse_expression(text, BUILT_INS.keys())
    assert [mention.name for mention in mentions(tree)] == names


def test_places_and_calls():
    tree = parse_expression("1 + 申请人 年龄(收入)")
    assert list(mentions(tree)) == [Mention("申请人 年龄", 4, called=True), Mention("收入", 11)]
    assert list(mentions(tree, frozenset({"收入"}))) == [Mention("申请人 年龄", 4, called=True)]


def test_cells():
    assert [one.name for one in mentions(parse_unary_tests("> limit, ? + 1"))] == ["limit", "?"]
