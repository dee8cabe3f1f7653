"""Values on their way into a JSON column and back."""

import json
from decimal import Decimal

import pytest

from shared.feel import FeelError, from_python, to_json


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("1", 1),
        ("1.0", 1),
        ("-1e20", -(10**20)),
        ("0.1 + 0.2", 0.3),
        ("1 / 3", 0.3333333333333333),
        ("1e40", 1e40),
        ('"文字"', "文字"),
        ("null", None),
        ("true", True),
        ('[1, {a: @"2024-02-29"}]', [1, {"a": "2024-02-29"}]),
        ('@"09:30:00"', "09:30:00"),
        ('@"2024-02-29T09:30:00"', "2024-02-29T09:30:00"),
        ('@"2024-02-29T09:30:00Z"', "2024-02-29T09:30:00Z"),
        ('@"2024-02-29T09:30:00.5@Asia/Shanghai"', "2024-02-29T09:30:00.500000+08:00"),
        ('@"P1DT2H"', "P1DT2H"),
        ('@"P1Y2M"', "P1Y2M"),
    ],
)
def test_what_is_stored(evaluate, text, stored):
    result = to_json(evaluate(text))
    assert (type(result), result) == (type(stored), stored)
    json.dumps(result, allow_nan=False)


@pytest.mark.parametrize("text", ["1", "0.3", "-12.50", '"x"', "null", "false", "[1, [0.1]]", "{a: {b: 2}}"])
def test_plain_values_come_back_as_they_were(evaluate, text):
    value = evaluate(text)
    assert from_python(json.loads(json.dumps(to_json(value)))) == value


def test_dates_come_back_through_their_functions(check, evaluate):
    stored = to_json(evaluate("now()"))
    check("date and time(stored) = now()", True, stored=stored)


@pytest.mark.parametrize("text", ["[1..2]", "function(x) x", "count", "[[1..2]]", "1e400"])
def test_what_cannot_be_stored(evaluate, text):
    with pytest.raises(FeelError):
        to_json(evaluate(text))


def test_a_bomb_of_shared_lists_is_not_unfolded():
    value: list = [Decimal(1)]
    for _ in range(50):
        value = [value, value]
    with pytest.raises(FeelError, match="too large"):
        to_json(value)
