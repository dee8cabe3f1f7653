"""The stored form of a running instance: its tokens, and nothing else.

Tokens refer to task specs by name, so any process that has compiled the same definitions can go on.
The library's own serializer is not used: it stores definitions, history and data (see docs).
"""

from __future__ import annotations

from typing import Any

import orjson
from SpiffWorkflow.task import Task

from services.workflow.engine.compiled import ScopeSpec
from services.workflow.engine.runtime import Runtime
from services.workflow.engine.scope import InnerScope, Scope, TopScope

FORMAT = 1


def dump(top: TopScope) -> bytes:
    """The state as JSON."""
    numbers: dict[Any, int] = {}
    scopes = [_dump_scope(scope, numbers) for scope in _outer_first(top)]
    queue = [numbers[task.id] for task in top.runtime.queue if task.id in numbers]
    return orjson.dumps({"format": FORMAT, "scopes": scopes, "queue": queue})


def restore(state: bytes, top: ScopeSpec, inner: dict[str, ScopeSpec], runtime: Runtime) -> TopScope:
    """The instance again, with every watcher and every ready token in its place."""
    stored = orjson.loads(state)
    if stored["format"] != FORMAT:
        raise ValueError(f"state format {stored['format']} is unknown")
    first, *others = stored["scopes"]
    instance = TopScope(top, inner, runtime, deserializing=True)
    tasks: list[Task] = []
    _fill(instance, first, tasks)
    for scope in others:
        owner = tasks[scope["owner"]]
        restored = InnerScope(inner[scope["spec"]], owner, instance, deserializing=True)
        instance.subprocesses[owner.id] = restored
        _fill(restored, scope, tasks)
    _enrol(runtime, tasks)
    runtime.queue.extend(tasks[number] for number in stored["queue"])
    return instance


def _outer_first(top: TopScope) -> list[Scope]:
    inside: dict[int, list[InnerScope]] = {}
    for inner in top.subprocesses.values():
        inside.setdefault(id(inner.parent_workflow), []).append(inner)
    ordered: list[Scope] = [top]
    for scope in ordered:
        ordered.extend(inside.get(id(scope), ()))
    return ordered


def _dump_scope(scope: Scope, numbers: dict[Any, int]) -> dict[str, Any]:
    tasks = [scope.task_tree, *_children_last(scope)]
    for task in tasks:
        numbers[task.id] = len(numbers)
    rows = [[t.task_spec.name, t.state, numbers.get(t._parent, -1), t.internal_data] for t in tasks]
    owner = numbers[scope.owner.id] if scope.owner is not None else -1
    stored = {"spec": scope.spec.name, "owner": owner, "data": scope.data, "tasks": rows}
    return {**stored, "completed": scope.completed}


def _children_last(scope: Scope) -> list[Task]:
    top: list[Task] = []
    nested: list[Task] = []
    for task in scope.tokens():
        (top if task.parent is scope.task_tree else nested).append(task)
    return top + nested


def _fill(scope: Scope, stored: dict[str, Any], tasks: list[Task]) -> None:
    scope.data, scope.completed = stored["data"], stored["completed"]
    for name, state, parent, internal in stored["tasks"]:
        above = tasks[parent] if parent >= 0 else None
        task = Task(scope, scope.spec.task_specs[name], above, state=state)
        task.internal_data, task.triggered = internal, above is not None
        if above is None:
            scope.task_tree = task
        tasks.append(task)


def _enrol(runtime: Runtime, tasks: list[Task]) -> None:
    for task in tasks:
        key = task.internal_data.get("key")
        if key is not None:
            runtime.by_key[key] = task
        if task.internal_data.get("owner") is not None:
            runtime.watchers.setdefault(task.internal_data["owner"], []).append(task)
