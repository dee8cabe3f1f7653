"""What is over after a step, written with one statement per table at most, and on PostgreSQL with one."""

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
from shared.statements import together

if TYPE_CHECKING:
    from services.workflow.stepping.step import Step


@dataclass
class Endings:
    """Keys of element instances that ended in this step, sorted by what has to be tidied for them."""

    fresh: dict[int, ElementInstance] = field(default_factory=dict)
    completed: set[int] = field(default_factory=set)
    cancelled: set[int] = field(default_factory=set)
    timers: set[int] = field(default_factory=set)
    subscriptions: set[int] = field(default_factory=set)
    signals: set[int] = field(default_factory=set)
    tasks: set[int] = field(default_factory=set)
    jobs: set[int] = field(default_factory=set)
    scopes: set[int] = field(default_factory=set)
    """Scopes whose variables go."""
    statements: list[sa.Update | sa.Delete] = field(default_factory=list)

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

    def write(self, step: Step) -> None:
        """Bring the tables up to date, after all rows that the step made or changed."""
        self._close_fresh(step, self.completed, COMPLETED)
        self._close_fresh(step, self.cancelled, TERMINATED)
        step.session.flush()
        self._close_older(step, self.completed, COMPLETED)
        self._close_older(step, self.cancelled, TERMINATED)
        self._delete(Timer, Timer.key, self.timers)
        self._delete(Subscription, Subscription.key, self.subscriptions)
        self._delete(SignalSubscription, SignalSubscription.key, self.signals)
        self._delete(StoredVariable, StoredVariable.scope_key, self.scopes)
        self._close_tasks()
        self._close_jobs(step)
        self._close_incidents(step)
        together(step.session, self.statements)
        self.statements = []

    def _close_fresh(self, step: Step, keys: set[int], status: str) -> None:
        for key in keys & self.fresh.keys():
            self.fresh[key].status, self.fresh[key].ended_at = status, step.now

    def _close_older(self, step: Step, keys: set[int], status: str) -> None:
        older = keys - self.fresh.keys()
        if older:
            closing = sa.update(ElementInstance).where(ElementInstance.key.in_(older))
            self.statements.append(closing.values(status=status, ended_at=step.now))

    def _delete(self, table: type[Any], column: Any, keys: set[int]) -> None:
        if keys:
            self.statements.append(sa.delete(table).where(column.in_(keys)))

    def _close_tasks(self) -> None:
        if not self.tasks:
            return
        of_these = sa.select(Task.key).where(Task.element_key.in_(self.tasks))
        self.statements.append(sa.delete(Candidate).where(Candidate.task_key.in_(of_these)))
        lost = self.tasks & self.cancelled
        if lost:
            cancelling = sa.update(Task).where(Task.element_key.in_(lost), Task.status == CREATED)
            values = {"status": CANCELED, "paused_at": None, "revision": Task.revision + 1}
            self.statements.append(cancelling.values(values))

    def _close_jobs(self, step: Step) -> None:
        lost = self.jobs & self.cancelled
        if lost:
            running = (Job.element_key.in_(lost), Job.status.in_(UNDER_WAY))
            values = {"status": JOB_CANCELED, "ended_at": step.now, "next_at": None}
            self.statements.append(sa.update(Job).where(*running).values(values))

    def _close_incidents(self, step: Step) -> None:
        over = step.instance.status != ACTIVE
        # a timer that fired after all, a signal that was heard after all, has no incident any more
        gone = self.cancelled | self.timers | self.signals
        if gone or over:
            of = Incident.instance_key == step.instance.key
            left = of if over else of & Incident.element_key.in_(gone)
            closing = sa.update(Incident).where(left, Incident.status == RAISED)
            values = {"status": RESOLVED, "resolved_at": step.now}
            self.statements.append(closing.values(values))
