"""Time, policy and working days inside expressions; it is 12:00 on 2024-09-30 in Shanghai."""

from datetime import datetime

import pytest

from shared.feel import Environment, FeelError, compile_expression


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("string(now())", "2024-09-30T12:00:00@Asia/Shanghai"),
        ("string(today())", "2024-09-30"),
        ('now() > @"2024-09-30T03:59:59Z"', True),
        ('(now() - @"2024-09-30T10:00:00+08:00").hours', 2),
        ('policy("dispatch.accept_hours")', 24),
        ('policy("review.decision.warn_percent")[2]', 80),
        ('policy("notice.channels").decision', ["in_app", "sms"]),
        ('policy("intake.matters")[code = "MAINTENANCE"].clause', ["S0-4.1d"]),
        ('policy("no.such.setting")', None),
        ("string(working days after(now(), 3))", "2024-10-10T23:59:59@Asia/Shanghai"),
        ("string(working days after(today(), 3))", "2024-10-10T23:59:59@Asia/Shanghai"),
        ('string(date(working days after(@"2024-09-27", 7)))', "2024-10-12"),
        ('string(working days after(@"2024-09-30T23:59:59", 3))', "2024-10-10T23:59:59@Asia/Shanghai"),
        ('string(working days after(@"2024-09-29T16:00:00Z", 3))', "2024-10-10T23:59:59@Asia/Shanghai"),
        ("string(days after(now(), 5))", "2024-10-08T23:59:59@Asia/Shanghai"),
        ('working days between(@"2024-09-30", @"2024-10-10")', 3),
        ('working days between(@"2024-10-10", @"2024-09-30")', 0),
        ('is working day(@"2024-10-12")', True),
        ('is working day(@"2024-10-13")', False),
        ('is working day(@"2024-09-30T16:00:00Z")', False),
        ("working days after(now(), 1.5)", None),
        ("working days after(now(), -1)", None),
        ("working days after(null, 1)", None),
        ('working days after(@"9999-12-31", 1)', None),
        ('days after(@"0001-01-01T00:00:00+14:00", 1)', None),
    ],
)
def test_surroundings(check, text, value):
    check(text, value)


@pytest.mark.clause("S0-7.4.3d")
def test_the_decision_period_of_a_model(check):
    text = '=working days after(start, policy("review.decision.target_working_days"))'
    check(f"string({text[1:]})", "2024-10-15T23:59:59@Asia/Shanghai", start=datetime(2024, 9, 30, 17, 30))


def test_an_earlier_of_two_deadlines(check):
    text = "string(min(working days after(now(), 3), days after(now(), 5)))"
    check(text, "2024-10-08T23:59:59@Asia/Shanghai")


@pytest.mark.parametrize("text", ['policy("a.b")', "working days after(now(), 1)", "is working day(today())"])
def test_without_policy_and_calendar_these_functions_are_errors(environment, text):
    bare = Environment(now=environment.now)
    with pytest.raises(FeelError, match=r"there is no (policy|calendar) here"):
        compile_expression(text).evaluate({}, bare)


def test_an_unknown_policy_path_can_be_an_error(new_environment):
    with pytest.raises(FeelError, match=r"policy setting a\.b"):
        compile_expression('policy("a.b")').evaluate({}, new_environment(missing="error"))


def test_a_policy_path_that_may_be_personal_is_not_repeated(new_environment):
    with pytest.raises(FeelError) as caught:
        compile_expression("policy(name)").evaluate({"name": "张某某"}, new_environment(missing="error"))
    assert "张" not in caught.value.message + caught.value.message_zh
