"""A person's mailbox: what lies in it, page by page, and marking it read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notify.models import Case, Letter
from shared.errors import NotFound
from shared.messaging.work import UnitOfWork

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Place:
    """Where a page of the mailbox ended: after this letter. As a text `<read>.<microseconds>.<id>`."""

    read: bool
    shown_at: datetime
    letter_id: UUID

    @classmethod
    def of(cls, letter: Letter) -> Place:
        """The place of a letter that lies in a mailbox."""
        return cls(letter.read_at is not None, letter.shown_at or _EPOCH, letter.id)

    @classmethod
    def parse(cls, text: str) -> Place:
        """Read the text again; raises ValueError."""
        read, microseconds, identifier = text.split(".")
        try:
            shown_at = _EPOCH + int(microseconds) * _MICROSECOND
        except OverflowError as error:
            raise ValueError("no such moment") from error
        return cls(bool(int(read)), shown_at, UUID(identifier))

    def __str__(self) -> str:
        return f"{self.read:d}.{(self.shown_at - _EPOCH) // _MICROSECOND}.{self.letter_id}"


def unread_count(session: Session, person_id: UUID) -> int:
    """How many letters in the person's mailbox are not marked read."""
    query = sa.select(sa.func.count()).select_from(Letter)
    unread = query.where(_in_mailbox(person_id), Letter.read_at.is_(None))
    return session.scalar(unread) or 0


def letters_page(
    session: Session, person_id: UUID, after: Place | None, limit: int
) -> tuple[list[Letter], Place | None]:
    """A page of the mailbox, the unread first and in each part the newest first; where the next begins."""
    query = sa.select(Letter).where(_in_mailbox(person_id))
    if after is not None:
        query = query.where(_behind(after))
    order = (_read_flag(), Letter.shown_at.desc(), Letter.id.desc())
    rows = list(session.scalars(query.order_by(*order).limit(limit + 1)))
    return rows[:limit], Place.of(rows[limit - 1]) if len(rows) > limit else None


def letter_of(session: Session, letter_id: UUID, person_id: UUID) -> tuple[Letter, Case | None]:
    """One letter of the person's mailbox and its case, if it has one; raises NotFound, also for somebody
    else's."""
    letter = session.get(Letter, letter_id)
    if letter is None or letter.recipient_id != person_id or letter.shown_at is None:
        raise NotFound
    return letter, session.get_one(Case, letter.case_id) if letter.case_id else None


def mark_read(work: UnitOfWork, letter_id: UUID, person_id: UUID) -> None:
    """Mark one letter read; the first time counts. Raises NotFound like `letter_of`."""
    letter, _ = letter_of(work.session, letter_id, person_id)
    letter.read_at = letter.read_at or work.clock.now()


def mark_all_read(work: UnitOfWork, person_id: UUID) -> None:
    """Mark everything in the person's mailbox read."""
    unread = sa.update(Letter).where(_in_mailbox(person_id), Letter.read_at.is_(None))
    work.session.execute(unread.values(read_at=work.clock.now()))


def _in_mailbox(person_id: UUID) -> sa.ColumnElement[bool]:
    return sa.and_(Letter.recipient_id == person_id, Letter.shown_at.is_not(None))


def _read_flag() -> sa.Case[int]:
    return sa.case((Letter.read_at.is_(None), 0), else_=1)


def _behind(place: Place) -> sa.ColumnElement[bool]:
    same_part = _read_flag() == int(place.read)
    older = Letter.shown_at < place.shown_at
    same_moment = sa.and_(Letter.shown_at == place.shown_at, Letter.id < place.letter_id)
    return sa.or_(_read_flag() > int(place.read), sa.and_(same_part, sa.or_(older, same_moment)))
