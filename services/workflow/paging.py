"""Lists in pages. A cursor names the place after (or before) a row, so rows that come or go in the
meantime neither hide others nor show them twice.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.rules import LARGEST_KEY
from shared.database import Instant
from shared.errors import Malformed

Row = TypeVar("Row")
MOST_COUNTED = 10_000
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Order:
    """Rows are ordered by this expression, which is never null."""

    by: Any
    descending: bool = False


@dataclass(frozen=True)
class Asked:
    """The wanted page: so many rows from an offset, or after or before a cursor."""

    limit: int = 100
    offset: int = 0
    after: str | None = None
    before: str | None = None


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in order. `total` stops at `MOST_COUNTED` (`capped`); `further`: more rows follow in the direction
    asked for; `start` and `end` are the cursors of the first and last row.
    """

    rows: list[Row]
    total: int
    capped: bool
    further: bool
    start: str | None
    end: str | None


def nulls_last(column: Any, descending: bool) -> sa.ColumnElement[Any]:
    """A moment that may be missing, as something to order by: missing ones come last either way."""
    last = LONG_AGO if descending else NEVER
    return sa.func.coalesce(column, sa.literal(last, Instant()))


def page_of(
    session: Session, query: sa.Select[tuple[Row]], orders: Sequence[Order], asked: Asked, *,
    total: int | None = None,
) -> Page[Row]:  # fmt: skip
    """One page of what the query finds. The last of `orders` must tell any two rows apart.

    `total`: how many there are, where the query does not find all.
    """
    total = _counted(session, query) if total is None else total
    backwards = asked.before is not None
    cursor = asked.before or asked.after
    if cursor is not None:
        query = query.where(_beyond(orders, _values(cursor, orders), backwards))
    else:
        query = query.offset(asked.offset)
    keyed = query.add_columns(*(order.by for order in orders)).order_by(
        *(o.by.desc() if o.descending != backwards else o.by.asc() for o in orders)
    )
    found = session.execute(keyed.limit(asked.limit + 1)).all()
    shown = found[: asked.limit][:: -1 if backwards else 1]
    return Page(
        rows=[row[0] for row in shown], total=min(total, MOST_COUNTED), capped=total > MOST_COUNTED,
        further=len(found) > asked.limit, start=_cursor(shown[0]) if shown else None,
        end=_cursor(shown[-1]) if shown else None,
    )  # fmt: skip


def page_of_ways(
    session: Session, query: sa.Select[tuple[Row]], key: Any, ways: Sequence[sa.Select[Any]],
    orders: Sequence[Order], asked: Asked,
) -> Page[Row]:  # fmt: skip
    """One page of rows that are found in several ways, perhaps in more than one, reading no further in each.

    The columns of each way are what `orders` orders by, all ascending, the last one the `key`.
    """
    cursor, backwards = asked.before or asked.after, asked.before is not None
    values = None if cursor is None else _values(cursor, orders)
    most = asked.limit + 1 + (asked.offset if cursor is None else 0)
    first = sa.union(*(_beginning(way, most, values, backwards) for way in ways)).subquery()
    keys = list(first.c)
    wanted = sa.select(keys[-1]).order_by(*(c.desc() if backwards else c for c in keys)).limit(most)
    return page_of(session, query.where(key.in_(wanted)), orders, asked, total=_counted_ways(session, ways))


def _counted_ways(session: Session, ways: Sequence[sa.Select[Any]]) -> int:
    """Where one way alone finds too many to count, it is not asked which of them others find too."""
    some = [sa.select(*way.limit(MOST_COUNTED + 1).subquery().c) for way in ways]
    alone = [_how_many(way).scalar_subquery() for way in some]
    together = _how_many(sa.union(*some)).scalar_subquery()
    enough = sa.case(*((n > MOST_COUNTED, MOST_COUNTED + 1) for n in alone), else_=together)
    return session.scalar(sa.select(enough)) or 0


def _how_many(query: sa.Select[Any] | sa.CompoundSelect[Any]) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(query.subquery())


def _beginning(
    way: sa.Select[Any], most: int, values: Sequence[Any] | None, backwards: bool
) -> sa.Select[Any]:
    columns = list(way.selected_columns)
    if values is not None:
        way = way.where(_beyond([Order(column) for column in columns], values, backwards))
    ordered = way.order_by(*(c.desc() if backwards else c for c in columns)).limit(most)
    return sa.select(*ordered.subquery().c)


def _counted(session: Session, query: sa.Select[Any]) -> int:
    one = sa.literal(1).label("one")
    some = query.with_only_columns(one, maintain_column_froms=True).order_by(None).limit(MOST_COUNTED + 1)
    return session.scalar(_how_many(some)) or 0


def _beyond(orders: Sequence[Order], values: Sequence[Any], backwards: bool) -> sa.ColumnElement[bool]:
    ways = []
    for index, (order, value) in enumerate(zip(orders, values, strict=True)):
        same = [o.by == v for o, v in zip(orders[:index], values[:index], strict=True)]
        downwards = order.descending != backwards
        ways.append(sa.and_(*same, order.by < value if downwards else order.by > value))
    return sa.or_(*ways)


def _cursor(row: sa.Row[Any]) -> str:
    return base64.b64encode(json.dumps([_written(value) for value in row[1:]]).encode()).decode()


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _values(cursor: str, orders: Sequence[Order]) -> list[Any]:
    try:
        values = json.loads(base64.b64decode(cursor, validate=True))
        return [_value(value, order) for value, order in zip(values, orders, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error) as error:
        raise Malformed(zh="分页位置无效，请从第一页重新开始。") from error


def _value(value: Any, order: Order) -> Any:
    kind = order.by.type
    if isinstance(kind, Instant):
        return datetime.fromisoformat(value).astimezone(UTC)
    if isinstance(kind, sa.Uuid):
        return UUID(value)
    wanted = int if isinstance(kind, sa.Integer) else str
    known = isinstance(value, wanted) and not isinstance(value, bool)
    if not known or (isinstance(value, int) and abs(value) > LARGEST_KEY) or b"\0" in str(value).encode():
        raise ValueError("not a value of this order")
    return value
