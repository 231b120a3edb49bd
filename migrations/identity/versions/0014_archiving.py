"""The signed certificate of what was destroyed when a campaign was archived."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaign", sa.Column("archive", sa.Text))


def downgrade() -> None:
    op.drop_column("campaign", "archive")
