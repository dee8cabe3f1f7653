"""Two invented services: an office orders parcels to be stored, a depot stores them and answers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.database import Encrypted, Instant, ensure_tables
from shared.messaging.contract import Answer, Command, Event, JobFailed, Personal
from shared.messaging.envelope import Envelope, body_of
from shared.messaging.tables import MECHANISM
from shared.messaging.work import UnitOfWork
from shared.policy import Policy, load_policy
from shared.service import DueWork, Handler, Runtime, Service
from shared.settings import Settings

ROOT = Path(__file__).parents[3]
CASE = UUID("00000000-0000-7000-8000-00000000000a")
OTHER_CASE = UUID("00000000-0000-7000-8000-00000000000b")
SECRET = "虚构的人名甲"
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class ParcelStored(Answer):
    """The parcel has a place."""

    NAME: ClassVar[str] = "depot.parcel_stored"
    case_id: UUID
    parcel: UUID


@dataclass(frozen=True, kw_only=True)
class ParcelSeen(Event):
    """A parcel arrived."""

    NAME: ClassVar[str] = "depot.parcel_seen"
    case_id: UUID
    weight: int


@dataclass(frozen=True, kw_only=True)
class StoreParcel(Command):
    """Store a parcel."""

    NAME: ClassVar[str] = "depot.store_parcel"
    ANSWERS = (ParcelStored,)
    case_id: UUID
    weight: int
    sender: Personal


DEPOT = sa.MetaData()
OFFICE = sa.MetaData()

parcel = sa.Table(
    "parcel",
    DEPOT,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("case_id", sa.Uuid, nullable=False),
    sa.Column("weight", sa.Integer, nullable=False, unique=True),
    sa.Column("sender", Encrypted("parcel.sender"), nullable=False),
    sa.Column("stored_at", Instant, nullable=False),
)
wish = sa.Table(
    "wish",
    OFFICE,
    sa.Column("weight", sa.Integer, primary_key=True),
    sa.Column("ordered", sa.Boolean, nullable=False),
)
receipt = sa.Table("receipt", OFFICE, sa.Column("parcel", sa.Uuid, primary_key=True))
failure = sa.Table("failure", OFFICE, sa.Column("reason", sa.String(200), primary_key=True))


def order(weight: int, case_id: UUID = CASE) -> StoreParcel:
    """A command about an invented person."""
    return StoreParcel(case_id=case_id, weight=weight, sender={"name": SECRET})


def store_parcel(command: StoreParcel, work: UnitOfWork) -> None:
    """A row, an answer and a public event."""
    place = work.ids.uuid()
    row = {
        "id": place, "case_id": command.case_id, "weight": command.weight,
        "sender": command.sender, "stored_at": work.clock.now(),
    }  # fmt: skip
    work.session.execute(sa.insert(parcel).values(**row))
    work.emit(ParcelStored(case_id=command.case_id, parcel=place))
    work.emit(ParcelSeen(case_id=command.case_id, weight=command.weight))


def note_receipt(answer: ParcelStored, work: UnitOfWork) -> None:
    """The office's own row about the answer."""
    work.session.execute(sa.insert(receipt).values(parcel=answer.parcel))


def note_failure(answer: JobFailed, work: UnitOfWork) -> None:
    """The office's own row about a command that was given up."""
    work.session.execute(sa.insert(failure).values(reason=answer.reason))


def some_wish(session: Session, _now: datetime) -> bool:
    """Whether a parcel waits to be ordered."""
    return session.execute(sa.select(wish).where(~wish.c.ordered).limit(1)).first() is not None


def order_one(work: UnitOfWork) -> bool:
    """Order one waiting parcel; the command's id follows from the wish, not from the turn of the clock."""
    waiting = sa.select(wish.c.weight).where(~wish.c.ordered).order_by(wish.c.weight).limit(1)
    weight = work.session.execute(waiting.with_for_update(skip_locked=True)).scalar_one_or_none()
    if weight is None:
        return False
    work.session.execute(sa.update(wish).where(wish.c.weight == weight).values(ordered=True))
    work.emit(order(weight), job_key=str(weight), message_id=uuid5(CASE, f"order {weight}"))
    return True


def depot(handler: Handler = store_parcel) -> Service:
    """The service that stores, with a handler that may misbehave."""
    return Service(name="depot", metadata=DEPOT, handlers={StoreParcel: handler})


def office(*clocks: DueWork) -> Service:
    """The service that orders."""
    handlers: dict[type, Handler] = {ParcelStored: note_receipt, JobFailed: note_failure}
    return Service(name="office", metadata=OFFICE, handlers=handlers, clocks=clocks)


ORDERING = DueWork(some_wish, order_one)
Start = Callable[[Service], Runtime]


@cache
def policy() -> Policy:
    """Read once: hundreds of runtimes are started here."""
    return load_policy(ROOT / "workflows" / "policies", "jiangsu")


def restart(service: Service, settings: Settings) -> Runtime:
    """A runtime on the tables of an earlier one."""
    runtime = Runtime(service, settings)
    runtime.policy = policy()
    return runtime


def start(service: Service, settings: Settings) -> Runtime:
    """A runtime whose tables exist."""
    runtime = restart(service, settings)
    for metadata in (MECHANISM, service.metadata):
        ensure_tables(runtime.engine, service.name, metadata)
    return runtime


def rows(runtime: Runtime, table: sa.Table) -> list[sa.Row]:
    """Everything in a table, by its first column."""
    with runtime.reading() as session:
        return list(session.execute(sa.select(table).order_by(table.c[0])))


@contextmanager
def rolled_back(runtime: Runtime) -> Iterator[UnitOfWork]:
    """Work that ends in an error."""
    with suppress(ZeroDivisionError), runtime.transaction(cause=envelope(order(1))) as work:
        yield work
        raise ZeroDivisionError


def envelope(message: StoreParcel | ParcelStored | ParcelSeen, number: int = 1, **changes: Any) -> Envelope:
    """A message as the office would send it, the id following from its number."""
    plain = Envelope(
        id=uuid5(CASE, f"{message.NAME} {number}"), name=message.NAME, source="office",
        subject=str(message.case_id), sequence=number, cause=None, job_key=str(number), time=NOON,
        body=body_of(message),
    )  # fmt: skip
    return replace(plain, **changes)
