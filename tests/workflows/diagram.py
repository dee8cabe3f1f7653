"""Reads a `.bpmn` file into plain values: elements, flows, shapes, edges and their labels."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

WORKFLOWS = Path(__file__).parents[2] / "workflows"
MODELS = sorted(path.stem for path in WORKFLOWS.glob("*.bpmn"))

NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "di": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "dd": "http://www.omg.org/spec/DD/20100524/DI",
    "zeebe": "http://camunda.org/schema/zeebe/1.0",
}
TASKS = {"userTask", "serviceTask", "sendTask", "scriptTask", "businessRuleTask", "callActivity"}
EVENTS = {"startEvent", "endEvent", "intermediateCatchEvent", "boundaryEvent"}
GATEWAYS = {"exclusiveGateway", "parallelGateway", "eventBasedGateway"}
NODES = TASKS | EVENTS | GATEWAYS | {"subProcess"}

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A rectangle of the drawing, y growing downwards."""

    x: float
    y: float
    width: float
    height: float

    def holds(self, other: "Box") -> bool:
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.x + other.width <= self.x + self.width
            and other.y + other.height <= self.y + self.height
        )

    def touches(self, other: "Box", margin: float = 0) -> bool:
        return (
            self.x < other.x + other.width + margin
            and other.x < self.x + self.width + margin
            and self.y < other.y + other.height + margin
            and other.y < self.y + self.height + margin
        )


@dataclass(frozen=True)
class Node:
    """One flow node; `parent` is the sub-process it stands in, None on the top level."""

    id: str
    kind: str
    name: str
    parent: str | None
    xml: Any = field(repr=False)  # an lxml element

    def zeebe(self, path: str) -> list[Any]:
        """The zeebe extension elements of that name, e.g. `ioMapping/zeebe:output`."""
        return self.xml.findall(f"bpmn:extensionElements/zeebe:{path}", NS)

    def properties(self) -> dict[str, str]:
        return {p.get("name"): p.get("value") for p in self.zeebe("properties/zeebe:property")}

    def inputs(self) -> dict[str, str]:
        return {m.get("target"): m.get("source") for m in self.zeebe("ioMapping/zeebe:input")}

    def outputs(self) -> dict[str, str]:
        return {m.get("target"): m.get("source") for m in self.zeebe("ioMapping/zeebe:output")}

    def task_type(self) -> str:
        return str(self.zeebe("taskDefinition")[0].get("type"))

    def message(self) -> str | None:
        found = self.xml.find("bpmn:messageEventDefinition", NS)
        return None if found is None else str(found.get("messageRef"))

    def timer(self) -> str | None:
        found = self.xml.findtext("bpmn:timerEventDefinition/bpmn:timeDate", None, NS)
        return None if found is None else str(found)


@dataclass(frozen=True)
class Flow:
    """One sequence flow."""

    id: str
    name: str
    source: str
    target: str
    condition: str | None


@dataclass(frozen=True)
class Diagram:
    """One process with its drawing; `boxes`, `labels` and `edges` are keyed by element id."""

    id: str
    root: Any  # an lxml element
    nodes: dict[str, Node]
    flows: list[Flow]
    lanes: dict[str, set[str]]
    boxes: dict[str, Box]
    labels: dict[str, Box]
    edges: dict[str, list[Point]]

    def outgoing(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.source == node]

    def incoming(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.target == node]

    def boundaries(self, node: str) -> list[Node]:
        return [n for n in self.nodes.values() if n.xml.get("attachedToRef") == node]

    def event_sub_processes(self, parent: str | None) -> list[Node]:
        """Those that begin by their own event while `parent` (None: the process) is open."""
        inner = (n for n in self.nodes.values() if n.kind == "subProcess" and n.parent == parent)
        return [n for n in inner if n.xml.get("triggeredByEvent") == "true"]

    def starts(self, parent: str | None = None) -> list[Node]:
        return [n for n in self.nodes.values() if n.kind == "startEvent" and n.parent == parent]

    def start(self, parent: str | None = None) -> Node:
        """The one start event that needs no trigger."""
        (found,) = (n for n in self.starts(parent) if n.message() is None)
        return found

    def ancestors(self, node: str) -> list[str]:
        """The sub-processes around the node, from the innermost outwards."""
        outer = self.nodes[node].parent
        return [outer, *self.ancestors(outer)] if outer else []

    def lane_name(self, node: str) -> str:
        """The lane of the node, or of the outermost sub-process it stands in."""
        outer = [node, *self.ancestors(node)][-1]
        (lane,) = (lane for lane, members in self.lanes.items() if outer in members)
        return str(self.root.find(f".//bpmn:lane[@id='{lane}']", NS).get("name"))

    def messages(self) -> dict[str, str | None]:
        """Message name -> correlation key, None for a message that has none."""
        found = {}
        for message in self.root.findall("bpmn:message", NS):
            key = message.find("bpmn:extensionElements/zeebe:subscription", NS)
            found[message.get("name")] = None if key is None else key.get("correlationKey")
        return found


@cache
def diagram(name: str) -> Diagram:
    """The diagram of `workflows/<name>.bpmn`."""
    root: Any = etree.parse(WORKFLOWS / f"{name}.bpmn").getroot()
    process = root.find("bpmn:process", NS)
    return Diagram(
        id=process.get("id"),
        root=root,
        nodes=dict(_nodes(process, None)),
        flows=[_flow(e) for e in process.iterfind(".//bpmn:sequenceFlow", NS)],
        lanes={
            lane.get("id"): {ref.text for ref in lane.findall("bpmn:flowNodeRef", NS)}
            for lane in process.findall("bpmn:laneSet/bpmn:lane", NS)
        },
        boxes={
            shape.get("bpmnElement"): _box(shape.find("dc:Bounds", NS))
            for shape in root.iterfind(".//di:BPMNShape", NS)
        },
        labels=dict(_labels(root)),
        edges={
            edge.get("bpmnElement"): [
                (float(point.get("x")), float(point.get("y"))) for point in edge.findall("dd:waypoint", NS)
            ]
            for edge in root.iterfind(".//di:BPMNEdge", NS)
        },
    )


def _nodes(container: Any, parent: str | None) -> Iterator[tuple[str, Node]]:
    for element in container:
        kind = str(etree.QName(element).localname)
        if kind in NODES:
            yield element.get("id"), Node(element.get("id"), kind, element.get("name", ""), parent, element)
        if kind == "subProcess":
            yield from _nodes(element, element.get("id"))


def _flow(element: Any) -> Flow:
    return Flow(
        id=element.get("id"),
        name=element.get("name", ""),
        source=element.get("sourceRef"),
        target=element.get("targetRef"),
        condition=element.findtext("bpmn:conditionExpression", None, NS),
    )


def _labels(root: Any) -> Iterator[tuple[str, Box]]:
    for owner in root.iterfind(".//di:*[@bpmnElement]", NS):
        bounds = owner.find("di:BPMNLabel/dc:Bounds", NS)
        if bounds is not None:
            yield owner.get("bpmnElement"), _box(bounds)


def _box(bounds: Any) -> Box:
    return Box(*(float(bounds.get(name)) for name in ("x", "y", "width", "height")))
