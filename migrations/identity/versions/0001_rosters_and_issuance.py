"""Campaigns, rosters, issuance, disputes, turnout bands and pinned keys."""

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
        sa.Column("enrolment", sa.Text),
        sa.Column("eligible", sa.Integer),
        sa.Column("commitment", sa.LargeBinary),
        sa.Column("manifest", sa.Text),
        sa.Column("drawn", sa.Text),
        sa.Column("void", sa.Text),
        _length("campaign_id", 32),
        _length("commitment", 32),
        sa.CheckConstraint("eligible > 0", name="eligible_positive"),
        sa.CheckConstraint(
            "(enrolment IS NULL) = (eligible IS NULL) AND (enrolment IS NULL) = (commitment IS NULL)",
            name="enrolment_freezes_roster",
        ),
        sa.CheckConstraint("manifest IS NULL OR enrolment IS NOT NULL", name="manifest_after_enrolment"),
        sa.CheckConstraint("drawn IS NULL OR manifest IS NOT NULL", name="drawn_after_manifest"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "roster_entry",
        sa.Column("entry_id", sa.String(32), primary_key=True),
        sa.Column("campaign_id", sa.String(32), sa.ForeignKey("campaign.campaign_id"), nullable=False),
        sa.Column("reference", sa.String(100), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("code_hash", sa.LargeBinary),
        sa.Column("leaf", sa.LargeBinary),
        sa.UniqueConstraint("campaign_id", "reference", name="one_entry_per_reference"),
        sa.UniqueConstraint("campaign_id", "email", name="one_entry_per_email"),
        sa.UniqueConstraint("code_hash", name="one_entry_per_code"),
        _length("entry_id", 32),
        _length("code_hash", 32),
        _length("leaf", 32),
        sa.CheckConstraint("length(reference) > 0", name="reference_not_empty"),
        sa.CheckConstraint("length(email) > 0", name="email_not_empty"),
        sa.CheckConstraint("language IN ('kk', 'ru', 'en')", name="language_known"),
        sa.CheckConstraint("code_hash IS NULL OR leaf IS NOT NULL", name="leaf_with_code"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "issuance",
        sa.Column("entry_id", sa.String(32), sa.ForeignKey("roster_entry.entry_id"), primary_key=True),
        sa.Column("blinded_hash", sa.LargeBinary, nullable=False),
        _length("blinded_hash", 32),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "dispute",
        sa.Column("entry_id", sa.String(32), sa.ForeignKey("roster_entry.entry_id"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "turnout_band",
        sa.Column("campaign_id", sa.String(32), sa.ForeignKey("campaign.campaign_id"), primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("band", sa.String(5), nullable=False),
        sa.CheckConstraint("band IN ('<25', '25-50', '50-75', '>75')", name="band_known"),
        sqlite_with_rowid=False,
    )
    _keep_no_samples("roster_entry", "entry_id", "reference", "email", "code_hash", "leaf")
    _keep_no_samples("issuance", "entry_id", "blinded_hash")
    _keep_no_samples("dispute", "entry_id")


def _keep_no_samples(table: str, *columns: str) -> None:
    """PostgreSQL's planner keeps values of a table's columns in its catalogue, where deleting does not reach."""
    if op.get_bind().dialect.name == "postgresql":
        for column in columns:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def downgrade() -> None:
    for table in ("turnout_band", "dispute", "issuance", "roster_entry", "campaign", "pinned_key"):
        op.drop_table(table)
