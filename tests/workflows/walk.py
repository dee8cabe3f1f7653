"""Walks every path of a case through the diagrams, without an engine and without services.

Expressions are evaluated for real, commands are built by their contracts, and each task answers in
every way its contract allows (`tests/workflows/answers.py`). The branches behind a parallel gateway are
walked one after the other, in every rotation, and go on once behind the join.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from shared.contracts.case_states import may_follow
from tests.workflows.diagram import MODELS, Flow, Node, diagram
from tests.workflows.messages import LEADS_TO, STARTS
from tests.workflows.outcomes import check_timer, evaluate, mapped, outcomes
from tests.workflows.places import Scope, Spot, Variables

OPENING = ("callActivity", "subProcess")


@dataclass
class Journey:
    """What the walk saw."""

    nodes: set[tuple[str, str]] = field(default_factory=set)
    flows: set[tuple[str, str]] = field(default_factory=set)
    endings: set[tuple[str, str, str | None]] = field(default_factory=set)
    moves: dict[tuple[str | None, str], set[str]] = field(default_factory=dict)
    aside_states: set[str] = field(default_factory=set)
    reckoned: dict[tuple[str, ...], list[Variables]] = field(default_factory=dict)

    def walk(self) -> "Journey":
        """Every reachable spot, from every message that starts a process on."""
        waiting, seen = list(beginnings()), set()
        while waiting:
            spot = waiting.pop().forgetting()
            if spot.key() not in seen:
                seen.add(spot.key())
                waiting.extend(self.step(spot))
            assert len(seen) < 100_000, "the paths of a case do not come to an end"
        return self

    def step(self, spot: Spot) -> Iterator[Spot]:
        opened_by = spot.scopes[-1].opened_by
        self.nodes |= {
            (spot.diagram.id, n.id) for n in (spot.node, opened_by) if n and n.id in spot.diagram.nodes
        }
        spot = self.entered(spot)
        yield from interruptions(spot)
        yield from events_inside(spot)
        yield from boundaries(spot)
        if spot.node.kind in OPENING:
            yield opened(spot)
        elif spot.node.kind == "endEvent":
            yield from self.ended(spot)
        elif joins(spot):
            following = spot.next_branch()
            yield from [following] if following else self.left(spot.joined())
        else:
            for changes in self.outcomes(spot):
                yield from self.left(spot.holding(changes))

    def outcomes(self, spot: Spot) -> list[Variables]:
        """What the element leaves behind; the same whatever the callers hold."""
        key = (spot.diagram.id, spot.node.id, *(scope.text for scope in spot.scopes[spot.root :]))
        if key not in self.reckoned:
            self.reckoned[key] = list(outcomes(spot.node, spot.variables))
        return self.reckoned[key]

    def entered(self, spot: Spot) -> Spot:
        following = spot.node.properties().get("caseState")
        if following is None or following == spot.state:
            return spot
        if spot.aside:
            self.aside_states.add(following)
        assert may_follow(spot.state, following), f"{spot.state} -> {following} at {spot.node.id}"
        self.moves.setdefault((spot.state, following), set()).add(spot.diagram.id)
        return replace(spot, state=following)

    def left(self, spot: Spot) -> Iterator[Spot]:
        """The spots behind the outgoing flows that are taken."""
        flows = spot.diagram.outgoing(spot.node.id)
        if spot.node.kind == "exclusiveGateway" and len(flows) > 1:
            flows = chosen(spot, flows)
        self.flows |= {(spot.diagram.id, flow.id) for flow in flows}
        if spot.node.kind == "parallelGateway" and len(flows) > 1:
            yield from (spot.splitting(flows[n:] + flows[:n]) for n in range(len(flows)))
        else:
            yield from (spot.at(flow.target) for flow in flows)

    def ended(self, spot: Spot) -> Iterator[Spot]:
        """The spot behind the call or sub-process that ends here; none at the end of the case."""
        opened_by = spot.scopes[-1].opened_by
        if spot.aside == len(spot.scopes):
            return
        if spot.scopes[-1].branches:
            following = spot.next_branch()
            yield from [following] if following else self.ended(spot.joined())
        elif opened_by is None:
            self.endings.add((spot.diagram.id, spot.node.id, spot.state))
        else:
            changes = mapped(opened_by.outputs(), spot.variables)
            outer = spot.outside(len(spot.scopes) - 1, opened_by).holding(changes)
            takes_over = opened_by.xml.get("triggeredByEvent") == "true" and not spot.aside
            yield from self.ended(outer) if takes_over else self.left(outer)


def beginnings() -> Iterator[Spot]:
    """At every message start of every diagram, with each example of the message."""
    for name in MODELS:
        for node in diagram(name).starts():
            message = (node.message() or "").removeprefix("message_")
            for state, variables in STARTS[message] if message else ():
                yield Spot((Scope.open(name, None, variables),), node, state)


def joins(spot: Spot) -> bool:
    """Whether other branches must arrive here too."""
    incoming = spot.diagram.incoming(spot.node.id)
    return spot.node.kind == "parallelGateway" and len(incoming) > 1 and bool(spot.scopes[-1].branches)


def chosen(spot: Spot, flows: list[Flow]) -> list[Flow]:
    """The one flow that an exclusive gateway takes."""
    default = spot.node.xml.get("default")
    holding = [f for f in flows if f.condition and evaluate(f.condition, spot.variables) is True]
    assert len(holding) <= 1, f"two ways out of {spot.node.id}"
    taken = holding or [f for f in flows if f.id == default]
    assert taken, f"no way out of {spot.node.id} with {spot.variables}"
    return taken


def opened(spot: Spot) -> Spot:
    """The start of the called process, which gets all that is visible outside, or of the sub-process."""
    inputs = mapped(spot.node.inputs(), spot.variables)
    if spot.node.kind == "subProcess":
        inner, start = spot.diagram.id, spot.diagram.start(spot.node.id)
        return spot.inside(Scope.open(inner, spot.node, inputs), start)
    inner = spot.node.zeebe("calledElement")[0].get("processId")
    return spot.inside(Scope.open(inner, spot.node, spot.variables | inputs), diagram(inner).start())


def cancels(event: Node) -> bool:
    return bool(event.xml.get("cancelActivity") != "false")


def boundaries(spot: Spot) -> Iterator[Spot]:
    """What the boundary events of this activity start, but for those of `interruptions`."""
    for event in spot.diagram.boundaries(spot.node.id):
        check_timer(event, spot.variables)
        if spot.node.kind in OPENING and (event.message() or cancels(event)):
            continue
        yield replace(spot, node=event) if cancels(event) else spot.beside(len(spot.scopes), event)


def interruptions(spot: Spot) -> Iterator[Spot]:
    """At every moment something outside may end a call or an open sub-process, or begin beside it.

    A message that would lead the case where it cannot go is refused, so nothing happens.
    """
    for depth, scope in enumerate(spot.scopes):
        if scope.opened_by is None:
            continue
        for event in diagram(spot.scopes[depth - 1].process).boundaries(scope.opened_by.id):
            leads_to = LEADS_TO.get((event.message() or "").removeprefix("message_"))
            if leads_to is not None and not may_follow(spot.state, leads_to):
                continue
            if cancels(event):
                yield spot.outside(depth, event)
            elif event.message():
                yield spot.beside(depth, event)


def events_inside(spot: Spot) -> Iterator[Spot]:
    """The event sub-processes of every open scope, at every moment of the case's own token."""
    if spot.aside:
        return
    for depth, scope in enumerate(spot.scopes, 1):
        for sub in diagram(scope.process).event_sub_processes(scope.element):
            (start,) = diagram(scope.process).starts(sub.id)
            interrupts = start.xml.get("isInterrupting") != "false"
            outer = spot.outside(depth, sub) if interrupts else spot.beside(depth, sub)
            yield outer.inside(Scope.open(scope.process, sub, {}), start)
