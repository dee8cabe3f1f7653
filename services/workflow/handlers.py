"""What workflow does when told: messages for processes, and every answer that a job may wait for."""

from __future__ import annotations

import shared.contracts  # noqa: F401  (makes every message known)
from services.workflow.cases import keep_case, keep_firm, keep_handler, keep_materials
from services.workflow.human.people import keep_places
from services.workflow.waiting.jobs import answer_job
from services.workflow.waiting.messages import accept_message, correlate_message
from shared.contracts.dispatch import CaseAccepted, TurnTaken
from shared.contracts.identity import PersonChanged
from shared.contracts.intake import ApplicationRegistered, ApplicationResubmitted
from shared.contracts.workflow import CorrelateMessage, PublishMessage
from shared.messaging.contract import Answer, Command, JobFailed, Message, message_classes
from shared.messaging.work import UnitOfWork
from shared.service import Handler


def _answers() -> list[type[Answer]]:
    declared = {answer for command in message_classes(Command) for answer in command.ANSWERS}
    return sorted({*declared, JobFailed}, key=lambda cls: cls.NAME)


def _note(take_note: Handler) -> Handler:
    """A handler that takes note of an answer before it completes the job that asked."""

    def handle(answer: Answer, work: UnitOfWork) -> None:
        take_note(answer, work)
        answer_job(answer, work)

    return handle


HANDLERS: dict[type[Message], Handler] = {
    PublishMessage: accept_message,
    CorrelateMessage: correlate_message,
    **dict.fromkeys(_answers(), answer_job),
    PersonChanged: keep_places,
    ApplicationRegistered: _note(keep_case),
    TurnTaken: _note(keep_firm),
    ApplicationResubmitted: keep_materials,
    CaseAccepted: keep_handler,
}
