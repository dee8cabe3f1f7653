"""What becomes of each token, wait and half-made join when an instance goes over to another version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.task import Task

from services.workflow.engine.definition import Definition, Node
from services.workflow.engine.events import Escalation, Fault
from services.workflow.engine.execution import Execution
from services.workflow.engine.faults import Obstacle
from services.workflow.engine.obstacles import CALLED, IN_BODY, JOIN, KIND, MISSING, SCOPE, obstacle
from services.workflow.engine.runtime import chain, key_of
from services.workflow.engine.scope import Scope


@dataclass(frozen=True)
class Route:
    """How the elements of one process go over: by the mapping, else to the element of the same id."""

    source: Definition
    target: Definition
    mapping: Mapping[str, str]

    def of(self, element: str) -> str:
        """The id in the target."""
        return self.mapping.get(element, element)

    def node(self, element: str) -> Node | None:
        """The element in the target, if it has it."""
        return self.target.nodes.get(self.of(element))


Routes = Mapping[str, Route]


@dataclass
class Change:
    """What a migration comes to. `moves`: key -> where a token or wait stands and will stand; `dropped`: keys
    of waits that end; `events`: what begins to be waited for, by the key of the activity or scope; `taken`:
    the events of the target that have their wait.
    """

    obstacles: list[Obstacle] = field(default_factory=list)
    moves: dict[int, tuple[Node, Node]] = field(default_factory=dict)
    dropped: list[int] = field(default_factory=list)
    events: dict[int, list[str]] = field(default_factory=dict)
    taken: set[tuple[int, str]] = field(default_factory=set)


def study(execution: Execution, routes: Routes) -> Change:
    """What would become of every token, wait and join; nothing is changed."""
    change = Change()
    for scope in execution.top.scopes():
        route = routes.get(scope.spec.definition.process_id)
        if route is None or _inside_body(scope):
            continue
        for task in scope.tokens():
            if not task.task_spec.in_body:
                _study_token(change, route, task)
        for join, book in scope.data.get("joins", {}).items():
            _study_join(change, route, join, book)
        _study_listening(change, route, scope)
    return change


def _study_token(change: Change, route: Route, task: Task) -> None:
    node: Node = task.task_spec.node
    if "owner" in task.internal_data:
        _study_wait(change, route, task)
        return
    if task.task_spec.is_body:
        change.obstacles.append(obstacle(node.id, IN_BODY))
        return
    target = route.node(node.id)
    fault = _fault(route, node, target)
    if fault is not None or target is None:
        change.obstacles.append(obstacle(node.id, fault or MISSING, target=route.of(node.id)))
        return
    change.moves[key_of(task)] = (node, target)
    armed = task.internal_data.get("guarded") or (
        node.kind == "eventBasedGateway" and not task.internal_data.get("incident")
    )
    new = _events(route.target, target) if armed else []
    images = {route.of(event) for event in _events(route.source, node) if _fits(route, event)}
    if fresh := [event for event in new if event not in images]:
        change.events[key_of(task)] = fresh


def _fault(route: Route, node: Node, target: Node | None) -> str | None:
    if target is None:
        return MISSING
    if not _alike(node, target) or target.loop is not None:
        return KIND
    if target.scope != _scope_of(route, node):
        return SCOPE
    if node.call and target.call and node.call.process_id != target.call.process_id:
        return CALLED
    return None


def _scope_of(route: Route, node: Node) -> str:
    return node.scope if node.scope == route.source.process_id else route.of(node.scope)


def _alike(node: Node, target: Node) -> bool:
    """Whether both do the same kind of thing."""

    def kind(of: Node) -> tuple[Any, ...]:
        return of.kind, type(of.trigger), of.job is None, of.decision is None, of.by_event

    return kind(node) == kind(target)


def _study_wait(change: Change, route: Route, task: Task) -> None:
    """A wait stays where the target has the same kind of event at the same place, else it is dropped."""
    node: Node = task.task_spec.node
    target = route.node(node.id)
    around = task.internal_data["owner"] or chain(task)[1]
    if target is not None and _fits(route, node.id) and (around, target.id) not in change.taken:
        change.taken.add((around, target.id))
        change.moves[key_of(task)] = (node, target)
    elif node.id in route.mapping:
        change.obstacles.append(obstacle(node.id, KIND if target else MISSING, target=route.of(node.id)))
    else:
        change.dropped.append(key_of(task))


def _fits(route: Route, event: str) -> bool:
    """Whether an event of the source is the same event in the target: of its kind and at its place."""
    node, target = route.source.nodes[event], route.node(event)
    if target is None or not _alike(node, target):
        return False
    if node.attached_to is not None:
        return target.attached_to == route.of(node.attached_to)
    if node.kind == "startEvent":
        holder, there = route.source.nodes[node.scope], route.target.nodes.get(target.scope)
        return there is not None and there.by_event and there.scope == _scope_of(route, holder)
    sources = {route.of(flow.source) for flow in node.incoming}
    return bool(sources & {flow.source for flow in target.incoming})


def _events(definition: Definition, node: Node) -> list[str]:
    """The events that are waited for on behalf of an element."""
    if node.kind == "eventBasedGateway":
        return [flow.target for flow in node.outgoing]
    return [b.id for b in definition.boundaries(node.id) if not isinstance(b.trigger, Fault | Escalation)]


def _study_join(change: Change, route: Route, join: str, book: Mapping[str, int]) -> None:
    node, target = route.source.nodes[join], route.node(join)
    fault = _fault(route, node, target)
    if fault is None and (target is None or not target.is_join or flows_of(route, join, book).keys() == {""}):
        fault = KIND if target and not target.is_join else JOIN
    if fault is not None:
        change.obstacles.append(obstacle(join, fault, target=route.of(join)))


def flows_of(route: Route, join: str, book: Mapping[str, int]) -> dict[str, int]:
    """The counted tokens by the flows of the target; {"": 0} where a flow has no counterpart of its own."""
    target = route.target.nodes[route.of(join)]
    found: dict[str, int] = {}
    for flow in route.source.nodes[join].incoming:
        if flow.id in book:
            same = [other.id for other in target.incoming if other.id == flow.id]
            other = same or [o.id for o in target.incoming if o.source == route.of(flow.source)]
            if len(other) != 1 or other[0] in found:
                return {"": 0}
            found[other[0]] = book[flow.id]
    return found


def _study_listening(change: Change, route: Route, scope: Scope) -> None:
    """What is new among the event sub-processes of a scope that listens for its own."""
    process, _, holder = scope.spec.name.partition("/")
    if scope.data.get("interrupted") or any(_beginning(task) for task in scope.tokens()):
        return
    source = route.source.event_starts(holder or process)
    images = {route.of(event.id) for event in source if _fits(route, event.id)}
    target = route.target.event_starts(route.of(holder) if holder else process)
    fresh = [e.id for e in target if e.id not in images and not isinstance(e.trigger, Fault | Escalation)]
    if fresh:
        key = scope.data["scope"] if "scope" in scope.data else key_of(scope.owner)
        change.events.setdefault(key, []).extend(fresh)


def _beginning(task: Task) -> bool:
    return task.task_spec.node.kind == "startEvent" and "owner" not in task.internal_data


def _inside_body(scope: Scope) -> bool:
    return any(owner.task_spec.in_body for owner in _owners(scope))


def _owners(scope: Scope) -> Iterator[Task]:
    while scope.owner is not None:
        yield scope.owner
        scope = scope.owner.workflow
