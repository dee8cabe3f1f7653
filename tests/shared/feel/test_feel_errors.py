"""What is wrong in a text is named by its place, in English and in Chinese."""

from collections.abc import Mapping

import pytest

from shared.feel import FeelError, FeelSyntaxError, compile_expression


@pytest.mark.parametrize(
    ("text", "position", "chinese"),
    [
        ("", 0, "表达式不完整"),
        ("=", 1, "表达式不完整"),
        ("1 +", 3, "表达式不完整"),
        ("1 + + 2", 4, "“+”"),
        ("=  1 1", 5, "“1”"),
        ("年龄 ＞ 70", 3, "半角的“>”"),
        ("f（x）", 1, "半角的“(”"),
        ("“甲”", 0, "半角"),
        ("a == 1", 3, "只写一个“=”"),
        ('a = "x', 4, "引号没有配对"),
        ("a = 'x'", 4, "引号没有配对"),
        ("if a then 1", 11, "表达式不完整"),
        ("a; b", 1, "“;”"),
        ("{a: 1, a: 2}", 7, "写了两次"),
        ('x + @"2024-13-01"', 4, "不是日期"),
        ("1 + 1e99999", 4, "数值太大"),
        ("1 + 1e99999999999999999999", 4, "数值太大"),
        ('"\\uD83D"', 0, "转义"),
        ('"\\UFFFFFF"', 0, "转义"),
        ("[!= 1]", 1, "不能这样单独使用"),
        ("not x", 4, "“x”"),
        ("a.1", 1, "“.1”"),
        ("for x return x", 6, "“return”"),
        ("/* never ends", 0, "“/”"),
        ("(" * 101 + "1" + ")" * 101 + "x", 203, "“x”"),
        ("-" * 101 + "1", 0, "嵌套"),
        ("x" * 10_001, 10_000, "10000 个字符"),
    ],
)
def test_syntax_errors(text, position, chinese):
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)
    assert caught.value.position == position
    assert chinese in caught.value.message_zh
    assert f"第 {position + 1} 个字符" in caught.value.message_zh
    assert f"(position {position})" in str(caught.value)


def test_a_syntax_error_is_a_feel_error():
    assert issubclass(FeelSyntaxError, FeelError)


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), {1: 2}, object(), {1, 2}, b"x", 10**7000, [[object()]]],
    ids=lambda value: type(value).__name__,
)
def test_variables_of_unknown_kinds_are_errors_when_they_are_read(environment, value):
    with pytest.raises(FeelError):
        compile_expression("x").evaluate({"x": value}, environment)
    assert compile_expression("y").evaluate({"x": value, "y": 1}, environment) == 1


class Broken(Mapping):
    """Variables whose store fails, with a text that must go nowhere."""

    def __getitem__(self, name):
        raise OSError("张某某 330101199001011234")

    def __iter__(self):
        return iter(["x"])

    def __len__(self):
        return 1


def test_even_a_broken_store_of_variables_ends_as_a_feel_error(environment):
    with pytest.raises(FeelError) as caught:
        compile_expression("x").evaluate(Broken(), environment)
    assert str(caught.value) == "internal error in FEEL: OSError"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_warnings_stay_few(evaluate, environment):
    evaluate("for i in 1..1000 return i + null")
    assert len(environment.warnings) == 100
