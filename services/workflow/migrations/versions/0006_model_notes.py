"""model_notes"""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the column."""
    with op.batch_alter_table("model_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("notes", shared.database.Document, server_default="[]", nullable=False))


def downgrade() -> None:
    """Remove the column."""
    with op.batch_alter_table("model_version", schema=None) as batch_op:
        batch_op.drop_column("notes")
