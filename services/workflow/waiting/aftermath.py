"""What became of an incident, read from the tables as they are now: a retry may take its time."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.models import (
    ElementInstance,
    Incident,
    Instance,
    Job,
    SignalSubscription,
    Timer,
)
from services.workflow.models.instances import ACTIVE
from services.workflow.models.records import RAISED
from services.workflow.models.waits import ACTIVATED, BACKING_OFF, OPEN, SENT
from services.workflow.stepping.incident import SIGNAL_ERROR, TIMER_ERROR

OPEN_STILL, AGAIN, UNDER_WAY, WENT_ON, ENDED = "open", "again", "under way", "went on", "ended"
_SCOPES = ("subProcess", "callActivity")
_SHOWN = 20


@dataclass(frozen=True)
class Aftermath:
    """`again`: what it failed with when it was tried again; `others`: what else the instance is stuck at;
    `places`: names of the elements at which it waits by rights.
    """

    state: str
    again: Incident | None
    others: list[Incident]
    places: list[str]


def aftermath_of(session: Session, incident: Incident) -> Aftermath:
    """How things stand with an incident."""
    raised = _raised(session, incident.instance_key)
    here = [other for other in raised if other.element_key == incident.element_key]
    again = next((other for other in here if other.key != incident.key), None)
    others = [other for other in raised if other not in here]
    places = _places(session, incident.instance_key, [other.element_key for other in raised])
    return Aftermath(_state(session, incident, again), again, others[:_SHOWN], places)


def _state(session: Session, incident: Incident, again: Incident | None) -> str:
    if incident.status == RAISED:
        return OPEN_STILL
    if again is not None:
        return AGAIN
    instance = session.get_one(Instance, incident.instance_key)
    if instance.status != ACTIVE:
        return ENDED
    return UNDER_WAY if _under_way(session, incident, instance) else WENT_ON


def _under_way(session: Session, incident: Incident, instance: Instance) -> bool:
    """Whether the retry has not come to its end: no answer yet, not fired yet, still running."""
    if incident.job_key is not None:
        return session.get_one(Job, incident.job_key).status in (OPEN, ACTIVATED, SENT, BACKING_OFF)
    if incident.kind == TIMER_ERROR:
        return session.get(Timer, incident.element_key) is not None
    if incident.kind == SIGNAL_ERROR:
        return session.get(SignalSubscription, incident.element_key) is not None
    return incident.element_key is None and instance.unfinished


def _raised(session: Session, instance_key: int) -> list[Incident]:
    of_instance = sa.select(Incident).where(Incident.instance_key == instance_key, Incident.status == RAISED)
    return list(session.scalars(of_instance.order_by(Incident.raised_at, Incident.key)))


def _places(session: Session, instance_key: int, stuck: list[int | None]) -> list[str]:
    waiting = sa.select(ElementInstance.name, ElementInstance.element_id).where(
        ElementInstance.instance_key == instance_key, ElementInstance.status == ACTIVE,
        ElementInstance.kind.not_in(_SCOPES), ElementInstance.body.is_(False),
        ElementInstance.key.not_in([key for key in stuck if key is not None]),
    )  # fmt: skip
    rows = session.execute(waiting.order_by(ElementInstance.key).limit(_SHOWN))
    return list(dict.fromkeys(row.name or row.element_id for row in rows))
