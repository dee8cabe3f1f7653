"""The browser's FEEL (npm @bpmn-io/feelin) answers as ours, but for the differences the reference lists."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.feel import compile_expression, compile_unary_tests
from shared.feel.reference import differences
from tests.shared.feel.browser_feel import alike, browser_feel, never_ends, why_not, written
from tests.shared.feel.sentences import GRAMMAR, VARIABLES, sentences

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))
KINDS = sorted(GRAMMAR.keys() - {"of_i", "about_item", "verdict", "strange"})
QUARTERS = st.integers(-40, 400).map(lambda count: count / 4)
DIFFERENCES = [example for difference in differences() for example in difference.examples]


@pytest.fixture(scope="module")
def browser():
    with browser_feel() as process:
        yield process


def ours(text, environment):
    return written(compile_expression(text, VARIABLES).evaluate(VARIABLES, environment))


@pytest.mark.parametrize("kind", KINDS)
def test_expressions_have_the_same_value(browser, new_environment, kind):
    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(text=sentences(kind, 3))
    def compare(text):
        value = ours(text, new_environment())
        assert value is not None
        assert alike(value, browser.ask(text=text, variables=VARIABLES))

    compare()


def test_logic_with_nulls_has_the_same_value(browser, new_environment):
    @settings(max_examples=120, deadline=None, derandomize=True, database=None)
    @given(text=sentences("verdict", 3))
    def compare(text):
        assert alike(ours(text, new_environment()), browser.ask(text=text, variables=VARIABLES))

    compare()


CELLS = st.one_of(
    st.sampled_from(["-", "< 5", ">= 5.25", "[1..5]", "(1..5)", "1, 2, 3", "not(5)", "not([1..5], 7)", "5"]),
    st.tuples(st.sampled_from(["<", "<=", ">", ">="]), QUARTERS).map(lambda cell: f"{cell[0]} {cell[1]}"),
    st.tuples(QUARTERS, QUARTERS).map(lambda ends: f"[{min(ends)}..{max(ends)})"),
    st.lists(QUARTERS, min_size=1, max_size=3).map(lambda values: f"not({', '.join(map(str, values))})"),
)


def test_cells_of_decision_tables_pass_the_same_values(browser, new_environment):
    @settings(max_examples=150, deadline=None, derandomize=True, database=None)
    @given(cell=CELLS, value=QUARTERS)
    def compare(cell, value):
        passes = compile_unary_tests(cell).matches(value, {}, new_environment())
        assert passes == browser.ask(cell=cell, value=value)

    compare()


@pytest.mark.parametrize("value", ["甲", "乙", "丁", ""])
@pytest.mark.parametrize("cell", ['"甲"', '"甲", "乙"', 'not("甲", "乙")', "-"])
def test_cells_pass_the_same_texts(browser, environment, cell, value):
    assert compile_unary_tests(cell).matches(value, {}, environment) == browser.ask(cell=cell, value=value)


@pytest.mark.parametrize(("text", "server", "theirs"), DIFFERENCES, ids=[text for text, _, _ in DIFFERENCES])
def test_a_known_difference_is_still_there(browser, evaluate, text, server, theirs):
    value, expected = evaluate(text), evaluate(server)
    assert (type(value), value) == (type(expected), expected)
    if theirs == "never ends":
        assert never_ends(text)
    else:
        answer = browser.ask(text=text, variables={})
        assert alike(answer, json.loads(theirs))
        assert not alike(written(value), answer)


def test_what_is_compared_can_differ(browser, environment):
    answer = browser.ask(text="1 + 1", variables={})
    assert alike(ours("1 + 1", environment), answer)
    assert not alike(ours("1 + 2", environment), answer)
    assert browser.ask(text="1 +", variables={}) == "error"
    assert not never_ends("1 + 1")
