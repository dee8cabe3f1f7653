"""outside_work"""

import json

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the columns and tables."""
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("definition_key", shared.database.Key, server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("worker", sa.String(length=255), server_default="", nullable=False))
        batch_op.add_column(sa.Column("lease", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("error_code", sa.String(length=255), nullable=True))
    _name_definitions()
    _make_signals()


def downgrade() -> None:
    """Remove the columns and tables."""
    for table in ("signal_delivery", "signal_subscription", "start_signal"):
        op.drop_table(table)
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_column("error_code")
        batch_op.drop_column("lease")
        batch_op.drop_column("worker")
        batch_op.drop_column("definition_key")


def _make_signals() -> None:
    key, instant = shared.database.Key, shared.database.Instant
    op.create_table(
        "start_signal",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("process_id", sa.String(length=255), nullable=False),
        sa.Column("definition_key", key, nullable=False),
        sa.PrimaryKeyConstraint("name", "process_id"),
    )
    op.create_table(
        "signal_subscription",
        sa.Column("key", key, autoincrement=False, nullable=False),
        sa.Column("line", key, nullable=False),
        sa.Column("instance_key", key, nullable=False),
        sa.Column("process_id", sa.String(length=255), nullable=False),
        sa.Column("element_id", sa.String(length=255), nullable=False),
        sa.Column("signal", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    for column in ("instance_key", "line", "signal"):
        op.create_index(f"ix_signal_subscription_{column}", "signal_subscription", [column])
    op.create_table(
        "signal_delivery",
        sa.Column("signal_key", key, autoincrement=False, nullable=False),
        sa.Column("line", key, autoincrement=False, nullable=False),
        sa.Column("process_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("variables", shared.database.Document, nullable=False),
        sa.Column("sender", key, nullable=True),
        sa.Column("thrown_at", instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", instant(), nullable=False),
        sa.PrimaryKeyConstraint("signal_key", "line", "process_id"),
    )
    for column in ("line", "next_at"):
        op.create_index(f"ix_signal_delivery_{column}", "signal_delivery", [column])


def _name_definitions() -> None:
    """Each job gets the key of the model it is drawn in: its instance's own, or a called one."""
    own = "SELECT definition_key FROM instance WHERE instance.key = job.instance_key"
    op.execute(f"UPDATE job SET definition_key = coalesce(({own}), 0)")
    called = (
        "SELECT job.key, job.process_id, instance.pins FROM job "
        "JOIN instance ON instance.key = job.instance_key WHERE job.process_id <> instance.process_id"
    )
    bind = op.get_bind()
    for key, process_id, pins in bind.execute(sa.text(called)).all():
        pinned = (json.loads(pins) if isinstance(pins, str) else pins).get(process_id)
        if pinned:
            named = sa.text("UPDATE job SET definition_key = :definition WHERE key = :key")
            bind.execute(named, {"definition": int(pinned[0]), "key": key})
