"""Who gets a notice: the people named, and everyone who holds one of the roles."""

from __future__ import annotations

from collections.abc import Sequence
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
    """One person to tell, and how they can be reached. `reader`: whom the text addresses.

    `passes_on`: the text is for the applicant, whom this person tells; `name` is then the applicant's.
    """

    person_id: UUID
    name: str
    phone: str | None
    active: bool
    reader: str
    channels: tuple[str, ...]
    passes_on: bool = False


def recipients_of(
    command: SendNotice, case: Case, channels: Sequence[str], work: UnitOfWork
) -> list[Recipient]:
    """Each person once, those named first, over these channels. Raises NotYet for somebody nobody has told
    us of.

    An applicant without an account is told by the contacts of the authority, by a clerk where it has none,
    and directly where the applicant has a phone.
    """
    named = list(dict.fromkeys(command.recipients))
    others = [i for i in holders(command.roles, command.organisation, work) if i not in named]
    found: list[Recipient] = []
    for person_id in named:
        if case.accountless and person_id == case.applicant_id:
            found += _ways_to_accountless(case, channels, work)
        else:
            found.append(_recipient(person_id, case, channels, work, named=True))
    if command.representative:
        found += _representative(case, channels, work)
    return found + [_recipient(i, case, channels, work, named=False) for i in others]


def handler_facts(person_id: UUID, work: UnitOfWork) -> dict[str, str]:
    """Name and phone of the handler, as the recipient of legal aid is told them (S0-7.4.4d)."""
    contact = _contact(person_id, work)
    return {"name": contact.name, "phone": contact.phone or "（请向我们询问）"}


def holders(roles: list[str], organisation: str, work: UnitOfWork) -> list[UUID]:
    """Everyone active who holds one of the roles at the organisation or above it, in a fixed order."""
    query = sa.select(ContactRole.person_id).join(Contact, Contact.person_id == ContactRole.person_id).where(
        ContactRole.role.in_(roles), ContactRole.organisation.in_(rules.paths_above(organisation)),
        Contact.active,
    )  # fmt: skip
    return list(work.session.scalars(query.distinct().order_by(ContactRole.person_id)))


def _ways_to_accountless(case: Case, channels: Sequence[str], work: UnitOfWork) -> list[Recipient]:
    """The contacts of the authority who pass on what the applicant is told, and the applicant's own ways."""
    contacts = holders(["authority"], case.authority, work) if case.authority else []
    direct = [c for c in channels if c != rules.IN_APP] if case.applicant["phone"] else []
    own = direct if contacts else [rules.PASS_ON, *direct]
    themselves = [_applicant(case, own, work)] if own else []
    return themselves + [_passing_on(contact, case, channels, work) for contact in contacts]


def _representative(case: Case, channels: Sequence[str], work: UnitOfWork) -> list[Recipient]:
    """The guardian or close relative who applied for the applicant, by phone: they have no account."""
    contact = work.session.get(Contact, rules.representative_of(case.case_id))
    if contact is None or not contact.phone or contact.phone == case.applicant["phone"]:
        return []
    by_phone = [channel for channel in channels if channel in (rules.SMS, rules.PHONE)]
    return [_passing_on(contact.person_id, case, by_phone, work)]


def _passing_on(person_id: UUID, case: Case, channels: Sequence[str], work: UnitOfWork) -> Recipient:
    contact = _contact(person_id, work)
    return Recipient(
        person_id=person_id, name=case.applicant["name"] or "受援人", phone=contact.phone,
        active=contact.active, reader=rules.APPLICANT, channels=tuple(channels), passes_on=True,
    )  # fmt: skip


def _recipient(
    person_id: UUID, case: Case, channels: Sequence[str], work: UnitOfWork, *, named: bool
) -> Recipient:
    reader = rules.reader_of(person_id, case.applicant_id, named=named)
    if reader == rules.APPLICANT:
        return _applicant(case, channels, work)
    contact = _contact(person_id, work)
    return Recipient(
        person_id=person_id, name=contact.name, phone=contact.phone, active=contact.active, reader=reader,
        channels=tuple(channels),
    )  # fmt: skip


def _applicant(case: Case, channels: Sequence[str], work: UnitOfWork) -> Recipient:
    """The applicant as they gave themselves for this case; their account says whether they can log in."""
    account = work.session.get(Contact, case.applicant_id)
    return Recipient(
        person_id=case.applicant_id, name=case.applicant["name"] or (account.name if account else "申请人"),
        phone=case.applicant["phone"] or (account.phone if account else None),
        active=account is None or account.active, reader=rules.APPLICANT,
        channels=tuple(channels),
    )  # fmt: skip


def _contact(person_id: UUID, work: UnitOfWork) -> Contact:
    contact = work.session.get(Contact, person_id)
    if contact is None:
        raise NotYet("the person has not been announced")
    return contact
