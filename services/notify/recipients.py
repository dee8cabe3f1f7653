"""Who gets a notice: the people named, and everyone who holds one of the roles."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from services.notify import rules
from services.notify.models import Case, Contact, ContactRole
from shared.contracts.notify import SendNotice
from shared.errors import NotYet
from shared.messaging.work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """One person to tell, and how they can be reached. `reader`: whom the text addresses."""

    person_id: UUID
    name: str
    phone: str | None
    active: bool
    reader: str


def recipients_of(command: SendNotice, case: Case, work: UnitOfWork) -> list[Recipient]:
    """Each person once, those named first. Raises NotYet for somebody nobody has told us of."""
    named = list(dict.fromkeys(command.recipients))
    others = [i for i in _holders(command.roles, command.organisation, work) if i not in named]
    return [_recipient(i, case, work, named=True) for i in named] + [
        _recipient(i, case, work, named=False) for i in others
    ]


def handler_facts(person_id: UUID, work: UnitOfWork) -> dict[str, str]:
    """Name and phone of the handler, as the recipient of legal aid is told them (S0-7.4.4d)."""
    contact = _contact(person_id, work)
    return {"name": contact.name, "phone": contact.phone or "（请向我们询问）"}


def _holders(roles: list[str], organisation: str, work: UnitOfWork) -> list[UUID]:
    """Everyone active who holds one of the roles at the organisation or above it, in a fixed order."""
    query = sa.select(ContactRole.person_id).join(Contact, Contact.person_id == ContactRole.person_id).where(
        ContactRole.role.in_(roles), ContactRole.organisation.in_(rules.paths_above(organisation)),
        Contact.active,
    )  # fmt: skip
    return list(work.session.scalars(query.distinct().order_by(ContactRole.person_id)))


def _recipient(person_id: UUID, case: Case, work: UnitOfWork, *, named: bool) -> Recipient:
    reader = rules.reader_of(person_id, case.applicant_id, named=named)
    if reader == rules.APPLICANT:
        return _applicant(case, work)
    contact = _contact(person_id, work)
    return Recipient(
        person_id=person_id, name=contact.name, phone=contact.phone, active=contact.active, reader=reader
    )


def _applicant(case: Case, work: UnitOfWork) -> Recipient:
    """The applicant as they gave themselves for this case; their account says whether they can log in."""
    account = work.session.get(Contact, case.applicant_id)
    return Recipient(
        person_id=case.applicant_id, name=case.applicant["name"] or (account.name if account else "申请人"),
        phone=case.applicant["phone"] or (account.phone if account else None),
        active=account is None or account.active, reader=rules.APPLICANT,
    )  # fmt: skip


def _contact(person_id: UUID, work: UnitOfWork) -> Contact:
    contact = work.session.get(Contact, person_id)
    if contact is None:
        raise NotYet("the person has not been announced")
    return contact
