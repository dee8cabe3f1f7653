"""senders"""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """At which organisations a kept message may reach processes; those that are kept already reach all."""
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("places", shared.database.Document, nullable=True))


def downgrade() -> None:
    """As before."""
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_column("places")
