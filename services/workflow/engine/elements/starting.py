"""Start events, and the event sub-processes that a scope listens for from its start to its end.

While it waits, the start event of an event sub-process has a token in the scope around it. What comes to
that token begins the event sub-process, once or, when it interrupts nothing, again and again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.task import Task

from services.workflow.engine.definition import Fault, Node
from services.workflow.engine.elements.element import Element, hand_in
from services.workflow.engine.elements.wait import reckon
from services.workflow.engine.elements.waiting import Catch
from services.workflow.engine.runtime import chain, runtime_of


class Begin(Element):
    """A start event: takes what the event brought, then its scope begins to listen."""

    def _enter(self, my_task: Task) -> bool:
        around = my_task.workflow.owner
        if around is not None:
            hand_in(my_task, around.internal_data.pop("brought", {}))
        return True

    def _leave(self, my_task: Task) -> None:
        if not my_task.internal_data.get("mapped"):  # not twice, should listening be tried again
            super()._leave(my_task)
            my_task.internal_data["mapped"] = True
        _listen(my_task)


class Listening(Catch):
    """Waits, in the scope around an event sub-process, for what starts it."""

    def fire(self, my_task: Task, values: Mapping[str, Any]) -> None:
        scope = my_task.workflow
        if not self.node.interrupting:
            scope.watch_again(my_task, None)
            scope.withdraw(my_task)
        trigger(scope, self.node, values)


def listening_name(event: Node) -> str:
    """The name of the task spec that waits for a start event in the scope around."""
    return f"(event) {event.id}"


def trigger(scope: Any, event: Node, values: Mapping[str, Any]) -> None:
    """Begin an event sub-process of a scope; an interrupting one takes everything else there away."""
    if event.interrupting:
        scope.withdraw_all()
        scope.data["interrupted"] = True
    scope.spawn(event.scope, brought=dict(values))


def _listen(start: Task) -> None:
    """Wait for all event sub-processes of the scope, or for none when one cannot be reckoned."""
    scope, runtime, seen = start.workflow, runtime_of(start), chain(start)[1:]
    events = [event for event in scope.spec.event_starts if not isinstance(event.trigger, Fault)]
    for event, wait in [(event, reckon(event, runtime, seen)) for event in events]:
        scope.watch(scope.spec.task_specs[listening_name(event)], wait, None)
