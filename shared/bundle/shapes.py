"""What the rows of a bundle may be: added, put in the place of others, changed, dropped, counted.

Tuples, because every row is sorted by its shape: they are made, hashed and compared without Python's doing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect

ADD, PUT, CHANGE, DROP = "add", "put", "change", "drop"
_NAMES = DefaultDialect().identifier_preparer


def quoted(name: str) -> str:
    """A name as it stands in a statement."""
    return _NAMES.quote_identifier(name)


class Link(NamedTuple):
    """Rows to drop are found through another table: those whose `column` is the `other`'s `key`."""

    column: str
    other: sa.Table
    key: str


class Newest(NamedTuple):
    """A column gets the key of the newest version, in another table, of what its value names."""

    table: sa.Table
    match: str
    key: str = "key"
    latest: str = "version"

    def found(self, name: str, place: Place, _counted: Counted) -> str:
        """The query, for the column of this name."""
        taken = f"SELECT n.{quoted(self.key)} FROM {quoted(self.table.name)} AS n"
        which = f"WHERE n.{quoted(self.match)} = {place(name)}"
        return f"({taken} {which} ORDER BY n.{quoted(self.latest)} DESC LIMIT 1)"


class Count(NamedTuple):
    """Rows that are made, or whose `number` grows by what is given and whose `renewed` columns are set again.

    PostgreSQL evaluates `telling` with each.
    """

    table: sa.Table
    columns: tuple[str, ...]
    key: str
    number: str
    renewed: tuple[str, ...] = ()
    telling: str = ""

    @property
    def fields(self) -> list[tuple[str, sa.Column[Any]]]:
        """Names in a row, each with its column."""
        return [(name, self.table.c[name]) for name in self.columns]

    @property
    def grown(self) -> str:
        """What happens to a row that is there already."""
        table, number = quoted(self.table.name), quoted(self.number)
        renewed = [f"{quoted(name)} = excluded.{quoted(name)}" for name in self.renewed]
        grown = ", ".join([f"{number} = {table}.{number} + excluded.{number}", *renewed])
        return f" ON CONFLICT ({quoted(self.key)}) DO UPDATE SET {grown}"

    @property
    def told(self) -> str:
        """What whoever is numbered by it reads."""
        names = f"{quoted(self.key)}, {quoted(self.number)}"
        return f" RETURNING {names}" + (f", {self.telling}" if self.telling else "")


class Numbered(NamedTuple):
    """A column gets a number that is counted up in the same bundle, in the row whose key the column `by`
    holds; its value says how many steps before the last."""

    counter: Count
    by: str

    def found(self, name: str, place: Place, counted: Counted) -> str:
        """The number, for the column of this name."""
        last = f"SELECT c.{quoted(self.counter.number)} FROM {counted(self.counter)} AS c"
        return f"(({last} WHERE c.{quoted(self.counter.key)} = {place(self.by)}) - {place(name)})"


Place = Callable[[str], str]
"""Where the value of a column stands in a statement."""
Counted = Callable[[Count], str]
"""What holds the numbers that were counted up."""


class Shape(NamedTuple):
    """Rows written the same way: `match` says which rows, `columns` what they get (or by `found`), `counted`
    goes up by one; `keys` say when a row takes the place of another.

    A row of the bundle holds the columns by their names, and those of `match` as `if_<name>`.
    """

    act: str
    table: sa.Table
    columns: tuple[str, ...] = ()
    match: tuple[str, ...] = ()
    counted: str = ""
    keys: tuple[str, ...] = ()
    link: Link | None = None
    found: tuple[tuple[str, Newest | Numbered], ...] = ()

    @property
    def fields(self) -> list[tuple[str, sa.Column[Any]]]:
        """Names in a row, each with the column it is compared with or written to."""
        matched = self.link.other if self.link else self.table
        named = {name: how.table.c[how.match] for name, how in self.found if isinstance(how, Newest)}
        written = [(name, named.get(name, self.table.c[name])) for name in self.columns]
        return [*written, *((f"if_{name}", matched.c[name]) for name in self.match)]
