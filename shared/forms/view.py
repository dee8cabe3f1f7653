"""What the page template needs of a form: one plain dict per component, ready for the GOV.UK macros.

The template only chooses the macro by `kind`; everything that depends on values, errors and conditions
is settled here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shared.feel import Environment, compile_expression
from shared.forms.components import (
    DISPLAYS,
    Component,
    Form,
    condition_of,
    fields_of,
    is_required,
    is_shown_only,
    key_of,
    label_of,
)
from shared.forms.conditions import Values, hidden_keys, holds, visible_values
from shared.forms.inputs import INPUT_VIEWS, Files, Node, Question, messages_at, shown_only
from shared.forms.markdown import marked_up
from shared.forms.options import Options
from shared.forms.posted import ADD_ROW, REMOVE_ROW


@dataclass(frozen=True)
class Level:
    """One level of a form while it is drawn: the form itself, or one row of a list."""

    values: Values
    errors: Mapping[Any, Any]
    seen: Mapping[str, Any]
    prefix: str
    options: Options
    files: Files
    environment: Environment
    leading: frozenset[str]


def form_nodes(
    form: Form,
    values: Values,
    errors: Mapping[Any, Any],
    options: Options,
    files: Files,
    environment: Environment,
) -> list[Node]:
    """The nodes of a form, hidden components left out."""
    components = form["components"]
    known = _with_defaults(components, values)
    fields = fields_of(components)
    seen = visible_values(fields, known, hidden_keys(fields, known, environment))
    return _nodes(
        components, Level(known, errors, seen, "", options, files, environment, _leading(components))
    )


def _with_defaults(components: Sequence[Component], values: Values) -> dict[str, Any]:
    return {field.key: field.component.get("defaultValue") for field in fields_of(components)} | dict(values)


def _leading(components: Sequence[Component]) -> frozenset[str]:
    """Names that conditions ask for: after these questions others may appear."""
    names: set[str] = set()
    for component in components:
        condition = condition_of(component)
        if condition:
            names |= compile_expression(condition).variables
        names |= _leading(component.get("components") or ())
    return frozenset(names)


def _nodes(components: Sequence[Component], level: Level) -> list[Node]:
    return [_node(component, level) for component in components if not _is_hidden(component, level)]


def _is_hidden(component: Component, level: Level) -> bool:
    condition = condition_of(component)
    if condition is not None and holds((condition,), level.seen, level.environment):
        return True
    return _has_nothing_to_show(component, level)


def _has_nothing_to_show(component: Component, level: Level) -> bool:
    """A field that is only shown is left out while it is empty: it would ask the reader for nothing."""
    if component["type"] in DISPLAYS or component["type"] == "group" or not is_shown_only(component):
        return False
    return level.values.get(key_of(component)) in (None, "", [])


def _node(component: Component, level: Level) -> Node:
    kind = component["type"]
    if kind in DISPLAYS:
        return {"kind": kind, "html": marked_up(str(component.get("text") or component.get("content") or ""))}
    if kind == "group":
        return _group(component, level)
    if kind == "dynamiclist":
        return _rows(component, level)
    question = _question(component, level)
    if is_shown_only(component):
        return shown_only(question)
    return INPUT_VIEWS[kind](question) | {"leads": component["key"] in level.leading}


def _question(component: Component, level: Level) -> Question:
    key = key_of(component)
    messages = messages_at(level.errors.get(key))
    return Question(
        component, level.prefix + key, level.values.get(key), messages, level.options, level.files
    )


def _group(component: Component, level: Level) -> Node:
    return {
        "kind": "group",
        "label": label_of(component),
        "hint": str(component.get("description") or ""),
        "outlined": bool(component.get("showOutline")),
        "nodes": _nodes(component["components"], level),
    }


def _rows(component: Component, level: Level) -> Node:
    name = level.prefix + key_of(component)
    errors = level.errors.get(key_of(component)) or {}
    by_row = errors if isinstance(errors, Mapping) else {}
    changeable = component.get("allowAddRemove", True) is not False and not is_shown_only(component)
    rows = enumerate(_row_values(component, level))
    return {
        "kind": "rows",
        "name": name,
        "id": f"f-{name}",
        "label": label_of(component) + ("" if is_required(component) or not changeable else "（选填）"),
        "hint": str(component.get("description") or ""),
        "messages": []
        if any(isinstance(found, Mapping) for found in by_row.values())
        else messages_at(errors),
        "rows": [_row(component, level, index, row, by_row.get(index)) for index, row in rows],
        "add": (ADD_ROW, name) if changeable else None,
    }


def _row_values(component: Component, level: Level) -> Sequence[Any]:
    rows = level.values.get(key_of(component))
    if isinstance(rows, list) and rows:
        return rows
    return [{}] * int(component.get("defaultRepetitions") or 1)


def _row(component: Component, level: Level, index: int, row: Any, errors: Any) -> Node:
    name = f"{level.prefix}{key_of(component)}-{index}"
    known = _with_defaults(component["components"], row if isinstance(row, Mapping) else {})
    fields = fields_of(component["components"])
    hidden = hidden_keys(fields, known, level.environment, level.seen)
    inner = replace(
        level,
        values=known,
        errors=errors if isinstance(errors, Mapping) else {},
        seen=visible_values(fields, known, hidden, level.seen),
        prefix=f"{name}-",
    )
    return {
        "number": index + 1,
        "nodes": _nodes(component["components"], inner),
        "remove": (REMOVE_ROW, name),
    }
