"""The log of who looked at personal data."""

import sqlalchemy as sa
from alembic import op

import shared.database
from shared.append_only import append_only

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_FIXED = (
    "number, id, at, service, person_id, behalf_of_id, act, what, record_id, case_id, case_number, "
    "organisation, fields, purpose, hash"
)


def upgrade() -> None:
    op.create_table(
        "access_end",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", shared.database.Key, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "access_entry",
        sa.Column("number", shared.database.Key, autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", shared.database.Instant(), nullable=False),
        sa.Column("service", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("behalf_of_id", sa.Uuid(), nullable=True),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("case_number", sa.String(length=100), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("fields", shared.database.Document, nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("note", shared.database.Encrypted("access_entry.note"), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_access_entry_person", "access_entry", ["person_id", "number"])
    op.create_index("ix_access_entry_case", "access_entry", ["case_number", "number"])
    op.create_index("ix_access_entry_at", "access_entry", ["at", "number"])
    for statement in append_only("access_entry", _FIXED)[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("access_entry")
    op.drop_table("access_end")
