"""Accounts with a life of their own, roles with dates, organisations that close.

Accounts of the last version: closed ones stay closed, the others are active; staff who do not log in for
ninety days from now on become dormant.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = shared.database.Instant()
ACTIVE = sa.text("CASE WHEN active THEN 'active' ELSE 'closed' END")
STAFF = "active AND organisation <> '/public/'"


def upgrade() -> None:
    _organisations()
    _people()
    _grants()
    _events()
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("last_used_at", INSTANT, nullable=True))
        batch_op.add_column(sa.Column("device", sa.String(length=60), server_default="", nullable=False))


def _organisations() -> None:
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("closed_at", INSTANT, nullable=True))
    op.create_table(
        "organisation_event",
        sa.Column("id", shared.database.Key, autoincrement=True, nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("organisation_event", schema=None) as batch_op:
        batch_op.create_index("ix_organisation_event_organisation_id", ["organisation_id"], unique=False)


def _people() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("state", sa.String(length=10), nullable=True))
        for name in ("last_login_at", "sleeps_at", "wake_asked_at"):
            batch_op.add_column(sa.Column(name, INSTANT, nullable=True))
        batch_op.create_index("ix_person_sleeps_at", ["sleeps_at"], unique=False)
    person = sa.table("person", sa.column("state"), sa.column("sleeps_at", INSTANT))
    op.execute(sa.update(person).values(state=ACTIVE))
    later = datetime.now(UTC) + timedelta(days=90)
    op.execute(sa.update(person).where(sa.text(STAFF)).values(sleeps_at=later))
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.alter_column("state", existing_type=sa.String(length=10), nullable=False)
        batch_op.drop_column("active")


def _grants() -> None:
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        for name in ("starts_at", "ends_at", "turns_at"):
            batch_op.add_column(sa.Column(name, INSTANT, nullable=True))
        batch_op.create_index("ix_role_grant_turns_at", ["turns_at"], unique=False)


def _events() -> None:
    op.create_table(
        "invitation",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_index", sa.String(length=64), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("person_id"),
        sa.UniqueConstraint("code_index"),
    )
    op.create_table(
        "person_event",
        sa.Column("id", shared.database.Key, autoincrement=True, nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=True),
        sa.Column("organisation", sa.String(length=200), nullable=True),
        sa.Column("why", shared.database.Encrypted("person_event.why"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("person_event", schema=None) as batch_op:
        batch_op.create_index("ix_person_event_person_id", ["person_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_column("device")
        batch_op.drop_column("last_used_at")
    for table in ("person_event", "invitation", "organisation_event"):
        op.drop_table(table)
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index("ix_role_grant_turns_at")
        for name in ("turns_at", "ends_at", "starts_at"):
            batch_op.drop_column(name)
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.execute(sa.text("UPDATE person SET active = (state IN ('active', 'dormant'))"))
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index("ix_person_sleeps_at")
        for name in ("wake_asked_at", "sleeps_at", "last_login_at", "state"):
            batch_op.drop_column(name)
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_column("closed_at")
