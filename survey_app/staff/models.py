"""Tables of an office's staff, the same in each office that has staff: accounts, sessions, factors, proposals, journal.

Each office keeps them in its own database. They hold staff only: nothing here refers to a respondent, a roster or a
response. Times are RFC 3339 text in UTC. Which roles there are differs, so the office's migration checks them.
"""

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

HEX_DIGEST = 64
LONGEST_LOGIN = 80
MOMENT = 20


class StaffBase(DeclarativeBase):
    """The staff's own metadata; no foreign key reaches an office's other tables."""


class StaffRow(StaffBase):
    """One account. The password is an Argon2id hash; ``bodies`` (JSON) limits a personnel officer to these bodies.

    ``must_change`` and ``valid_until``: the password is an initial one, and until when. ``totp`` is the second factor's
    secret, encrypted, and ``totp_step`` the last time step that was accepted.
    """

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint("login = lower(login) AND length(login) > 0", name="ck_staff_login"),
        CheckConstraint("length(bodies) >= 2", name="ck_staff_bodies"),
        CheckConstraint("totp IS NOT NULL OR totp_step IS NULL", name="ck_staff_totp_step"),
        CheckConstraint("valid_until IS NULL OR must_change", name="ck_staff_valid_until"),
    )

    login: Mapped[str] = mapped_column(String(LONGEST_LOGIN), primary_key=True)
    password_hash: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(16))
    bodies: Mapped[str] = mapped_column(Text, default="[]")
    must_change: Mapped[bool] = mapped_column(default=False)
    valid_until: Mapped[str | None] = mapped_column(String(MOMENT))
    disabled: Mapped[bool] = mapped_column(default=False)
    totp: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_step: Mapped[int | None]
    subject: Mapped[str | None] = mapped_column(String(200), unique=True)


class StaffSessionRow(StaffBase):
    """A sign-in that has not ended: SHA-256 of the secret in its cookie, by what means, and when it was last used.

    ``confirmed`` is when a second factor was last given; ``complete`` is false while steps of the sign-in are missing.
    """

    __tablename__ = "staff_session"
    __table_args__ = (
        CheckConstraint("means IN ('password', 'passkey', 'oidc', 'signature')", name="ck_staff_session_means"),
    )

    secret_sha256: Mapped[str] = mapped_column(String(HEX_DIGEST), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("staff.login", ondelete="CASCADE"), index=True)
    means: Mapped[str] = mapped_column(String(10))
    opened: Mapped[str] = mapped_column(String(MOMENT))
    used: Mapped[str] = mapped_column(String(MOMENT))
    confirmed: Mapped[str | None] = mapped_column(String(MOMENT))
    complete: Mapped[bool]


class PasskeyRow(StaffBase):
    """A passkey of an account: its public key, and how often it says that it signed."""

    __tablename__ = "staff_passkey"

    credential_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("staff.login", ondelete="CASCADE"), index=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    signed: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    added: Mapped[str] = mapped_column(String(MOMENT))


class RecoveryCodeRow(StaffBase):
    """SHA-256 of a recovery code (80 random bits) that has not been used."""

    __tablename__ = "staff_recovery_code"

    code_sha256: Mapped[str] = mapped_column(String(HEX_DIGEST), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("staff.login", ondelete="CASCADE"), index=True)


class SpentChallengeRow(StaffBase):
    """SHA-256 of a challenge that was answered, kept until it would be too old anyway: an answer serves once."""

    __tablename__ = "staff_spent_challenge"

    challenge_sha256: Mapped[str] = mapped_column(String(HEX_DIGEST), primary_key=True)
    until: Mapped[str] = mapped_column(String(MOMENT))


class ProposalRow(StaffBase):
    """An action that one officer proposed and another one decides; ``digest`` is of exactly what is to be done."""

    __tablename__ = "staff_proposal"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'approved', 'withdrawn')", name="ck_staff_proposal_state"),
        CheckConstraint("(state = 'pending') = (decided_by IS NULL)", name="ck_staff_proposal_decided_by"),
        CheckConstraint("(decided_by IS NULL) = (decided IS NULL)", name="ck_staff_proposal_decided"),
        CheckConstraint("state <> 'approved' OR decided_by <> proposer", name="ck_staff_proposal_four_eyes"),
    )

    proposal_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    proposer: Mapped[str] = mapped_column(String(LONGEST_LOGIN))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    details: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(HEX_DIGEST))
    proposed: Mapped[str] = mapped_column(String(MOMENT))
    until: Mapped[str] = mapped_column(String(MOMENT))
    state: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[str | None] = mapped_column(String(LONGEST_LOGIN))
    decided: Mapped[str | None] = mapped_column(String(MOMENT))


class JournalRow(StaffBase):
    """One action of staff; each entry's hash covers the one before, and the database refuses to change any."""

    __tablename__ = "journal"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    moment: Mapped[str] = mapped_column(String(MOMENT))
    actor: Mapped[str] = mapped_column(String(LONGEST_LOGIN))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    details: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(HEX_DIGEST))
    sha256: Mapped[str] = mapped_column(String(HEX_DIGEST), unique=True)
