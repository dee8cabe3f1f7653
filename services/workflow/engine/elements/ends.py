"""End events that do more than end their own token, and the way of an error to whoever catches it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from services.workflow.engine.definition import Fault, Node
from services.workflow.engine.elements.element import Element, hand_in
from services.workflow.engine.elements.starting import trigger
from services.workflow.engine.faults import Blocked


class TerminateEnd(Element):
    """Takes every other token of its scope away."""

    def _follow(self, my_task: Task) -> None:
        my_task.workflow.withdraw_all()


class ErrorEnd(Element):
    """Throws a BPMN error out of its scope."""

    def _enter(self, my_task: Task) -> bool:
        if find_catcher(my_task, self._code) is None:
            raise Blocked("UNHANDLED_ERROR_EVENT", f"没有边界事件或事件子流程接住错误 {self._code}")
        return True

    def _follow(self, my_task: Task) -> None:
        catcher = find_catcher(my_task, self._code)
        assert catcher is not None
        catcher.take({})

    @property
    def _code(self) -> str:
        assert isinstance(self.node.trigger, Fault)
        return self.node.trigger.code or ""


@dataclass(frozen=True)
class Catcher:
    """Who catches an error: a boundary event of an activity, or an event sub-process of a scope."""

    scope: Any
    event: Node
    activity: Task | None

    def take(self, values: Mapping[str, Any]) -> None:
        """Take away what the error ends, and go on from the event with what the error brought."""
        if self.activity is None:
            trigger(self.scope, self.event, values)
        else:
            hand_in(_divert(self.activity, self.event), values)


def find_catcher(thrower: Task, code: str) -> Catcher | None:
    """The innermost catcher of this error: at each level the activity's border, then the scope around it.

    What interrupted a scope is beyond the reach of that scope's other event sub-processes.
    """
    task: Task | None = thrower
    while task is not None:
        if task.task_spec.in_body:
            task = task.parent
            continue
        scope = task.workflow
        border = _best(scope.spec.definition.boundaries(task.task_spec.node.id), code)
        if border is not None:
            return Catcher(scope, border, task)
        inside = None if scope.data.get("interrupted") else _best(scope.spec.event_starts, code)
        if inside is not None:
            return Catcher(scope, inside, None)
        task = scope.owner
    return None


def _best(events: Sequence[Node], code: str) -> Node | None:
    """The event for exactly this code, else the one for every error."""
    named = next((event for event in events if event.trigger == Fault(code)), None)
    return named or next((event for event in events if event.trigger == Fault(None)), None)


def _divert(activity: Task, event: Node) -> Task:
    """Take the activity's tokens away and put one on its boundary event, which is returned."""
    workflow = activity.workflow
    spec = workflow.spec.task_specs[event.id]
    token = workflow.task_tree._add_child(spec, TaskState.FUTURE)
    token.triggered = True
    workflow.withdraw(activity)
    spec._update(token)
    return token
