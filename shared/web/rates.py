"""How many requests a program may make: counted per service and minute, over all its processes.

A process takes a share of the minute's allowance from the database and hands it out by itself, so that most
requests ask nobody. Promise: a service answers at most `limit` requests of a program in a minute of the
machine's clock; with several processes a program may be refused up to a share per other process early.
"""

from __future__ import annotations

import math
import threading
from uuid import UUID

import sqlalchemy as sa
from flask import current_app, request
from sqlalchemy.engine import Engine

from shared.clock import SystemClock
from shared.database import ensure_tables
from shared.errors import Problem
from shared.web.access import person_or_none

MINUTE = 60
SHARES = 20
"""Into so many shares a minute's allowance is cut: so often at most the database is asked."""

_NONE = -1  # the minute's allowance is used up: the database need not be asked again

_metadata = sa.MetaData()
program_minute = sa.Table(
    "program_minute",
    _metadata,
    sa.Column("program_id", sa.Uuid, primary_key=True),
    sa.Column("minute", sa.BigInteger, nullable=False),
    sa.Column("taken", sa.Integer, nullable=False),
    comment="requests that processes took for themselves in this minute, per API client",
)
_TAKE = sa.text(
    """
    INSERT INTO program_minute (program_id, minute, taken) VALUES (:program, :minute, :share)
    ON CONFLICT (program_id) DO UPDATE SET
        minute = excluded.minute,
        taken = excluded.taken
            + CASE WHEN program_minute.minute = excluded.minute THEN program_minute.taken ELSE 0 END
    WHERE program_minute.minute < excluded.minute
        OR (program_minute.minute = excluded.minute AND program_minute.taken < :limit)
    RETURNING taken
    """
).bindparams(sa.bindparam("program", type_=sa.Uuid))


class TooManyRequests(Problem):
    """This program made more requests in this minute than its account allows."""

    status = 429
    zh = "这个接口账号一分钟内的请求太多，请稍后再发。"


class Allowance:
    """What this process may still hand out: program -> (minute, requests left)."""

    def __init__(self, engine: Engine, service: str) -> None:
        self._engine = engine
        self._service = service
        self._ready = False
        self._lock = threading.Lock()
        self._left: dict[UUID, tuple[int, int]] = {}

    def take(self, program: UUID, limit: int, seconds: float) -> int:
        """Take one request at this moment (seconds since 1970): 0 when granted, else seconds to wait."""
        minute = int(seconds // MINUTE)
        with self._lock:
            known, left = self._left.get(program, (minute, 0))
            if known != minute or left == 0:
                left = self._share(program, limit, minute) or _NONE
            self._left[program] = (minute, max(left - 1, _NONE))
        return 0 if left > 0 else math.ceil((minute + 1) * MINUTE - seconds)

    def _share(self, program: UUID, limit: int, minute: int) -> int:
        """Requests taken from the database for this process; 0 when none are left in this minute."""
        if not self._ready:
            ensure_tables(self._engine, self._service, _metadata)
            self._ready = True
        share = max(1, limit // SHARES)
        values = {"program": program, "minute": minute, "share": share, "limit": limit}
        with self._engine.begin() as connection:
            taken = connection.scalar(_TAKE, values)
        return 0 if taken is None else min(share, limit - (taken - share))


def limit_programs() -> None:
    """Before a request with a bearer token: a program keeps to the number that its token names."""
    if "Authorization" not in request.headers:
        return
    program = person_or_none()
    if program is None or program.limit is None:
        return
    allowance: Allowance = current_app.extensions["fayuan-allowance"]
    wait = allowance.take(program.id, program.limit, SystemClock().now().timestamp())
    if wait:
        raise TooManyRequests(retry_after=wait)
