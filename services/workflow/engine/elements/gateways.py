"""Gateways that split by conditions, and those that let every token through."""

from __future__ import annotations

from collections.abc import Callable

from SpiffWorkflow.bpmn.specs.mixins.exclusive_gateway import ExclusiveGateway
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.specs.MultiChoice import MultiChoice
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from services.workflow.engine.elements.element import Element
from services.workflow.engine.faults import Blocked


class Pass(Element):
    """Nothing to do here: parallel gateways, start and end events, plain tasks."""

    def _enter(self, my_task: Task) -> bool:
        if my_task.internal_data.get("starved"):
            raise Blocked("EXTRACT_VALUE_ERROR", "汇聚网关还缺少其他分支,但流程中已没有别的分支会到达")
        return True


class Choice(Element):
    """A split whose followers the conditions choose while it runs."""

    choose: Callable[[Task], object]

    def _enter(self, my_task: Task) -> bool:
        try:
            self.choose(my_task)
        except WorkflowException as nothing:
            raise Blocked("CONDITION_ERROR", "没有一个条件成立,也没有默认出线") from nothing
        return True

    def _follow(self, my_task: Task) -> None:
        return  # chosen on entering


class Exclusive(Choice, ExclusiveGateway):
    """Exactly one way on."""

    def choose(self, my_task: Task) -> object:
        return ExclusiveGateway._run_hook(self, my_task)


class Inclusive(Choice, MultiChoice):
    """Every way whose condition holds, or else the default one."""

    def choose(self, my_task: Task) -> object:
        matches, defaults = self._get_matching_outputs(my_task)
        if not matches and not defaults:
            raise WorkflowException("no way on", task_spec=self)
        return my_task._sync_children(matches or defaults, TaskState.FUTURE)
