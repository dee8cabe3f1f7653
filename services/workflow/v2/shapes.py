"""What operations take and give, said beside their code: the OpenAPI document is made from it.

What an operation takes is the schema it reads its body with; what it gives is held against the document
by tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import request
from marshmallow import INCLUDE, RAISE, Schema, fields, validate

from services.workflow.v2.criteria import KeyField, Moment
from shared.errors import Malformed

View = TypeVar("View", bound=Callable[..., Any])
XML, BYTES = "text/xml", "application/octet-stream"


class AnyObject(Schema):
    """An object with members of any name."""

    class Meta:
        unknown = INCLUDE


class Shape(Schema):
    """The members of an answer: all of them, and no others."""

    class Meta:
        unknown = RAISE


@dataclass(frozen=True)
class Said:
    """`takes`: the schema of the body, or None. `gives`: the schema or media type of an answer with content.

    `empty`: there may be no content (204). `asks`: names of yes-no questions in the address. `files`: the
    body is a form with files.
    """

    takes: Schema | None
    gives: Schema | str | None
    empty: bool
    asks: tuple[str, ...]
    files: bool


def operation(
    *, takes: Schema | None = None, gives: Schema | str | None = None, empty: bool = False,
    asks: tuple[str, ...] = (), files: bool = False,
) -> Callable[[View], View]:  # fmt: skip
    """Say what a route takes and gives; without `gives` it answers 204."""

    def say(view: View) -> View:
        view.said = Said(takes, gives, empty or gives is None, asks, files)  # type: ignore[attr-defined]
        return view

    return say


def answered(question: str, *, default: bool) -> bool:
    """The answer to a yes-no question in the address; raises Malformed when it is neither."""
    given = request.args.get(question)
    if given not in (None, "true", "false"):
        raise Malformed({question: ["true 或 false"]})
    return default if given is None else given == "true"


def shape(name: str, /, **members: fields.Field[Any]) -> Schema:
    """An answer with these members."""
    return Shape.from_dict({**members}, name=name)()


def results_of(item: Schema) -> Schema:
    """The answer to a search for these."""
    return shape(f"{type(item).__name__}Page", items=many(item), page=one(_PAGE))


def text(*among: str, nullable: bool = False) -> fields.String:
    """A text, or one of these."""
    rules = validate.OneOf(among) if among else None
    return fields.String(required=True, allow_none=nullable, validate=rules)


def key(*, nullable: bool = False) -> KeyField:
    """A key, written as text."""
    return KeyField(required=True, allow_none=nullable)


def moment(*, nullable: bool = False) -> Moment:
    """A moment with its offset."""
    return Moment(required=True, allow_none=nullable)


def number() -> fields.Integer:
    """A whole number."""
    return fields.Integer(required=True, strict=True)


def flag() -> fields.Boolean:
    """Yes or no."""
    return fields.Boolean(required=True)


def anything() -> fields.Raw:
    """Any JSON value."""
    return fields.Raw(required=True, allow_none=True)


def names() -> fields.List[str]:
    """A list of texts."""
    return fields.List(fields.String(), required=True)


def mapping() -> fields.Dict:
    """An object with members of any name."""
    return fields.Dict(keys=fields.String(), required=True)


def one(item: Schema, *, nullable: bool = False) -> fields.Nested:
    """A part with a shape of its own."""
    return fields.Nested(item, required=True, allow_none=nullable)


def many(item: Schema) -> fields.List[Any]:
    """A list of parts of one shape."""
    return fields.List(fields.Nested(item), required=True)


def without(item: Schema, name: str, left_out: Iterable[str]) -> Schema:
    """The same shape under another name, without some members."""
    return shape(name, **{n: f for n, f in item.declared_fields.items() if n not in set(left_out)})


_PAGE = shape(
    "PageFound", totalItems=number(), hasMoreTotalItems=flag(), startCursor=text(nullable=True),
    endCursor=text(nullable=True),
)  # fmt: skip
ANY_OBJECT = AnyObject()
