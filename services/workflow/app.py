"""The workflow service as the mechanism sees it."""

from __future__ import annotations

from flask import Flask

from services.workflow import api, pages, v2
from services.workflow.changing.batches import batches_wait, work_off
from services.workflow.finished.tidying import TIDYING
from services.workflow.handlers import HANDLERS
from services.workflow.human.unused_uploads import drop_unused_upload, unused_uploads_wait
from services.workflow.instances import continue_instance, instances_unfinished
from services.workflow.models import Base
from services.workflow.waiting.held import held_answers_wait
from services.workflow.waiting.jobs import jobs_due, retry_due_job, take_held_answer
from services.workflow.waiting.kept import drop_expired_messages, messages_expired
from services.workflow.waiting.messages import (
    match_message,
    messages_waiting,
)
from services.workflow.waiting.signals import deliver_signal, signals_due
from services.workflow.waiting.timers import fire_due_timers, next_timer, timers_due
from shared.service import DueWork, Service
from shared.settings import Settings
from shared.web import build_app

CLOCKS = (
    DueWork(timers_due, fire_due_timers, next_timer),
    DueWork(instances_unfinished, continue_instance),
    DueWork(jobs_due, retry_due_job),
    DueWork(held_answers_wait, take_held_answer),
    DueWork(messages_waiting, match_message),
    DueWork(signals_due, deliver_signal),
    DueWork(messages_expired, drop_expired_messages),
    DueWork(batches_wait, work_off),
    DueWork(unused_uploads_wait, drop_unused_upload),
    TIDYING,
)
SERVICE = Service(
    name="workflow", metadata=Base.metadata, handlers=HANDLERS, clocks=CLOCKS, prefixes=("v2",),
    blueprints=(v2.blueprint, api.blueprint, pages.blueprint),
)  # fmt: skip


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI app; settings come from the environment unless given."""
    return build_app(SERVICE, settings)
