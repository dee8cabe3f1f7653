"""A condition such as process owners write: two comparisons, a path, and a setting of the policy."""

from datetime import UTC, datetime

from bench.measuring import Figure, microseconds
from shared.feel import Environment, compile_expression
from shared.policy import Policy

TEXT = 'applicant.age >= 70 and income < policy("means.threshold")'


def _measure() -> float:
    policy = Policy("bench", {"means": {"threshold": 2500}})
    environment = Environment(now=lambda: datetime(2024, 9, 30, tzinfo=UTC), policy=policy)
    variables = {"applicant": {"age": 72}, "income": 1800}
    condition = compile_expression(TEXT)
    assert condition.evaluate(variables, environment) is True
    return microseconds(lambda: condition.evaluate(variables, environment))


FIGURE = Figure(
    "feel-condition",
    f"evaluate the compiled `{TEXT}` with variables given as JSON values; the environment is made once, as "
    "callers do per transaction",
    5,
    "µs",
    _measure,
)
