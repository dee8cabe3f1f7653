"""finished"""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OVER = sa.text("ended_at IS NOT NULL AND put_away_at IS NULL")


def upgrade() -> None:
    """Instances that are over are put away into documents, and perhaps removed one day."""
    op.add_column("instance", sa.Column("put_away_at", shared.database.Instant(), nullable=True))
    op.create_index(
        "ix_instance_over", "instance", ["ended_at", "key"], sqlite_where=_OVER, postgresql_where=_OVER
    )
    op.create_table(
        "finished_instance",
        sa.Column("key", _KEY, autoincrement=False, nullable=False),
        sa.Column("ended_at", shared.database.Instant(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_finished_instance_ended", "finished_instance", ["ended_at", "key"])
    op.create_table(
        "finished_key",
        sa.Column("key", _KEY, autoincrement=False, nullable=False),
        sa.Column("instance_key", _KEY, nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    _create_removed()
    op.create_table(
        "round",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("next_at", shared.database.Instant(), nullable=False),
        sa.Column("after_at", shared.database.Instant(), nullable=True),
        sa.Column("after_key", _KEY, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _create_removed() -> None:
    op.create_table(
        "removed_instance",
        sa.Column("number", _KEY, autoincrement=False, nullable=False),
        sa.Column("instance_key", _KEY, nullable=False),
        sa.Column("process_id", sa.String(length=255), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", shared.database.Instant(), nullable=False),
        sa.Column("history_length", sa.Integer(), nullable=False),
        sa.Column("history_hash", sa.String(length=64), nullable=False),
        sa.Column("removed_at", shared.database.Instant(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("instance_key"),
    )
    op.create_index(op.f("ix_removed_instance_case_id"), "removed_instance", ["case_id"])


def downgrade() -> None:
    """As before; what was put away is not brought back."""
    for table in ("round", "removed_instance", "finished_key", "finished_instance"):
        op.drop_table(table)
    op.drop_index("ix_instance_over", "instance")
    with op.batch_alter_table("instance", schema=None) as batch_op:
        batch_op.drop_column("put_away_at")
