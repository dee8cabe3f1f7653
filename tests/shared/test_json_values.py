"""JSON from outside: what no database keeps is refused wherever it stands, and depth on both sides."""

import pytest

from shared.json_values import keepable, read_json

DEEP = "[" * 5 + "1" + "]" * 5


def test_what_can_be_kept_is_read() -> None:
    text = '{"张三": [1, -2.5, 1000000000000000000000000000000, null, true, "\\ud83d\\ude00"]}'
    assert read_json(text) == {"张三": [1, -2.5, 10**30, None, True, "😀"]}


@pytest.mark.parametrize(
    "text", ["x", "NaN", "-Infinity", "1e999", '"a\\u0000"', '"\\ud800"', "[" * 100_000],
)  # fmt: skip
@pytest.mark.parametrize("around", ["{}", '{{"a": [{}]}}'])
def test_what_cannot_is_refused_wherever_it_stands(text: str, around: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_json(around.format(text))


def test_names_are_looked_at_too() -> None:
    with pytest.raises(ValueError, match="NUL"):
        read_json('{"a\\u0000": 1}')


def test_depth_on_both_sides() -> None:
    assert read_json(DEEP, deepest=6) == [[[[[1]]]]]
    with pytest.raises(ValueError, match="deep"):
        read_json(DEEP, deepest=5)


@pytest.mark.parametrize(("text", "kept"), [("张三 😀", True), ("", True), ("a\0", False), ("\udfff", False)])
def test_texts(text: str, kept: bool) -> None:
    assert keepable(text) is kept
