"""The staffing register, and the statements that compare it with the rosters."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staffing_number",
        sa.Column("round", sa.String(40), sa.ForeignKey("round.code"), primary_key=True),
        sa.Column("body", sa.String(80), primary_key=True),
        sa.Column("servants", sa.Integer, nullable=False),
        sa.CheckConstraint("servants >= 1", name="ck_staffing_number_servants"),
    )
    op.create_table(
        "staffing_statement",
        sa.Column("campaign_id", sa.String(32), sa.ForeignKey("campaign.campaign_id"), primary_key=True),
        sa.Column("jws", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for table in ("staffing_statement", "staffing_number"):
        op.drop_table(table)
