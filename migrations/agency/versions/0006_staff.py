"""The staff's accounts grow: bodies, initial passwords, second factors, sessions in steps, proposals.

Accounts are kept; sessions end, since they were opened without the steps that a sign-in has now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ROLES = ("officer", "analyst", "custodian", "auditor", "administrator")
_KEPT = ("officer", "analyst")
_FACTORS = ("staff_proposal", "staff_spent_challenge", "staff_recovery_code", "staff_passkey")


def upgrade() -> None:
    accounts = op.get_bind().execute(sa.text("SELECT login, password_hash, role FROM staff")).all()
    op.drop_table("staff_session")
    op.drop_table("staff")
    _create_accounts()
    _create_factors()
    _create_proposals()
    insert = sa.text(
        "INSERT INTO staff (login, password_hash, role, bodies, must_change, disabled) "
        "VALUES (:login, :password_hash, :role, '[]', false, false)"
    )
    for account in accounts:
        op.get_bind().execute(insert, dict(account._mapping))  # noqa: SLF001 (its public name)


def downgrade() -> None:
    """Roles that did not exist before lose their accounts."""
    accounts = op.get_bind().execute(sa.text("SELECT login, password_hash, role FROM staff")).all()
    for table in (*_FACTORS, "staff_session", "staff"):
        op.drop_table(table)
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
    insert = sa.text("INSERT INTO staff (login, password_hash, role) VALUES (:login, :password_hash, :role)")
    for account in accounts:
        if account.role in _KEPT:
            op.get_bind().execute(insert, dict(account._mapping))  # noqa: SLF001 (its public name)


def _create_accounts() -> None:
    op.create_table(
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
        sa.CheckConstraint("login = lower(login) AND length(login) > 0", name="ck_staff_login"),
        sa.CheckConstraint("length(bodies) >= 2", name="ck_staff_bodies"),
        sa.CheckConstraint("totp IS NOT NULL OR totp_step IS NULL", name="ck_staff_totp_step"),
        sa.CheckConstraint("valid_until IS NULL OR must_change", name="ck_staff_valid_until"),
    )
    op.create_table(
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
    op.create_table(
        "staff_passkey",
        sa.Column("credential_id", sa.LargeBinary, primary_key=True),
        sa.Column("login", sa.String(80), sa.ForeignKey("staff.login", ondelete="CASCADE"), nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("signed", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("added", sa.String(20), nullable=False),
    )
    op.create_index("ix_staff_passkey_login", "staff_passkey", ["login"])
    op.create_table(
        "staff_recovery_code",
        sa.Column("code_sha256", sa.String(64), primary_key=True),
        sa.Column("login", sa.String(80), sa.ForeignKey("staff.login", ondelete="CASCADE"), nullable=False),
    )
    op.create_index("ix_staff_recovery_code_login", "staff_recovery_code", ["login"])
    op.create_table(
        "staff_spent_challenge",
        sa.Column("challenge_sha256", sa.String(64), primary_key=True),
        sa.Column("until", sa.String(20), nullable=False),
    )


def _create_proposals() -> None:
    op.create_table(
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
