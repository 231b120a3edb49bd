"""Campaigns whose rosters an officer wants to be frozen, one after another, in the background."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "freezing",
        sa.Column("campaign_id", sa.String(32), sa.ForeignKey("campaign.campaign_id"), primary_key=True),
        sa.Column("officer", sa.String(80), nullable=False),
        sa.Column("problem", sa.String(40)),
        sa.CheckConstraint("length(officer) > 0", name="officer_named"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("freezing")
