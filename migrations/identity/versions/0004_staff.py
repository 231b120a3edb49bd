"""Staff of the issuer: accounts, sessions, second factors, proposals and the journal. Staff only, no respondent."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ROLES = ("personnel", "issuing", "auditor", "administrator")
_TABLES = (
    "journal",
    "staff_proposal",
    "staff_spent_challenge",
    "staff_recovery_code",
    "staff_passkey",
    "staff_session",
    "staff",
)


def upgrade() -> None:
    _create_accounts()
    _create_factors()
    _create_proposals()
    _create_journal()


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION journal_is_append_only()")


def _create_table(name: str, *parts: sa.schema.SchemaItem) -> None:
    """Without row numbers, as every table of this database."""
    op.create_table(name, *parts, sqlite_with_rowid=False)


def _create_accounts() -> None:
    _create_table(
        "staff",
        sa.Column("login", sa.String(80), primary_key=True),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("bodies", sa.Text, nullable=False),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("valid_until", sa.String(20)),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("totp", sa.LargeBinary),
        sa.Column("totp_step", sa.Integer),
        sa.Column("subject", sa.String(200), unique=True),
        sa.CheckConstraint(f"role IN {_ROLES}", name="ck_staff_role"),
        sa.CheckConstraint("(role = 'personnel') = (bodies <> '[]')", name="ck_staff_limited"),
        sa.CheckConstraint("login = lower(login) AND length(login) > 0", name="ck_staff_login"),
        sa.CheckConstraint("length(bodies) >= 2", name="ck_staff_bodies"),
        sa.CheckConstraint("totp IS NOT NULL OR totp_step IS NULL", name="ck_staff_totp_step"),
        sa.CheckConstraint("valid_until IS NULL OR must_change", name="ck_staff_valid_until"),
    )
    _create_table(
        "staff_session",
        sa.Column("secret_sha256", sa.String(64), primary_key=True),
        sa.Column("login", sa.String(80), sa.ForeignKey("staff.login", ondelete="CASCADE"), nullable=False),
        sa.Column("means", sa.String(10), nullable=False),
        sa.Column("opened", sa.String(20), nullable=False),
        sa.Column("used", sa.String(20), nullable=False),
        sa.Column("confirmed", sa.String(20)),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.CheckConstraint("means IN ('password', 'passkey', 'oidc', 'signature')", name="ck_staff_session_means"),
    )
    op.create_index("ix_staff_session_login", "staff_session", ["login"])


def _create_factors() -> None:
    _create_table(
        "staff_passkey",
        sa.Column("credential_id", sa.LargeBinary, primary_key=True),
        sa.Column("login", sa.String(80), sa.ForeignKey("staff.login", ondelete="CASCADE"), nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("signed", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("added", sa.String(20), nullable=False),
    )
    op.create_index("ix_staff_passkey_login", "staff_passkey", ["login"])
    _create_table(
        "staff_recovery_code",
        sa.Column("code_sha256", sa.String(64), primary_key=True),
        sa.Column("login", sa.String(80), sa.ForeignKey("staff.login", ondelete="CASCADE"), nullable=False),
    )
    op.create_index("ix_staff_recovery_code_login", "staff_recovery_code", ["login"])
    _create_table(
        "staff_spent_challenge",
        sa.Column("challenge_sha256", sa.String(64), primary_key=True),
        sa.Column("until", sa.String(20), nullable=False),
    )


def _create_proposals() -> None:
    _create_table(
        "staff_proposal",
        sa.Column("proposal_id", sa.String(32), primary_key=True),
        sa.Column("proposer", sa.String(80), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("proposed", sa.String(20), nullable=False),
        sa.Column("until", sa.String(20), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("decided_by", sa.String(80)),
        sa.Column("decided", sa.String(20)),
        sa.CheckConstraint("state IN ('pending', 'approved', 'withdrawn')", name="ck_staff_proposal_state"),
        sa.CheckConstraint("(state = 'pending') = (decided_by IS NULL)", name="ck_staff_proposal_decided_by"),
        sa.CheckConstraint("(decided_by IS NULL) = (decided IS NULL)", name="ck_staff_proposal_decided"),
        sa.CheckConstraint("state <> 'approved' OR decided_by <> proposer", name="ck_staff_proposal_four_eyes"),
    )


def _create_journal() -> None:
    _create_table(
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
