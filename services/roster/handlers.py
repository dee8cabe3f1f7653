"""What happens in the roster: people and firms become known, members enter, change and leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.roster import rules
from services.roster.models import Member, Organisation, Person
from services.roster.queries import Entry, entries_of_firm, entry_of
from shared.clock import SHANGHAI
from shared.contracts.identity import OrganisationChanged, PersonChanged
from shared.contracts.roster import MemberChanged
from shared.database import table_of
from shared.errors import Invalid, Rejected, Stale
from shared.messaging.contract import Message
from shared.messaging.work import UnitOfWork
from shared.service import Handler
from shared.statements import insert_new


class AlreadyMember(Rejected):
    """This person is in the roster."""

    zh = "这个人已经在人员库里。"


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What is filled in about a member."""

    kind: str
    licensed_on: date
    review_passed: bool
    sanctioned_on: date | None
    matters: list[str]
    entered_on: date
    left_on: date | None


def note_person(message: PersonChanged, work: UnitOfWork) -> None:
    """Keep a copy of the person; their membership follows a new name or a closed account."""
    values: dict[str, Any] = {
        "id": message.person_id, "name": message.person["name"], "active": message.active,
        "handler_at": sorted({r["organisation"] for r in message.roles if r["role"] == "handler"}),
    }  # fmt: skip
    if insert_new(work.session, table_of(Person), values):
        return
    person = work.session.get_one(Person, message.person_id, with_for_update=True)
    before = (person.name, person.active)
    person.name, person.active, person.handler_at = values["name"], values["active"], values["handler_at"]
    work.session.flush()
    entry = entry_of(work.session, message.person_id)
    if entry and before != (person.name, person.active):
        announce(work, entry)


def note_organisation(message: OrganisationChanged, work: UnitOfWork) -> None:
    """Keep a copy of the organisation; its members follow a new name."""
    values = {
        "id": message.organisation_id, "path": message.path, "kind": message.kind, "name": message.name
    }  # fmt: skip
    if insert_new(work.session, table_of(Organisation), values):
        return
    organisation = work.session.get_one(Organisation, message.organisation_id, with_for_update=True)
    renamed = organisation.name != message.name
    organisation.kind, organisation.name = message.kind, message.name
    work.session.flush()
    if renamed:
        for entry in entries_of_firm(work.session, organisation.id):
            announce(work, entry)


def add_member(work: UnitOfWork, person_id: UUID, firm_id: UUID, given: Particulars) -> None:
    """A person enters the roster; raises AlreadyMember or Invalid."""
    _check_dates(work, given)
    values = {"id": person_id, "firm_id": firm_id, "revision": 1, **vars(given)}
    if not insert_new(work.session, table_of(Member), values):
        raise AlreadyMember
    _announce_member(work, person_id)


def change_member(work: UnitOfWork, member: Member, revision: int, given: Particulars) -> None:
    """A member's particulars change; raises Stale when somebody else changed them meanwhile."""
    if member.revision != revision:
        raise Stale
    _check_dates(work, given)
    for field, value in vars(given).items():
        setattr(member, field, value)
    member.revision += 1
    work.session.flush()
    _announce_member(work, member.id)


def announce(work: UnitOfWork, entry: Entry) -> None:
    """Tell everyone about a member as they are now."""
    member, person, firm = entry.member, entry.person, entry.firm
    work.emit(
        MemberChanged(
            member_id=member.id, firm_id=firm.id, firm_path=firm.path, kind=member.kind,
            active=member.standing(person).active, licensed_on=member.licensed_on,
            review_passed=member.review_passed, sanctioned_on=member.sanctioned_on, matters=member.matters,
            member={"name": person.name, "firm_name": firm.name},
        )
    )  # fmt: skip


def _announce_member(work: UnitOfWork, member_id: UUID) -> None:
    entry = entry_of(work.session, member_id)
    if entry is None:
        raise LookupError("a member without person or firm")
    announce(work, entry)


def _check_dates(work: UnitOfWork, given: Particulars) -> None:
    faults = rules.date_faults(
        licensed_on=given.licensed_on, sanctioned_on=given.sanctioned_on, entered_on=given.entered_on,
        left_on=given.left_on, today=work.clock.now().astimezone(SHANGHAI).date(),
    )  # fmt: skip
    if faults:
        raise Invalid(faults)


HANDLERS: dict[type[Message], Handler] = {PersonChanged: note_person, OrganisationChanged: note_organisation}
