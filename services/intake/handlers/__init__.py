"""What intake does on a message: its own commands, and the news it keeps its register by."""

from services.intake.handlers.case import (
    close_application,
    open_correction,
    register_application,
    reopen_application,
    seal_record,
)
from services.intake.handlers.register import (
    change_state,
    enter_stage,
    lapse_response,
    record_response,
    take_turn,
)
from shared.contracts.dispatch import ResponseLapsed, ResponseRecorded, TurnTaken
from shared.contracts.intake import (
    CloseApplication,
    OpenCorrection,
    RegisterApplication,
    ReopenApplication,
    SealRecord,
)
from shared.contracts.workflow import CaseStateChanged, StageEntered
from shared.messaging.contract import Message
from shared.service import Handler

HANDLERS: dict[type[Message], Handler] = {
    RegisterApplication: register_application,
    OpenCorrection: open_correction,
    CloseApplication: close_application,
    ReopenApplication: reopen_application,
    SealRecord: seal_record,
    CaseStateChanged: change_state,
    StageEntered: enter_stage,
    TurnTaken: take_turn,
    ResponseRecorded: record_response,
    ResponseLapsed: lapse_response,
}
