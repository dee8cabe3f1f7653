"""API clients with scopes, limits and secrets that overlap; who tried to log in from where."""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Each client keeps the secret it has, all that its role may, and 600 requests a minute."""
    # SQLite makes a changed table anew, which nothing may point at meanwhile: the secrets wait beside.
    op.execute("CREATE TABLE kept_secret AS SELECT id, secret_hash, created_at FROM api_client")
    with op.batch_alter_table("api_client", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scopes", shared.database.Document, nullable=True))
        batch_op.add_column(
            sa.Column("requests_per_minute", sa.Integer(), server_default="600", nullable=False)
        )
        batch_op.add_column(sa.Column("last_used_at", shared.database.Instant(), nullable=True))
        batch_op.drop_column("secret_hash")
    _make_secrets()
    op.execute(
        "INSERT INTO client_secret (id, client_uuid, secret_hash, created_at)"
        " SELECT id, id, secret_hash, created_at FROM kept_secret"
    )
    op.execute("DROP TABLE kept_secret")
    _make_guards()


def downgrade() -> None:
    """Each client keeps its newest secret."""
    op.drop_table("account_warning")
    op.drop_table("address_attempt")
    op.execute("CREATE TABLE kept_secret AS SELECT client_uuid, secret_hash, created_at FROM client_secret")
    op.drop_table("client_secret")
    with op.batch_alter_table("api_client", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("secret_hash", sa.String(length=200), server_default="", nullable=False)
        )
        batch_op.drop_column("last_used_at")
        batch_op.drop_column("requests_per_minute")
        batch_op.drop_column("scopes")
    newest = (
        "SELECT k.secret_hash FROM kept_secret k WHERE k.client_uuid = api_client.id"
        " ORDER BY k.created_at DESC LIMIT 1"
    )
    op.execute(f"UPDATE api_client SET secret_hash = coalesce(({newest}), '')")
    op.execute("DROP TABLE kept_secret")


def _make_secrets() -> None:
    op.create_table(
        "client_secret",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_uuid", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.String(length=200), nullable=False),
        sa.Column("created_at", shared.database.Instant(), nullable=False),
        sa.Column("ends_at", shared.database.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["client_uuid"], ["api_client.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_client_secret_client_uuid", "client_secret", ["client_uuid"])


def _make_guards() -> None:
    op.create_table(
        "address_attempt",
        sa.Column("address_index", sa.String(length=64), nullable=False),
        sa.Column("door", sa.String(length=20), nullable=False),
        sa.Column("tried", shared.database.Document, nullable=False),
        sa.Column("last_at", shared.database.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("address_index", "door"),
    )
    op.create_index("ix_address_attempt_last_at", "address_attempt", ["last_at"])
    op.create_table(
        "account_warning",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("warned_at", shared.database.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )
    op.create_index("ix_account_warning_warned_at", "account_warning", ["warned_at"])
