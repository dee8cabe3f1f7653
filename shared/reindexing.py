"""Blind indexes made anew with the newest key, while the system runs.

Whoever looks something up looks for the indexes of all keys meanwhile (`Keyring.blind_indexes`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from shared.messaging.work import UnitOfWork
from shared.resealing import pages
from shared.secrecy import SealError, key_of_index
from shared.service import Indexed, Runtime

_AT_ONCE = 50


def index_keys_named(runtime: Runtime, indexed: Indexed) -> Counter[str]:
    """How many indexes were made with which key."""
    found: Counter[str] = Counter()
    for page in pages(runtime.engine, _rows(indexed), _primary(indexed)):
        for row in page:
            found.update(_keys_in(row, indexed))
    return found


def reindex(runtime: Runtime, indexed: Indexed, done: Callable[[int], None]) -> int:
    """Make the indexes anew, some rows at a time; how many rows are left because somebody held them, or
    because another service has to tell the names first. `done` is told how many rows were changed."""
    left = 0
    for page in pages(runtime.engine, _rows(indexed), _primary(indexed)):
        newest = runtime.keys.known().newest
        stale = [_identity(row, indexed) for row in page if set(_keys_in(row, indexed)) - {newest}]
        for start in range(0, len(stale), _AT_ONCE):
            some = stale[start : start + _AT_ONCE]
            changed = _anew(runtime, indexed, some)
            left += len(some) - changed
            if changed:
                done(changed)
    return left


def _anew(runtime: Runtime, indexed: Indexed, which: Sequence[tuple[Any, ...]]) -> int:
    if indexed.anew is None:
        return 0
    with runtime.transaction() as work:
        return sum(_renewed(indexed, identity, work) for identity in which)


def _renewed(indexed: Indexed, identity: tuple[Any, ...], work: UnitOfWork) -> bool:
    """Whether the row could be locked and read."""
    try:
        row = work.session.get(indexed.entity, identity, with_for_update={"skip_locked": True})
    except SealError:  # it stays as it is, and holds its key
        return False
    if row is None or indexed.anew is None:
        return False
    indexed.anew(row, work)
    return True


def _rows(indexed: Indexed) -> sa.Select[Any]:
    columns = (getattr(indexed.entity, name) for name in indexed.columns)
    return sa.select(*_primary(indexed), *columns)


def _primary(indexed: Indexed) -> tuple[sa.Column[Any], ...]:
    primary: tuple[sa.Column[Any], ...] = sa.inspect(indexed.entity).primary_key
    return primary


def _identity(row: Row[Any], indexed: Indexed) -> tuple[Any, ...]:
    return tuple(row._mapping[column.name] for column in _primary(indexed))


def _keys_in(row: Row[Any], indexed: Indexed) -> list[str]:
    stored = (row._mapping[name] for name in indexed.columns)
    indexes = (each for value in stored if value for each in ([value] if isinstance(value, str) else value))
    return [key_of_index(index) for index in indexes]
