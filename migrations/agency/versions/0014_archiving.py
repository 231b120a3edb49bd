"""Certificates of archiving, and campaigns whose archiving waits for the decision on an appeal."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "archive",
        sa.Column("campaign_id", sa.String(32), sa.ForeignKey("campaign.campaign_id"), primary_key=True),
        sa.Column("jws", sa.Text, nullable=False),
        sa.Column("figures_deleted", sa.String(20)),
    )
    op.create_table(
        "archive_hold",
        sa.Column("campaign_id", sa.String(32), sa.ForeignKey("campaign.campaign_id"), primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.CheckConstraint("length(reason) > 0", name="ck_archive_hold_reason"),
    )


def downgrade() -> None:
    for table in ("archive_hold", "archive"):
        op.drop_table(table)
