"""A service as the mechanism sees it, and everything one process needs to run it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
import uuid_utils.compat as uuids
from sqlalchemy.orm import Session

from shared import secrecy
from shared.calendar import WorkCalendar
from shared.clock import Clock, OffsetClock, SystemClock
from shared.contracts.identity import RolesChanged, SessionEnded
from shared.database import engine_for, for_single_questions, reading
from shared.files import FileStore
from shared.messaging.envelope import Envelope
from shared.messaging.tables import changed_roles, ended_session
from shared.messaging.work import UnitOfWork
from shared.policy import Policy, load_policy
from shared.secrecy import Keyring
from shared.settings import Settings
from shared.statements import insert_new

if TYPE_CHECKING:
    from flask import Blueprint

Handler = Callable[[Any, UnitOfWork], None]


@dataclass(frozen=True)
class DueWork:
    """Work that falls due by itself: `waits(session, now)` looks without a lock whether there is some,
    `act(work)` does a piece in its own transaction and says whether it did, `due(session)` says when the
    next falls due, where that is known: the worker looks then, and not only from time to time."""

    waits: Callable[[Session, datetime], bool]
    act: Callable[[UnitOfWork], bool]
    due: Callable[[Session], datetime | None] | None = None


@dataclass(frozen=True)
class Indexed:
    """Columns of blind indexes, and how those of one row are made anew from what it holds; `anew` is None
    where it does not hold the words: another service tells them again, or the row goes in time."""

    entity: type[Any]
    columns: tuple[str, ...]
    anew: Callable[[Any, UnitOfWork], None] | None


@dataclass(frozen=True, kw_only=True)
class Service:
    """What `app.py` of a service declares."""

    name: str
    metadata: sa.MetaData
    handlers: Mapping[type[Any], Handler]
    blueprints: tuple[Blueprint, ...] = ()
    clocks: tuple[DueWork, ...] = ()
    prefixes: tuple[str, ...] = ()
    """First path segments served besides the service's name, e.g. `v2`."""
    indexes: tuple[Indexed, ...] = ()
    """Every column of blind indexes."""


class Runtime:
    """One service in one process: settings, database, keys, clock, calendar, policy."""

    def __init__(
        self,
        service: Service,
        settings: Settings,
        clock: Clock | None = None,
        seeds: Callable[[], UUID] | None = None,
    ) -> None:
        self._seeds = seeds or new_seed
        self.service = service
        self.settings = settings
        self.clock = clock or _clock_of(settings)
        self.keys = Keyring.load(settings.keys_dir)
        secrecy.install(self.keys)
        self.engine = engine_for(settings.database_of(service.name), service.name)
        self.calendar = WorkCalendar.chinese()
        self.nudged: Callable[[], None] | None = None
        """Called after each commit where the service's worker lives in this process; where it does not, it is
        woken by the database."""

    @cached_property
    def policy(self) -> Policy:
        """The policy profile in force."""
        return load_policy(self.settings.workflows_dir / "policies", self.settings.policy_profile)

    @cached_property
    def files(self) -> FileStore:
        """The uploaded files of this service."""
        return FileStore(self.settings.files_of(self.service.name), self.keys)

    @cached_property
    def handlers(self) -> dict[type[Any], Handler]:
        """The service's handlers and those every service has."""
        everywhere: dict[type[Any], Handler] = {SessionEnded: _end_session, RolesChanged: _change_roles}
        return {**everywhere, **self.service.handlers}

    @cached_property
    def questions(self) -> sa.Engine:
        """The database for a single question."""
        return for_single_questions(self.engine)

    @contextlib.contextmanager
    def transaction(self, cause: Envelope | None = None, seed: UUID | None = None) -> Iterator[UnitOfWork]:
        """A unit of work that commits once at its end, or rolls everything back."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            work = UnitOfWork(
                service=self.service.name, session=session, clock=self.clock,
                seed=seed or (cause.id if cause else self._seeds()), keys=self.keys,
                calendar=self.calendar, policy=self.policy, files=self.files, cause=cause,
            )  # fmt: skip
            yield work
            work.write_messages(waking=self.nudged is None)
        if work.has_spoken and self.nudged is not None:
            self.nudged()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads."""
        with reading(self.engine) as session:
            yield session

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def new_seed() -> UUID:
    """The id of an act that no message caused: a request or a clock's turn (UUIDv7)."""
    return uuids.uuid7()


def _clock_of(settings: Settings) -> Clock:
    return OffsetClock(settings.clock_file) if settings.clock_file else SystemClock()


def _end_session(message: SessionEnded, work: UnitOfWork) -> None:
    values = {"session_id": message.session_id, "ended_at": SystemClock().now()}
    insert_new(work.session, ended_session, values)


def _change_roles(message: RolesChanged, work: UnitOfWork) -> None:
    if not insert_new(
        work.session, changed_roles, {"person_id": message.person_id, "changed_at": message.at}
    ):
        older = (changed_roles.c.person_id == message.person_id) & (changed_roles.c.changed_at < message.at)
        work.session.execute(sa.update(changed_roles).where(older).values(changed_at=message.at))
