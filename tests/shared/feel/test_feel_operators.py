"""Arithmetic, comparison, precedence and three-valued logic."""

from datetime import date
from decimal import Decimal

import pytest

VARIABLES = {"x": 3, "y": 1.5, "n": None, "s": "abc", "yes": True, "no": False, "day": date(2024, 2, 29)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("8 / 4 / 2", 1),
        ("2 * 3 / 4", Decimal("1.5")),
        ("-3 ** 2", 9),
        ("-(3 ** 2)", -9),
        ("3 ** 4 ** 5", 3486784401),
        ("2 ** -1", Decimal("0.5")),
        ("- - 2", 2),
        ("0.1 + 0.2", Decimal("0.3")),
        ("1 / 3", Decimal("0.3333333333333333333333333333333333")),
        (".5 + 1.5e1", Decimal("15.5")),
        ("x + y", Decimal("4.5")),
        ('"a" + "b"', "ab"),
        ("// a remark\n1 /* another */ + 1", 2),
        ("= 1 + 1", 2),
        ("  =1", 1),
    ],
)
def test_arithmetic(check, text, value):
    check(text, value, **VARIABLES)


@pytest.mark.parametrize(
    "text", ["1 / 0", '"a" + 1', "1 + null", "n * 2", '-"a"', "true + true", "[1] + [2]", "9e6144 * 10"]
)
def test_arithmetic_without_a_result_is_null_and_says_why(evaluate, environment, text):
    assert evaluate(text, n=None) is None
    assert environment.warnings


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 1 = 2", True),
        ("1.0 = 1", True),
        ("1 != 2", True),
        ("3 > 2 and 2 >= 2", True),
        ('"a" < "b"', True),
        ('"甲" = "甲"', True),
        ("1 = null", False),
        ("null = null", True),
        ("n != null", False),
        ("x != null", True),
        ("[1, 2] = [1, 2]", True),
        ("[1, 2] = [2, 1]", False),
        ("{a: 1, b: 2} = {b: 2, a: 1}", True),
        ("{a: 1} = {a: 2}", False),
        ("[1..3] = [1..3]", True),
        ("[1..3] = [1..3)", False),
        ("true = true", True),
        ('1 = "1"', None),
        ("true = 1", None),
        ('1 != "1"', None),
        ('1 < "2"', None),
        ("true < false", None),
        ("null < 1", None),
        ("2 between 1 and 3", True),
        ("1 between 1 and 3", True),
        ("3 between 1 and 3", True),
        ("4 between 1 and 3", False),
        ("0 between 1 and null", False),
        ("2 between 1 and null", None),
        ("2 between 1 and 3 and false", False),
        ("1 + 1 between 2 and 1 + 1", True),
    ],
)
def test_comparison(check, text, value):
    check(text, value, **VARIABLES)


@pytest.mark.parametrize("left", ["true", "false", "null"])
@pytest.mark.parametrize("right", ["true", "false", "null"])
def test_and_or_follow_the_three_valued_tables(check, left, right):
    values = {left, right}
    conjunction = False if "false" in values else None if "null" in values else True
    disjunction = True if "true" in values else None if "null" in values else False
    check(f"{left} and {right}", conjunction)
    check(f"{left} or {right}", disjunction)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("not(true)", False),
        ("not(false)", True),
        ("not(null)", None),
        ("not(1)", None),
        ("true and 1", None),
        ("false and 1", False),
        ("true or false and false", True),
        ("(true or false) and false", False),
        ("1 < 2 or n > 1", True),
        ("if true then 1 else 2", 1),
        ("if null then 1 else 2", 2),
        ("if 1 then 1 else 2", 2),
        ("if no then 1 else if yes then 2 else 3", 2),
        ("if yes then 1 else 2 + 10", 1),
        ("1 + if yes then 1 else 2", 2),
        ("yes and some i in [1, 2] satisfies i > 1", True),
    ],
)
def test_logic(check, text, value):
    check(text, value, **VARIABLES)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x in [1..3]", True),
        ("x in [1..3)", False),
        ("x in (3..4]", False),
        ("x in ]3..4]", False),
        ("x in ]2..4[", True),
        ("x in [1, 2, 3]", True),
        ("x in (1, 2)", False),
        ("x in (1, > 2)", True),
        ("x in < 3", False),
        ("x in <= 3", True),
        ("x in (!= 3)", False),
        ("x in ([1..2], [3..4])", True),
        ("x in [< 1, > 2]", True),
        ("x in x + 0", True),
        ('s in (["a".."b"], "x")', True),
        ('day in [@"2024-02-01"..@"2024-02-29"]', True),
        ("n in [1..3]", None),
        ("n in (1, null)", True),
        ("1 in [[1, 2], [3]]", True),
        ("[1, 2] in [[1, 2], [3]]", True),
        ("4 in [[1, 2], [3]]", False),
        ("5 in [10..1]", False),
        ("x in (? > 2)", True),
    ],
)
def test_membership(check, text, value):
    check(text, value, **VARIABLES)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 instance of number", True),
        ('"a" instance of string', True),
        ("null instance of Null", True),
        ("null instance of Any", False),
        ("1 instance of Any", True),
        ("[1, 2] instance of list<number>", True),
        ('[1, "a"] instance of list<number>', False),
        ("{a: 1} instance of context<a: number>", True),
        ('{a: "1"} instance of context<a: number>', False),
        ("[1..2] instance of range<number>", True),
        ("(function(a) a) instance of function<Any> -> Any", True),
        ('@"P1D" instance of days and time duration', True),
        ('@"P1Y" instance of days and time duration', False),
        ("1 instance of unheard of", False),
        ("[1] instance of unheard<number>", False),
    ],
)
def test_types(check, text, value):
    check(text, value)
