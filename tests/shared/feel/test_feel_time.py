"""The time of an evaluation is limited by the timer of its environment, and errors tell where it ran out."""

from itertools import count

import pytest

from shared.feel import FeelError, compile_expression, compile_unary_tests, limits

LOOKS = 10


@pytest.fixture
def hurried(new_environment):
    """An environment whose timer allows ten looks."""
    environment = new_environment()
    ticks = count()
    environment.timer = lambda: next(ticks) * limits.SECONDS / LOOKS
    return environment


def steps(number):
    return f"some i in 1..{number} satisfies false"


@pytest.mark.parametrize(
    ("number", "enough"),
    [
        (limits.STEPS_PER_LOOK, True),
        ((limits.STEPS_PER_LOOK + 1) * (LOOKS + 1) - 1, True),
        ((limits.STEPS_PER_LOOK + 1) * (LOOKS + 1), False),
    ],
)
def test_an_evaluation_ends_when_its_time_is_up(hurried, number, enough):
    if enough:
        assert compile_expression(steps(number)).evaluate({}, hurried) is False
    else:
        with pytest.raises(FeelError, match="takes too long"):
            compile_expression(steps(number)).evaluate({}, hurried)


def test_a_short_evaluation_never_asks_the_time(new_environment):
    environment = new_environment()
    environment.timer = lambda: pytest.fail("looked at the clock")
    assert compile_expression("sum(for i in 1..20 return i)").evaluate({}, environment) == 210


def test_each_evaluation_has_its_own_time(hurried):
    expression = compile_expression(steps(limits.STEPS_PER_LOOK * 5))
    assert [expression.evaluate({}, hurried) for _ in range(10)] == [False] * 10


def test_a_cell_is_limited_too(hurried):
    with pytest.raises(FeelError, match="takes too long"):
        compile_unary_tests(steps(10**9)).matches(1, {}, hurried)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("1 + count(for i in 1..100000 return i)", 14),
        ("[1, 2 ** 10000]", 4),
        ("1 = 2 or [big, big, big, big, big] = [other, other, other, other, other]", 10),
        ("1 = 2 or [big, big, big, big, big, big].x = 1", 10),
        ("true and [big, big, big, big, big] instance of list<Any>", 10),
        ("{f: function(x) f(x), r: f(1)}.r", 16),
        ('"" + text + text + text', 0),
        ("if true then [1][item = 2 ** 99999] else 1", 24),
    ],
)
def test_an_error_tells_where_a_limit_was_passed(environment, text, position):
    big = [[list(range(1000))] * 10] * 4
    with pytest.raises(FeelError) as caught:
        compile_expression(text).evaluate({"big": big, "other": big, "text": "x" * 50_000}, environment)
    assert caught.value.position == position
    assert f"position {position}" in caught.value.message
    assert f"第 {position + 1} 个字符" in caught.value.message_zh


def test_a_text_has_only_so_many_words_and_signs():
    most = limits.TOKENS
    compile_expression("+".join(["1"] * (most // 2)))
    with pytest.raises(FeelError, match="too many words and signs"):
        compile_expression("+".join(["1"] * (most // 2 + 1)))


def test_strings_that_are_made_cost_steps(evaluate):
    text = "x" * 90_000
    made = limits.STEPS * limits.CHARACTERS_PER_STEP // len(text)
    assert evaluate(f'count(for i in 1..{made - 5} return text + "y")', text=text) == made - 5
    with pytest.raises(FeelError, match="too many steps"):
        evaluate(f'count(for i in 1..{made + 5} return text + "y")', text=text)
