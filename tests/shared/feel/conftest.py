"""One way to evaluate FEEL in these tests: noon in Shanghai on 2024-09-30, the real calendar and policy,
and a timer that stands still, so that a busy machine changes no result."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.calendar import WorkCalendar
from shared.feel import Environment, compile_expression, from_python
from shared.policy import load_policy

POLICIES = Path(__file__).parents[3] / "workflows" / "policies"
NOON = datetime(2024, 9, 30, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def new_environment():
    calendar, policy = WorkCalendar.chinese(), load_policy(POLICIES, "jiangsu")
    return lambda missing="null": Environment(
        now=lambda: NOON, calendar=calendar, policy=policy, missing=missing, timer=lambda: 0.0
    )


@pytest.fixture
def environment(new_environment):
    return new_environment()


@pytest.fixture
def evaluate(environment):
    """evaluate("a + 1", a=1): the value; reasons for nulls are in `environment.warnings`."""

    def run(text, /, **variables):
        return compile_expression(text).evaluate(variables, environment)

    return run


@pytest.fixture
def check(evaluate):
    """check("1 + 1", 2): the value is this one and of the same kind."""

    def compare(text, expected, /, **variables):
        value, wanted = evaluate(text, **variables), from_python(expected)
        assert (type(value), value) == (type(wanted), wanted)

    return compare
