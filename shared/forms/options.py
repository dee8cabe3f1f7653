"""The options of radio, select and checklist: in the form itself, or given by the server under a name."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.forms.components import Component

Option = Mapping[str, Any]
Options = Mapping[str, Sequence[Option]]


def options_of(component: Component, options: Options) -> Sequence[Option]:
    """The options of one component, each with `value`, `label` and perhaps `hint`.

    `valuesKey` names a list that the server gives; LookupError when the caller has not given it.
    """
    name = component.get("valuesKey")
    if not name:
        return component.get("values") or ()
    if name not in options:
        raise LookupError(f"the form asks for options {name!r} that were not given")
    return options[name]


def values_of(component: Component, options: Options) -> list[str]:
    """The values that may be answered."""
    return [str(option["value"]) for option in options_of(component, options)]


def label_for(component: Component, options: Options, value: Any) -> str:
    """What people read for a value; the value itself when the list no longer has it."""
    labels = {str(option["value"]): str(option["label"]) for option in options_of(component, options)}
    return labels.get(str(value), str(value))
