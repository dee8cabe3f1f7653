"""Implicit conversions (DMN 1.5, 10.3.2.9.4): lists of one, and days where moments are wanted."""

import pytest


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(function(n: number) n * 2)([21])", 42),
        ("(function(n: number) n)([1, 2])", None),
        ("(function(n: number) n)([])", None),
        ('(function(n: number) n)("1")', None),
        ("(function(n: number) n)(null)", None),
        ("(function(l: list<number>) count(l))(7)", 1),
        ('(function(l: list<number>) l)("7")', None),
        ("(function(l: list<string>) l)([])", []),
        ("(function(c: context<a: number>) c.a)([{a: 5}])", 5),
        ("(function(x) x)([1])", [1]),
        ('string((function(m: date and time) m)(@"2024-05-01"))', "2024-05-01T00:00:00Z"),
        ('(function(d: date) d)(@"2024-05-01T00:00:00Z")', None),
        ('string length(["四个汉字"])', 4),
        ('count("one")', 1),
    ],
)
def test_arguments_are_converted_to_the_parameters_types(check, text, value):
    check(text, value)


def test_an_argument_of_the_wrong_type_leaves_a_reason(evaluate, environment):
    assert evaluate("(function(n: number) n)(secret)", secret="13800138000") is None
    assert environment.warnings == ["the argument n has the wrong type"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('@"2024-05-01" = @"2024-05-01T00:00:00Z"', True),
        ('@"2024-05-01T08:00:00+08:00" = @"2024-05-01"', True),
        ('@"2024-05-01" != @"2024-05-01T00:00:01Z"', True),
        ('@"2024-05-01" < @"2024-05-01T00:00:01Z"', True),
        ('@"2024-05-01" >= @"2024-05-01T00:00:01Z"', False),
        ('@"2024-05-01" in [@"2024-04-30T23:00:00Z"..@"2024-05-01T00:00:00Z"]', True),
        ('@"2024-05-01T12:00:00Z" between @"2024-05-01" and @"2024-05-02"', True),
        ('is(@"2024-05-01", @"2024-05-01T00:00:00Z")', False),
    ],
)
def test_a_day_meets_a_moment_at_midnight_utc(check, text, value):
    check(text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('1 in ["one", 1]', True),
        ('1 in ["one", "two"]', False),
        ("true in [false, 0]", False),
        ("null in [1, null]", True),
        ("null in [1, 2]", False),
        ("5 in [[1..3], [4..6]]", True),
        ("[1, 2] in [[1, 2], [3]]", True),
        ("1 in [[1, 2], [3]]", True),
        ('1 in "one"', None),
    ],
)
def test_an_item_of_another_kind_is_no_member(check, text, value):
    check(text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('substring("法律援助", 2, 2.9)', "律援"),
        ('substring("法律援助", 3.7)', "援助"),
        ('substring("法律援助", 2, 100)', "律援助"),
        ('substring("法律援助", 0.5)', None),
        ('substring("法律援助", 1, 0.9)', None),
        ("overlaps after((1..5], [1..5])", True),
        ("overlaps after([1..5], [1..5))", False),
        ("overlaps after([3..8], [1..5])", True),
        ("overlaps after([1..5], (1..5])", False),
    ],
)
def test_numbers_and_ranges_at_their_ends(check, text, value):
    check(text, value)


@pytest.mark.parametrize(
    "text",
    [
        '[@"2024-05-01"..@"2024-05-02T00:00:00Z"]',
        'range("[@\\"2024-05-01\\"..@\\"2024-05-02T00:00:00Z\\"]")',
        '[1..@"P1D"]',
        "[1..null]",
    ],
)
def test_a_range_has_ends_of_one_kind(evaluate, environment, text):
    assert evaluate(text) is None
    assert "a range needs two ends of one kind in ascending order" in environment.warnings[-1]


@pytest.mark.parametrize("text", ["odd(1.5)", "even(0.1)", "any([1, false])", "all([true, null])"])
def test_no_null_without_a_reason(evaluate, environment, text):
    assert evaluate(text) is None
    assert len(environment.warnings) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            '(function(x) external {java: {class: "java.lang.Math", method signature: "cos(double)"}})(1)',
            None,
        ),
        ("(function() external {pmml: {document: 1, model: 2}})()", None),
        ("(function(x) external {java: {}})(x: 1)", None),
        ("{f: function(a) external {java: {}}}.f instance of function<Any>->Any", True),
        ("(function(external) external + 1)(1)", 2),
        ("{external: 5, f: function() external}.f()", 5),
    ],
)
def test_functions_outside_feel_can_be_written_but_never_called(check, text, value):
    check(text, value)
