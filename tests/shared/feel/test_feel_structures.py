"""Lists, contexts, paths, filters, loops and functions."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

import pytest

from shared.feel import compile_expression

PEOPLE = [{"name": "甲", "age": 71}, {"name": "乙", "age": 30}, {"name": "丙", "age": 70}]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[1, 2, 3]", [1, 2, 3]),
        ("[]", []),
        ("[1, [2]]", [1, [2]]),
        ("xs[1]", 1),
        ("xs[-1]", 3),
        ("xs[4]", None),
        ("xs[0]", None),
        ("xs[1.5]", None),
        ("[][1]", None),
        ("xs[item > 1]", [2, 3]),
        ("xs[item > 9]", []),
        ("xs[true]", [1, 2, 3]),
        ("xs[null]", []),
        ('xs["a"]', []),
        ("[][item > 1]", []),
        ("xs[i]", 2),
        ("xs[count(xs)]", 3),
        ("xs[item > 1][1]", 2),
        ("5[1]", 5),
        ("5[item > 3]", [5]),
        ("null[1]", None),
        ("[< null]", [None]),
        ("people[age >= 70].name", ["甲", "丙"]),
        ("people[item.age >= 70][1].name", "甲"),
        ('people[name = "乙"].age', [30]),
        ("people.age", [71, 30, 70]),
        ("people[age > limit].name", ["甲"]),
        ("[[1, 2], [3]][count(item) = 1]", [[3]]),
    ],
)
def test_lists_and_filters(check, text, value):
    check(text, value, xs=[1, 2, 3], i=2, people=PEOPLE, limit=70)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", {}),
        ("{a: 1, b: a + 1}", {"a": 1, "b": 2}),
        ("{a: 1, b: {c: a}}.b.c", 1),
        ("{年龄: 70}.年龄", 70),
        ("a.b.c", None),
        ("n.b", None),
        ("{a: 1}.z", None),
        ("(1).x", None),
        ("{f: function(x) x + 1, y: f(2)}.y", 3),
    ],
)
def test_contexts_and_paths(check, text, value):
    check(text, value, a={"b": {}}, n=None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("for i in [1, 2] return i * 2", [2, 4]),
        ("for i in 1..3 return i", [1, 2, 3]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in (1..4) return i", [2, 3]),
        ("for i in [1..3] return i", [1, 2, 3]),
        ("for i in 1..2, j in i..2 return i * 10 + j", [11, 12, 22]),
        ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", [1, 1, 2, 6, 24]),
        ("for i in [] return i", []),
        ("for i in null return i", None),
        ("for i in 5 return i", [5]),
        ('for d in @"2024-02-28"..@"2024-03-01" return d.day', [28, 29, 1]),
        ("for i in 1.5..2 return i", None),
        ('for i in ["a".."c"] return i', None),
        ("some i in [1, 2] satisfies i > 1", True),
        ("some i in [] satisfies i > 1", False),
        ("every i in [] satisfies i > 1", True),
        ("every i in [1, 2] satisfies i > 0", True),
        ("every i in [1, 2] satisfies i > 1", False),
        ("some i in [1, null] satisfies i > 1", None),
        ("some i in [null, 2] satisfies i > 1", True),
        ("every i in [null, 2] satisfies i > 1", None),
        ("some i in null satisfies i", None),
        ("some i in [1, 2], j in [3, 4] satisfies i * j = 8", True),
        ("every i in [1, 2] satisfies some j in [2, 4] satisfies j = i * 2", True),
    ],
)
def test_loops(check, text, value):
    check(text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(function(a, b) a - b)(5, 3)", 2),
        ("(function(a, b) a - b)(b: 3, a: 5)", 2),
        ("(function() 1)()", 1),
        ("(function(a: number) a)(1)", 1),
        ('(function(a: number) a)("1")', None),
        ("(function(a: number) a)(null)", None),
        ("(function(a) a)(1, 2)", None),
        ("(function(a) a)(b: 1)", None),
        ("{f: function(x) if x < 2 then 1 else x * f(x - 1), r: f(5)}.r", 120),
        ("sort([3, 1, 2], function(a, b) a > b)", [3, 2, 1]),
        ("5(1)", None),
        ("null(1)", None),
    ],
)
def test_functions(check, text, value):
    check(text, value)


def test_variables_are_copied_and_never_changed(evaluate):
    variables = {"xs": [3, 1, {"a": [1]}], "t": (1, 2)}
    result = evaluate("append(xs, t)", **variables)
    result[2]["a"].append(2)
    assert variables == {"xs": [3, 1, {"a": [1]}], "t": (1, 2)}


def test_a_mapping_with_defaults_does_not_grow(evaluate, environment):
    variables = defaultdict(int, a=1)
    assert compile_expression("a + get or else(b, 2)").evaluate(variables, environment) == 3
    assert variables == {"a": 1}


def test_a_moment_of_a_subclass_is_a_moment(check):
    class Stamp(datetime):
        """As some libraries make them."""

    check('x instance of date and time and x < @"2024-01-02T00:00:00"', True, x=Stamp(2024, 1, 1))


def test_numbers_come_in_as_they_are_written(evaluate):
    assert evaluate("a + b + c", a=0.1, b=2, c=Decimal("0.20")) == Decimal("2.3")
