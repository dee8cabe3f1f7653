"""Incidents: what stopped, why, and trying again once somebody mended the cause."""

from __future__ import annotations

import sqlalchemy as sa

from services.workflow.engine import NotWaiting
from services.workflow.models import Incident, Job, Timer
from services.workflow.models.records import RAISED, RESOLVED
from services.workflow.problems import CaseAsItStands
from services.workflow.stepping import Step, resume
from services.workflow.stepping.work import renew
from shared.errors import NotFound
from shared.messaging.work import UnitOfWork


def retry_incident(work: UnitOfWork, key: int, by: str) -> Incident | None:
    """Try again where it stopped; returns the incident that came instead, or None when it went on.

    For a job the retry is sent; what its service answers is known later.
    """
    found = work.session.get(Incident, key)
    if found is None:
        raise NotFound
    step = resume(work, found.instance_key)
    incident = work.session.get(Incident, key, populate_existing=True)
    if incident is None or incident.status != RAISED:
        raise CaseAsItStands("这个问题已经处理过了。")
    incident.status, incident.resolved_at, incident.resolved_by = RESOLVED, step.now, by
    step.past("incident_resolved", incident=str(key), by=by)
    _try_again(step, incident)
    step.settle()
    return _instead(step, incident)


def _try_again(step: Step, incident: Incident) -> None:
    if incident.job_key is not None:
        job = step.session.get(Job, incident.job_key)
        if job is None:
            raise CaseAsItStands
        renew(step, job)
    elif incident.element_key is not None:
        try:
            step.execution.resolve(incident.element_key)
        except NotWaiting as error:
            raise CaseAsItStands from error
    else:
        _let_timers_fire(step, incident.element_id)
        step.instance.rounds = 0


def _let_timers_fire(step: Step, element_id: str) -> None:
    """Timers whose process could not go on are looked at again at once."""
    of_element = (Timer.instance_key == step.instance.key, Timer.element_id == element_id)
    again = sa.update(Timer).where(*of_element, Timer.attempts > 0)
    step.session.execute(again.values(attempts=0, next_at=Timer.due_at))


def _instead(step: Step, incident: Incident) -> Incident | None:
    same = (Incident.instance_key == step.instance.key, Incident.element_id == incident.element_id)
    return step.session.scalars(sa.select(Incident).where(*same, Incident.status == RAISED).limit(1)).first()
