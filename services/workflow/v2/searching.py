"""What every search has: filter, order and page in the body, items and page in the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from marshmallow import RAISE, Schema, fields, validate

from services.workflow.paging import Asked, Order, Page, Row

MOST_AT_ONCE = 10_000
MOST_PARTS = validate.Length(max=50)
"""Of groups, variables or orders in one search."""


class Strict(Schema):
    """A body whose unknown fields are refused, so that a misspelt filter is not silently ignored."""

    class Meta:
        unknown = RAISE


class PageSchema(Strict):
    """The wanted page."""

    offset = fields.Integer(data_key="from", strict=True, validate=validate.Range(0, MOST_AT_ONCE))
    limit = fields.Integer(strict=True, validate=validate.Range(1, MOST_AT_ONCE))
    after = fields.String(validate=validate.Length(1, 2000))
    before = fields.String(validate=validate.Length(1, 2000))


def search_schema(filters: type[Schema], sortable: list[str]) -> Schema:
    """The schema of a search's body."""
    sort: dict[str, Any] = {
        "field": fields.String(required=True, validate=validate.OneOf(sortable)),
        "order": fields.String(validate=validate.OneOf(["ASC", "DESC"]), load_default="ASC"),
    }
    members: dict[str, Any] = {
        "filter": fields.Nested(filters, load_default=dict),
        "sort": fields.List(fields.Nested(Strict.from_dict(sort)), load_default=list, validate=MOST_PARTS),
        "page": fields.Nested(PageSchema, load_default=dict),
    }
    return Strict.from_dict(members)()


def asked_page(body: dict[str, Any]) -> Asked:
    """The page of a loaded body."""
    return Asked(**body["page"])


def found(page: Page[Row], item: Callable[[Row], dict[str, Any]]) -> dict[str, Any]:
    """The answer to a search."""
    return listed(page, [item(row) for row in page.rows])


def listed(page: Page[Row], items: list[dict[str, Any]]) -> dict[str, Any]:
    """The same with the items made already."""
    return {
        "items": items,
        "page": {
            "totalItems": page.total, "hasMoreTotalItems": page.capped, "startCursor": page.start,
            "endCursor": page.end,
        },
    }  # fmt: skip


def search_orders(
    body: dict[str, Any], order: Callable[[str, bool], Order], *last: Any, made: str | None = None
) -> list[Order]:
    """The orders of a loaded body; `last` tell any two rows apart, in the direction of what is asked
    for last, so that an index can have the whole order.

    `made`: when a row was made, which its key tells too.
    """
    sorts = [(s["field"], s["order"] == "DESC") for s in body["sort"]]
    descending = sorts[-1][1] if sorts else False
    asked = [] if [field for field, _ in sorts] == [made] else [order(*sort) for sort in sorts]
    return [*asked, *(Order(column, descending) for column in last)]


def apart(key: Any) -> Any:
    """The key, to be ordered by where a filter finds few rows: it hides from PostgreSQL that it might as well
    walk all rows by their keys, waiting for some that it believes to lie anywhere. Open ones are the newest.
    """
    return key + sa.literal_column("0", key.type)


def by_columns(columns: Mapping[str, Any]) -> Callable[[str, bool], Order]:
    """Orders by columns as they are."""
    return lambda field, descending: Order(columns[field], descending)
