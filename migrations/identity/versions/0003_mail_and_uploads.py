"""Mailings with their queue and bounces, uploaded tables, chosen columns, files of links handed out."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "mailing",
        sa.Column("campaign_id", sa.String(32), sa.ForeignKey("campaign.campaign_id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Date),
        sa.Column("total", sa.Integer),
        sa.CheckConstraint("number BETWEEN 0 AND 9", name="number_small"),
        sa.CheckConstraint("(number = 0) = (day IS NULL)", name="reminders_have_a_day"),
        sa.CheckConstraint("total >= 0", name="total_not_negative"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mail_queue",
        sa.Column("campaign_id", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("entry_id", sa.String(32), sa.ForeignKey("roster_entry.entry_id"), primary_key=True),
        sa.ForeignKeyConstraint(["campaign_id", "number"], ["mailing.campaign_id", "mailing.number"]),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bounce",
        sa.Column("entry_id", sa.String(32), sa.ForeignKey("roster_entry.entry_id"), primary_key=True),
        sa.Column("status", sa.String(11), nullable=False),
        sa.CheckConstraint("length(status) BETWEEN 3 AND 11", name="status_is_a_code"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "roster_upload",
        sa.Column("campaign_id", sa.String(32), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("length(campaign_id) = 32", name="campaign_id_length"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "column_choice",
        sa.Column("body_code", sa.Text, primary_key=True),
        sa.Column("titles", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "handout",
        sa.Column("campaign_id", sa.String(32), sa.ForeignKey("campaign.campaign_id"), primary_key=True),
        sa.Column("kind", sa.String(7), primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
        sa.CheckConstraint("kind IN ('links', 'letters')", name="kind_known"),
        sa.CheckConstraint("times > 0", name="times_positive"),
        sqlite_with_rowid=False,
    )
    _keep_no_samples("mail_queue", "entry_id")
    _keep_no_samples("bounce", "entry_id")
    _keep_no_samples("roster_upload", "content")


def _keep_no_samples(table: str, *columns: str) -> None:
    """PostgreSQL's planner keeps values of a table's columns in its catalogue, where deleting does not reach."""
    if op.get_bind().dialect.name == "postgresql":
        for column in columns:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def downgrade() -> None:
    for table in ("handout", "column_choice", "roster_upload", "bounce", "mail_queue", "mailing"):
        op.drop_table(table)
