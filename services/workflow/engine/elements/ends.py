"""Events that throw: ends of a scope, signals, errors and escalations on their way to who catches them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from services.workflow.engine.definition import Node
from services.workflow.engine.elements.element import Activity, Element, hand_in
from services.workflow.engine.elements.starting import trigger
from services.workflow.engine.elements.wait import signal_name
from services.workflow.engine.events import Escalation, Fault, Signal
from services.workflow.engine.faults import Blocked
from services.workflow.engine.journal import SignalThrown
from services.workflow.engine.runtime import chain, key_of, runtime_of


class TerminateEnd(Element):
    """Takes every other token of its scope away."""

    def _follow(self, my_task: Task) -> None:
        my_task.workflow.withdraw_all()


class ErrorEnd(Element):
    """Throws a BPMN error out of its scope."""

    def _enter(self, my_task: Task) -> bool:
        if find_catcher(my_task, self._fault) is None:
            code = self._fault.code
            raise Blocked("UNHANDLED_ERROR_EVENT", f"没有边界事件或事件子流程接住错误 {code}")
        return True

    def _follow(self, my_task: Task) -> None:
        catcher = find_catcher(my_task, self._fault)
        assert catcher is not None
        catcher.take({})

    @property
    def _fault(self) -> Fault:
        assert isinstance(self.node.trigger, Fault)
        return self.node.trigger


class EscalationThrow(Element):
    """Throws an escalation, in the flow or at its end; when nobody catches it, nothing comes of it."""

    def _follow(self, my_task: Task) -> None:
        assert isinstance(self.node.trigger, Escalation)
        catcher = find_catcher(my_task, self.node.trigger)
        if catcher is not None:
            catcher.take({})
        if catcher is None or not catcher.event.interrupting:
            super()._follow(my_task)


class SignalThrow(Activity):
    """Throws a signal with what its input mappings make, in the flow or at its end."""

    def _begin(self, my_task: Task) -> bool:
        assert isinstance(self.node.trigger, Signal)
        runtime = runtime_of(my_task)
        name = signal_name(self.node.trigger, runtime, chain(my_task))
        own = dict(runtime.variables.local(key_of(my_task)))
        runtime.note(SignalThrown, my_task, signal=name, variables=own)
        return True


@dataclass(frozen=True)
class Catcher:
    """Who catches an error or escalation: a boundary event, or an event sub-process of a scope."""

    scope: Any
    event: Node
    activity: Task | None

    def take(self, values: Mapping[str, Any]) -> None:
        """Take away what the event interrupts, and go on from it with what was brought."""
        if self.activity is None:
            trigger(self.scope, self.event, values)
        else:
            hand_in(_divert(self.activity, self.event), values)


def find_catcher(thrower: Task, thrown: Fault | Escalation) -> Catcher | None:
    """The innermost catcher of an error or escalation: at each level the activity's border, then the scope
    around it, but not the event sub-process that it comes from.

    What interrupted a scope is beyond the reach of that scope's other event sub-processes.
    """
    task: Task | None = thrower
    while task is not None:
        if task.task_spec.in_body:
            task = task.parent
            continue
        scope = task.workflow
        border = _best(scope.spec.definition.boundaries(task.task_spec.node.id), thrown)
        if border is not None:
            return Catcher(scope, border, task)
        others = [event for event in scope.spec.event_starts if event.scope != task.task_spec.node.id]
        inside = None if scope.data.get("interrupted") else _best(others, thrown)
        if inside is not None:
            return Catcher(scope, inside, None)
        task = scope.owner
    return None


def _best(events: Sequence[Node], thrown: Fault | Escalation) -> Node | None:
    """The event for exactly this code, else the one for every code."""
    named = next((event for event in events if event.trigger == thrown), None)
    return named or next((event for event in events if event.trigger == type(thrown)(None)), None)


def _divert(activity: Task, event: Node) -> Task:
    """Put a token on the activity's boundary event, which is returned; take the activity's own away, unless
    the event interrupts nothing.
    """
    workflow = activity.workflow
    spec = workflow.spec.task_specs[event.id]
    token = workflow.task_tree._add_child(spec, TaskState.FUTURE)
    token.triggered = True
    if event.interrupting:
        workflow.withdraw(activity)
    spec._update(token)
    return token
