"""Rounds, campaigns, releases, scoring records, pinned keys, staff, their sessions and journal."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = ("journal", "staff_session", "staff", "pinned_key", "scoring_record", "release", "campaign", "round")


def upgrade() -> None:
    _create_campaigns()
    _create_figures()
    _create_staff()
    _create_journal()


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION journal_is_append_only()")


def _create_campaigns() -> None:
    op.create_table(
        "round",
        sa.Column("code", sa.String(40), primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.CheckConstraint("length(code) > 0", name="ck_round_code"),
    )
    op.create_table(
        "campaign",
        sa.Column("campaign_id", sa.String(32), primary_key=True),
        sa.Column("round", sa.String(40), sa.ForeignKey("round.code"), nullable=False),
        sa.Column("body", sa.String(80), nullable=False),
        sa.Column("draft", sa.Text, nullable=False),
        sa.Column("sealing_key", sa.LargeBinary),
        sa.Column("manifest", sa.Text),
        sa.Column("drawn", sa.Text),
        sa.Column("board", sa.Text),
        sa.Column("void", sa.Text),
        sa.CheckConstraint("length(campaign_id) = 32", name="ck_campaign_id"),
        sa.CheckConstraint("manifest IS NULL OR sealing_key IS NOT NULL", name="ck_campaign_manifest_has_key"),
        sa.CheckConstraint("board IS NULL OR manifest IS NOT NULL", name="ck_campaign_board_has_manifest"),
    )
    op.create_index("ix_campaign_round_body", "campaign", ["round", "body"])


def _create_figures() -> None:
    op.create_table(
        "release",
        sa.Column("campaign_id", sa.String(32), sa.ForeignKey("campaign.campaign_id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("opened_sha256", sa.String(64), nullable=False),
        sa.Column("draft", sa.Text),
        sa.Column("jws", sa.Text),
        sa.Column("certified", sa.String(20)),
        sa.Column("reason", sa.Text),
        sa.CheckConstraint("number >= 1", name="ck_release_number"),
        sa.CheckConstraint("(jws IS NULL) = (draft IS NOT NULL)", name="ck_release_draft_or_signed"),
        sa.CheckConstraint("(jws IS NULL) = (certified IS NULL)", name="ck_release_certified"),
        sa.CheckConstraint("jws IS NULL OR number = 1 OR reason IS NOT NULL", name="ck_release_supersedes_with_reason"),
    )
    is_draft = sa.text("jws IS NULL")
    op.create_index(
        "ux_release_one_draft",
        "release",
        ["campaign_id"],
        unique=True,
        sqlite_where=is_draft,
        postgresql_where=is_draft,
    )
    op.create_table(
        "scoring_record",
        sa.Column("campaign_id", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("jws", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["campaign_id", "number"], ["release.campaign_id", "release.number"]),
    )
    op.create_table(
        "pinned_key",
        sa.Column("office", sa.String(10), primary_key=True),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("office IN ('issuer', 'collector')", name="ck_pinned_key_office"),
    )


def _create_staff() -> None:
    op.create_table(
        "staff",
        sa.Column("login", sa.String(80), primary_key=True),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.CheckConstraint("role IN ('officer', 'analyst')", name="ck_staff_role"),
        sa.CheckConstraint("login = lower(login) AND length(login) > 0", name="ck_staff_login"),
    )
    op.create_table(
        "staff_session",
        sa.Column("secret_sha256", sa.String(64), primary_key=True),
        sa.Column("login", sa.String(80), sa.ForeignKey("staff.login", ondelete="CASCADE"), nullable=False),
        sa.Column("opened", sa.String(20), nullable=False),
    )


def _create_journal() -> None:
    op.create_table(
        "journal",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("moment", sa.String(20), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False, unique=True),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal "
            "FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER journal_no_{verb.lower()} BEFORE {verb} ON journal "
            "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
        )
