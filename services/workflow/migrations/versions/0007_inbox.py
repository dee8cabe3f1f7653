"""inbox"""

from typing import Any

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_DUE = """
UPDATE candidate SET due = task.due FROM task WHERE task.key = candidate.task_key AND task.due IS NOT NULL
"""


def upgrade() -> None:
    """Who may take a task knows when it is due."""
    never: sa.Column[Any] = sa.Column(
        "due", shared.database.Instant(), server_default="9999-12-31 00:00:00.000000", nullable=False
    )
    with op.batch_alter_table("candidate", schema=None) as batch_op:
        batch_op.add_column(never)
        batch_op.drop_index("ix_candidate_name")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("UPDATE candidate SET due = timestamptz '9999-12-31 00:00:00+00'")
    op.execute(_DUE)
    place = ["kind", "name", "org_path", "due", "task_key"]
    op.create_index(
        "ix_candidate_place", "candidate", place, postgresql_ops={"org_path": "varchar_pattern_ops"}
    )
    op.create_index("ix_candidate_due", "candidate", ["kind", "name", "due", "task_key", "org_path"])


def downgrade() -> None:
    """As before."""
    op.drop_index("ix_candidate_due", "candidate")
    op.drop_index("ix_candidate_place", "candidate")
    with op.batch_alter_table("candidate", schema=None) as batch_op:
        batch_op.drop_column("due")
        batch_op.create_index("ix_candidate_name", ["kind", "name", "org_path"])
