"""What every flow node does: arrive, enter, perhaps wait, leave, follow the outgoing flows.

Nothing is predicted: followers are made when an element completes, so that an instance consists of its
tokens and nothing else. A token that cannot go on stays as an incident and can be resumed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.specs.StartTask import StartTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from services.workflow.engine.definition import Flow, Node
from services.workflow.engine.elements.mapping import apply_inputs, apply_outputs
from services.workflow.engine.faults import Blocked
from services.workflow.engine.journal import Activated, Cancelled, Completed, Incident
from services.workflow.engine.runtime import chain, key_of, runtime_of


class Unpredicted(BpmnTaskSpec):
    """A task spec whose followers are made on completion only."""

    is_body = False  # the frame around the runs of a multi-instance activity
    in_body = False  # one of these runs
    waits = False  # for a moment or a message

    def _predict(self, my_task: Task, seen: Any = None, looked_ahead: int = 0, mask: int = 0) -> None:
        return

    def test(self) -> None:
        return

    def _update_hook(self, my_task: Task) -> bool:
        return True

    def _on_ready_hook(self, my_task: Task) -> None:
        runtime_of(my_task).queue.append(my_task)

    def _run_hook(self, my_task: Task) -> bool | None:
        return True

    def _on_complete_hook(self, my_task: Task) -> None:
        self._follow(my_task)

    def _follow(self, my_task: Task) -> None:
        my_task._sync_children(self.outputs, TaskState.FUTURE)


class Start(Unpredicted, StartTask):
    """The root of a scope: puts the first token on the start event."""

    def _on_ready_hook(self, my_task: Task) -> None:
        return  # run by the scope itself when it begins

    def _follow(self, my_task: Task) -> None:
        chosen = my_task.workflow.data.get("start")
        specs = [s for s in self.outputs if chosen is None or s.name == chosen]
        my_task._sync_children(specs[:1], TaskState.FUTURE)


class FlowIntoJoin(Unpredicted):
    """A sequence flow that leads to a gathering gateway: hands its token over to the gateway's count."""

    join: str
    flow: str

    def _follow(self, my_task: Task) -> None:
        my_task.workflow.gather(self.join, self.flow)


class Element(Unpredicted):
    """A flow node of the diagram. Subclasses say what happens on entering.

    `ways` are the flows out of an activity with what each leads to, when conditions choose among them.
    """

    node: Node
    ways: Sequence[tuple[Flow, str]] = ()

    def _update_hook(self, my_task: Task) -> bool:
        runtime = runtime_of(my_task)
        runtime.enrol(my_task)
        runtime.note(Activated, my_task)
        return True

    def _run_hook(self, my_task: Task) -> bool | None:
        try:
            if not my_task.internal_data.get("leaving"):
                if not self._enter(my_task):
                    return None
                my_task.internal_data["leaving"] = True
            if "left" not in my_task.internal_data:
                self._leave(my_task)
            self._choose(my_task)
        except Blocked as blocked:
            my_task.internal_data["incident"] = True
            runtime_of(my_task).note(Incident, my_task, kind=blocked.kind, reason=blocked.reason)
            return None
        return True

    def _enter(self, my_task: Task) -> bool:
        """Begin; True when there is nothing to wait for. Called again after an incident."""
        return True

    def _leave(self, my_task: Task) -> None:
        apply_outputs(my_task)
        if self.in_body:
            my_task.parent.task_spec.collect(my_task.parent, my_task)

    def _choose(self, my_task: Task) -> None:
        """Decide which ways to go, where that is not all of them."""
        if self.ways:
            my_task.internal_data["left"] = True  # not twice, should choosing be tried again
            my_task.internal_data["ways"] = self._open_ways(my_task)

    def _open_ways(self, my_task: Task) -> list[str]:
        default = [name for flow, name in self.ways if flow.id == self.node.default]
        others = [(flow.condition, name) for flow, name in self.ways if flow.id != self.node.default]
        taken = [name for text, name in others if text is None or holds(my_task, text)]
        if not taken and not default:
            raise Blocked("CONDITION_ERROR", "没有一个条件成立,也没有默认出线")
        return taken or default

    def _follow(self, my_task: Task) -> None:
        if not self.ways:
            super()._follow(my_task)
            return
        chosen = [self._wf_spec.task_specs[name] for name in my_task.internal_data["ways"]]
        my_task._sync_children(chosen, TaskState.FUTURE)

    def _on_complete_hook(self, my_task: Task) -> None:
        runtime = runtime_of(my_task)
        my_task.workflow.disarm(key_of(my_task))
        runtime.note(Completed, my_task)
        self._follow(my_task)
        runtime.dismiss(my_task)
        if self.in_body:
            my_task.parent.task_spec.item_done(my_task.parent)

    def _on_cancel(self, my_task: Task) -> None:
        runtime = runtime_of(my_task)
        runtime.note(Cancelled, my_task)
        runtime.dismiss(my_task)


class Activity(Element):
    """An element with input mappings and, unless it runs inside a multi-instance body, boundary events."""

    def _enter(self, my_task: Task) -> bool:
        apply_inputs(my_task)
        if not self.in_body:
            self._guard(my_task)
        return self._begin(my_task)

    def _guard(self, my_task: Task) -> None:
        if not my_task.internal_data.get("guarded"):
            events = [b.id for b in my_task.workflow.spec.definition.boundaries(self.node.id)]
            my_task.workflow.arm(my_task, events)
            my_task.internal_data["guarded"] = True

    def _begin(self, my_task: Task) -> bool:
        return True


def holds(task: Task, condition: str) -> bool:
    """Whether a condition behind an activity is true; its own variables are gone by then."""
    value = runtime_of(task).value_in(chain(task)[1:], condition, "CONDITION_ERROR")
    if not isinstance(value, bool):
        raise Blocked("CONDITION_ERROR", f"条件 {condition} 没有得到真或假")
    return value


def hand_in(task: Task, values: Mapping[str, Any]) -> None:
    """Values from outside: kept for the output mappings when there are any, else propagated."""
    runtime = runtime_of(task)
    if task.task_spec.node.outputs:
        runtime.variables.look_up(chain(task))  # the mappings will see them all
        runtime.variables.set_local(key_of(task), values)
    else:
        runtime.variables.propagate(chain(task), values)


def finish(task: Task, values: Mapping[str, Any]) -> None:
    """A wait is over: take the values and let the token leave."""
    hand_in(task, values)
    task.internal_data["leaving"] = True
    runtime_of(task).resume(task)
