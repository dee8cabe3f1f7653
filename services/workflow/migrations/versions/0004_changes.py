"""changes"""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "batch_item",
        sa.Column("batch_key", shared.database.Key, autoincrement=False, nullable=False),
        sa.Column("instance_key", shared.database.Key, autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("processed_at", shared.database.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("batch_key", "instance_key"),
    )
    with op.batch_alter_table("batch_item", schema=None) as batch_op:
        batch_op.create_index("ix_batch_item_status", ["batch_key", "status"], unique=False)

    op.create_table(
        "batch_operation",
        sa.Column("key", shared.database.Key, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("plan", shared.database.Document, nullable=True),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("created_at", shared.database.Instant(), nullable=False),
        sa.Column("ended_at", shared.database.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("batch_operation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_operation_by"), ["by"], unique=False)
        batch_op.create_index(batch_op.f("ix_batch_operation_status"), ["status"], unique=False)

    op.create_table(
        "migration",
        sa.Column("key", shared.database.Key, autoincrement=False, nullable=False),
        sa.Column("instance_key", shared.database.Key, nullable=False),
        sa.Column("source_key", shared.database.Key, nullable=False),
        sa.Column("target_key", shared.database.Key, nullable=False),
        sa.Column("revision", shared.database.Key, nullable=False),
        sa.Column("tokens", sa.LargeBinary(), nullable=False),
        sa.Column("before", shared.database.Document, nullable=False),
        sa.Column("at", shared.database.Instant(), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("undone_at", shared.database.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("migration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_migration_instance_key"), ["instance_key"], unique=False)

    with op.batch_alter_table("instance", schema=None) as batch_op:
        batch_op.add_column(sa.Column("suspended_at", shared.database.Instant(), nullable=True))

    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("held", shared.database.Document, nullable=True))

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("suspended", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Remove the tables."""
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_column("suspended")

    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_column("held")

    with op.batch_alter_table("instance", schema=None) as batch_op:
        batch_op.drop_column("suspended_at")

    with op.batch_alter_table("migration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_migration_instance_key"))

    op.drop_table("migration")
    with op.batch_alter_table("batch_operation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batch_operation_status"))
        batch_op.drop_index(batch_op.f("ix_batch_operation_by"))

    op.drop_table("batch_operation")
    with op.batch_alter_table("batch_item", schema=None) as batch_op:
        batch_op.drop_index("ix_batch_item_status")

    op.drop_table("batch_item")
