"""apart"""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Who stands in for whom, who stays away from a case, and for whom a task was done."""
    op.create_table(
        "absence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("substitute_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", shared.database.Instant(), nullable=False),
        sa.Column("ends_at", shared.database.Instant(), nullable=False),
        sa.Column("set_at", shared.database.Instant(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("cancelled_at", shared.database.Instant(), nullable=True),
        sa.Column("cancelled_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absence_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_absence_substitute", ["substitute_id", "ends_at"], unique=False)

    op.create_table(
        "recusal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("text", shared.database.Encrypted("recusal.text"), nullable=False),
        sa.Column("at", shared.database.Instant(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("lifted_at", shared.database.Instant(), nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_because", shared.database.Encrypted("recusal.lifted_because"), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recusal_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_recusal_person", ["person_id", "case_id"], unique=False)

    op.create_table(
        "staff",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", shared.database.Encrypted("staff.name"), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )
    with op.batch_alter_table("person_place", schema=None) as batch_op:
        batch_op.add_column(sa.Column("roles", shared.database.Document, server_default="[]", nullable=False))

    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.add_column(sa.Column("on_behalf_of", sa.Uuid(), nullable=True))

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("separate_from_case", shared.database.Document, server_default="[]", nullable=False)
        )
        batch_op.add_column(sa.Column("four_eyes", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("lane_role", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("completed_for", sa.String(length=255), nullable=True))
        batch_op.create_index("ix_task_completed_for", ["completed_for", "completed_at"], unique=False)


def downgrade() -> None:
    """As before."""
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("ix_task_completed_for")
        batch_op.drop_column("completed_for")
        batch_op.drop_column("lane_role")
        batch_op.drop_column("four_eyes")
        batch_op.drop_column("separate_from_case")

    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_column("on_behalf_of")

    with op.batch_alter_table("person_place", schema=None) as batch_op:
        batch_op.drop_column("roles")

    op.drop_table("staff")
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.drop_index("ix_recusal_person")
        batch_op.drop_index(batch_op.f("ix_recusal_case_id"))

    op.drop_table("recusal")
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.drop_index("ix_absence_substitute")
        batch_op.drop_index(batch_op.f("ix_absence_person_id"))

    op.drop_table("absence")
