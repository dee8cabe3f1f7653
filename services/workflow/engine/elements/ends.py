"""End events that do more than end their own token, and the way of an error to whoever catches it."""

from __future__ import annotations

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from services.workflow.engine.definition import Fault, Node
from services.workflow.engine.elements.element import Element
from services.workflow.engine.faults import Blocked


class TerminateEnd(Element):
    """Takes every other token of its scope away."""

    def _follow(self, my_task: Task) -> None:
        my_task.workflow.withdraw_all()


class ErrorEnd(Element):
    """Throws a BPMN error out of its scope."""

    def _enter(self, my_task: Task) -> bool:
        if find_catcher(my_task, self._code) is None:
            raise Blocked("UNHANDLED_ERROR_EVENT", f"没有边界事件接住错误 {self._code}")
        return True

    def _follow(self, my_task: Task) -> None:
        catcher = find_catcher(my_task, self._code)
        assert catcher is not None
        divert(*catcher)

    @property
    def _code(self) -> str:
        assert isinstance(self.node.trigger, Fault)
        return self.node.trigger.code or ""


def find_catcher(thrower: Task, code: str) -> tuple[Task, Node] | None:
    """The innermost activity around (or at) the thrower with a boundary event for this error code."""
    task: Task | None = thrower
    while task is not None:
        node = task.task_spec.node
        caught = [b for b in task.workflow.spec.definition.boundaries(node.id) if _catches(b, code)]
        if caught and not task.task_spec.in_body:
            return task, next((b for b in caught if b.trigger == Fault(code)), caught[0])
        task = task.parent if task.task_spec.in_body else task.workflow.owner
    return None


def divert(activity: Task, event: Node) -> Task:
    """Take the activity's tokens away and put one on its boundary event, which is returned."""
    workflow = activity.workflow
    spec = workflow.spec.task_specs[event.id]
    token = workflow.task_tree._add_child(spec, TaskState.FUTURE)
    token.triggered = True
    workflow.withdraw(activity)
    spec._update(token)
    return token


def _catches(event: Node, code: str) -> bool:
    return isinstance(event.trigger, Fault) and event.trigger.code in (None, code)
