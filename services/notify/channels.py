"""The ways to reach a person, behind one small Protocol.

The mailbox delivers at once. Text messages and phone calls are recorded as outgoing tasks: the gateway
takes the one, a clerk makes the other. What concerns somebody without an account is passed on by a clerk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from services.notify import rules


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """What is to be delivered to whom; `key` is the same whenever the same attempt is repeated."""

    key: UUID
    phone: str | None
    active: bool
    text: str


@dataclass(frozen=True)
class Outcome:
    """How far a delivery got: its state and the result in one word."""

    state: str
    result: str | None


class Channel(Protocol):
    """A way to reach a person."""

    def begin(self, parcel: Parcel) -> Outcome:
        """Deliver at once, or say what the delivery waits for; no input or output."""
        ...


class GatewayDown(Exception):
    """The gateway gave no answer; the attempt failed and a later one may not."""


class Gateway(Protocol):
    """What hands text messages to a telephone network."""

    def send(self, key: UUID, phone: str, text: str) -> Outcome:
        """Hand over one message (once per key); raises GatewayDown."""
        ...


class Mailbox:
    """The mailbox on the platform itself (平台通知): at once, unless nobody can log in."""

    def begin(self, parcel: Parcel) -> Outcome:
        """Delivered, or failed for a closed account."""
        if not parcel.active:
            return Outcome(rules.FAILED, "account_closed")
        return Outcome(rules.DELIVERED, "in_mailbox")


class TextMessage:
    """A text message (短信): waits for the clock that hands it to the gateway."""

    def begin(self, parcel: Parcel) -> Outcome:
        """Waiting, or failed where no text message can go."""
        if not parcel.phone:
            return Outcome(rules.FAILED, "no_phone")
        if not rules.takes_texts(parcel.phone):
            return Outcome(rules.FAILED, "bad_number")
        return Outcome(rules.WAITING, None)


class PhoneCall:
    """A phone call (电话): waits for a clerk who makes it."""

    def begin(self, parcel: Parcel) -> Outcome:
        """Waiting, or failed without a number."""
        if not parcel.phone:
            return Outcome(rules.FAILED, "no_phone")
        return Outcome(rules.WAITING, None)


class PassingOn:
    """Passing on (转告) to somebody without an account: waits for a clerk who writes or calls."""

    def begin(self, parcel: Parcel) -> Outcome:
        """Waiting."""
        return Outcome(rules.WAITING, None)


class RecordedGateway:
    """The gateway of a house without a telephone network: what was to be sent stays on record."""

    def send(self, key: UUID, phone: str, text: str) -> Outcome:
        """Handed over to nobody: recorded, which is not delivered."""
        return Outcome(rules.SENT, "recorded")


CHANNELS: dict[str, Channel] = {
    rules.IN_APP: Mailbox(), rules.SMS: TextMessage(), rules.PHONE: PhoneCall(), rules.PASS_ON: PassingOn(),
}  # fmt: skip
