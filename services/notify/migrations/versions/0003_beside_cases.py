"""Notices about an account belong to no case."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TABLES = ("notice", "letter", "delivery")


def upgrade() -> None:
    """The case may be missing."""
    for table in _TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("case_id", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    """Only what belongs to a case stays."""
    for table in reversed(_TABLES):
        op.execute(sa.text(f"DELETE FROM {table} WHERE case_id IS NULL"))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("case_id", existing_type=sa.Uuid(), nullable=False)
