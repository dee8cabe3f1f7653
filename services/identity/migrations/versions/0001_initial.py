"""The tables of identity."""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "login_attempt",
        sa.Column("login_index", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", shared.database.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("login_index"),
    )
    with op.batch_alter_table("login_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_attempt_last_at"), ["last_at"], unique=False)

    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("parent_path", sa.String(length=200), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_path"],
            ["organisation.path"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("path"),
    )
    op.create_table(
        "api_client",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("secret_hash", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("roles", shared.database.Document, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", shared.database.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisation.path"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("client_id"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("login", shared.database.Encrypted("person.login"), nullable=False),
        sa.Column("login_index", sa.String(length=64), nullable=False),
        sa.Column("name", shared.database.Encrypted("person.name"), nullable=False),
        sa.Column("phone", shared.database.Encrypted("person.phone"), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("password_temporary", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", shared.database.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisation.path"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("login_index"),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_organisation"), ["organisation"], unique=False)

    op.create_table(
        "login_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", shared.database.Instant(), nullable=False),
        sa.Column("expires_at", shared.database.Instant(), nullable=False),
        sa.Column("ended_at", shared.database.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "role_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("granted_at", shared.database.Instant(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", shared.database.Instant(), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisation.path"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_role_grant_live",
            ["person_id", "role", "organisation"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

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
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_role_grant_live",
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_role_grant_person_id"))

    op.drop_table("role_grant")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_person_id"))

    op.drop_table("login_session")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_organisation"))

    op.drop_table("person")
    op.drop_table("api_client")
    op.drop_table("organisation")
    with op.batch_alter_table("login_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_attempt_last_at"))

    op.drop_table("login_attempt")
