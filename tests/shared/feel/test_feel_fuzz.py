"""Whatever is written, whatever the variables hold: a value or FeelError, twice the same, nothing changed."""

from copy import deepcopy
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.feel import (
    FeelError,
    Function,
    YearsMonths,
    compile_expression,
    compile_unary_tests,
    from_python,
    to_json,
)
from tests.shared.feel.sentences import GRAMMAR, VARIABLES, sentences

KINDS = st.sampled_from(sorted(GRAMMAR))
SENTENCES = KINDS.flatmap(lambda kind: sentences(kind, 3, mixed=True))
SIGNS = st.text('()[]{}<>=!.,:;?*/+-@"\\`_ \n\t0123456789abcxPTZ年é😀＞“', max_size=40)
TORN = st.tuples(SENTENCES, st.integers(0, 60), st.integers(0, 10), SIGNS).map(
    lambda torn: torn[0][: torn[1]] + torn[3] + torn[0][torn[1] + torn[2] :]
)
TEXTS = st.one_of(SENTENCES, TORN, SIGNS)
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**40), 10**40),
    st.floats(),
    st.decimals(),
    st.text(max_size=10),
    st.dates(),
    st.times(),
    st.datetimes(timezones=st.sampled_from([None, UTC])),
    st.timedeltas(),
    st.integers(-(10**6), 10**6).map(YearsMonths),
    st.sampled_from([date.max, datetime.min, time.max, timedelta.max, timedelta.min, b"bytes", object]),
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["a", "b c", "item", ""]), inner, max_size=3),
    ),
    max_leaves=8,
)
GIVEN = st.fixed_dictionaries({name: st.one_of(st.just(value), VALUES) for name, value in VARIABLES.items()})

TOO_LONG = "refused: the expression takes too long"


def outcome(act):
    """What came of it, as a text that can be compared; any error but FeelError goes on and fails the test."""
    try:
        value = act()
    except FeelError as error:
        return f"refused: {error} {error.message_zh}"
    return f"{type(value).__name__}: {value if not holds_function(value) else '(functions)'}"


def holds_function(value):
    if isinstance(value, dict):
        return any(map(holds_function, value.values()))
    return any(map(holds_function, value)) if isinstance(value, list) else isinstance(value, Function)


def twice(act, variables, new_environment):
    """The outcome, the same twice, with the same warnings, the variables left as they were."""
    before = repr(variables)
    copies = [new_environment(), new_environment()]
    first, second = (outcome(lambda one=one: act(one)) for one in copies)
    assert "internal" not in first.partition("refused: ")[2]
    assert repr(variables) == before
    if TOO_LONG not in first + second:  # how long is too long depends on the machine
        assert first == second
        assert copies[0].warnings == copies[1].warnings
    return first


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, variables=GIVEN)
def test_an_expression_is_contained(new_environment, text, variables):
    twice(
        lambda one: compile_expression(text, variables).evaluate(variables, one), variables, new_environment
    )


@settings(max_examples=200, deadline=None)
@given(cell=st.lists(TEXTS, min_size=1, max_size=3).map(", ".join), negated=st.booleans(), value=VALUES)
def test_a_cell_is_contained(new_environment, cell, negated, value):
    text = f"not({cell})" if negated else cell
    variables = deepcopy(VARIABLES)
    answer = twice(
        lambda one: compile_unary_tests(text, variables).matches(value, variables, one),
        variables,
        new_environment,
    )
    assert answer in {"bool: True", "bool: False"} or answer.startswith("refused: ")


@settings(max_examples=150, deadline=None)
@given(text=KINDS.filter("strange".__ne__).flatmap(lambda kind: sentences(kind, 3)))
def test_what_the_grammar_makes_is_understood_and_leaves_as_json(new_environment, text):
    environment = new_environment("error")
    value = compile_expression(text, VARIABLES).evaluate({**VARIABLES, "i": 1, "item": 2}, environment)
    assert from_python(to_json(value)) is not None or value is None


@pytest.mark.parametrize("refused", ["1 +", "x.", "2 ** 99999"])
def test_a_refusal_is_seen_as_one(new_environment, refused):
    answer = twice(lambda one: compile_expression(refused).evaluate({}, one), {}, new_environment)
    assert answer.startswith("refused: ")


def test_a_changed_variable_is_noticed(new_environment):
    variables = {"x": [1]}
    with pytest.raises(AssertionError):
        twice(lambda one: variables["x"].append(1), variables, new_environment)
