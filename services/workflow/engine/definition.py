"""What a process model says, read once and never changed: elements, flows and their Camunda 8 details.

A value written with a leading `=` is a FEEL expression, anything else is literal text; both are kept as
the model has them. No engine type appears here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from services.workflow.engine.events import Message, Signal, Trigger
from services.workflow.engine.faults import ModelNote

ACTIVITIES = frozenset({
    "task", "manualTask", "userTask", "serviceTask", "sendTask", "receiveTask", "scriptTask",
    "businessRuleTask", "subProcess", "callActivity",
})  # fmt: skip

BACK_OFF = "retryBackoff"
"""The property that says how long a failed job waits before its next attempt: an ISO 8601 duration."""


@dataclass(frozen=True)
class Flow:
    """A sequence flow; `condition` is a FEEL text or None."""

    id: str
    source: str
    target: str
    condition: str | None = None


@dataclass(frozen=True)
class Assigning:
    """One input or output mapping: the value of `source` goes to the variable (path) `target`."""

    source: str
    target: str


@dataclass(frozen=True)
class Work:
    """What a user task says about who does it, with which form and until when."""

    form_id: str | None = None
    assignee: str | None = None
    candidate_groups: str | None = None
    candidate_users: str | None = None
    due: str | None = None
    follow_up: str | None = None
    priority: str | None = None


@dataclass(frozen=True)
class Job:
    """A job for a worker: task type, attempts, and static headers."""

    type: str
    retries: str = "3"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Script:
    """A FEEL script: the value of `expression` goes to the variable `result`."""

    expression: str
    result: str


@dataclass(frozen=True)
class CalledDecision:
    """A decision made at once: its id (or an expression for it); what comes of it goes to `result`."""

    id: str
    result: str


@dataclass(frozen=True)
class Call:
    """A called process, and which variables travel there and back by themselves."""

    process_id: str
    all_in: bool = True
    all_out: bool = True


@dataclass(frozen=True)
class Loop:
    """Multi-instance: one run of the activity per item of `items`."""

    sequential: bool
    items: str
    item: str | None = None
    results: str | None = None
    result: str | None = None
    until: str | None = None


@dataclass(frozen=True, kw_only=True)
class Node:
    """A flow node. `kind` is the BPMN tag, `scope` the process or the enclosing sub-process.

    `by_event` marks an event sub-process; its start event says in `interrupting` what becomes of the rest.
    """

    process: str
    id: str
    name: str
    kind: str
    scope: str
    lane: str | None = None
    incoming: tuple[Flow, ...] = ()
    outgoing: tuple[Flow, ...] = ()
    default: str | None = None
    trigger: Trigger = None
    attached_to: str | None = None
    interrupting: bool = True
    by_event: bool = False
    inputs: tuple[Assigning, ...] = ()
    outputs: tuple[Assigning, ...] = ()
    work: Work | None = None
    job: Job | None = None
    script: Script | None = None
    call: Call | None = None
    decision: CalledDecision | None = None
    loop: Loop | None = None
    properties: tuple[tuple[str, str], ...] = ()

    def setting(self, name: str) -> str | None:
        """The value of a `zeebe:property`, or None."""
        return dict(self.properties).get(name)

    @property
    def is_join(self) -> bool:
        """Whether tokens are gathered here before anything happens."""
        return self.kind in ("parallelGateway", "inclusiveGateway") and len(self.incoming) > 1


@dataclass(frozen=True, eq=False)
class Definition:
    """One executable process."""

    process_id: str
    name: str
    nodes: Mapping[str, Node] = field(repr=False)
    notes: tuple[ModelNote, ...] = field(default=(), repr=False)

    def within(self, scope: str) -> list[Node]:
        """The nodes directly in a scope, in document order."""
        return list(self._by_scope.get(scope, ()))

    def event_starts(self, scope: str) -> list[Node]:
        """The start events of the event sub-processes directly in a scope, in document order."""
        holders = [n.id for n in self.within(scope) if n.by_event]
        return [n for holder in holders for n in self.within(holder) if n.kind == "startEvent"]

    def boundaries(self, node_id: str) -> list[Node]:
        """The boundary events of an activity, in document order."""
        return list(self._by_border.get(node_id, ()))

    @cached_property
    def _by_scope(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for node in self.nodes.values():
            found.setdefault(node.scope, []).append(node)
        return found

    @cached_property
    def _by_border(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for node in self.nodes.values():
            if node.attached_to is not None:
                found.setdefault(node.attached_to, []).append(node)
        return found

    def start(self, message: str | None = None, signal: str | None = None) -> Node | None:
        """The start event for a plain start, or the one for the name of a message or signal."""
        for node in self.within(self.process_id):
            if node.kind == "startEvent" and _starts(node.trigger, message, signal):
                return node
        return None

    def start_messages(self) -> list[str]:
        """Names of the messages that start this process."""
        found = [n.trigger for n in self.within(self.process_id) if n.kind == "startEvent"]
        return [t.name for t in found if isinstance(t, Message)]

    def start_signals(self) -> list[str]:
        """Names of the signals that start this process."""
        found = [n.trigger for n in self.within(self.process_id) if n.kind == "startEvent"]
        return [t.name for t in found if isinstance(t, Signal)]

    def called_processes(self) -> frozenset[str]:
        """Ids of the processes that call activities name."""
        return frozenset(n.call.process_id for n in self.nodes.values() if n.call)

    def called_decisions(self) -> Iterator[tuple[str, str]]:
        """Element id and decision id of every task that calls a decision by a fixed id."""
        for node in self.nodes.values():
            if node.decision is not None and not node.decision.id.startswith("="):
                yield node.id, node.decision.id


def _starts(trigger: Trigger, message: str | None, signal: str | None) -> bool:
    if signal is not None:
        return trigger == Signal(signal)
    if message is None:
        return trigger is None
    return isinstance(trigger, Message) and trigger.name == message
