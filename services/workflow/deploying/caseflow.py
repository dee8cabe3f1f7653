"""Whether the case states named in the diagrams can follow one another (a check before deployment).

The states a case may be in are carried along all flows, into called processes and out again. A named
state that may follow none of the states possible before it can never be entered: the diagram is wrong.
A case that is over may begin again by another message; it then has the state that it ended in.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.workflow.engine import Definition, Node
from shared.contracts.case_states import CASE_STATES, may_follow

States = frozenset[str | None]
Place = tuple[str, str]


def faults(definitions: Mapping[str, Definition]) -> dict[Place, str]:
    """(process id, element id) -> the state that cannot be entered there, or that does not exist."""
    named = {
        (d.process_id, n.id): state
        for d in definitions.values()
        for n in d.nodes.values()
        if (state := n.setting("caseState")) is not None
    }
    unknown = {place: state for place, state in named.items() if state not in CASE_STATES}
    if unknown:
        return unknown
    walk = _Walk(definitions, named)
    for definition in definitions.values():
        if definition.start_messages() or definition.start_signals():  # a case begins here
            walk.beginning(definition)
    return walk.faults()


def possible_before(definitions: Mapping[str, Definition], process_id: str) -> Mapping[Place, States]:
    """(process id, element id) -> the states in which a case of this process may come there; nothing where no
    element names a state.
    """
    named = {
        (d.process_id, n.id): state
        for d in definitions.values()
        for n in d.nodes.values()
        if (state := n.setting("caseState")) is not None
    }
    if not named:
        return {}
    walk = _Walk(definitions, named)
    walk.beginning(definitions[process_id])
    return walk.before


class _Walk:
    """Carries states through the processes; `before` gathers what is possible on entering each element."""

    def __init__(self, definitions: Mapping[str, Definition], named: Mapping[Place, str]) -> None:
        self._definitions = definitions
        self._named = named
        self.before: dict[Place, States] = {}

    def faults(self) -> dict[Place, str]:
        """The named states that may follow none of those possible before them."""
        return {
            place: state
            for place, state in self._named.items()
            if self.before.get(place)
            and not any(b == state or may_follow(b, state) for b in self.before[place])
        }

    def beginning(self, definition: Definition) -> None:
        """From a new case, and from every state in which a case of this process may have ended before."""
        entry, ended = frozenset[str | None](), frozenset[str | None]({None})
        while not ended <= entry:
            entry |= ended
            ended = self.scope(definition, definition.process_id, entry, (definition.process_id,))
            ended -= frozenset(self.faults().values())  # a wrong state must not justify itself

    def scope(self, definition: Definition, scope: str, entry: States, callers: tuple[str, ...]) -> States:
        """The states possible when a process or sub-process ends."""
        nodes = definition.within(scope)
        before = self._entries(definition, nodes, entry)
        after: dict[str, States] = {}
        todo = [n.id for n in nodes if before[n.id]]
        while todo:
            node = definition.nodes[todo.pop()]
            after[node.id] = self._through(definition, node, before[node.id], callers)
            for target, states in self._onwards(definition, node, before[node.id], after[node.id]):
                if not states <= before[target]:
                    before[target] |= states
                    todo.append(target)
        for identifier, states in before.items():
            place = (definition.process_id, identifier)
            self.before[place] = self.before.get(place, frozenset()) | states
        ended = [after[n.id] for n in nodes if n.id in after and not n.outgoing]
        return frozenset[str | None]().union(*ended)

    def _entries(self, definition: Definition, nodes: list[Node], entry: States) -> dict[str, States]:
        """What is possible before any flow is followed; an event sub-process begins at any moment."""
        reached = {flow.target for node in nodes for flow in node.outgoing}
        before: dict[str, States] = {n.id: entry if n.kind == "startEvent" else frozenset() for n in nodes}
        aside = [n.id for n in nodes if n.kind == "subProcess" and n.id not in reached]
        if aside:
            named = (self._named_inside(definition, node, ()) for node in nodes)
            before |= dict.fromkeys(aside, entry.union(*named))
        return before

    def _through(
        self, definition: Definition, node: Node, states: States, callers: tuple[str, ...]
    ) -> States:
        state = node.setting("caseState")
        inside: States = states if state is None else frozenset({state})
        if node.kind == "subProcess":
            return self.scope(definition, node.id, inside, callers)
        called = self._definitions.get(node.call.process_id) if node.call else None
        if called is None or called.process_id in callers:
            return inside
        return self.scope(called, called.process_id, inside, (*callers, called.process_id))

    def _onwards(
        self, definition: Definition, node: Node, before: States, after: States
    ) -> list[tuple[str, States]]:
        during = before | after | self._named_inside(definition, node, ())
        flows: list[tuple[str, States]] = [(flow.target, after) for flow in node.outgoing]
        return flows + [(event.id, during) for event in definition.boundaries(node.id)]

    def _named_inside(self, definition: Definition, node: Node, callers: tuple[str, ...]) -> States:
        """Every state that the element or anything in it names: it may be interrupted at any moment."""
        found: set[str | None] = {node.setting("caseState")} - {None}
        called = self._definitions.get(node.call.process_id) if node.call else None
        if called is not None and called.process_id not in callers:
            inner = [(called, n) for n in called.nodes.values()]
            callers = (*callers, called.process_id)
        else:
            inner = [(definition, n) for n in definition.within(node.id)]
        for owner, each in inner:
            found |= self._named_inside(owner, each, callers)
        return frozenset(found)
