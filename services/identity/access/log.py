"""The log of who looked at personal data: only ever added to, each entry sealed by a hash over the last."""

from __future__ import annotations

import hashlib
from contextlib import closing
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.identity.models import AccessEnd, AccessEntry
from shared.contracts.access import DataAccessed
from shared.database import table_of
from shared.digest import canonical
from shared.messaging.work import UnitOfWork
from shared.statements import insert_new

BEGINNING = "0" * 64
_LINKED = (
    "number", "id", "at", "service", "person_id", "behalf_of_id", "act", "what", "record_id", "case_id",
    "case_number", "organisation", "fields", "purpose",
)  # fmt: skip
"""What the hash covers. The note is not among it: it is sealed, and sealed anew when keys rotate."""


def keep_access(message: DataAccessed, work: UnitOfWork) -> None:
    """Add an entry; two at once wait for each other at the end of the chain."""
    table = table_of(AccessEnd)
    insert_new(work.session, table, {"id": 1, "number": 0, "hash": BEGINNING})
    end = work.session.get_one(AccessEnd, 1, with_for_update=True)
    cause = work.cause
    entry = AccessEntry(
        number=end.number + 1, id=cause.id if cause else work.ids.uuid(), at=message.at,
        service=cause.source if cause else work.service, person_id=message.person_id,
        behalf_of_id=message.behalf_of_id, act=message.act, what=message.what, record_id=message.record_id,
        case_id=message.case_id, case_number=message.case_number, organisation=message.organisation,
        fields=message.fields, purpose=message.purpose, note=message.note["text"],
    )  # fmt: skip
    entry.hash = _digest(end.hash, entry)
    work.session.add(entry)
    end.number, end.hash = entry.number, entry.hash


def first_changed(session: Session) -> int | None:
    """The number of the first entry that is not as it was written, or None when the chain is whole."""
    end = session.get(AccessEnd, 1)
    previous, expected = BEGINNING, 0
    rows = session.scalars(
        sa.select(AccessEntry).options(sa.orm.defer(AccessEntry.note)).order_by(AccessEntry.number),
        execution_options={"yield_per": 500},
    )
    with closing(rows):
        for entry in rows:
            expected += 1
            if entry.number != expected or entry.hash != _digest(previous, entry):
                return expected
            previous = entry.hash
    whole = (expected, previous) == ((end.number, end.hash) if end else (0, BEGINNING))
    return None if whole else expected + 1


def _digest(previous: str, entry: AccessEntry) -> str:
    content: dict[str, Any] = {name: getattr(entry, name) for name in _LINKED}
    return hashlib.sha256((previous + canonical(content)).encode()).hexdigest()


HANDLERS = {DataAccessed: keep_access}
