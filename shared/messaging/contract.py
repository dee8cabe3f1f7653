"""What a message is: three kinds of frozen dataclasses, and the registry of their names.

A message travels as JSON. Its shape is the dataclass; the marshmallow schema that reads and
writes it is made from the type hints, so there is one definition and no drift.
"""

from __future__ import annotations

import dataclasses
import typing
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, TypeVar, get_args, get_origin
from uuid import UUID

from marshmallow import RAISE, Schema, fields, post_load

Personal = Annotated[dict[str, Any], "personal"]
"""A field of personal data: a JSON object, encrypted inside the envelope, never in a variable or event."""


class Message:
    """Anything one service tells another; `NAME` is `<service>.<what>`."""

    NAME: ClassVar[str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "NAME" in cls.__dict__:
            if _BY_NAME.setdefault(cls.NAME, cls).__qualname__ != cls.__qualname__:
                raise TypeError(f"two messages are called {cls.NAME}")
            _BY_NAME[cls.NAME] = cls


class Answer(Message):
    """An internal announcement; with a job key in its envelope it completes that job."""


class Command(Message):
    """A request to one service; `ANSWERS` are the announcements that may complete its job."""

    ANSWERS: ClassVar[tuple[type[Answer], ...]] = ()


class Event(Message):
    """A public fact for integrations: becomes a CloudEvent, holds no personal data."""


_BY_NAME: dict[str, type[Message]] = {}
_SCHEMAS: dict[type, Schema] = {}
_PERSONAL: dict[type, tuple[str, ...]] = {}
M = TypeVar("M", bound=Message)


@dataclasses.dataclass(frozen=True, kw_only=True)
class JobFailed(Answer):
    """Any command may be answered so: its service gave up after many attempts; a person must look."""

    NAME: ClassVar[str] = "message.job_failed"
    case_id: UUID
    reason: str


def message_class(name: str) -> type[Message] | None:
    """The class of that name, or None when no contract knows it."""
    return _BY_NAME.get(name)


def message_classes(kind: type[M]) -> list[type[M]]:
    """Every message class of one kind in the contracts, by name (not the invented ones of a test)."""
    known = [c for _, c in sorted(_BY_NAME.items()) if issubclass(c, kind)]
    return [c for c in known if c.__module__.startswith("shared.")]


def message_names() -> frozenset[str]:
    """The names of all message classes that this process knows."""
    return frozenset(_BY_NAME)


def personal_fields(cls: type[Message]) -> tuple[str, ...]:
    """Names of the fields that are encrypted inside the envelope, nested ones included by their owner."""
    if cls not in _PERSONAL:
        hints = typing.get_type_hints(cls, include_extras=True)
        declared = dataclasses.fields(cls)  # type: ignore[arg-type]
        _PERSONAL[cls] = tuple(f.name for f in declared if _holds_personal(hints[f.name]))
    return _PERSONAL[cls]


def dump(message: Message) -> dict[str, Any]:
    """The message as a JSON object."""
    return typing.cast("dict[str, Any]", schema_of(type(message)).dump(message))


def load(cls: type[M], body: dict[str, Any]) -> M:
    """A JSON object as the message; raises marshmallow's ValidationError naming each wrong field."""
    return typing.cast("M", schema_of(cls).load(body))


def schema_of(cls: type) -> Schema:
    """The marshmallow schema of a message (or nested) dataclass, made from its type hints."""
    if cls not in _SCHEMAS:
        _SCHEMAS[cls] = _make_schema(cls)
    return _SCHEMAS[cls]


class _OfMessages(Schema):
    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Messages are objects: the library would try keys and dotted names as well."""
        return getattr(obj, attr, default)


def _make_schema(cls: Any) -> Schema:
    hints = typing.get_type_hints(cls, include_extras=True)
    declared = {f.name: _field(hints[f.name], f) for f in dataclasses.fields(cls)}

    def make(_self: Schema, data: dict[str, Any], **_kwargs: Any) -> object:
        return cls(**data)

    members = {**declared, "make": post_load(make), "Meta": type("Meta", (), {"unknown": RAISE})}
    return typing.cast("Schema", type(f"{cls.__name__}Schema", (_OfMessages,), members)())


_PLAIN: dict[Any, type[fields.Field[Any]]] = {
    str: fields.String, int: fields.Integer, bool: fields.Boolean, UUID: fields.UUID,
    datetime: fields.AwareDateTime, date: fields.Date,
}  # fmt: skip


def _field(hint: Any, declared: dataclasses.Field[Any] | None = None) -> fields.Field[Any]:
    options: dict[str, Any] = {}
    if declared is not None and declared.default is not dataclasses.MISSING:
        options = {"load_default": declared.default}
    elif declared is not None and declared.default_factory is not dataclasses.MISSING:
        options = {"load_default": declared.default_factory}
    else:
        options = {"required": declared is not None}
    if type(None) in get_args(hint):
        hint = next(a for a in get_args(hint) if a is not type(None))
        options["allow_none"] = True
    return _of_type(hint, options)


def _of_type(hint: Any, options: dict[str, Any]) -> fields.Field[Any]:
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    origin = get_origin(hint)
    if origin is list or origin is tuple:
        return fields.List(_field(get_args(hint)[0]), **options)
    if origin is dict or hint is dict:
        return fields.Dict(keys=fields.String(), **options)
    if hint is Decimal:
        return fields.Decimal(as_string=True, **options)
    if dataclasses.is_dataclass(hint):
        return fields.Nested(lambda: schema_of(typing.cast("type", hint)), **options)
    if hint in _PLAIN:
        return _PLAIN[hint](**options)
    if hint is Any:
        return fields.Raw(**options)
    raise TypeError(f"a message field cannot be {hint}")


def _holds_personal(hint: Any) -> bool:
    if get_origin(hint) is Annotated:
        return "personal" in get_args(hint)[1:]
    if dataclasses.is_dataclass(hint):
        nested = typing.get_type_hints(hint, include_extras=True)
        return any(_holds_personal(h) for h in nested.values())
    return any(_holds_personal(argument) for argument in get_args(hint))
