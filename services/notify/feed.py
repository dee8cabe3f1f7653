"""The feed of public events: each stored once, in an order that readers can follow without missing any."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notify.models import Case, FeedEnd, StoredEvent
from shared.messaging.contract import Event
from shared.messaging.envelope import EVENT_TYPE, to_wire
from shared.messaging.work import UnitOfWork
from shared.rights import Person, visible
from shared.statements import insert_new

_FEED = "events"
SETTLING = timedelta(seconds=5)
"""How long an event of an unknown case waits for the registration that says whose it is."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which events somebody asks for: those after a position, of one type and case, at most `limit`."""

    after: int = 0
    limit: int = 100
    type: str | None = None
    subject: UUID | None = None


def store_event(event: Event, work: UnitOfWork) -> None:
    """Put the event at the end of the feed, as the CloudEvent it travelled as."""
    envelope = work.cause
    if envelope is None:
        raise ValueError("an event is stored as it arrived, in its envelope")
    document: dict[str, Any] = json.loads(to_wire(envelope, work.keys))
    work.session.add(
        StoredEvent(
            position=_next_position(work.session), event_id=envelope.id, type=document["type"],
            source=document["source"], subject=envelope.subject, sequence=envelope.sequence,
            time=envelope.time, document=document,
        )
    )  # fmt: skip


def events_after(
    session: Session, wanted: Wanted, person: Person, now: datetime
) -> tuple[list[dict[str, Any]], int]:
    """The next events that are the person's to read, oldest first, and the position to ask after next.

    Positions become visible in their own order, so what was not there before a position never appears
    there later; the end of the feed is read first, so that nothing between the two reads is skipped. The
    first event of a case may come before its registration, which says whose it is: the feed waits there.
    """
    end = session.scalar(sa.select(FeedEnd.position).where(FeedEnd.feed == _FEED)) or 0
    query = _matching(wanted, person).where(StoredEvent.position > wanted.after)
    rows = session.execute(query.order_by(StoredEvent.position).limit(wanted.limit)).all()
    settled = list(takewhile(lambda row: row.case_id or row.StoredEvent.time <= now - SETTLING, rows))
    last = settled[-1].StoredEvent.position if settled else wanted.after
    more = len(rows) == wanted.limit or len(settled) < len(rows)
    return [row.StoredEvent.document for row in settled], last if more else max(end, last)


def newest_events(
    session: Session, wanted: Wanted, before: int | None, person: Person, now: datetime
) -> list[StoredEvent]:
    """A page of the feed for people: the newest first, those before a position."""
    query = _matching(wanted, person).where(
        sa.or_(Case.case_id.is_not(None), StoredEvent.time <= now - SETTLING)
    )
    if before is not None:
        query = query.where(StoredEvent.position < before)
    return list(session.scalars(query.order_by(StoredEvent.position.desc()).limit(wanted.limit)))


def _matching(wanted: Wanted, person: Person) -> sa.Select[tuple[StoredEvent, UUID]]:
    """The events asked for of cases at the person's organisations; one of a case that was never registered,
    such as a program's own, is of no organisation and so everybody's who reads events."""
    case_id = sa.cast(sa.func.replace(StoredEvent.subject, "-", ""), sa.Uuid)  # as each database keeps ids
    mine = visible(person, "notify.event.read", organisation=Case.agency, unplaced=Case.case_id.is_(None))
    query = sa.select(StoredEvent, Case.case_id).outerjoin(Case, Case.case_id == case_id).where(mine)
    if wanted.type:
        query = query.where(StoredEvent.type == EVENT_TYPE + wanted.type.removeprefix(EVENT_TYPE))
    if wanted.subject:
        query = query.where(StoredEvent.subject == str(wanted.subject))
    return query


def _next_position(session: Session) -> int:
    """One more than the last; the row stays locked until the commit, so order = commit order."""
    if insert_new(session, sa.inspect(FeedEnd).local_table, {"feed": _FEED, "position": 1}):  # type: ignore[arg-type]
        return 1
    row = sa.update(FeedEnd).where(FeedEnd.feed == _FEED).values(position=FeedEnd.position + 1)
    return int(session.execute(row.returning(FeedEnd.position)).scalar_one())
