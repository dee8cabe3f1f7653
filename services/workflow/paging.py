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
MOST_COUNTED = 1000
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
_ONE: sa.ColumnClause[int] = sa.literal_column("1")


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

    @property
    def how_many(self) -> str:
        """The total as a page says it."""
        return f"{self.total} 余" if self.capped else str(self.total)


def nulls_last(column: Any, descending: bool) -> sa.ColumnElement[Any]:
    """A moment that may be missing, as something to order by: missing ones come last either way."""
    last = LONG_AGO if descending else NEVER
    return sa.func.coalesce(column, sa.literal(last, Instant()))


def page_of(
    session: Session, query: sa.Select[tuple[Row]], orders: Sequence[Order], asked: Asked
) -> Page[Row]:
    """One page of what the query finds. The last of `orders` must tell any two rows apart."""
    total = session.scalar(how_many(query.with_only_columns(_ONE, maintain_column_froms=True))) or 0
    cursor, backwards = asked.before or asked.after, asked.before is not None
    if cursor is not None:
        query = query.where(beyond(orders, values_of(cursor, orders), backwards))
    else:
        query = query.offset(asked.offset)
    keyed = query.add_columns(*(order.by for order in orders)).order_by(*directed(orders, backwards))
    found = [(row[0], row[1:]) for row in session.execute(keyed.limit(plainly(asked.limit + 1)))]
    return cut(found, total, asked)


def cut(found: Sequence[tuple[Row, Sequence[Any]]], total: int, asked: Asked) -> Page[Row]:
    """The page of what was found, each with its values in the order: one row more than asked for, if any."""
    shown = found[: asked.limit][:: -1 if asked.before is not None else 1]
    return Page(
        rows=[row for row, _ in shown], total=min(total, MOST_COUNTED), capped=total > MOST_COUNTED,
        further=len(found) > asked.limit, start=_cursor(shown[0][1]) if shown else None,
        end=_cursor(shown[-1][1]) if shown else None,
    )  # fmt: skip


def directed(orders: Sequence[Order], backwards: bool) -> list[sa.ColumnElement[Any]]:
    """What to order by, for a page that follows or one that goes before."""
    return [o.by.desc() if o.descending != backwards else o.by.asc() for o in orders]


def plainly(value: Any) -> sa.BindParameter[Any]:
    """A value that stands in the statement itself: PostgreSQL plans by it however often it was prepared."""
    return sa.literal(value, literal_execute=True)


def beyond(orders: Sequence[Order], values: Sequence[Any], backwards: bool) -> sa.ColumnElement[bool]:
    """What comes after these values, or before them; an index on what is ordered by finds its beginning."""
    bound = [
        v if isinstance(v, sa.ColumnElement) else sa.literal(v, o.by.type)
        for o, v in zip(orders, values, strict=True)
    ]
    downwards = [order.descending != backwards for order in orders]
    if len(set(downwards)) == 1:
        columns, place = sa.tuple_(*(order.by for order in orders)), sa.tuple_(*bound)
        return columns < place if downwards[0] else columns > place
    ways = []
    for index, (order, value) in enumerate(zip(orders, bound, strict=True)):
        same = [o.by == v for o, v in zip(orders[:index], bound[:index], strict=True)]
        ways.append(sa.and_(*same, order.by < value if downwards[index] else order.by > value))
    first = orders[0].by <= bound[0] if downwards[0] else orders[0].by >= bound[0]
    return sa.and_(first, sa.or_(*ways))


def how_many(query: sa.Select[Any]) -> sa.Select[tuple[int]]:
    """How many rows there are; one more than `MOST_COUNTED` stands for all that are more."""
    some = query.order_by(None).limit(plainly(MOST_COUNTED + 1)).subquery()
    return sa.select(sa.func.count()).select_from(some)


def _cursor(values: Sequence[Any]) -> str:
    return base64.b64encode(json.dumps([_written(value) for value in values]).encode()).decode()


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def values_of(cursor: str, orders: Sequence[Order]) -> list[Any]:
    """The values in the order that a cursor names; raises Malformed."""
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
