"""A contract is a dataclass: its JSON, its schema and its name follow from it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

import pytest
from marshmallow import ValidationError

import shared.contracts  # noqa: F401  (makes the real messages known)
from shared.contracts.submission import Submission
from shared.messaging.contract import (
    Answer,
    Command,
    Event,
    Personal,
    dump,
    load,
    message_class,
    message_classes,
    message_names,
    personal_fields,
)
from tests.shared.messaging.depot import CASE, StoreParcel

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Inspect(Command):
    """A field of every type."""

    NAME: ClassVar[str] = "depot.inspect"
    case_id: UUID
    text: str
    number: int
    yes: bool
    price: Decimal
    day: date
    moment: datetime
    tags: list[str]
    more: dict[str, Any]
    maybe: str | None
    submissions: list[Submission]
    note: str = "none"
    places: list[str] = field(default_factory=list)


SUBMISSION = Submission(id=CASE, element="examine", by=CASE, at=NOW, answers={"name": "虚构"})
FULL = Inspect(
    case_id=CASE, text="文字", number=3, yes=True, price=Decimal("1.10"), day=date(2026, 3, 2), moment=NOW,
    tags=["a"], more={"x": [1, None]}, maybe=None, submissions=[SUBMISSION],
)  # fmt: skip


def test_a_message_is_the_same_after_its_json() -> None:
    body = dump(FULL)
    assert load(Inspect, body) == FULL
    assert (body["price"], body["note"], body["maybe"]) == ("1.10", "none", None)


def test_fields_with_a_default_may_be_missing() -> None:
    body = dump(FULL)
    del body["note"], body["places"]
    assert load(Inspect, body) == FULL


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("case_id", "not an id"), ("number", "many"), ("moment", "2026-03-02T04:00:00"), ("day", "soon"),
        ("price", "dear"), ("tags", "a"), ("text", None), ("surplus", 1),
        ("submissions", [{"id": str(CASE)}]),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(name: str, value: object) -> None:
    with pytest.raises(ValidationError) as wrong:
        load(Inspect, {**dump(FULL), name: value})
    assert list(wrong.value.messages_dict) == [name]


def test_a_missing_field_is_named() -> None:
    body = dump(FULL)
    del body["maybe"]
    with pytest.raises(ValidationError) as wrong:
        load(Inspect, body)
    assert list(wrong.value.messages_dict) == ["maybe"]


def test_personal_fields_are_found_in_lists_too() -> None:
    assert personal_fields(Inspect) == ("submissions",)
    assert personal_fields(StoreParcel) == ("sender",)


def test_a_name_belongs_to_one_message() -> None:
    with pytest.raises(TypeError, match=r"two messages are called depot\.inspect"):

        class Other(Command):
            NAME: ClassVar[str] = "depot.inspect"


def test_a_field_of_an_unknown_type_is_refused() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Strange(Answer):
        thing: object

    with pytest.raises(TypeError, match="a message field cannot be"):
        dump(Strange(thing=1))


def test_invented_messages_are_known_but_no_contract() -> None:
    assert message_class("depot.inspect") is Inspect
    assert message_class("depot.nothing") is None
    assert "depot.inspect" in message_names()
    assert Inspect not in message_classes(Command)


def test_public_events_hold_no_personal_field() -> None:
    events = message_classes(Event)
    assert len(events) > 5
    assert [cls.NAME for cls in events if personal_fields(cls)] == []


def test_every_answer_a_command_names_is_known() -> None:
    named = {answer for command in message_classes(Command) for answer in command.ANSWERS}
    assert named
    assert all(message_class(answer.NAME) is answer for answer in named)


def test_a_personal_field_is_an_object() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Tell(Answer):
        who: Personal

    with pytest.raises(ValidationError):
        load(Tell, {"who": "虚构的人名"})
