"""FEEL for the engine: JSON in, JSON out, with this transaction's moment, calendar and policy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from services.workflow.engine import Evaluate, ExpressionFailed
from shared.calendar import WorkCalendar
from shared.feel import Environment, FeelError, compile_expression, to_json
from shared.policy import Policy


def surroundings(now: datetime, calendar: WorkCalendar, policy: Policy, *, strict: bool) -> Environment:
    """What expressions and decisions see beyond their variables; `now()` stands still."""
    missing: Literal["error", "null"] = "error" if strict else "null"
    return Environment(now=lambda: now, calendar=calendar, policy=policy, missing=missing)


def evaluator(now: datetime, calendar: WorkCalendar, policy: Policy) -> Evaluate:
    """An evaluator whose `now()` stands still for the whole transaction."""

    def evaluate(text: str, variables: Mapping[str, Any], *, strict: bool) -> Any:
        environment = surroundings(now, calendar, policy, strict=strict)
        try:
            return to_json(compile_expression(text).evaluate(variables, environment))
        except FeelError as error:
            raise ExpressionFailed(error.message_zh) from error

    return evaluate


def syntax_fault(text: str) -> str | None:
    """Why a text is not FEEL, in Chinese, or None."""
    try:
        compile_expression(text)
    except FeelError as error:
        return error.message_zh
    return None
