"""reckoned_tasks"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A task keeps the versions that its due date was reckoned with; those from before do not know them."""
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("calendar_version", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("policy_version", sa.String(length=255), nullable=True))


def downgrade() -> None:
    """Remove them."""
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_column("policy_version")
        batch_op.drop_column("calendar_version")
