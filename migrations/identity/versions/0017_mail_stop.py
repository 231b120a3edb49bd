"""Campaigns whose mail an officer holds up, and since which day."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_stop",
        sa.Column("campaign_id", sa.String(32), sa.ForeignKey("campaign.campaign_id"), primary_key=True),
        sa.Column("officer", sa.String(80), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.CheckConstraint("length(officer) > 0", name="stopper_named"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("mail_stop")
