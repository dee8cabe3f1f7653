"""How a worker hears that another process of its service has something to send: NOTIFY of PostgreSQL.

The notification belongs to the transaction: nobody hears of one that was rolled back. It may be lost with
the connection, so a worker that was not woken for a while looks all the same. On SQLite nothing is heard.
"""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

_CHANNEL = ".outbox"  # after the service's name
_PROVE_SECONDS = 60.0  # a line that was silent so long is asked whether it still is one


def wake_worker(session: Session, service: str) -> None:
    """Wake the worker of the service when this transaction is committed."""
    if hears(session):
        session.execute(sa.text(f"SELECT {waking_of(service)}"))


def waking_of(service: str) -> str:
    """What wakes the worker of a service when the transaction is committed, as part of a statement."""
    return f"pg_notify('{_channel(service)}', '')"


def hears(session: Session) -> bool:
    """Whether anybody can be woken through this database."""
    return session.get_bind().dialect.name == "postgresql"


class Doorbell:
    """Listens for one service in a thread of its own, and calls `awaken` there when it rings."""

    def __init__(self, engine: Engine, service: str, awaken: Callable[[], None]) -> None:
        self._awaken = awaken
        self._rung = threading.Event()
        self._lost: Exception | None = None
        self.hears = engine.dialect.name == "postgresql"
        if self.hears:
            self._line = _line(engine, service)
            self._closed, self._closing = socket.socketpair()
            self._thread = threading.Thread(target=self._listen, name=f"{service} doorbell", daemon=True)
            self._thread.start()

    def rung(self) -> bool:
        """Whether it rang since this was asked last; raises OperationalError once nothing can be heard."""
        if self._lost is not None:
            raise psycopg.OperationalError("nothing is heard of commits any more") from self._lost
        was = self._rung.is_set()
        self._rung.clear()
        return was

    def __enter__(self) -> Doorbell:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None
    ) -> None:
        if self.hears:
            self._closing.close()
            self._thread.join()
            self._closed.close()
            self._line.close()

    def _listen(self) -> None:
        try:
            while not self._told_to_close():
                for _ in self._line.notifies(timeout=0):
                    self._ring()
        except (psycopg.Error, OSError) as error:  # told by `rung` to the worker, which begins anew
            self._lost = error
            self._awaken()

    def _told_to_close(self) -> bool:
        """Wait until there is something to hear."""
        both = select.poll()  # unlike select() it takes a file number of any size
        both.register(self._line.fileno(), select.POLLIN)
        both.register(self._closed.fileno(), select.POLLIN)
        ready = [number for number, _ in both.poll(_PROVE_SECONDS * 1000)]
        if not ready:
            self._line.execute("SELECT 1")
        return self._closed.fileno() in ready

    def _ring(self) -> None:
        if not self._rung.is_set():
            self._rung.set()
            self._awaken()


def _line(engine: Engine, service: str) -> psycopg.Connection[Any]:
    """A connection beside the pool: those of the pool are reset when they are given back."""
    pooled = engine.raw_connection()
    line: psycopg.Connection[Any] | None = pooled.driver_connection
    pooled.detach()
    if line is None:
        raise psycopg.OperationalError("the database gave no connection")
    line.autocommit = True
    line.execute(sql.SQL("LISTEN {}").format(sql.Identifier(_channel(service))))
    return line


def _channel(service: str) -> str:
    return f"{service}{_CHANNEL}"
