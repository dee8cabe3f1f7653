"""A running instance goes over to another version of its model: its stored tokens are rewritten.

Tokens, their keys, timers and half-made joins stay as they are; only the names of the elements they stand at
change. What the target no longer waits for is dropped, what it waits for in addition begins to wait.
"""

from __future__ import annotations

from typing import Any

import orjson
from SpiffWorkflow.task import Task

from services.workflow.engine.compiled import scope_name
from services.workflow.engine.elements.starting import listening_name
from services.workflow.engine.elements.wait import reckon
from services.workflow.engine.execution import Execution
from services.workflow.engine.faults import Blocked, NotPossible
from services.workflow.engine.migrating import Change, Route, Routes, flows_of
from services.workflow.engine.obstacles import NOT_RECKONED, obstacle
from services.workflow.engine.runtime import chain
from services.workflow.engine.scope import Scope


def drop(execution: Execution, change: Change) -> None:
    """End the waits that the target does not know."""
    for key in change.dropped:
        task = execution.top.runtime.by_key[key]
        owner = task.internal_data["owner"]
        if owner is not None:
            execution.top.runtime.watchers[owner].remove(task)
        task.workflow.withdraw(task)


def rewrite(state: bytes, routes: Routes) -> bytes:
    """The stored tokens at the elements of the target."""
    stored = orjson.loads(state)
    for scope in stored["scopes"]:
        process, _, holder = scope["spec"].partition("/")
        route = routes.get(process)
        if route is None:
            continue
        scope["spec"] = scope_name(process, route.of(holder) if holder else process)
        for token in scope["tasks"]:
            token[0] = _renamed(token[0], route)
        if "joins" in scope["data"]:
            joins = scope["data"]["joins"].items()
            scope["data"]["joins"] = {route.of(join): flows_of(route, join, book) for join, book in joins}
    return orjson.dumps(stored)


def arm(execution: Execution, change: Change) -> None:
    """Begin to wait for what is new in the target. Raises NotPossible where that cannot be reckoned."""
    top = execution.top
    for key, events in change.events.items():
        task = top.runtime.by_key.get(key)
        for event in events:
            try:
                _arm_one(top, task, key, event)
            except Blocked as blocked:
                raise NotPossible(obstacle(event, NOT_RECKONED)) from blocked


def _arm_one(top: Any, task: Task | None, key: int, event: str) -> None:
    if task is not None and event in task.workflow.spec.task_specs:
        task.workflow.arm(task, [event])
        return
    scope = top.subprocesses[task.id] if task is not None else _scope_with(top, key)
    node = scope.spec.definition.nodes[event]
    seen = [key] if task is None else chain(task)
    scope.watch(scope.spec.task_specs[listening_name(node)], reckon(node, top.runtime, seen), None)


def _scope_with(top: Any, key: int) -> Scope:
    return next(scope for scope in top.scopes() if scope.data.get("scope") == key)


def _renamed(name: str, route: Route) -> str:
    if name == "(start)":
        return name
    prefix, separator, element = name.rpartition(") ")
    return f"{prefix}{separator}{route.of(element)}"
