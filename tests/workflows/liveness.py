"""Which variables still matter at an element: read there or later, before they are written anew.

The walk forgets all others, so that two tokens that can only go on alike count as one. Too much forgotten
shows at once: reading an unknown variable is an error.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from lxml import etree

from shared.feel import compile_expression
from tests.workflows.answers import START
from tests.workflows.diagram import MODELS, Diagram, Node, diagram

Names = frozenset[str]
EXIT = "/exit"


@cache
def live(process: str) -> dict[str, Names]:
    """Element id -> the variables that matter when a token enters it."""
    d = diagram(process)
    after = successors(d)
    use = {place: _reads(d, place) for place in after}
    define = {place: _writes(d, place) for place in after}
    alive: dict[str, Names] = dict.fromkeys(after, frozenset())
    changed = True
    while changed:
        changed = False
        for place, following in after.items():
            out = _read_by_callers(process) if not following else frozenset()
            here = use[place] | (out.union(*(alive[f] for f in following)) - define[place])
            changed |= here != alive[place]
            alive[place] = here
    return alive


def successors(d: Diagram) -> dict[str, set[str]]:
    """Where a token may go on from each place; a sub-process has a second place for its end."""
    after: dict[str, set[str]] = {}
    for node in d.nodes.values():
        ways = {flow.target for flow in d.outgoing(node.id)}
        if node.kind == "subProcess":
            after[node.id + EXIT], ways = ways, {start.id for start in d.starts(node.id)}
        if node.kind == "endEvent" or node.kind == "parallelGateway":
            ways |= _other_branches(d, node)
        if not ways and node.parent:
            ways = {node.parent + EXIT}
        after[node.id] = ways | _from_outside(d, node)
    return after


def _other_branches(d: Diagram, node: Node) -> set[str]:
    """The walk goes back from the end of one branch to the beginning of the next."""
    splits = [n for n in d.nodes.values() if n.kind == "parallelGateway" and n.parent == node.parent]
    found = {
        flow.target for split in splits for flow in d.outgoing(split.id) if len(d.outgoing(split.id)) > 1
    }
    outer = {node.parent + EXIT} if node.parent and node.kind == "endEvent" else set()
    return found | outer


def _from_outside(d: Diagram, node: Node) -> set[str]:
    """Boundary events and event sub-processes may come at any moment."""
    around = [node.id, *d.ancestors(node.id)]
    found = {event.id for element in around for event in d.boundaries(element)}
    for scope in (*d.ancestors(node.id), None):
        found |= {sub.id for sub in d.event_sub_processes(scope)}
    return found - {node.id}


def _reads(d: Diagram, place: str) -> Names:
    if place.endswith(EXIT):
        return _named(d.nodes[place.removesuffix(EXIT)].outputs().values())
    node = d.nodes[place]
    texts = [flow.condition or "" for flow in d.outgoing(place)]
    texts += [text for part in _parts(node) for text in (*part.attrib.values(), part.text or "")]
    found = _named(texts) | (frozenset(START) if node.kind == "businessRuleTask" else frozenset())
    called = [c.get("processId") for c in node.zeebe("calledElement")]
    return found.union(*(_read_anywhere(process) for process in called))


def _parts(node: Node) -> Iterator[Any]:
    """All that belongs to the element itself, not to what stands in it."""
    for part in node.xml.iterchildren(etree.Element):
        if node.kind != "subProcess" or etree.QName(part).localname == "extensionElements":
            yield from part.iter(etree.Element)


def _writes(d: Diagram, place: str) -> Names:
    node = d.nodes[place.removesuffix(EXIT)]
    if node.kind == "scriptTask":
        return frozenset(script.get("resultVariable") for script in node.zeebe("script"))
    return frozenset() if place in d.nodes and node.kind == "subProcess" else frozenset(node.outputs())


def _named(texts: Iterable[str]) -> Names:
    found = frozenset[str]()
    for text in texts:
        if text.startswith("="):
            found |= frozenset(compile_expression(text).variables)
    return found


@cache
def _read_anywhere(process: str) -> Names:
    d = diagram(process)
    return frozenset[str]().union(*(_reads(d, node) for node in d.nodes))


@cache
def _read_by_callers(process: str) -> Names:
    """What the output mappings of the calls take when the process ends."""
    calls = [n for name in MODELS for n in diagram(name).nodes.values() if n.kind == "callActivity"]
    these = [n for n in calls if n.zeebe("calledElement")[0].get("processId") == process]
    return frozenset[str]().union(*(_named(n.outputs().values()) for n in these))
