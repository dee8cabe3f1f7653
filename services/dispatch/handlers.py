"""What dispatch does when told."""

from __future__ import annotations

from uuid import UUID

from services.dispatch import changes, letters
from services.dispatch.changes import announce_successor
from services.dispatch.indexes import index_member, name_index
from services.dispatch.models import Assignment, Case, Contact, Escalation, Member
from services.dispatch.record import record_items
from services.dispatch.rotation import give_back, take_turn_for
from services.dispatch.rules import restores_turn
from shared.contracts.dispatch import (
    CaseAccepted,
    CaseAssigned,
    EscalationRecorded,
    LapseResponse,
    NobodyAvailable,
    RecordEscalation,
    RecordResponse,
    RecordSealed,
    ResponseLapsed,
    ResponseRecorded,
    SealRecord,
    TakeTurn,
    TurnTaken,
)
from shared.contracts.identity import PersonChanged
from shared.contracts.intake import ApplicationRegistered, PartiesTold
from shared.contracts.roster import MemberChanged
from shared.contracts.submission import latest
from shared.contracts.workflow import CaseStateChanged
from shared.digest import digest_of_items
from shared.errors import NotYet
from shared.messaging.work import UnitOfWork
from shared.service import Handler


def keep_case(event: ApplicationRegistered, work: UnitOfWork) -> None:
    """Keep the parties of a registered case, by blind index."""
    work.session.merge(
        Case(
            case_id=event.case_id, number=event.number, agency=event.agency,
            applicant_id=event.applicant_id, matter=event.matter,
            applicant_index=name_index(work.keys, event.applicant["name"]),
            opponent_indexes=[name_index(work.keys, name) for name in event.opponents["names"]],
            case_kind=event.case_kind, category=event.category, authority=event.authority,
            earlier_case_id=event.earlier_case_id, applicant_name=event.applicant["name"],
        )
    )  # fmt: skip


def keep_parties(event: PartiesTold, work: UnitOfWork) -> None:
    """Make the indexes of the parties anew: the keys rotated, and the names are not kept here."""
    case = work.session.get(Case, event.case_id, with_for_update=True)
    if case is not None:
        case.applicant_name = event.applicant["name"]
        case.applicant_index = name_index(work.keys, event.applicant["name"])
        case.opponent_indexes = [name_index(work.keys, name) for name in event.opponents["names"]]


def keep_state(event: CaseStateChanged, work: UnitOfWork) -> None:
    """Keep in which state the case is: only who handles it can be changed. Older news changes nothing."""
    case = work.session.get(Case, event.case_id, with_for_update=True)
    sequence = work.cause.sequence if work.cause else 0
    if case is not None and sequence > case.state_sequence:
        case.state, case.state_sequence = event.after, sequence


def keep_person(event: PersonChanged, work: UnitOfWork) -> None:
    """Keep the phone number of handlers: the letter to the authority names it (S0-7.4.4f-letter)."""
    if any(role["role"] == "handler" for role in event.roles):
        work.session.merge(Contact(person_id=event.person_id, phone=event.person.get("phone") or ""))


def keep_member(event: MemberChanged, work: UnitOfWork) -> None:
    """Keep what the rotation needs to know of a member; a new one waits from now on."""
    member = work.session.get(Member, event.member_id, with_for_update=True)
    if member is None:
        member = Member(member_id=event.member_id, turns=0, waiting_since=work.clock.now())
        work.session.add(member)
    for name in (
        "firm_id",
        "firm_path",
        "kind",
        "active",
        "licensed_on",
        "review_passed",
        "sanctioned_on",
        "matters",
    ):
        setattr(member, name, getattr(event, name))
    member.names = {"name": event.member["name"], "firm_name": event.member["firm_name"]}
    index_member(member, work)


def take_turn(command: TakeTurn, work: UnitOfWork) -> None:
    """Assign the case to the next member in rotation (S0-7.4.4a-c)."""
    case = _case(command.case_id, work)
    taken = take_turn_for(case, work)
    if taken is None:
        work.emit(NobodyAvailable(case_id=case.case_id))
        return
    assignment, member = taken
    case.firm_id, case.firm_path, case.handler_id = member.firm_id, member.firm_path, member.member_id
    work.emit(
        TurnTaken(
            case_id=case.case_id, assignment_id=assignment.id, handler_id=member.member_id,
            firm_id=member.firm_id, firm_path=member.firm_path,
        )
    )  # fmt: skip
    work.emit(CaseAssigned(case_id=case.case_id, handler_id=member.member_id, firm_id=member.firm_id))


def record_response(command: RecordResponse, work: UnitOfWork) -> None:
    """Keep the response; a conflict or inability gives the turn back and frees the case."""
    case = _case(command.case_id, work)
    submission = latest(command.submissions, "respond_to_assignment")
    assignment = work.session.get_one(Assignment, command.assignment_id)
    assignment.response = submission.answers["response"]
    assignment.reason = submission.answers.get("reason") or None
    assignment.responded_by, assignment.responded_at = submission.by, submission.at
    if assignment.response == "accepted":
        work.emit(CaseAccepted(case_id=case.case_id, handler_id=assignment.member_id))
        announce_successor(case, assignment, work)
    else:
        _free(case)
        if restores_turn(assignment.response):
            give_back(assignment, assignment.response, work)
    work.emit(ResponseRecorded(case_id=case.case_id, response=assignment.response))


def lapse_response(command: LapseResponse, work: UnitOfWork) -> None:
    """Record the silence: the turn counts as used, and somebody else gets the case."""
    case = _case(command.case_id, work)
    assignment = work.session.get_one(Assignment, command.assignment_id)
    assignment.response, assignment.responded_at = "lapsed", work.clock.now()
    _free(case)
    work.emit(ResponseLapsed(case_id=case.case_id))


def record_escalation(command: RecordEscalation, work: UnitOfWork) -> None:
    """Keep what the dispatcher arranged; whoever could not or did not answer may be asked again."""
    case = _case(command.case_id, work)
    submission = latest(command.submissions, "resolve_nobody_available")
    work.session.add(
        Escalation(
            id=work.ids.uuid(), case_id=case.case_id, action=submission.answers["action"],
            explanation=submission.answers["explanation"], recorded_by=submission.by, at=work.clock.now(),
        )
    )  # fmt: skip
    work.emit(EscalationRecorded(case_id=case.case_id))


def seal_record(command: SealRecord, work: UnitOfWork) -> None:
    """Close dispatch's part for writing and say what it holds (S0-7.1b)."""
    case = _case(command.case_id, work)
    case.sealed_at = case.sealed_at or work.clock.now()
    items = record_items(work.session, case)
    work.emit(RecordSealed(case_id=case.case_id, digest=digest_of_items(items), items=items))


HANDLERS: dict[type, Handler] = {
    ApplicationRegistered: keep_case,
    PartiesTold: keep_parties,
    MemberChanged: keep_member,
    TakeTurn: take_turn,
    RecordResponse: record_response,
    LapseResponse: lapse_response,
    RecordEscalation: record_escalation,
    SealRecord: seal_record,
    CaseStateChanged: keep_state,
    PersonChanged: keep_person,
    **changes.HANDLERS,
    **letters.HANDLERS,
}


def _case(case_id: UUID, work: UnitOfWork) -> Case:
    case = work.session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise NotYet("the registration of the case has not arrived")
    return case


def _free(case: Case) -> None:
    case.firm_id = case.firm_path = case.handler_id = None
