"""A signal goes out: who waits for it at that moment is written down, in the transaction that throws it.

No instance but the thrower's is locked. Each delivery is a transaction of its own, see `signals`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.models import Instance, SignalDelivery, SignalSubscription, StartSignal
from shared.clock import SystemClock
from shared.database import Document, Instant, Key

_COLUMNS = (
    "signal_key", "name", "variables", "sender", "thrown_at", "attempts", "next_at", "line", "process_id",
)  # fmt: skip


def send_out(
    session: Session, key: int, name: str, variables: Mapping[str, Any], now: datetime, *,
    sender: int | None = None, reached: sa.ColumnElement[bool] | None = None,
) -> None:  # fmt: skip
    """Write a delivery for everyone who waits, and for each process that the signal starts.

    `reached` says of which instances (default: all). Two statements, however many wait.
    """
    of_signal = (
        sa.literal(key, Key), sa.literal(name, sa.String()), sa.literal(dict(variables), Document),
        sa.literal(sender, Key), sa.literal(now, Instant()), sa.literal(0, sa.Integer()),
        sa.literal(SystemClock().now(), Instant()),
    )  # fmt: skip
    nobody, nothing = sa.literal("", sa.String()), sa.literal(0, Key)
    waiting = sa.select(*of_signal, SignalSubscription.line, nobody)
    waiting = waiting.join(Instance, Instance.key == SignalSubscription.instance_key)
    waiting = waiting.where(SignalSubscription.signal == name, sa.true() if reached is None else reached)
    starting = sa.select(*of_signal, nothing, StartSignal.process_id).where(StartSignal.name == name)
    for found in (waiting, starting):
        session.execute(sa.insert(SignalDelivery).from_select(_COLUMNS, found))
