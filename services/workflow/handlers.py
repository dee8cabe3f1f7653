"""What workflow does when told: messages for processes, and every answer that a job may wait for."""

from __future__ import annotations

import shared.contracts  # noqa: F401  (makes every message known)
from services.workflow.jobs import answer_job
from services.workflow.messages import accept_message
from shared.contracts.workflow import PublishMessage
from shared.messaging.contract import Answer, Command, JobFailed, Message, message_classes
from shared.service import Handler


def _answers() -> list[type[Answer]]:
    declared = {answer for command in message_classes(Command) for answer in command.ANSWERS}
    return sorted({*declared, JobFailed}, key=lambda cls: cls.NAME)


HANDLERS: dict[type[Message], Handler] = {
    PublishMessage: accept_message,
    **dict.fromkeys(_answers(), answer_job),
}
