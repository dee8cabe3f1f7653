"""Input cells of decision tables."""

import pytest

from shared.feel import FeelError, compile_unary_tests
from shared.feel.parser import parse_unary_tests


@pytest.mark.parametrize(
    ("cell", "value", "passes"),
    [
        ("-", None, True),
        ("-", 1, True),
        ("", 1, True),
        ("  ", 1, True),
        ("5", 5, True),
        ("5", 6, False),
        ("-5", -5, True),
        ("< 5", 4, True),
        ("< 5", 5, False),
        ("<= 5", 5, True),
        ("> 5", 5, False),
        (">= 5", 5, True),
        ("!= 5", 5, False),
        ("= 5", 5, True),
        ("[1..5)", 1, True),
        ("[1..5)", 5, False),
        ("]1..5]", 1, False),
        ('"甲", "乙"', "乙", True),
        ('"甲", "乙"', "丙", False),
        ("< 1, > 9, 5", 5, True),
        ("not(5)", 5, False),
        ("not(5)", 4, True),
        ("not(< 3, [7..9])", 8, False),
        ("not(< 3, [7..9])", 5, True),
        ("not(limit > 3)", None, False),
        ("? > 3 and ? < 9", 5, True),
        ("? > 3 and ? < 9", 9, False),
        ('contains(?, "厂")', "某厂", True),
        ('starts with(?, "苏") or ? = null', None, True),
        ("limit", 10, True),
        ("< limit", 9, True),
        ("< limit * 2", 20, False),
        ("limit > 3", "anything", True),
        ("limit > 30", "anything", False),
        ("true", True, True),
        ("true", False, False),
        ("true", None, False),
        ("true", "x", False),
        ("false", False, True),
        ("null", None, True),
        ("null", 1, False),
        ("5", "5", False),
        ("< 5", None, False),
        ("[1, 2, 3]", 2, True),
        ('date("2024-01-01")', "2024-01-01", False),
        ("(< 5)", 4, True),
        ("? in [1..2] or ? = 7", 7, True),
    ],
)
def test_cells(environment, cell, value, passes):
    tests = compile_unary_tests(cell)
    assert tests.matches(value, {"limit": 10}, environment) is passes


def test_free_variables_leave_out_the_tested_value():
    assert compile_unary_tests("? > limit, < a.b").variables == {"limit", "a"}


def test_declared_names(environment):
    tests = compile_unary_tests("< top-limit", names=("top-limit",))
    assert tests.matches(1, {"top-limit": 2}, environment)


@pytest.mark.parametrize("cell", ["<", "1,", ", 1", "not(1", "- 1 -", "for x", "1 2", "'a'"])
def test_wrong_cells_are_syntax_errors(cell):
    with pytest.raises(FeelError):
        compile_unary_tests(cell)


def test_a_value_that_feel_does_not_know_is_an_error(environment):
    with pytest.raises(FeelError, match="type set"):
        compile_unary_tests("1").matches({1}, {}, environment)


@pytest.mark.parametrize("text", ["not([1..3))", "not(5, (1..3])", "not(]1..3[)", "not([1, 2], {a: 1}.a)"])
def test_a_negation_of_ranges_is_one_of_the_whole_cell(text):
    assert parse_unary_tests(text).data == "no_test"


@pytest.mark.parametrize("value", [True, False, None, 0, "a", [1]])
def test_a_lone_question_mark_takes_every_value(environment, value):
    assert compile_unary_tests("?").matches(value, {}, environment)


@pytest.mark.parametrize(
    ("cell", "value", "verdict"),
    [
        ('("a", 5)', 5, True),
        ('("a", 5)', "a", True),
        ('("a", 5)', 6, False),
        ("(1, < 0)", -1, True),
        ("(1)", 1, True),
    ],
)
def test_tests_may_stand_in_brackets(environment, cell, value, verdict):
    assert compile_unary_tests(cell).matches(value, {}, environment) is verdict
