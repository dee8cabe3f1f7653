"""The components of a form-js form, walked in the same way by every reader of a form.

A form is the parsed JSON of a `.form` file: `{"id": ..., "components": [...]}`. Groups only arrange; a
dynamic list holds rows, each with the values of its own components.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Component = Mapping[str, Any]
Form = Mapping[str, Any]

DISPLAYS = frozenset({"text", "html", "separator", "spacer"})
INPUTS = frozenset(
    {
        "textfield",
        "textarea",
        "number",
        "checkbox",
        "radio",
        "select",
        "checklist",
        "datetime",
        "filepicker",
        "dynamiclist",
    }
)
CHOICES = frozenset({"radio", "select", "checklist"})
MAX_ROWS = 50


@dataclass(frozen=True)
class Field:
    """An input component together with the FEEL conditions (its own and its groups') that hide it."""

    component: Component
    hidden_by: tuple[str, ...]

    @property
    def key(self) -> str:
        """The name of the answer in the form's values."""
        return key_of(self.component)

    @property
    def accepted(self) -> bool:
        """False for a field that is only shown (`readonly` or `disabled`): nothing posted for it counts."""
        return not is_shown_only(self.component)


def key_of(component: Component) -> str:
    """The name under which a component's answer is kept; a dynamic list calls it `path`."""
    return str(component["path"] if component["type"] == "dynamiclist" else component["key"])


def label_of(component: Component) -> str:
    """What people read beside the field."""
    return str(component.get("label") or "")


def is_shown_only(component: Component) -> bool:
    """True when people may read the field but not change it."""
    return bool(component.get("readonly") or component.get("disabled"))


def is_required(component: Component) -> bool:
    """True when a visible field must have an answer."""
    return bool(rules_of(component).get("required"))


def rules_of(component: Component) -> Mapping[str, Any]:
    """The `validate` part of a component: required, lengths, bounds, pattern."""
    return component.get("validate") or {}


def properties_of(component: Component) -> Mapping[str, Any]:
    """The custom properties of a component (form-js keeps them as texts)."""
    return component.get("properties") or {}


def condition_of(component: Component) -> str | None:
    """The FEEL expression that hides the component when it is true."""
    hide = (component.get("conditional") or {}).get("hide")
    return str(hide) if hide else None


def fields_of(components: Sequence[Component]) -> list[Field]:
    """The input components of one level in document order, out of their groups."""
    return list(_walk(components, ()))


def _walk(components: Sequence[Component], outer: tuple[str, ...]) -> Iterator[Field]:
    for component in components:
        condition = condition_of(component)
        hidden_by = (*outer, condition) if condition else outer
        if component["type"] == "group":
            yield from _walk(component["components"], hidden_by)
        elif component["type"] in INPUTS:
            yield Field(component, hidden_by)
