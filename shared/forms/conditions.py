"""Which fields the answers given so far hide: the FEEL texts in `conditional.hide`.

A missing answer counts as null. A hidden field's answer counts as missing, so a value that was sent
along for a hidden field cannot open or close another one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.feel import Environment, FeelError, compile_expression
from shared.forms.components import Field

Values = Mapping[str, Any]


class NoClock:
    """Stands in for the clock of a form that does not ask for the time, and remembers when one does."""

    asked = False

    def __call__(self) -> datetime:
        self.asked = True
        raise LookupError("this form asks for the time: give form_schema and render_form an environment")


def clockless() -> Environment:
    """The environment of a form whose conditions do not ask for the time."""
    return Environment(now=NoClock())


def holds(conditions: Sequence[str], values: Values, environment: Environment) -> bool:
    """True when one of the conditions is true. A condition that cannot be computed hides nothing."""
    return any(_is_true(condition, values, environment) for condition in conditions)


def hidden_keys(
    fields: Sequence[Field], values: Values, environment: Environment, outer: Values | None = None
) -> frozenset[str]:
    """Keys of the fields of one level that are hidden; `outer` is what the rows of a list see of the form."""
    if not any(field.hidden_by for field in fields):
        return frozenset()
    hidden: frozenset[str] = frozenset()
    for _ in range(len(fields) + 1):  # conditions form no circle, so this settles within one round per field
        seen = visible_values(fields, values, hidden, outer)
        found = frozenset(field.key for field in fields if holds(field.hidden_by, seen, environment))
        if found == hidden:
            break
        hidden = found
    return hidden


def visible_values(
    fields: Sequence[Field], values: Values, hidden: frozenset[str], outer: Values | None = None
) -> dict[str, Any]:
    """What conditions may read: every field of the level, null where hidden or not answered."""
    own = {field.key: None if field.key in hidden else values.get(field.key) for field in fields}
    return own if outer is None else {**outer, **own, "this": own, "parent": dict(outer)}


def _is_true(condition: str, values: Values, environment: Environment) -> bool:
    try:
        return compile_expression(condition).evaluate(values, environment) is True
    except FeelError:
        if isinstance(environment.now, NoClock) and environment.now.asked:
            environment.now()  # the caller forgot the clock: that is no fault of the answers
        return False
