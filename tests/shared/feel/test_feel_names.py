"""Names with spaces, Chinese characters, operators and keywords; and which variables an expression needs."""

import pytest

from shared.feel import FeelError, compile_expression


@pytest.mark.parametrize(
    ("text", "variables", "value"),
    [
        ("申请人.年龄 >= 70", {"申请人": {"年龄": 70}}, True),
        ("monthly income * 12", {"monthly income": 100}, 1200),
        ("monthly   income + 1", {"monthly income": 1}, 2),
        ('申请人 姓名 = "张某"', {"申请人 姓名": "张某"}, True),
        ("案件.审查 结果.是否 通过", {"案件": {"审查 结果": {"是否 通过": True}}}, True),
        ("`first-name` + `a and b`", {"first-name": "x", "a and b": "y"}, "xy"),
        ("𠮷 + _a1", {"𠮷": 1, "_a1": 2}, 3),
        ("数据2 + a2b", {"数据2": 1, "a2b": 2}, 3),
        ("notice", {"notice": 1}, 1),
        ("order + android + inner", {"order": 1, "android": 2, "inner": 3}, 6),
        ("count", {"count": 5}, 5),
        ("count([1, 2]) + count", {"count": 5}, 7),
        ("{a-b: 1, c: a-b + 1}.c", {}, 2),
        ("{in progress: 1, c: in progress + 1}.c", {}, 2),
        ('{"any key!": 1}', {}, {"any key!": 1}),
    ],
)
def test_names(check, text, variables, value):
    check(text, value, **variables)


def test_declared_names_may_hold_operators_and_keywords(environment):
    variables = {"first-name": "a", "date and place": "b", "first": 9, "name": 4}
    expression = compile_expression("first-name + date  and place", names=tuple(variables))
    assert expression.evaluate(variables, environment) == "ab"
    assert compile_expression("first-name").evaluate(variables, environment) == 5


def test_the_longest_declared_name_wins_at_word_borders(environment):
    variables = {"a-b": 1, "a-b-c": 2, "a": 10, "bc": 3}
    names = tuple(variables)
    assert compile_expression("a-b-c", names).evaluate(variables, environment) == 2
    assert compile_expression("a-bc", names).evaluate(variables, environment) == 7


@pytest.mark.parametrize(
    ("text", "free"),
    [
        ("a + b.c * d[1]", {"a", "b", "d"}),
        ("for i in xs return i + k", {"xs", "k"}),
        ("for i in i return i", {"i"}),
        ("some x in xs, y in x satisfies y > z", {"xs", "z"}),
        ("xs[item > limit]", {"xs", "limit"}),
        ("{a: 1, b: a + c}", {"c"}),
        ("{b: a, a: 1}", {"a"}),
        ("function(x) x + y", {"y"}),
        ("count(xs) + sum(1, 2)", {"xs"}),
        ("my rule(1)", {"my rule"}),
        ("count", {"count"}),
        ("is defined(a.b) and is defined(c)", {"a", "c"}),
        ("x in (< y, ? > 1)", {"x", "y"}),
        ("date and time(t)", {"t"}),
        ("1", set()),
    ],
)
def test_free_variables(text, free):
    assert compile_expression(text).variables == free


def test_a_missing_variable_is_null_with_a_warning(evaluate, environment):
    assert evaluate("a = null") is True
    assert environment.warnings == ["there is no variable a"]


@pytest.mark.parametrize("text", ["a", "1 + a", "xs[item > a]", "no such rule(1)"])
def test_a_missing_variable_can_be_an_error(new_environment, text):
    with pytest.raises(FeelError, match="there is no") as caught:
        compile_expression(text).evaluate({"xs": [1]}, new_environment(missing="error"))
    assert caught.value.message_zh.startswith("没有")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("is defined(a)", True),
        ("is defined(n)", True),
        ("is defined(b)", False),
        ("is defined(a.x)", True),
        ("is defined(a.y)", False),
        ("is defined(b.x.y)", False),
        ("is defined(a.x + 1)", True),
        ("is defined(b + 1)", False),
    ],
)
def test_asking_for_what_is_not_there_is_no_error(new_environment, text, value):
    environment = new_environment(missing="error")
    variables = {"a": {"x": 1}, "n": None}
    assert compile_expression(text).evaluate(variables, environment) == value


def test_a_variable_may_hide_a_built_in_only_as_a_function(check):
    check("{count: function(x) 42, r: count([1])}.r", 42)
    check("{count: 1, r: count([1, 2])}.r", 2)


def test_compiled_once_then_kept():
    assert compile_expression("a + 1") is compile_expression("a + 1", names=())
    assert compile_expression("a-1") is not compile_expression("a-1", names=("a-1",))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"in": 1}.in + 1', 2),
        ('{"return date": 1}.return date', 1),
        ('{"if": {"then": 2}}.if.then', 2),
        ('[{"for": 3}].for[1]', 3),
        ('{"and": true}.and and true', True),
        ('{"not": 4}.not', 4),
        ("{a: 1}.a in [1..2]", True),
    ],
)
def test_after_a_dot_every_word_is_a_name(check, text, value):
    check(text, value)
