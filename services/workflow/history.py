"""The history of an instance: append-only, each entry sealed by a hash over the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.models import History, Instance
from shared.bundle import bundle_of
from shared.database import table_of

BEGINNING = "0" * 64
_HISTORY = table_of(History)
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def record(session: Session, instance: Instance, at: datetime, event: str, /, **body: Any) -> None:
    """Add an entry. `body` holds ids, names and flags: never personal data."""
    number = instance.history_length + 1
    digest = _digest(instance.history_hash, instance.key, number, at, event, body)
    entry = {
        "instance_key": instance.key, "number": number, "at": at, "kind": event, "body": body, "hash": digest,
    }  # fmt: skip
    bundle_of(session).add(_HISTORY, entry)
    instance.history_length, instance.history_hash = number, digest


def verify_history(session: Session) -> str | None:
    """The first entry that is not as it was written, or None when every chain is whole."""
    ends = sa.select(Instance.key, Instance.history_length, Instance.history_hash).order_by(Instance.key)
    for key, length, last in session.execute(ends).all():
        broken = _first_broken(session, key, length, last)
        if broken is not None:
            return f"instance {key}, entry {broken}"
    orphans = sa.select(History.instance_key).where(History.instance_key.not_in(sa.select(Instance.key)))
    orphan = session.scalar(orphans.limit(1))
    return None if orphan is None else f"instance {orphan} is gone"


def _first_broken(session: Session, key: int, length: int, last: str) -> int | None:
    entries = sa.select(History).where(History.instance_key == key).order_by(History.number)
    try:
        with closing(session.scalars(entries.execution_options(yield_per=500))) as rows:
            return _first_wrong(rows, key, length, last)
    except ValueError:  # something cannot even be read: looked at one by one, to name it
        return _first_wrong(_one_by_one(session, key), key, length, last)


def _first_wrong(entries: Iterable[History | None], key: int, length: int, last: str) -> int | None:
    previous, expected = BEGINNING, 0
    for entry in entries:
        expected += 1
        if entry is None or entry.number != expected:
            return expected
        if entry.hash != _digest(previous, key, entry.number, entry.at, entry.kind, entry.body):
            return expected
        previous = entry.hash
    return None if (expected, previous) == (length, last) else expected


def _one_by_one(session: Session, key: int) -> Iterator[History | None]:
    """The entries in order, None for one that cannot be read."""
    numbers = sa.select(History.number).where(History.instance_key == key).order_by(History.number)
    for number in session.scalars(numbers).all():
        try:
            yield session.get(History, (key, number))
        except ValueError:
            yield None


def _digest(previous: str, key: int, number: int, at: datetime, kind: str, body: dict[str, Any]) -> str:
    content = {"instance": key, "number": number, "at": _moment(at), "kind": kind, "body": body}
    return hashlib.sha256((previous + _CANONICAL(content)).encode()).hexdigest()


@lru_cache(maxsize=64)
def _moment(at: datetime) -> str:
    """Kept, because the entries of a step have one."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
