"""Certificates of destroyed sealing keys; second institutions that are known, and their countersignatures."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "key_destruction",
        sa.Column("campaign_id", sa.String(32), sa.ForeignKey("campaign.campaign_id"), primary_key=True),
        sa.Column("jws", sa.Text, nullable=False),
    )
    op.create_table(
        "second_institution",
        sa.Column("key", sa.LargeBinary, primary_key=True),
        sa.Column("card", sa.Text, nullable=False),
    )
    op.create_table(
        "second_signature",
        sa.Column("campaign_id", sa.String(32), sa.ForeignKey("campaign.campaign_id"), primary_key=True),
        sa.Column("opened_sha256", sa.String(64), primary_key=True),
        sa.Column("key", sa.LargeBinary, sa.ForeignKey("second_institution.key"), primary_key=True),
        sa.Column("jws", sa.Text, nullable=False),
        sa.CheckConstraint("length(opened_sha256) = 64", name="ck_second_signature_sha256"),
    )


def downgrade() -> None:
    for table in ("second_signature", "second_institution", "key_destruction"):
        op.drop_table(table)
