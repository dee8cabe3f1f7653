"""The tables of the roster."""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("path"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", shared.database.Encrypted("person.name"), nullable=False),
        sa.Column("handler_at", shared.database.Document, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("licensed_on", sa.Date(), nullable=False),
        sa.Column("review_passed", sa.Boolean(), nullable=False),
        sa.Column("sanctioned_on", sa.Date(), nullable=True),
        sa.Column("matters", shared.database.Document, nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id"],
            ["organisation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_firm_id"), ["firm_id"], unique=False)

    op.create_table(
        "changed_roles",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", shared.database.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
        comment="tokens issued to this person before the moment no longer count",
    )
    op.create_table(
        "ended_session",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("ended_at", shared.database.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("session_id"),
        comment="sessions whose tokens no longer count",
    )
    op.create_table(
        "inbox",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("received_at", shared.database.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("message_id"),
        comment="messages already acted on",
    )
    op.create_table(
        "outbox",
        sa.Column("id", shared.database.Key, autoincrement=True, nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Uuid(), nullable=True),
        sa.Column("wire", sa.Text(), nullable=False),
        sa.Column("sent_at", shared.database.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id"),
        comment="messages written in the transaction of the act, sent by the relay",
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_cause"), ["cause"], unique=False)
        batch_op.create_index(
            "ix_outbox_unsent",
            ["subject", "id"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL"),
        )

    op.create_table(
        "stream",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", shared.database.Instant(), nullable=False),
        sa.Column("leased_until", shared.database.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("subject"),
        comment="one row per case: the order of its messages, and the relay's lease on it",
    )
    with op.batch_alter_table("stream", schema=None) as batch_op:
        batch_op.create_index(
            "ix_stream_pending",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("pending"),
            postgresql_where=sa.text("pending"),
        )


def downgrade() -> None:
    with op.batch_alter_table("stream", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_stream_pending", sqlite_where=sa.text("pending"), postgresql_where=sa.text("pending")
        )

    op.drop_table("stream")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_unsent",
            sqlite_where=sa.text("sent_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_outbox_cause"))

    op.drop_table("outbox")
    op.drop_table("inbox")
    op.drop_table("ended_session")
    op.drop_table("changed_roles")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_firm_id"))

    op.drop_table("member")
    op.drop_table("person")
    op.drop_table("organisation")
