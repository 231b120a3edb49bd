"""How long the attack on a Release took."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attack",
        sa.Column("campaign_id", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("milliseconds", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["campaign_id", "number"], ["release.campaign_id", "release.number"]),
        sa.CheckConstraint("milliseconds >= 0", name="ck_attack_milliseconds"),
    )


def downgrade() -> None:
    op.drop_table("attack")
