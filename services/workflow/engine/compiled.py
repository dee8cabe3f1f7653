"""From a definition to the library's task specs: one spec graph per scope, made once per version."""

from __future__ import annotations

from dataclasses import dataclass

from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from services.workflow.engine.definition import ACTIVITIES, Definition, Flow, Node
from services.workflow.engine.elements.deciding import DecisionTask
from services.workflow.engine.elements.element import Element, FlowIntoJoin, Start
from services.workflow.engine.elements.ends import (
    ErrorEnd,
    EscalationThrow,
    SignalThrow,
    TerminateEnd,
)
from services.workflow.engine.elements.gateways import Exclusive, Inclusive, Pass
from services.workflow.engine.elements.scopes import CallActivity, Repeat, SubProcess
from services.workflow.engine.elements.starting import Begin, Listening, listening_name
from services.workflow.engine.elements.waiting import Catch, EventGateway, JobTask, ScriptTask, UserTask
from services.workflow.engine.events import Escalation, Fault, Link, Signal, Terminate

_CLASSES: dict[str, type[Element]] = {
    "startEvent": Begin,
    "userTask": UserTask,
    "receiveTask": Catch,
    "intermediateCatchEvent": Catch,
    "boundaryEvent": Catch,
    "scriptTask": ScriptTask,
    "exclusiveGateway": Exclusive,
    "inclusiveGateway": Inclusive,
    "eventBasedGateway": EventGateway,
    "subProcess": SubProcess,
    "callActivity": CallActivity,
}

_OF_FAULTS: dict[str, type[Element]] = {"endEvent": ErrorEnd, "boundaryEvent": Pass, "startEvent": Begin}
_OF_ESCALATIONS: dict[str, type[Element]] = {
    **_OF_FAULTS, "endEvent": EscalationThrow, "intermediateThrowEvent": EscalationThrow,
}  # fmt: skip
_THROWING = ("intermediateThrowEvent", "endEvent")


class ScopeSpec(WorkflowSpec):
    """The task specs of a process or sub-process. Names in brackets cannot clash with BPMN ids."""

    def __init__(self, definition: Definition, scope: str) -> None:
        super().__init__(name=scope)
        self.definition = definition
        self.data_objects: dict[str, object] = {}  # asked for by the library's workflow classes
        self.start = Start(self, "(start)")
        self.event_starts: list[Node] = []  # of the event sub-processes in this scope


@dataclass(frozen=True)
class Program:
    """A definition ready to run; shared by all its instances, never changed."""

    definition: Definition
    scopes: dict[str, ScopeSpec]

    @property
    def top(self) -> ScopeSpec:
        """The process itself."""
        return self.scopes[self.definition.process_id]


def compile_definition(definition: Definition) -> Program:
    """The program of a definition. Sub-processes are named `<process>/<element>`."""
    holders = [definition.process_id]
    holders += [node.id for node in definition.nodes.values() if node.kind == "subProcess"]
    scopes = {}
    for holder in holders:
        name = scope_name(definition.process_id, holder)
        scopes[name] = _compile_scope(definition, holder, name)
    return Program(definition, scopes)


def scope_name(process: str, holder: str) -> str:
    """The name of the scope inside a process (itself) or one of its sub-processes."""
    return process if holder == process else f"{process}/{holder}"


def _compile_scope(definition: Definition, holder: str, name: str) -> ScopeSpec:
    spec = ScopeSpec(definition, name)
    nodes = definition.within(holder)
    for node in nodes:
        _add(spec, node)
    for node in nodes:
        for flow in node.outgoing:
            _connect(spec, node, flow, definition.nodes[flow.target])
    for node in nodes:
        if node.kind == "startEvent":
            spec.start.connect(spec.task_specs[node.id])
    for event in definition.event_starts(holder):
        spec.event_starts.append(event)
        _make(Listening, spec, event, listening_name(event))
    return spec


def _add(spec: ScopeSpec, node: Node) -> None:
    if node.loop is None:
        _make(_class_of(node), spec, node, node.id)
        return
    _make(Repeat, spec, node, node.id, inner=f"(item) {node.id}")
    item = _make(_class_of(node), spec, node, f"(item) {node.id}")
    item.in_body = True


def _make(cls: type[Element], spec: ScopeSpec, node: Node, name: str, inner: str | None = None) -> Element:
    element = cls(spec, name)
    element.node = node
    if isinstance(element, SubProcess):
        element.inner = scope_name(node.process, node.id)
    elif isinstance(element, Repeat):
        element.inner = inner or ""
    return element


def _class_of(node: Node) -> type[Element]:
    if isinstance(node.trigger, Fault):
        return _OF_FAULTS[node.kind]
    if isinstance(node.trigger, Escalation):
        return _OF_ESCALATIONS[node.kind]
    if isinstance(node.trigger, Signal) and node.kind in _THROWING:
        return SignalThrow
    if isinstance(node.trigger, Link):
        return Pass
    if isinstance(node.trigger, Terminate):
        return TerminateEnd
    if node.job is not None:
        return JobTask
    if node.decision is not None:
        return DecisionTask
    return _CLASSES.get(node.kind, Pass)


def _connect(spec: ScopeSpec, node: Node, flow: Flow, target: Node) -> None:
    following = spec.task_specs[target.id]
    if target.is_join:
        following = FlowIntoJoin(spec, f"(flow) {flow.id}")
        following.join, following.flow = target.id, flow.id
    element = spec.task_specs[node.id]
    if node.kind in ACTIVITIES:
        element.connect(following)
        if node.default or any(way.condition for way in node.outgoing):
            element.ways = [*element.ways, (flow, following.name)]
    else:
        element.connect_outgoing_if(flow.condition if flow.id != node.default else None, following)
