"""Writing down that something stopped, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.workflow.models import Incident
from services.workflow.models.records import RAISED

if TYPE_CHECKING:
    from services.workflow.stepping.step import Step

TIMER_ERROR = "TIMER_ERROR"
"""The kind of an incident whose `element_key` is a timer's."""
SIGNAL_ERROR = "SIGNAL_ERROR"
"""The kind of an incident whose `element_key` is that of who should hear a signal."""


def raise_incident(
    step: Step, process_id: str, element_id: str, kind: str, reason: str, *,
    element_key: int | None = None, job_key: int | None = None,
) -> Incident:  # fmt: skip
    """Write an incident down. `reason` is read by process owners and holds no personal data."""
    instance = step.instance
    incident = Incident(
        key=step.new_key(), instance_key=instance.key, process_id=process_id,
        definition_key=step.model_key(process_id),
        element_key=element_key, element_id=element_id, job_key=job_key, kind=kind, reason=reason,
        status=RAISED, raised_at=step.now, resolved_at=None, resolved_by=None,
    )  # fmt: skip
    step.session.add(incident)
    step.past("incident_raised", element=element_id, incident=str(incident.key), kind=kind, reason=reason)
    return incident
