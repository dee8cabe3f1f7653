"""A message on its way: who says it, about which case, because of what, in which order."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.messaging.contract import Command, Event, Message, dump, load, message_class, personal_fields
from shared.secrecy import Keyring, key_of

EVENT_TYPE = "cn.fayuan."
_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_SEALED = re.compile(r"v1\.k\d+\.[\w-]{16}\.[\w-]+", re.ASCII)


class UnreadableMessage(Exception):
    """A message cannot be read; the text says why without its content."""


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """`sequence` counts per source and subject from 1; `subject` is the case id or empty."""

    id: UUID
    name: str
    source: str
    subject: str
    sequence: int
    cause: UUID | None
    job_key: str | None
    time: datetime
    body: dict[str, Any]

    @property
    def case_id(self) -> UUID | None:
        """The case the message is about."""
        return UUID(self.subject) if self.subject else None

    @property
    def public(self) -> bool:
        """Whether the message is an event for everyone."""
        cls = message_class(self.name)
        return cls is not None and issubclass(cls, Event)

    @property
    def asks(self) -> bool:
        """Whether the message is a command."""
        cls = message_class(self.name)
        return cls is not None and issubclass(cls, Command)

    def message(self) -> Message:
        """The body as its contract class; raises marshmallow's ValidationError."""
        cls = message_class(self.name)
        if cls is None:
            raise UnreadableMessage(f"no contract is called {self.name}")
        return load(cls, self.body)


def body_of(message: Message) -> dict[str, Any]:
    """The JSON body of a message."""
    return dump(message)


def to_wire(envelope: Envelope, keys: Keyring) -> str:
    """The envelope as JSON text: a CloudEvent (structured mode) for events, our own shape otherwise."""
    if envelope.public:
        return _text(_cloud_event(envelope))
    body = dict(envelope.body)
    for name in _sealed_fields(envelope.name):
        body[name] = keys.seal(body[name], f"{envelope.name}.{name}")
    return _text(
        {
            "id": str(envelope.id), "name": envelope.name, "source": envelope.source,
            "subject": envelope.subject, "sequence": envelope.sequence,
            "cause": envelope.cause and str(envelope.cause), "job_key": envelope.job_key,
            "time": envelope.time.isoformat(), "body": body,
        }
    )  # fmt: skip


def from_wire(text: str | bytes, keys: Keyring) -> Envelope:
    """The envelope again; raises UnreadableMessage."""
    try:
        data = json.loads(text)
        if "specversion" in data:
            return _from_cloud_event(data)
        envelope = _from_fields(data)
        body = dict(envelope.body)
        for name in _sealed_fields(envelope.name):
            body[name] = keys.open(body[name], f"{envelope.name}.{name}")
    except Exception as error:  # whatever a stranger may have sent: the type says enough
        raise UnreadableMessage(f"not a message of ours: {type(error).__name__}") from error
    return replace(envelope, body=body)


def label_of(wire: str | bytes) -> tuple[str, str]:
    """Name and id that a message claims, for a list of messages put aside; empty when it has none."""
    try:
        data = json.loads(wire)
        name = str(data.get("name") or data.get("type", "")).removeprefix(EVENT_TYPE)
        return name, str(data.get("id", ""))
    except (ValueError, AttributeError, RecursionError):
        return "", ""


def keys_of_wire(wire: str | bytes) -> frozenset[str]:
    """The ids of the keys that a message's sealed fields name; none where there are no such fields."""
    try:
        body = json.loads(wire)["body"]
        return frozenset(key_of(value) for value in body.values() if _is_sealed(value))
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return frozenset()


def resealed_wire(wire: str, keys: Keyring) -> str:
    """The same message, its sealed fields under the newest key; raises SealError."""
    data = json.loads(wire)
    for name, value in data["body"].items():
        if _is_sealed(value):
            place = f"{data['name']}.{name}"
            data["body"][name] = keys.seal(keys.open(value, place), place)
    return _text(data)


def _is_sealed(value: object) -> bool:
    """Told by its look, not by its contract: that of an earlier version may be gone."""
    return isinstance(value, str) and _SEALED.fullmatch(value) is not None


def _from_fields(data: dict[str, Any]) -> Envelope:
    return Envelope(
        id=UUID(data["id"]), name=str(data["name"]), source=str(data["source"]),
        subject=str(data["subject"]), sequence=int(data["sequence"]),
        cause=UUID(data["cause"]) if data["cause"] else None, job_key=data["job_key"],
        time=datetime.fromisoformat(data["time"]), body=dict(data["body"]),
    )  # fmt: skip


def _cloud_event(envelope: Envelope) -> dict[str, Any]:
    event = {
        "specversion": "1.0", "id": str(envelope.id), "type": EVENT_TYPE + envelope.name,
        "source": f"/fayuan/{envelope.source}", "sequence": f"{envelope.sequence:09d}",
        "time": envelope.time.isoformat(), "datacontenttype": "application/json", "data": envelope.body,
    }  # fmt: skip
    if envelope.subject:  # CloudEvents allows no empty subject
        event["subject"] = envelope.subject
    if envelope.cause:
        event["causeid"] = str(envelope.cause)
    return event


def _from_cloud_event(data: dict[str, Any]) -> Envelope:
    return Envelope(
        id=UUID(data["id"]), name=str(data["type"]).removeprefix(EVENT_TYPE),
        source=str(data["source"]).removeprefix("/fayuan/"), subject=str(data.get("subject", "")),
        sequence=int(data["sequence"]), cause=UUID(data["causeid"]) if "causeid" in data else None,
        job_key=None, time=datetime.fromisoformat(data["time"]), body=dict(data["data"]),
    )  # fmt: skip


def _sealed_fields(name: str) -> tuple[str, ...]:
    cls = message_class(name)
    return personal_fields(cls) if cls else ()
