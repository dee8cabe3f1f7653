"""A process that dies at a chosen statement of a transaction, and everything a database holds."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from services.workflow.models import Base
from shared.line import Line
from shared.messaging.envelope import from_wire
from shared.messaging.tables import MECHANISM, outbox
from tests.hearing import heard
from tests.services.workflow.house import House

MACHINE_TIME = {"job.next_at", "stream.due_at", "inbox.received_at"}
NUMBERED = {"outbox.id"}  # a number that a rolled back transaction took is not given again
SEALED = {"outbox.wire"}  # sealed with a new nonce each time: compared when opened


class Killed(BaseException):
    """The process is gone: nothing in it goes on."""


def die() -> None:
    """End like a process that is killed, as far as the database can tell."""
    raise Killed


def kill() -> None:
    """End this very process at once."""
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def dying(engine: sa.Engine, at: int | None, end: Callable[[], None] = die) -> Iterator[list[str]]:
    """The `at`-th statement (the commit is one) is not sent any more. Yields the statements so far."""
    said: list[str] = []

    def statement(text: str) -> None:
        said.append(text)
        if len(said) == at:
            end()

    def commit(connection: sa.Connection) -> None:
        line = connection.connection.driver_connection
        if isinstance(line, Line):
            line.catch_up()  # what goes with the commit is sent, the commit is not
        statement("COMMIT")

    sa.event.listen(engine, "commit", commit)
    try:
        with heard(engine, statement):
            yield said
    finally:
        sa.event.remove(engine, "commit", commit)


def undisturbed(house: House, act: Callable[[], Any]) -> tuple[list[str], dict[str, Any]]:
    """The statements of an act, and all rows as its commit would leave them; it is not committed."""
    found: dict[str, Any] = {}

    def look(connection: sa.Connection) -> None:
        found.update(rows_of(house, connection))
        raise Killed

    with dying(house.runtime.engine, None) as said:
        sa.event.listen(house.runtime.engine, "commit", look)
        try:
            act()
        except Killed:
            pass
        finally:
            sa.event.remove(house.runtime.engine, "commit", look)
    return said[: -len(found)], found  # without what `look` itself said


def everything(house: House) -> dict[str, Any]:
    """All rows of the service, its outbox too, and the opened messages."""
    with house.runtime.reading() as session:
        return rows_of(house, session.connection())


def rows_of(house: House, connection: sa.Connection) -> dict[str, Any]:
    """The rows of every table, in no particular order; one statement each."""
    found: dict[str, Any] = {}
    for table in (*Base.metadata.sorted_tables, *MECHANISM.sorted_tables):
        left_out = MACHINE_TIME | NUMBERED | SEALED
        columns = [c for c in table.columns if f"{table.name}.{c.name}" not in left_out]
        found[table.name] = sorted(repr(tuple(row)) for row in connection.execute(sa.select(*columns)))
    wires = connection.scalars(sa.select(outbox.c.wire).order_by(outbox.c.id))
    found["said"] = [repr(from_wire(wire, house.runtime.keys).message()) for wire in wires]
    return found


def killed_in(house: House, act: Callable[[], Any], at: int) -> None:
    """Do the act in a process of its own, which `kill -9` ends before it sends that statement."""
    child = os.fork()
    if child == 0:
        try:
            house.runtime.engine.dispose(close=False)  # those connections are the parent's
            with dying(house.runtime.engine, at, kill):
                act()
            house.runtime.nudged = kill  # not reached when `at` is a statement of the act
        finally:
            os._exit(3)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL
