"""Which message of a mailing is being handed to the mail server just now, so that no crash sends one twice."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mail_queue", sa.Column("is_in_hand", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("mail_queue", "is_in_hand")
