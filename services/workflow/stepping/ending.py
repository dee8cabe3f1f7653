"""What is over after a step, written with the rows that it made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from services.workflow.engine import Node
from services.workflow.engine.events import Message as AwaitedMessage
from services.workflow.engine.events import Signal as AwaitedSignal
from services.workflow.engine.events import Timer as TimerTrigger
from services.workflow.models import (
    Candidate,
    ElementInstance,
    Incident,
    Job,
    SignalSubscription,
    StoredVariable,
    Subscription,
    Task,
    Timer,
)
from services.workflow.models.instances import ACTIVE, COMPLETED, TERMINATED
from services.workflow.models.records import RAISED, RESOLVED
from services.workflow.models.tasks import CANCELED, CREATED
from services.workflow.models.waits import JOB_CANCELED, UNDER_WAY
from shared.bundle import Link
from shared.database import table_of

if TYPE_CHECKING:
    from services.workflow.stepping.step import Step

_ELEMENTS, _TIMERS, _TASKS = table_of(ElementInstance), table_of(Timer), table_of(Task)
_SUBSCRIPTIONS, _SIGNALS = table_of(Subscription), table_of(SignalSubscription)
_CANDIDATES, _INCIDENTS, _VARIABLES = table_of(Candidate), table_of(Incident), table_of(StoredVariable)
_OF_TASK = Link("task_key", _TASKS, "key")


@dataclass
class Endings:
    """Keys of element instances that ended in this step, sorted by what has to be tidied for them."""

    fresh: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Rows of elements that began in this step and are not yet written."""
    completed: set[int] = field(default_factory=set)
    cancelled: set[int] = field(default_factory=set)
    timers: set[int] = field(default_factory=set)
    subscriptions: set[int] = field(default_factory=set)
    signals: set[int] = field(default_factory=set)
    tasks: set[int] = field(default_factory=set)
    jobs: set[int] = field(default_factory=set)
    scopes: set[int] = field(default_factory=set)
    """Scopes whose variables go."""

    def note(self, node: Node, key: int) -> None:
        """The waits of this element are over."""
        if isinstance(node.trigger, TimerTrigger):
            self.timers.add(key)
        elif isinstance(node.trigger, AwaitedMessage):
            self.subscriptions.add(key)
        elif isinstance(node.trigger, AwaitedSignal):
            self.signals.add(key)
        elif node.kind == "userTask":
            self.tasks.add(key)
        elif node.job is not None:
            self.jobs.add(key)

    def give(self, step: Step) -> None:
        """Have the tables brought up to date with the rows that the step made."""
        self._close_elements(step, self.completed, COMPLETED)
        self._close_elements(step, self.cancelled, TERMINATED)
        waits = self.timers | self.subscriptions | self.signals | self.tasks | self.jobs
        if step.session.new or self.fresh.keys() & waits:
            step.write()  # what began in this very step must be there to be dropped
        self.fresh.clear()
        for table, column, keys in (
            (_TIMERS, "key", self.timers), (_SUBSCRIPTIONS, "key", self.subscriptions),
            (_SIGNALS, "key", self.signals), (_VARIABLES, "scope_key", self.scopes),
        ):  # fmt: skip
            for key in keys:
                step.bundle.drop(table, {column: key})
        self._close_tasks(step)
        self._close_jobs(step)
        self._close_incidents(step)
        for keys in (self.completed, self.cancelled, self.timers, self.subscriptions, self.signals,
                     self.tasks, self.jobs, self.scopes):  # fmt: skip
            keys.clear()

    def _close_elements(self, step: Step, keys: set[int], status: str) -> None:
        over = {"status": status, "ended_at": step.now}
        for key in keys:
            if key in self.fresh:
                self.fresh[key].update(over)
            else:
                step.bundle.change(_ELEMENTS, {"key": key}, over)

    def _close_tasks(self, step: Step) -> None:
        for key in self.tasks:
            step.bundle.drop(_CANDIDATES, {"element_key": key}, _OF_TASK)
            if key in self.cancelled:
                lost = {"status": CANCELED, "paused_at": None}
                step.bundle.change(_TASKS, {"element_key": key, "status": CREATED}, lost, "revision")

    def _close_jobs(self, step: Step) -> None:
        lost = self.jobs & self.cancelled
        if lost:
            running = (Job.element_key.in_(lost), Job.status.in_(UNDER_WAY))
            values = {"status": JOB_CANCELED, "ended_at": step.now, "next_at": None}
            step.session.execute(sa.update(Job).where(*running).values(values))

    def _close_incidents(self, step: Step) -> None:
        resolved = {"status": RESOLVED, "resolved_at": step.now}
        of_instance = {"instance_key": step.instance.key, "status": RAISED}
        if step.instance.status != ACTIVE:
            step.bundle.change(_INCIDENTS, of_instance, resolved)
            return
        # a timer that fired after all, a signal that was heard after all, has no incident any more
        for key in self.cancelled | self.timers | self.signals:
            step.bundle.change(_INCIDENTS, {**of_instance, "element_key": key}, resolved)
