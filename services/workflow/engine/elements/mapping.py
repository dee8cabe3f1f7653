"""Input and output mappings: each value goes to a variable or, by a dotted path, into a context."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.task import Task

from services.workflow.engine.runtime import chain, key_of, runtime_of


def apply_inputs(task: Task) -> None:
    """Make the element's own variables; a later mapping sees the earlier ones."""
    runtime, key = runtime_of(task), key_of(task)
    for mapping in task.task_spec.node.inputs:
        value = runtime.value(mapping.source, task, "IO_MAPPING_ERROR", strict=False)
        runtime.variables.set_local(key, placed(mapping.target, value, runtime.variables.local(key)))


def apply_outputs(task: Task) -> None:
    """Merge the mapped values into the scopes around the element, all at once."""
    runtime, outputs = runtime_of(task), task.task_spec.node.outputs
    if not outputs:
        return
    outer = chain(task)[1:]
    around, results = runtime.variables.view(outer), dict[str, Any]()
    for mapping in outputs:
        value = runtime.value(mapping.source, task, "IO_MAPPING_ERROR", strict=False, extra=results)
        results.update(placed(mapping.target, value, {**around, **results}))
    runtime.variables.propagate(outer, results)


def placed(target: str, value: Any, existing: Mapping[str, Any]) -> dict[str, Any]:
    """The variable that holds `value` at the path `target`; its other members stay as they are."""
    name, _, rest = target.partition(".")
    if not rest:
        return {name: value}
    inner = existing.get(name)
    members = dict(inner) if isinstance(inner, Mapping) else {}
    members.update(placed(rest, value, members))
    return {name: members}
