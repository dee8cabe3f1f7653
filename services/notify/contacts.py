"""Whom notify can reach, and what it knows of each case."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.notify.models import Case, Contact, ContactRole, Delivery
from services.notify.rules import BY_CLERKS, FAILED, NOTICE_KIND, WAITING, representative_of
from shared.contracts.dispatch import CaseAccepted, TurnTaken
from shared.contracts.evaluation import CaseArchived
from shared.contracts.identity import PersonChanged
from shared.contracts.intake import ApplicationRegistered
from shared.errors import NotYet
from shared.messaging.work import UnitOfWork


def keep_person(event: PersonChanged, work: UnitOfWork) -> None:
    """Keep name, phone and roles; news that a later one overtook changes nothing."""
    sequence = work.cause.sequence if work.cause else 0
    known = work.session.get(Contact, event.person_id, with_for_update=True)
    if known is not None and known.sequence > sequence:
        return
    work.session.merge(
        Contact(
            person_id=event.person_id, name=event.person["name"], phone=event.person.get("phone") or None,
            active=event.active, sequence=sequence,
        )
    )  # fmt: skip
    work.session.execute(sa.delete(ContactRole).where(ContactRole.person_id == event.person_id))
    held = {(role["role"], role["organisation"]) for role in event.roles}
    work.session.add_all(
        ContactRole(person_id=event.person_id, role=role, organisation=place) for role, place in sorted(held)
    )


def keep_case(event: ApplicationRegistered, work: UnitOfWork) -> None:
    """Keep what notices need to know of a registered case."""
    applicant = {name: event.applicant.get(name) or None for name in ("name", "phone")}
    work.session.merge(
        Case(
            case_id=event.case_id, number=event.number, agency=event.agency, applicant=applicant,
            applicant_id=event.applicant_id, authority=event.authority,
            accountless=event.case_kind == NOTICE_KIND,
        )
    )  # fmt: skip
    if given := event.applicant.get("representative"):
        work.session.merge(
            Contact(
                person_id=representative_of(event.case_id), name=given["name"],
                phone=given.get("phone") or None, active=True, sequence=0,
            )
        )  # fmt: skip


def keep_offer(event: TurnTaken, work: UnitOfWork) -> None:
    """Remember whose firm is asked; it sees the case once its member has accepted."""
    case_of(event.case_id, work).offered_firm = event.firm_path


def keep_handler(event: CaseAccepted, work: UnitOfWork) -> None:
    """Remember who handles the case: they and their firm may see what was told."""
    case = case_of(event.case_id, work)
    case.handler_id, case.firm_path = event.handler_id, case.offered_firm


def seal_case(event: CaseArchived, work: UnitOfWork) -> None:
    """Nothing more is recorded about the case; calls that nobody made are given up, and what nobody passed
    on."""
    case = case_of(event.case_id, work)
    case.sealed_at = case.sealed_at or work.clock.now()
    open_calls = sa.update(Delivery).where(
        Delivery.case_id == case.case_id, Delivery.channel.in_(BY_CLERKS), Delivery.state == WAITING
    )
    work.session.execute(open_calls.values(state=FAILED, result="case_archived", ended_at=work.clock.now()))


def case_of(case_id: UUID, work: UnitOfWork) -> Case:
    """The case, locked; raises NotYet while its registration is still on the way."""
    case = work.session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise NotYet("the registration of the case has not arrived")
    return case
