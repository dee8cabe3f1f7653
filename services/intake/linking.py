"""Cases of one person that belong together: the same notice, the stage before, the stages after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.intake.indexes import notice_indexes, party_indexes
from services.intake.models import Application
from services.intake.queries import about
from services.intake.rules import ENDED, NOTICE_KIND
from shared.rights import Person, may
from shared.secrecy import Keyring


@dataclass(frozen=True)
class Linked:
    """A case that another one names; `open`: whether the reader may follow the link."""

    case_id: UUID
    number: str
    open: bool


def case_of_same_notice(session: Session, keys: Keyring, notice: Application) -> Application | None:
    """The open case of the same authority, case number, stage and person, the newest.

    Two people may bear one name: they differ when both have a number and it is not the same.
    """
    same = sa.select(Application).where(
        Application.notice_index.in_(notice_indexes(keys, notice.answers)), Application.state.not_in(ENDED)
    )
    if notice.party_index is not None:
        unknown = Application.party_index.is_(None)
        same = same.where(sa.or_(unknown, _of_same_person(keys, notice)))
    return session.scalar(same.order_by(Application.case_id.desc()).limit(1))


def newest_notice_case(session: Session, keys: Keyring, notice: Application) -> UUID | None:
    """The last case of the same person that came by a notice of the same authority."""
    if notice.party_index is None or notice.authority is None:
        return None
    same = sa.select(Application.case_id).where(
        _of_same_person(keys, notice), Application.authority == notice.authority,
        Application.case_kind == NOTICE_KIND, Application.case_id != notice.case_id,
    )  # fmt: skip
    return session.scalar(same.order_by(Application.case_id.desc()).limit(1))


def earlier_notice_case(
    session: Session, keys: Keyring, number: str, notice: Application
) -> Application | None:
    """The case of that number when it is the same person's: by document, or by name where none is known."""
    earlier = _numbered(session, number)
    if earlier is None:
        return None
    if notice.party_index is not None and earlier.party_index is not None:
        return earlier if earlier.party_index in party_indexes(keys, notice.answers) else None
    return earlier if notice.answers["name"] == earlier.answers.get("name") else None


def earlier_application_case(
    session: Session, number: str, applicant_id: UUID, party_indexes: Sequence[str]
) -> Application | None:
    """The case of that number when it is the same person's; before the document is known, the account's."""
    earlier = _numbered(session, number)
    if earlier is None:
        return None
    if not party_indexes:
        return earlier if earlier.applicant_id == applicant_id else None
    return earlier if earlier.party_index in party_indexes else None


def linked_cases(session: Session, case: Application, person: Person) -> tuple[list[Linked], list[Linked]]:
    """The case of the stage before, if any, and those of the stages after."""
    before = [session.get(Application, case.earlier_case_id)] if case.earlier_case_id else []
    after = sa.select(Application).where(Application.earlier_case_id == case.case_id)
    later = session.scalars(after.where(Application.number.is_not(None)).order_by(Application.case_id))
    return [_linked(each, person) for each in before if each], [_linked(each, person) for each in later]


def _linked(case: Application, person: Person) -> Linked:
    return Linked(case.case_id, case.number or "", may(person, "intake.case.read", about(case)))


def _of_same_person(keys: Keyring, notice: Application) -> sa.ColumnElement[bool]:
    return Application.party_index.in_(party_indexes(keys, notice.answers))


def _numbered(session: Session, number: str) -> Application | None:
    return session.scalar(sa.select(Application).where(Application.number == number))
