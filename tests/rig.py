"""One service on its bench: a real database, real messages through the real consumer, real tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

import shared.contracts  # noqa: F401
from shared.clock import FixedClock
from shared.messaging.consumer import Consumer
from shared.messaging.contract import Message, dump
from shared.messaging.envelope import Envelope, from_wire, to_wire
from shared.messaging.tables import MECHANISM, outbox
from shared.policy import Policy, load_policy
from shared.secrecy import Keyring
from shared.service import Runtime, Service
from shared.settings import Settings
from shared.web import build_app
from shared.web.tokens import Signer, create_keys

ROOT = Path(__file__).parent.parent
START = datetime(2026, 9, 24, 2, 0, tzinfo=UTC)
CENTRE = "/demo-city/centre/"
CASE = UUID("01890000-0000-7000-8000-000000000001")
M = TypeVar("M", bound=Message)
_EMPTY: dict[sa.MetaData, bytes] = {}


_NONCE = re.compile(r' nonce="[^"]*"')


def without_nonce(page: str) -> str:
    """A page without the mark that each one has of its own, to compare it with another."""
    return _NONCE.sub("", page)


def person(name: str) -> UUID:
    """The id of an invented person."""
    return uuid5(NAMESPACE_URL, f"person {name}")


def settings_in(folder: Path, **changes: Any) -> Settings:
    """Settings of a test system whose files all lie in the folder, with keys made."""
    keys = folder / "keys"
    Keyring.create(keys)
    create_keys(keys)
    values = {
        "environment": "test", "database_url": f"sqlite:///{folder}/{{service}}.db",
        "transport_url": f"sqlite:///{folder}/messages.db", "keys_dir": keys,
        "files_dir": folder / "files", "workflows_dir": ROOT / "workflows",
    }  # fmt: skip
    return Settings(**{**values, **changes})


@cache
def policy_of(workflows: Path, profile: str) -> Policy:
    """The policy, read once for all tests: it never changes."""
    return load_policy(workflows / "policies", profile)


def make_tables(runtime: Runtime) -> None:
    """The tables of the service; on SQLite, from its second test on, as a copy of the empty file."""
    url = runtime.engine.url
    if url.get_backend_name() != "sqlite" or Path(url.database or "").exists():
        return _create(runtime)
    empty = _EMPTY.get(runtime.service.metadata)
    if empty:
        Path(url.database or "").write_bytes(empty)
        return None
    _create(runtime)
    runtime.engine.dispose()  # puts everything into the one file
    _EMPTY[runtime.service.metadata] = Path(url.database or "").read_bytes()
    return None


def _create(runtime: Runtime) -> None:
    runtime.service.metadata.create_all(runtime.engine)
    MECHANISM.create_all(runtime.engine)


class Bench:
    """A service with its database, an adjustable clock, and a way to hand it messages."""

    def __init__(self, service: Service, folder: Path, moment: datetime = START, **changes: Any) -> None:
        self.settings = settings_in(folder, **changes)
        self.clock = FixedClock(moment)
        self.runtime = Runtime(service, self.settings, clock=self.clock)
        self.runtime.policy = policy_of(self.settings.workflows_dir, self.settings.policy_profile)
        make_tables(self.runtime)
        self._delivered = 0

    @classmethod
    def beside(cls, other: Bench) -> Bench:
        """A second process of the same service on the same database."""
        bench = cls.__new__(cls)
        bench.settings, bench.clock, bench._delivered = other.settings, other.clock, 0
        bench.runtime = Runtime(other.runtime.service, other.settings, clock=other.clock)
        return bench

    def deliver(
        self, message: Message, *, job_key: str | None = "7", message_id: UUID | None = None, attempt: int = 1
    ) -> Handed:
        """Hand a message to the service as the transport would."""
        self._delivered += 1
        case_id = getattr(message, "case_id", None)
        envelope = Envelope(
            id=message_id or uuid5(NAMESPACE_URL, f"message {self._delivered}"), name=message.NAME,
            source=message.NAME.split(".")[0], subject=str(case_id or ""), sequence=self._delivered,
            cause=None, job_key=job_key, time=self.clock.now(), body=dump(message),
        )  # fmt: skip
        handed = Handed(to_wire(envelope, self.runtime.keys), attempt)
        Consumer(self.runtime, _OneDelivery(handed)).step()  # type: ignore[arg-type]
        return handed

    def twice(self, message: Message) -> None:
        """Hand the same message over twice, as happens after a crash."""
        again = uuid5(NAMESPACE_URL, f"twice {self._delivered}")
        for attempt in (1, 2):
            assert self.deliver(message, message_id=again, attempt=attempt).ended == "ack"

    def emitted(self, kind: type[M] | None = None) -> list[Any]:
        """What the service said so far, oldest first; of one kind, or everything."""
        return [e.message() for e in self.envelopes() if kind is None or e.name == kind.NAME]

    def envelopes(self) -> list[Envelope]:
        """The envelopes of everything said so far."""
        with self.runtime.reading() as session:
            rows = session.execute(sa.select(outbox.c.wire, outbox.c.sequence).order_by(outbox.c.id)).all()
        return [replace(from_wire(row.wire, self.runtime.keys), sequence=row.sequence) for row in rows]

    def client(self, *roles: str, at: str = CENTRE, who: str | UUID | None = None) -> FlaskClient:
        """A browser of a person with these roles; without `who` and roles, of the public."""
        client = self.app.test_client()
        if who or roles:
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.token(*roles, at=at, who=who)}"
        return client

    @cached_property
    def app(self) -> Flask:
        """The web door of the service."""
        app = build_app(self.runtime.service, self.settings, self.runtime)
        app.testing = True
        return app

    def token(self, *roles: str, at: str = CENTRE, who: str | UUID | None = None, **more: Any) -> str:
        """A signed token; `more` claims, such as the scopes and the limit of a program."""
        name = who if isinstance(who, str) else "somebody"
        identifier = who if isinstance(who, UUID) else person(name)
        claims = {
            "sub": str(identifier), "sid": str(person(f"session {name}")), "name": name, "csrf": "csrf",
            "roles": [{"role": role, "organisation": at} for role in roles], **more,
        }  # fmt: skip
        return Signer(self.settings.keys_dir).sign(claims, timedelta(hours=1))

    @contextmanager
    def work(self) -> Iterator[Any]:
        """A unit of work of its own."""
        with self.runtime.transaction() as work:
            yield work


class Handed:
    """A delivery that remembers how it ended: `ack`, `retry` or `bury`."""

    def __init__(self, wire: str, attempt: int) -> None:
        self.wire = wire
        self.attempt = attempt
        self.ended = ""
        self.reason = ""
        self.seconds = 0.0

    def ack(self) -> None:
        self.ended = "ack"

    def retry(self, seconds: float) -> None:
        self.ended, self.seconds = "retry", seconds

    def bury(self, reason: str) -> None:
        self.ended, self.reason = "bury", reason


class _OneDelivery:
    def __init__(self, handed: Handed) -> None:
        self._handed: Handed | None = handed

    def receive(self, _queue: str, _wait: float) -> Handed | None:
        handed, self._handed = self._handed, None
        return handed


def changed(settings: Settings, **values: Any) -> Settings:
    """The settings with some values changed."""
    return replace(settings, **values)
