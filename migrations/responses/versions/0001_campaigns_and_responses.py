"""Campaigns, responses and pinned keys."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _length(column: str, length: int) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"length({column}) = {length}", name=f"{column}_length")


def upgrade() -> None:
    op.create_table(
        "pinned_key",
        sa.Column("office", sa.String(16), primary_key=True),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        _length("public_key", 32),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "campaign",
        sa.Column("campaign_id", sa.String(32), primary_key=True),
        sa.Column("draft", sa.Text, nullable=False),
        sa.Column("manifest", sa.Text),
        sa.Column("drawn", sa.Text),
        sa.Column("board", sa.Text),
        sa.Column("void", sa.Text),
        _length("campaign_id", 32),
        sa.CheckConstraint("drawn IS NULL OR manifest IS NOT NULL", name="drawn_after_manifest"),
        sa.CheckConstraint("board IS NULL OR drawn IS NOT NULL", name="board_after_drawn"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "response",
        sa.Column("token_hash", sa.LargeBinary, primary_key=True),
        sa.Column("campaign_id", sa.String(32), sa.ForeignKey("campaign.campaign_id"), nullable=False),
        sa.Column("input_msg", sa.LargeBinary, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.Column("holder_key", sa.LargeBinary, nullable=False),
        sa.Column("holder_signature", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        _length("token_hash", 32),
        _length("input_msg", 94),
        _length("signature", 384),
        _length("holder_key", 65),
        _length("holder_signature", 64),
        _length("sealed", 145),
        sqlite_with_rowid=False,
    )
    _keep_no_samples("response", "token_hash", "input_msg", "signature", "holder_key", "holder_signature", "sealed")


def _keep_no_samples(table: str, *columns: str) -> None:
    """PostgreSQL's planner keeps values of a table's columns in its catalogue, where deleting does not reach."""
    if op.get_bind().dialect.name == "postgresql":
        for column in columns:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def downgrade() -> None:
    op.drop_table("response")
    op.drop_table("campaign")
    op.drop_table("pinned_key")
