"""Incidents: trying again once somebody mended the cause. What came of it is in `aftermath`."""

from __future__ import annotations

import sqlalchemy as sa

from services.workflow.engine import NotWaiting
from services.workflow.models import Incident, Job, SignalDelivery, SignalSubscription, Timer
from services.workflow.models.instances import ACTIVE
from services.workflow.models.records import RAISED, RESOLVED
from services.workflow.problems import (
    CaseAsItStands,
    ImpossibleState,
    IncidentOver,
    InstanceOver,
    InstanceSuspended,
)
from services.workflow.stepping import Step, locked, resume
from services.workflow.stepping.incident import SIGNAL_ERROR, TIMER_ERROR
from services.workflow.stepping.work import renew
from shared.clock import SystemClock
from shared.errors import NotFound
from shared.messaging.work import UnitOfWork


def retry_incident(work: UnitOfWork, key: int, by: str) -> None:
    """Try again where it stopped; raises IncidentOver when somebody was faster.

    What fails again is a new incident. A command is only sent here, a timer only set to fire: their
    success shows later.
    """
    incident = work.session.get(Incident, key)
    if incident is None:
        raise NotFound
    instance = locked(work.session, incident.instance_key)
    work.session.refresh(incident)
    if incident.status != RAISED:
        raise IncidentOver
    if instance.status != ACTIVE:
        raise InstanceOver
    if instance.suspended_at is not None:
        raise InstanceSuspended
    if incident.kind in _BY_CLOCK:  # perhaps its tokens cannot be read: that is for the clock to find out
        _mark(Step(work, instance), incident, by)
        _BY_CLOCK[incident.kind](work, incident)
        return
    step = resume(work, incident.instance_key)
    _mark(step, incident, by)
    try:
        _try_again(step, incident)
        step.settle()
    except ImpossibleState as error:
        raise CaseAsItStands("案件不能从现在的状态进入流程图指定的状态，请先改正流程图。") from error


def _mark(step: Step, incident: Incident, by: str) -> None:
    incident.status, incident.resolved_at, incident.resolved_by = RESOLVED, step.now, by
    step.past("incident_resolved", incident=str(incident.key), by=by)


def _try_again(step: Step, incident: Incident) -> None:
    if incident.job_key is not None:
        renew(step, step.session.get_one(Job, incident.job_key))
    elif incident.element_key is None:
        step.instance.rounds = 0
    else:
        try:
            step.execution.resolve(incident.element_key)
        except NotWaiting as error:
            raise CaseAsItStands from error


def _let_timer_fire(work: UnitOfWork, incident: Incident) -> None:
    again = sa.update(Timer).where(Timer.key == incident.element_key)
    work.session.execute(again.values(attempts=0, next_at=Timer.due_at))


def _let_signal_come(work: UnitOfWork, incident: Incident) -> None:
    line = sa.select(SignalSubscription.line).where(SignalSubscription.key == incident.element_key)
    again = sa.update(SignalDelivery).where(SignalDelivery.line == line.scalar_subquery())
    work.session.execute(again.values(attempts=0, next_at=SystemClock().now()))


_BY_CLOCK = {TIMER_ERROR: _let_timer_fire, SIGNAL_ERROR: _let_signal_come}
