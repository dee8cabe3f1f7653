"""Tokens that a person puts somewhere, or takes away, instead of the model.

Scopes around the element that do not run yet are begun without their start event. All activations come
before all terminations; a scope that is empty then is taken away too, at last the instance itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from services.workflow.engine.compiled import scope_name
from services.workflow.engine.definition import Definition, Node
from services.workflow.engine.elements.starting import listen
from services.workflow.engine.execution import Execution
from services.workflow.engine.faults import Blocked, NotPossible
from services.workflow.engine.obstacles import (
    AMBIGUOUS,
    BEHIND_GATEWAY,
    IN_BODY,
    INTERRUPTED,
    NOT_AROUND,
    NOT_BY_HAND,
    NOT_ENTERED,
    NOT_RUNNING,
    ON_BEHALF,
    UNKNOWN_ELEMENT,
    UNKNOWN_SCOPE,
    obstacle,
)
from services.workflow.engine.runtime import chain, key_of
from services.workflow.engine.scope import Scope

Values = Mapping[str, Mapping[str, Any]]


def activate(execution: Execution, element: str, ancestor: int | None, values: Values) -> list[Node]:
    """Put a token at an element; what was begun, the outermost first. Raises NotPossible.

    `ancestor` is the key of the scope around it that is meant (the instance's own for the process), `values`
    maps the id of the element or of a scope around it to variables there; "" is the instance.
    """
    scope, path = _place(execution, element, ancestor)
    if scope.data.get("interrupted"):
        raise NotPossible(obstacle(element, INTERRUPTED))
    known = {"": execution.top.data["scope"], **_around(scope)}
    for unknown in values.keys() - known.keys() - {node.id for node in path}:
        raise NotPossible(obstacle(unknown, UNKNOWN_SCOPE))
    for name in values.keys() & known.keys():
        execution.top.runtime.variables.set_local(known[name], values[name])
    for node in path[:-1]:
        scope = _enter(scope, node, values)
    _set_values(scope.spawn(path[-1].id), values)
    return path


def terminate(execution: Execution, key: int) -> None:
    """Take a token away with all that hangs on it. Raises NotPossible."""
    task = execution.top.runtime.by_key.get(key)
    if task is None:
        raise NotPossible(obstacle(str(key), NOT_RUNNING))
    element = task.task_spec.node.id
    if "owner" in task.internal_data:
        raise NotPossible(obstacle(element, ON_BEHALF))
    if task.task_spec.in_body:
        raise NotPossible(obstacle(element, IN_BODY))
    task.workflow.withdraw(task)


def keys_at(execution: Execution, element: str) -> list[int]:
    """The tokens at an element; the runs of a multi-instance activity count as their body."""
    found = execution.top.runtime.by_key.items()
    return sorted(
        key
        for key, task in found
        if task.task_spec.node.id == element
        and "owner" not in task.internal_data
        and not task.task_spec.in_body
    )


def sweep(execution: Execution) -> bool:
    """Take scopes away that have become empty; whether nothing at all is left."""
    while True:
        empty = next((scope for scope in execution.top.scopes() if not scope._occupied()), None)
        if empty is None:
            return False
        if empty.owner is None:
            return True
        if empty.owner.task_spec.in_body:
            raise NotPossible(obstacle(empty.owner.task_spec.node.id, IN_BODY))
        empty.owner.workflow.withdraw(empty.owner)


def _place(execution: Execution, element: str, ancestor: int | None) -> tuple[Scope, list[Node]]:
    """The running scope nearest around an element, and what must be begun in it, down to the element."""
    given = None if ancestor is None else _scope_of(execution, ancestor)
    definition = (given or execution.top).spec.definition
    if element not in definition.nodes:
        raise NotPossible(obstacle(element, UNKNOWN_ELEMENT))
    path = [definition.nodes[element]]
    _refuse_kind(definition, path[0])
    while True:
        holder = path[0].scope
        name = scope_name(definition.process_id, holder)
        if given is not None:
            running = [given] if given.spec.name == name else []
        else:
            running = [scope for scope in execution.top.scopes() if scope.spec.name == name]
        if len(running) > 1:
            keys = ", ".join(str(key) for key in sorted(map(_key, running)))
            raise NotPossible(obstacle(element, AMBIGUOUS, keys=keys))
        if running:
            return running[0], path
        if holder == definition.process_id:
            raise NotPossible(obstacle(element, NOT_AROUND))
        path.insert(0, definition.nodes[holder])
        if path[0].by_event or path[0].loop is not None:
            raise NotPossible(obstacle(path[0].id, NOT_BY_HAND))


def _refuse_kind(definition: Definition, node: Node) -> None:
    if node.kind in ("startEvent", "boundaryEvent") or node.by_event:
        raise NotPossible(obstacle(node.id, NOT_BY_HAND))
    if any(definition.nodes[flow.source].kind == "eventBasedGateway" for flow in node.incoming):
        raise NotPossible(obstacle(node.id, BEHIND_GATEWAY))


def _scope_of(execution: Execution, key: int) -> Scope:
    """The scope that runs inside an element instance, or the instance itself."""
    top = execution.top
    if key == top.data["scope"]:
        return top
    task = top.runtime.by_key.get(key)
    inner = None if task is None else top.subprocesses.get(task.id)
    if inner is None:
        raise NotPossible(obstacle(str(key), NOT_AROUND))
    return inner


def _enter(scope: Scope, node: Node, values: Values) -> Scope:
    """Begin a sub-process without a token on its start event; its event sub-processes are listened for."""
    token = scope.spawn(node.id, into=True)
    _set_values(token, values)
    token.run()
    inner = scope.top_workflow.subprocesses.get(token.id)
    if inner is None:
        raise NotPossible(obstacle(node.id, NOT_ENTERED))
    inner.task_tree._set_state(TaskState.COMPLETED)
    try:
        listen(inner, chain(token))
    except Blocked as blocked:
        raise NotPossible(obstacle(node.id, NOT_ENTERED)) from blocked
    return inner


def _set_values(token: Task, values: Values) -> None:
    """The variables for this very element, before it begins."""
    given = values.get(token.task_spec.node.id, {})
    token.workflow.top_workflow.runtime.variables.set_local(key_of(token), given)


def _around(scope: Scope) -> dict[str, int]:
    """Element id -> key of the activities around a running scope."""
    return {task.task_spec.node.id: key_of(task) for task in _owners(scope)}


def _owners(scope: Scope) -> Iterator[Task]:
    while scope.owner is not None and "scope" not in scope.data:
        yield scope.owner
        scope = scope.owner.workflow


def _key(scope: Scope) -> int:
    return scope.data["scope"] if scope.owner is None else key_of(scope.owner)
