"""The register's news: in which state and stage a case is, and who handles it.

A case that did not begin here (started through the engine's own API) has no line in the register; news
about it is passed over.
"""

from __future__ import annotations

from services.intake.handlers.locking import locked, remember
from shared.contracts.dispatch import ResponseLapsed, ResponseRecorded, TurnTaken
from shared.contracts.workflow import CaseStateChanged, StageEntered
from shared.messaging.work import UnitOfWork


def change_state(event: CaseStateChanged, work: UnitOfWork) -> None:
    """Show the state that workflow announced; an older announcement that arrives late changes nothing."""
    application = locked(work, event.case_id)
    if application is None:
        return
    if event.after != "SUBMITTED":  # the submission itself is already in the history
        remember(work, event.case_id, "state", event.after)
    sequence = work.cause.sequence if work.cause else application.state_sequence + 1
    if sequence > application.state_sequence:
        application.state, application.state_sequence = event.after, sequence


def enter_stage(event: StageEntered, work: UnitOfWork) -> None:
    """Show the stage of the case."""
    application = locked(work, event.case_id)
    if application is not None:
        application.stage = event.stage
        remember(work, event.case_id, "stage", event.stage)


def take_turn(answer: TurnTaken, work: UnitOfWork) -> None:
    """From now on the assigned member and their firm may see the case."""
    application = locked(work, answer.case_id)
    if application is not None:
        application.handler_id, application.firm_path = answer.handler_id, answer.firm_path


def record_response(answer: ResponseRecorded, work: UnitOfWork) -> None:
    """A member who declined sees the case no longer."""
    if answer.response != "accepted":
        _nobody_handles(answer, work)


def lapse_response(answer: ResponseLapsed, work: UnitOfWork) -> None:
    """A member who kept silent sees the case no longer."""
    _nobody_handles(answer, work)


def _nobody_handles(answer: ResponseRecorded | ResponseLapsed, work: UnitOfWork) -> None:
    application = locked(work, answer.case_id)
    if application is not None:
        application.handler_id = application.firm_path = None
