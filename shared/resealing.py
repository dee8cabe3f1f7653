"""Everything at rest sealed anew with the newest key, while the system runs (S0-10.1.1).

Rows are read a page at a time; those that name an old key are locked, sealed anew and committed together, so
that a run that is killed has lost at most one page, and the next run finds what is left. A row that somebody
else holds is left for the next round. No page holds more than a moment's lock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from shared.database import Encrypted
from shared.messaging.envelope import keys_of_wire, resealed_wire
from shared.messaging.tables import outbox
from shared.secrecy import Keyring, SealError, key_of

_PAGE = 200


@dataclass(frozen=True)
class Sealed:
    """A column of sealed texts: which keys a text names, and the same text under the newest key."""

    table: sa.Table
    column: str
    keys: Callable[[str], frozenset[str]]
    anew: Callable[[str, Keyring], str]


@dataclass(frozen=True)
class Table:
    """The sealed columns of one table, without the types that would open them."""

    raw: sa.TableClause
    primary: tuple[sa.Column[Any], ...]
    sealed: tuple[Sealed, ...]

    @property
    def name(self) -> str:
        """The table's name."""
        return self.raw.name


def sealed_tables(*metadatas: sa.MetaData) -> list[Table]:
    """Every table with sealed columns, and the outbox, whose messages hold sealed fields."""
    columns = [
        _encrypted(table, column)
        for metadata in metadatas for table in metadata.sorted_tables for column in table.columns
        if isinstance(column.type, Encrypted)
    ]  # fmt: skip
    columns.append(Sealed(outbox, outbox.c.wire.name, keys_of_wire, resealed_wire))
    tables = dict.fromkeys(sealed.table for sealed in columns)
    return [_table(table, [s for s in columns if s.table is table]) for table in tables]


def keys_named(engine: Engine, table: Table) -> Counter[str]:
    """How many values of the table name which key."""
    found: Counter[str] = Counter()
    for page in pages(engine, sa.select(*table.raw.columns), table.primary):
        for row in page:
            found.update(kid for sealed in table.sealed for kid in _keys_in(row, sealed))
    return found


def reseal(engine: Engine, table: Table, keys: Keyring, done: Callable[[int], None]) -> int:
    """Seal the table's rows anew, page by page; how many are left: held by somebody, or not to be opened.

    `done` is told after each page how many rows it changed.
    """
    left = 0
    for page in pages(engine, sa.select(*table.raw.columns), table.primary):
        newest = keys.known().newest
        stale = [_primary(row, table) for row in page if _names_others(row, table, newest)]
        if stale:
            with engine.begin() as connection:
                changed = _reseal_rows(connection, table, stale, keys)
            done(changed)
            left += len(stale) - changed
    return left


def pages(
    engine: Engine, rows: sa.Select[Any], primary: Sequence[sa.Column[Any]]
) -> Iterator[Sequence[Row[Any]]]:
    """The rows in the order of their key, which they hold, a page at a time; none is kept locked."""
    key = [sa.column(c.name, c.type) for c in primary]
    first = rows.order_by(*key).limit(_PAGE)
    last: Row[Any] | None = None
    while True:
        following = first if last is None else first.where(sa.tuple_(*key) > _key_of(last, primary))
        with engine.execution_options(read_only=True).begin() as connection:
            page = connection.execute(following).all()
        if not page:
            return
        yield page
        last = page[-1]


def _key_of(row: Row[Any], primary: Sequence[sa.Column[Any]]) -> sa.ColumnElement[Any]:
    return sa.tuple_(*(sa.literal(row._mapping[c.name], c.type) for c in primary))


def _reseal_rows(connection: Connection, table: Table, which: Sequence[Any], keys: Keyring) -> int:
    key = sa.tuple_(*(table.raw.c[c.name] for c in table.primary))
    rows = connection.execute(
        sa.select(*table.raw.columns).where(key.in_(which)).with_for_update(skip_locked=True, of=table.raw)
    ).all()
    changed = 0
    for row in rows:
        this = sa.and_(*(table.raw.c[c.name] == row._mapping[c.name] for c in table.primary))
        try:
            values = {s.column: s.anew(_text(row, s), keys) for s in table.sealed if _text(row, s)}
        except SealError:  # it stays as it is, and holds its key: others go on
            continue
        changed += connection.execute(sa.update(table.raw).where(this).values(values)).rowcount
    return changed


def _primary(row: Row[Any], table: Table) -> tuple[Any, ...]:
    return tuple(row._mapping[c.name] for c in table.primary)


def _names_others(row: Row[Any], table: Table, newest: str) -> bool:
    return any(kid != newest for sealed in table.sealed for kid in _keys_in(row, sealed))


def _keys_in(row: Row[Any], sealed: Sealed) -> frozenset[str]:
    text = _text(row, sealed)
    return sealed.keys(text) if text else frozenset()


def _text(row: Row[Any], sealed: Sealed) -> str:
    return cast("str", row._mapping[sealed.column] or "")


def _encrypted(table: sa.Table, column: sa.Column[Any]) -> Sealed:
    place = cast("Encrypted", column.type).place
    return Sealed(
        table, column.name, lambda text: frozenset({key_of(text)}),
        lambda text, keys: keys.seal(keys.open(text, place), place),
    )  # fmt: skip


def _table(table: sa.Table, sealed: Sequence[Sealed]) -> Table:
    primary = tuple(table.primary_key.columns)
    shown = [sa.column(c.name, c.type) for c in primary] + [sa.column(s.column, sa.Text) for s in sealed]
    return Table(sa.table(table.name, *shown), primary, tuple(sealed))
