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
    """No table is made anew: SQLite would not let go of one that others point at."""
    state = sa.Column("state", sa.String(length=10), server_default="active", nullable=False)
    op.add_column("person", state)
    for name in ("last_login_at", "sleeps_at", "wake_asked_at"):
        op.add_column("person", sa.Column(name, INSTANT, nullable=True))
    op.create_index("ix_person_sleeps_at", "person", ["sleeps_at"], unique=False)
    op.execute(sa.text("UPDATE person SET state = 'closed' WHERE NOT active"))
    person = sa.table("person", sa.column("sleeps_at", INSTANT))
    later = datetime.now(UTC) + timedelta(days=90)
    op.execute(sa.update(person).where(sa.text(STAFF)).values(sleeps_at=later))
    op.drop_column("person", "active")


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
    for name in ("device", "last_used_at"):
        op.drop_column("login_session", name)
    for table in ("person_event", "invitation", "organisation_event"):
        op.drop_table(table)
    op.drop_index("ix_role_grant_turns_at", "role_grant")
    for name in ("turns_at", "ends_at", "starts_at"):
        op.drop_column("role_grant", name)
    op.add_column("person", sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.execute(sa.text("UPDATE person SET active = (state IN ('active', 'dormant'))"))
    op.drop_index("ix_person_sleeps_at", "person")
    for name in ("wake_asked_at", "sleeps_at", "last_login_at", "state"):
        op.drop_column("person", name)
    op.drop_column("organisation", "closed_at")
