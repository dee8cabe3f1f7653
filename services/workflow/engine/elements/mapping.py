"""Input and output mappings: each value goes to a variable or, by a dotted path, into a context."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.task import Task

from services.workflow.engine.definition import Node
from services.workflow.engine.runtime import chain, key_of, runtime_of


def apply_inputs(task: Task) -> None:
    """Make the element's own variables; a later mapping sees the earlier ones, none its own old result."""
    runtime, key, made = runtime_of(task), key_of(task), dict[str, Any]()
    hidden = _names(task.task_spec.node) - _given_by_loop(task)
    for mapping in task.task_spec.node.inputs:
        seen = {**runtime.seen(task, hidden), **made}
        value = runtime.reckon(mapping.source, seen, "IO_MAPPING_ERROR", strict=False)
        made.update(placed(mapping.target, value, made))
    runtime.variables.set_local(key, made)


def apply_outputs(task: Task) -> None:
    """Merge the mapped values into the scopes around the element, all at once."""
    runtime, outputs = runtime_of(task), task.task_spec.node.outputs
    if not outputs:
        return
    outer = chain(task)[1:]
    around, results = runtime.variables.view(outer), dict[str, Any]()
    for mapping in outputs:
        seen = {**runtime.seen(task), **results}
        value = runtime.reckon(mapping.source, seen, "IO_MAPPING_ERROR", strict=False)
        results.update(placed(mapping.target, value, {**around, **results}))
    runtime.variables.propagate(outer, results)


def _names(node: Node) -> frozenset[str]:
    return frozenset(mapping.target.partition(".")[0] for mapping in node.inputs)


def _given_by_loop(task: Task) -> frozenset[str]:
    loop = task.task_spec.node.loop if task.task_spec.in_body else None
    return frozenset() if loop is None else frozenset({"loopCounter", loop.item or ""})


def placed(target: str, value: Any, existing: Mapping[str, Any]) -> dict[str, Any]:
    """The variable that holds `value` at the path `target`; its other members stay as they are."""
    name, _, rest = target.partition(".")
    if not rest:
        return {name: value}
    inner = existing.get(name)
    members = dict(inner) if isinstance(inner, Mapping) else {}
    members.update(placed(rest, value, members))
    return {name: members}
