"""Tokens of programs that pull scoring records: name, SHA-256 of the secret, when made."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("secret_sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("created", sa.String(20), nullable=False),
        sa.CheckConstraint("length(name) > 0", name="ck_api_token_name"),
        sa.CheckConstraint("length(secret_sha256) = 64", name="ck_api_token_sha256"),
    )


def downgrade() -> None:
    op.drop_table("api_token")
