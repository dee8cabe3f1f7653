"""The reference page is current, complete and true."""

import re

import pytest

from shared.feel import compile_unary_tests, limits
from shared.feel.builtins import BUILT_INS
from shared.feel.reference import groups, reference_page, sections
from shared.feel.reference.__main__ import main
from shared.feel.reference.signatures import signatures
from tests.rig import ROOT

FUNCTIONS = [function for group in groups() for function in group.functions]
EXAMPLES = [one for function in FUNCTIONS for one in function.examples]
EXAMPLES += [one for section in sections() for one in section.examples]
CELLS = [one for one in EXAMPLES if one.value is not None]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_the_committed_page_is_current():
    committed = (ROOT / "docs" / "feel.md").read_text(encoding="utf-8")
    assert committed == reference_page(), "run python -m shared.feel.reference"


def test_every_built_in_has_exactly_one_entry():
    assert sorted(function.name for function in FUNCTIONS) == sorted(BUILT_INS)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_an_entry_says_it_in_two_languages_and_shows_it(function):
    assert CHINESE.search(function.zh)
    assert not CHINESE.search(function.en)
    assert any(f"{function.name}(" in one.text for one in function.examples)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_examples_on_the_page_are_under_their_function(function):
    page = reference_page()
    part = page.partition(f"\n### {function.name}\n")[2].partition("\n### ")[0]
    assert all(line in part for line in signatures(function.name))
    assert function.zh in part
    assert function.en in part


@pytest.mark.parametrize("example", [one for one in EXAMPLES if one.value is None], ids=lambda one: one.text)
def test_an_example_has_the_result_it_says(evaluate, example):
    value, expected = evaluate(example.text), evaluate(example.result)
    assert (type(value), value) == (type(expected), expected)
    assert (expected is None) is (example.result == "null")


@pytest.mark.parametrize("cell", CELLS, ids=lambda one: f"{one.text} / {one.value}")
def test_a_cell_answers_as_it_says(environment, evaluate, cell):
    passes = compile_unary_tests(cell.text).matches(evaluate(cell.value), {}, environment)
    assert passes is evaluate(cell.result)


def test_every_limit_is_named_once():
    named = [name for section in sections() for name, _, _ in section.limits]
    rates = {name for name in vars(limits) if "_PER_" in name}  # how often a limit is looked at, or counted
    assert sorted(named) == sorted(name for name in vars(limits) if name.isupper() and name not in rates)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("substring", ["substring(string: string, start position: number, length?: number) → string"]),
        ("append", ["append(list: list, items: Any, …) → list"]),
        ("now", ["now() → date and time"]),
        ("abs", ["abs(n: number) → number", "abs(n: days and time duration) → days and time duration"]),
    ],
)
def test_signatures_are_read_from_the_code(name, lines):
    assert signatures(name)[: len(lines)] == lines


def test_the_page_is_written_where_it_is_asked_for(tmp_path):
    main([str(tmp_path / "page.md")])
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == reference_page()
