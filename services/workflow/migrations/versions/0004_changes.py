"""changes"""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
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
