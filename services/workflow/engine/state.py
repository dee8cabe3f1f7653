"""The stored form of a running instance: its tokens, and nothing else.

Tokens refer to task specs by name, so any process that has compiled the same definitions can go on.
The library's own serializer is not used: it stores definitions, history and data (see docs).
"""

from __future__ import annotations

from typing import Any

import orjson
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from services.workflow.engine.compiled import ScopeSpec
from services.workflow.engine.runtime import Asleep, Runtime, run_number
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
    busy = {scope["owner"] for scope in others}.union(stored["queue"])
    instance = TopScope(top, inner, runtime, deserializing=True)
    tasks: list[Any] = []
    _fill(instance, first, tasks, busy)
    for scope in others:
        owner = tasks[scope["owner"]]
        restored = InnerScope(inner[scope["spec"]], owner, instance, deserializing=True)
        instance.subprocesses[owner.id] = restored
        _fill(restored, scope, tasks, busy)
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
    root = scope.task_tree
    tasks = [root, *(task for task in scope.tokens() if task.parent is root)]
    for task in tasks:
        numbers[task.id] = len(numbers)
    rows = [[t.task_spec.name, t.state, numbers.get(t._parent, -1), t.internal_data] for t in tasks]
    rows += _runs(scope, numbers)
    owner = numbers[scope.owner.id] if scope.owner is not None else -1
    stored = {"spec": scope.spec.name, "owner": owner, "data": scope.data, "tasks": rows}
    return {**stored, "completed": scope.completed}


def _runs(scope: Scope, numbers: dict[Any, int]) -> list[list[Any]]:
    """The runs of multi-instance activities, after everything else, in their order whether asleep or not."""
    root, sleeping = scope.task_tree, scope.top_workflow.runtime.asleep.items()
    found: list[tuple[int, int, Any, list[Any]]] = []
    for task in scope.tokens():
        if task.parent is not root:
            row = [task.task_spec.name, task.state, numbers[task._parent], task.internal_data]
            found.append((row[2], run_number(task), task.id, row))
    for key, token in sleeping:
        if token.body.workflow is scope:
            row = [token.name, token.state, numbers[token.body.id], token.internal]
            found.append((row[2], token.internal["index"], key, row))
    found.sort(key=lambda run: run[:2])
    for *_, mark, _row in found:
        numbers[mark] = len(numbers)
    return [row for *_, row in found]


def _fill(scope: Scope, stored: dict[str, Any], tasks: list[Any], busy: set[int]) -> None:
    scope.data, scope.completed = stored["data"], stored["completed"]
    asleep = scope.top_workflow.runtime.asleep
    for name, state, parent, internal in stored["tasks"]:
        above = tasks[parent] if parent >= 0 else None
        if above is not None and above.task_spec.is_body and _sleeps(state, internal, len(tasks), busy):
            asleep[internal["key"]] = Asleep(above, name, state, internal)
            tasks.append(None)
            continue
        number = len(tasks) + 1  # dearer to draw, and to look up, would be a UUID
        task = Task(scope, scope.spec.task_specs[name], above, state=state, id=number)
        task.internal_data, task.triggered = internal, above is not None
        if above is None:
            scope.task_tree = task
        tasks.append(task)


def _sleeps(state: int, internal: dict[str, Any], number: int, busy: set[int]) -> bool:
    """Whether this run of a multi-instance activity only waits: nothing is in it, nothing moves it."""
    return state == TaskState.STARTED and number not in busy and "incident" not in internal


def _enrol(runtime: Runtime, tasks: list[Any]) -> None:
    for task in tasks:
        if task is None:
            continue
        key = task.internal_data.get("key")
        if key is not None:
            runtime.by_key[key] = task
        if task.internal_data.get("owner") is not None:
            runtime.watchers.setdefault(task.internal_data["owner"], []).append(task)
