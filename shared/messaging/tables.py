"""The tables of the mechanism; every service has them in its own database."""

from __future__ import annotations

import sqlalchemy as sa

from shared.database import Instant, Key

MECHANISM = sa.MetaData()

outbox = sa.Table(
    "outbox",
    MECHANISM,
    sa.Column("id", Key, primary_key=True, autoincrement=True),
    sa.Column("message_id", sa.Uuid, nullable=False, unique=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("cause", sa.Uuid, index=True),
    sa.Column("wire", sa.Text, nullable=False),
    sa.Column("sent_at", Instant),
    sa.Index("ix_outbox_unsent", "subject", "id", sqlite_where=sa.text("sent_at IS NULL"),
             postgresql_where=sa.text("sent_at IS NULL")),
    comment="messages written in the transaction of the act, sent by the relay",
)  # fmt: skip

stream = sa.Table(
    "stream",
    MECHANISM,
    sa.Column("subject", sa.String(64), primary_key=True),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("pending", sa.Boolean, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("leased_until", Instant),
    sa.Index("ix_stream_pending", "due_at", sqlite_where=sa.text("pending"),
             postgresql_where=sa.text("pending")),
    comment="one row per case: the order of its messages, and the relay's lease on it",
)  # fmt: skip

inbox = sa.Table(
    "inbox",
    MECHANISM,
    sa.Column("message_id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    comment="messages already acted on",
)

ended_session = sa.Table(
    "ended_session",
    MECHANISM,
    sa.Column("session_id", sa.Uuid, primary_key=True),
    sa.Column("ended_at", Instant, nullable=False),
    comment="sessions whose tokens no longer count",
)

changed_roles = sa.Table(
    "changed_roles",
    MECHANISM,
    sa.Column("person_id", sa.Uuid, primary_key=True),
    sa.Column("changed_at", Instant, nullable=False),
    comment="tokens issued to this person before the moment no longer count",
)
