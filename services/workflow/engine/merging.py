"""When an inclusive gateway need not wait any longer (BPMN 2.0.2, 13.4.3)."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from services.workflow.engine.definition import Definition, Node


def may_merge(definition: Definition, join: Node, filled: frozenset[str], places: Iterable[str]) -> bool:
    """Whether no token elsewhere could still arrive on an empty flow of the join.

    A token that could just as well arrive on a filled flow is not waited for.
    """
    empty = {flow.id for flow in join.incoming} - filled
    for place in set(places):
        reachable = _reachable(definition, place, join.id)
        if reachable & empty and not reachable & filled:
            return False
    return True


def wait_for_each_other(definition: Definition, one: Node, other: Node) -> bool:
    """Whether two joins may each wait for the token that the other one holds back.

    A join that leads to all flows of another, or to none, keeps none of them waiting.
    """
    ways = ((one, other), (other, one))
    led_to = [len(_reachable(definition, first.id, second.id)) for first, second in ways]
    return all(0 < led < len(second.incoming) for led, (_, second) in zip(led_to, ways, strict=True))


@functools.lru_cache(maxsize=4096)
def _reachable(definition: Definition, place: str, join: str) -> frozenset[str]:
    """Incoming flows of the join that a token at `place` can reach without passing the join."""
    found, seen, todo = set[str](), {place}, [place]
    while todo:
        node = definition.nodes[todo.pop()]
        events = definition.boundaries(node.id)
        for flow in (f for n in (node, *events) for f in n.outgoing):
            if flow.target == join:
                found.add(flow.id)
            elif flow.target not in seen:
                seen.add(flow.target)
                todo.append(flow.target)
    return frozenset(found)
