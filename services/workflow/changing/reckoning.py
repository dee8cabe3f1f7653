"""Deadlines reckoned anew when the calendar or the policy is another than the one they were reckoned with.

Never to the citizen's disadvantage: what a citizen has to do may only be due later than before, what we have
to do only earlier. Run as the system starts, after the models are deployed; it may be run again at any time.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.workflow import rules
from services.workflow.engine import Blocked, Evaluate, Node
from services.workflow.expressions import evaluator
from services.workflow.models import ElementInstance, History, Instance, Task, Timer
from services.workflow.models.instances import ACTIVE
from services.workflow.models.tasks import CREATED
from services.workflow.programs import programs_of
from services.workflow.stepping import Step, node_of, resume
from shared.errors import Rejected, described
from shared.messaging.work import UnitOfWork
from shared.service import Runtime

CITIZEN = "applicant"
log = logging.getLogger(__name__)


def reckon_deadlines(runtime: Runtime) -> int:
    """Bring every running timer and open task up to date, each instance by itself; how many there were."""
    calendar, policy = runtime.calendar.version, runtime.policy.version
    timers, tasks = (sa.select(t.instance_key).where(*_outdated(t, calendar, policy)) for t in (Timer, Task))
    running = sa.select(Instance.key).where(Instance.status == ACTIVE, Instance.key.in_(timers.union(tasks)))
    with runtime.reading() as session:
        keys = session.scalars(running.order_by(Instance.key)).all()
    for key in keys:
        try:
            with runtime.transaction() as work:
                reckon_instance(work, key)
        except Rejected:
            continue  # over in the meantime
        except Exception as error:  # one broken instance must not keep the others from their deadlines
            log.error("the deadlines of instance %s cannot be reckoned anew: %s", key, described(error))
    return len(keys)


def reckon_instance(work: UnitOfWork, key: int) -> None:
    """The same for one instance, which is locked."""
    step = resume(work, key, suspended=True)
    again = _Again(step)
    moved: dict[str, dict[str, list[str]]] = {"timers": {}, "tasks": {}}
    for timer in again.rows(Timer):
        due = again.due(timer, timer.key, timer.due_at, timer.started_at)
        if due != timer.due_at:
            moved["timers"][str(timer.key)] = [timer.due_at.isoformat(), due.isoformat()]
            timer.due_at = timer.next_at = due
            step.execution.put_off(timer.key, due)
    for task in again.rows(Task):
        due = again.due(task, task.element_key, task.due, task.created_at)
        if due != task.due:
            moved["tasks"][str(task.key)] = [task.due.isoformat(), due.isoformat()]
            task.due = due
    if any(moved.values()):
        step.past("deadlines_reckoned", calendar=work.calendar.version, policy=work.policy.version, **moved)
    step.settle()


def _outdated(table: Any, calendar: str, policy: str) -> list[sa.ColumnElement[bool]]:
    others = sa.or_(
        table.calendar_version.is_distinct_from(calendar), table.policy_version.is_distinct_from(policy)
    )
    return [others] if table is Timer else [others, Task.status == CREATED, Task.due.is_not(None)]


class _Again:
    """What one instance's deadlines are reckoned anew with."""

    def __init__(self, step: Step) -> None:
        self._step, self._calendar, self._policy = step, step.work.calendar, step.work.policy
        self._past = step.session.scalars(
            sa.select(History).where(
                History.instance_key == step.instance.key,
                History.kind.in_(("deadlines_resumed", "task_changed", "variables_set")),
            ).order_by(History.number)
        ).all()  # fmt: skip
        self._by_hand = {
            e.body["task"] for e in self._past if e.kind == "task_changed" and "due" in e.body["changed"]
        }
        self._scripts = self._script_moments()

    def rows(self, table: Any) -> list[Any]:
        """The instance's rows that other rules were used for."""
        which = _outdated(table, self._calendar.version, self._policy.version)
        found = sa.select(table).where(table.instance_key == self._step.instance.key, *which)
        return list(self._step.session.scalars(found.order_by(table.key)))

    def due(self, row: Any, element_key: int, before: datetime, began: datetime) -> datetime:
        """The end of the period by today's rules, with all its pauses, unless that would be unfair."""
        row.calendar_version, row.policy_version = self._calendar.version, self._policy.version
        if str(row.key) in self._by_hand:  # somebody said until when
            return before
        try:
            anew = self._step.execution.due_again(element_key, began, self._evaluator(began))
        except Blocked as blocked:
            log.warning("%s of instance %s stays due: %s", row.element_id, row.instance_key, blocked.kind)
            return before
        if anew is None:
            return before
        for since, until in self._pauses(str(row.key), began):
            anew = self._calendar.moved_on(anew, since, until)
        return rules.fairer(before, anew, for_citizen=self._for_citizen(row))

    def _pauses(self, key: str, began: datetime) -> list[tuple[datetime, datetime]]:
        ended = [e for e in self._past if e.kind == "deadlines_resumed"]
        mine = [e for e in ended if key in {**e.body["timers"], **e.body["tasks"]}]
        return [(max(began, datetime.fromisoformat(e.body["since"])), e.at) for e in mine]

    def _for_citizen(self, row: Any) -> bool:
        """Whether it is the citizen who has to do something by then."""
        node = node_of(self._step, row.process_id, row.element_id)
        if node.attached_to is not None:
            node = node_of(self._step, row.process_id, node.attached_to)
        groups = rules.names_in(node.work.candidate_groups) if node.work is not None else []
        return CITIZEN in rules.groups_of(groups, (), None, node.lane)

    def _evaluator(self, moment: datetime) -> Evaluate:
        """Reckons as of this moment, and what a script put into a variable as of the script's."""

        def evaluate(text: str, variables: Mapping[str, Any], *, strict: bool) -> Any:
            given = dict(variables)
            for name, (expression, at) in self._scripts.items():
                if name in given and at <= moment:
                    given[name] = evaluator(at, self._calendar, self._policy)(
                        expression, variables, strict=False
                    )
            return evaluator(moment, self._calendar, self._policy)(text, given, strict=strict)

        return evaluate

    def _script_moments(self) -> dict[str, tuple[str, datetime]]:
        """Variables whose last value came from a script: its expression, and when it was reckoned."""
        set_at = {name: e.at for e in self._past if e.kind == "variables_set" for name in e.body["values"]}
        ran = sa.select(ElementInstance.element_id, ElementInstance.ended_at).where(
            ElementInstance.instance_key == self._step.instance.key, ElementInstance.kind == "scriptTask"
        )
        last = dict(self._step.session.execute(ran.order_by(ElementInstance.key)).tuples().all())
        found = {}
        for node in self._nodes():
            at = last.get(node.id)
            if node.script is not None and at is not None and set_at.get(node.script.result) == at:
                found[node.script.result] = (node.script.expression.removeprefix("="), at)
        return found

    def _nodes(self) -> list[Node]:
        own, called = programs_of(self._step.session, self._step.instance)
        return [n for program in (own, *called.values()) for n in program.definition.nodes.values()]
