"""The built-in functions, table by table."""

from decimal import Decimal

import pytest


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("decimal(2.5, 0)", 2),
        ("decimal(1/3, 2)", Decimal("0.33")),
        ("decimal(1250, -2)", 1200),
        ("decimal(1.5, 40)", 1.5),
        ("floor(-1.5)", -2),
        ("floor(1.56, 1)", Decimal("1.5")),
        ("ceiling(-1.5)", -1),
        ("round up(1.121, 2)", Decimal("1.13")),
        ("round up(-5.5, 0)", -6),
        ("round down(-5.5, 0)", -5),
        ("round half up(5.5, 0)", 6),
        ("round half up(-1.125, 2)", Decimal("-1.13")),
        ("round half down(5.5, 0)", 5),
        ("round half down(1.5, 99999)", None),
        ("abs(-3)", 3),
        ('string(abs(@"-P1D"))', "P1D"),
        ('string(abs(@"-P1M"))', "P1M"),
        ("modulo(10, 4)", 2),
        ("modulo(-10, 4)", 2),
        ("modulo(10, -4)", -2),
        ("modulo(1, 0)", None),
        ("sqrt(16)", 4),
        ("sqrt(-1)", None),
        ("log(1)", 0),
        ("log(0)", None),
        ("exp(0)", 1),
        ("exp(99999999)", None),
        ("odd(5)", True),
        ("odd(2)", False),
        ("even(-2)", True),
        ("even(1.5)", None),
        ('number("1,234.5", ",", ".")', Decimal("1234.5")),
        ('number("1 234,5", " ", ",")', Decimal("1234.5")),
        ('number("12")', 12),
        ("number(12)", 12),
        ('number("1e3")', 1000),
        ('number("十二")', None),
        ('number("Infinity")', None),
        ('number("1.2", ".", ".")', None),
        ('string("文字")', "文字"),
        ("string(1.10)", "1.1"),
        ("string(1e3)", "1000"),
        ("string(0.0)", "0"),
        ("string(null)", None),
        ("string(true)", "true"),
        ('string([1, "a\\"b", null, {x y: 1, "z!": @"P1D"}])', '[1, "a\\"b", null, {x y: 1, "z!": @"P1D"}]'),
        ("string((1..2])", "(1..2]"),
        ("string(function(x) x)", "function"),
    ],
)
def test_numbers_and_conversion(check, text, value):
    check(text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("list contains([1, null], null)", True),
        ('list contains([1, 2], "2")', False),
        ("list contains([[1]], [1])", True),
        ("count([1, null])", 2),
        ("count(5)", 1),
        ("count(null)", None),
        ("is empty([])", True),
        ("min([3, 1, 2])", 1),
        ("max(3, 1, 2)", 3),
        ('min("b", "a")', "a"),
        ("min([])", None),
        ("max([1, null])", None),
        ('max(1, "a")', None),
        ("min()", None),
        ("sum([1, 2.5])", Decimal("3.5")),
        ("sum(1, 2)", 3),
        ("sum([])", None),
        ('sum([1, "a"])', None),
        ("sum(null)", None),
        ("mean([1, 2])", Decimal("1.5")),
        ("median([8, 2, 5, 3])", 4),
        ("median(3, 1, 2)", 2),
        ("median([])", None),
        ("product([2, 3])", 6),
        ("mode([6, 1, 9, 6, 1])", [1, 6]),
        ("mode([])", []),
        ("stddev([2, 4, 7, 5])", Decimal("2.081665999466132735282297706979931")),
        ("stddev([2])", None),
        ("all([true, true])", True),
        ("all([true, null, false])", False),
        ("all([true, null])", None),
        ("all([])", True),
        ("all(list: [true, false])", False),
        ("sum(list: [1, 2])", 3),
        ("sum(lst: [1, 2])", None),
        ("count(list: [1], more: 2)", None),
        ("any([false, true])", True),
        ("any([false, null])", None),
        ("any([])", False),
        ("any(false, false)", False),
        ("sublist([1, 2, 3], 2)", [2, 3]),
        ("sublist([1, 2, 3], -2, 1)", [2]),
        ("sublist([1, 2, 3], 2, 3)", None),
        ("append([1], 2, [3])", [1, 2, [3]]),
        ("concatenate([1], [2, 3], 4)", [1, 2, 3, 4]),
        ("insert before([1, 3], 2, 2)", [1, 2, 3]),
        ("insert before([1, 3], 3, 2)", None),
        ("remove([1, 2, 3], -1)", [1, 2]),
        ("list replace([1, 2], 2, 9)", [1, 9]),
        ("list replace([1, 2, 3], function(item, newItem) item > 1, 0)", [1, 0, 0]),
        ("list replace([1], function(item) true, 0)", None),
        ("reverse([1, 2])", [2, 1]),
        ("index of([1, 2, 1], 1)", [1, 3]),
        ("union([1, 2], [2, 3])", [1, 2, 3]),
        ('distinct values([1, 1.0, "1", true, null, null])', [1, "1", True, None]),
        ("distinct values([[1], [1], {a: 1}, {a: 1}])", [[1], {"a": 1}]),
        ("duplicate values([1, 2, 1, 1, [2], [2]])", [1, [2]]),
        ("flatten([1, [2, [3, []]]])", [1, 2, 3]),
        ("sort([3, 1, 2])", [1, 2, 3]),
        ("sort([3, 1, 2], function(x, y) x > y)", [3, 2, 1]),
        ('sort([1, "a"])', None),
        ("sort(list: [2, 1], precedes: function(x, y) x < y)", [1, 2]),
        ("partition([1, 2, 3], 2)", [[1, 2], [3]]),
        ("partition([1], 0)", None),
    ],
)
def test_lists(check, text, value):
    check(text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('get value({a: 1}, "a")', 1),
        ('get value({a: 1}, "b")', None),
        ('get value({a: {b: 2}}, ["a", "b"])', 2),
        ("get entries({a: 1})", [{"key": "a", "value": 1}]),
        ("get entries({a: 1}).key", ["a"]),
        ('context([{key: "a", value: 1}])', {"a": 1}),
        ('context([{key: "a", value: 1}, {key: "a", value: 2}])', None),
        ('context([{key: "a"}])', None),
        ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}),
        ('context put({a: {b: 1}}, ["a", "c"], 2)', {"a": {"b": 1, "c": 2}}),
        ('context put({a: 1}, ["a", "c"], 2)', None),
        ("context put({a: 1}, [1], 2)", None),
        ("context put({a: 1}, [], 2)", None),
        ("context merge([{a: 1}, {a: 2, b: 3}])", {"a": 2, "b": 3}),
        ("context merge([1])", None),
        ("get or else(null, 1)", 1),
        ("get or else(false, 1)", False),
        ("is(1, 1.0)", True),
        ('is(1, "1")', False),
    ],
)
def test_contexts(check, text, value):
    check(text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("before(1, 2)", True),
        ("before([1..3], [3..4])", False),
        ("before([1..3), [3..4])", True),
        ("after([5..6], 4)", True),
        ("meets([1..3], [3..4])", True),
        ("met by([3..4], [1..3])", True),
        ("overlaps([1..3], [2..4])", True),
        ("overlaps([1..3], (3..4])", False),
        ("overlaps before([1..3], [2..4])", True),
        ("overlaps after([2..4], [1..3])", True),
        ("overlaps after([1..3], [2..4])", False),
        ("finishes(3, [1..3])", True),
        ("finished by([1..3], [2..3])", True),
        ("includes([1..3], 2)", True),
        ("includes([1..3), [2..3])", False),
        ("during([2..3], [1..3])", True),
        ("starts(1, [1..3])", True),
        ("started by([1..3], [1..2])", True),
        ("coincides([1..2], [1..2])", True),
        ('before(1, "a")', None),
        ('range("[1..3)") = [1..3)', True),
        ('range("(@\\"2024-01-01\\"..date(\\"2024-02-01\\")]").end = @"2024-02-01"', True),
        ('range("[\\"a\\"..\\"c\\"]") = ["a".."c"]', True),
        ('range("1..2")', None),
        ('range("[3..1]")', None),
        ('range("[now()..3]")', None),
        ('range("[@\\"2024-01-01T00:00:00Z\\"..@\\"2024-01-01T00:00:00\\"]")', None),
    ],
)
def test_ranges(check, text, value):
    check(text, value)


def test_a_list_of_one_serves_as_its_item_and_an_item_as_a_list(check):
    check('upper case(["a"])', "A")
    check('upper case(["a", "b"])', None)
    check("concatenate(1, 2)", [1, 2])


def test_wrong_arguments_are_null_and_the_warning_holds_no_value(evaluate, environment):
    assert evaluate("upper case(secret)", secret=[1234567]) is None
    assert evaluate("date(text)", text="秘密") is None
    assert evaluate("date(y, 1, 1)", y=9876543210) is None
    assert evaluate('"a" < secret', secret=1234567) is None
    assert len(environment.warnings) == 4
    assert not [one for one in environment.warnings if "1234567" in one or "秘密" in one or "98765" in one]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("before(point1: 1, point2: 2)", True),
        ("before(point: 3, range: [2..3])", False),
        ("before(range: [2..3], point: 5)", True),
        ("before(point: 5, range: [2..3])", False),
        ("after(range: [2..3], point: 1)", True),
        ("after(range1: [5..6], range2: [2..3])", True),
        ("after(point: 4, range: [2..3])", True),
        ("coincides(point1: 1, point2: 2)", False),
        ("includes(range: [1..3], point: 3)", True),
        ("includes(range1: [1..3], range2: [2..4])", False),
        ("during(point: 3, range: [1..3))", False),
        ("starts(point: 1, range: [1..3])", True),
        ("started by(range: (1..3], point: 1)", False),
        ("finishes(point: 3, range: [1..3])", True),
        ("finished by(range: [1..3], point: 3)", True),
        ("before(range: 1, point: 2)", None),
        ("before(point1: 1, range: [2..3])", None),
        ("append(list: [1], item: 2)", [1, 2]),
        ("append(item: 2, list: 1)", [1, 2]),
        ("append(list: [1], items: 2)", None),
    ],
)
def test_arguments_by_the_names_of_the_standard(check, text, value):
    check(text, value)
