"""Start events, and the event sub-processes that a scope listens for from its start to its end.

While it waits, the start event of an event sub-process has a token in the scope around it. What comes to
that token begins the event sub-process, once or, when it interrupts nothing, again and again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from SpiffWorkflow.task import Task

from services.workflow.engine.definition import Node
from services.workflow.engine.elements.element import Element, hand_in
from services.workflow.engine.elements.wait import reckon
from services.workflow.engine.elements.waiting import Catch
from services.workflow.engine.events import Escalation, Fault
from services.workflow.engine.journal import Disarmed
from services.workflow.engine.runtime import chain, key_of, runtime_of


class Begin(Element):
    """A start event: takes what the event brought, then its scope begins to listen."""

    def _update_hook(self, my_task: Task) -> bool:
        around = my_task.workflow.owner
        heard = around.internal_data.pop("heard", None) if around is not None else None
        if heard is not None:
            my_task.internal_data["key"] = heard
        return super()._update_hook(my_task)

    def _enter(self, my_task: Task) -> bool:
        around = my_task.workflow.owner
        if around is not None and "brought" in around.internal_data:
            hand_in(my_task, around.internal_data.pop("brought"))
        return True

    def _leave(self, my_task: Task) -> None:
        if not my_task.internal_data.get("mapped"):  # not twice, should listening be tried again
            super()._leave(my_task)
            my_task.internal_data["mapped"] = True
        listen(my_task.workflow, chain(my_task)[1:])


class Listening(Catch):
    """Waits, in the scope around an event sub-process, for what starts it."""

    def fire(self, my_task: Task, values: Mapping[str, Any]) -> None:
        scope, runtime = my_task.workflow, runtime_of(my_task)
        if not self.node.interrupting:
            scope.watch_again(my_task, None)
        runtime.note(Disarmed, my_task)
        runtime.by_key.pop(key_of(my_task))
        scope.forget(my_task)
        trigger(scope, self.node, values, heard=key_of(my_task))


def listening_name(event: Node) -> str:
    """The name of the task spec that waits for a start event in the scope around."""
    return f"(event) {event.id}"


def trigger(scope: Any, event: Node, values: Mapping[str, Any], heard: int | None = None) -> None:
    """Begin an event sub-process of a scope; an interrupting one takes everything else there away.

    `heard` is the key under which the event was waited for: the start event goes on under it.
    """
    if event.interrupting:
        scope.withdraw_all()
        scope.data["interrupted"] = True
    scope.spawn(event.scope, brought=dict(values), heard=heard)


def listen(scope: Any, seen: Sequence[int]) -> None:
    """Wait for all event sub-processes of a scope, or for none when one cannot be reckoned; `seen` are the
    keys of the scopes from this one outwards.
    """
    runtime = scope.top_workflow.runtime
    events = [event for event in scope.spec.event_starts if not isinstance(event.trigger, Fault | Escalation)]
    for event, wait in [(event, reckon(event, runtime, seen)) for event in events]:
        scope.watch(scope.spec.task_specs[listening_name(event)], wait, None)
