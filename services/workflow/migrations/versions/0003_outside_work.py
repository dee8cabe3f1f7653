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
    """Make the columns."""
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("definition_key", shared.database.Key, server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("worker", sa.String(length=255), server_default="", nullable=False))
        batch_op.add_column(sa.Column("lease", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("error_code", sa.String(length=255), nullable=True))
    _name_definitions()


def downgrade() -> None:
    """Remove the columns."""
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_column("error_code")
        batch_op.drop_column("lease")
        batch_op.drop_column("worker")
        batch_op.drop_column("definition_key")


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
