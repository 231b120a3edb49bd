"""Tables of the agency database: documents, releases, scoring records. Its staff's are in survey_app.staff.models.

Never a tally, a pair table, a cross table or anybody's answers, in any form (3-protocol: what each side may store).
Times are RFC 3339 text in UTC; only steps of staff have one.
"""

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

HEX_DIGEST = 64


class Base(DeclarativeBase):
    """The agency's own metadata; no foreign key can reach another office's."""


class RoundRow(Base):
    """One year's exercise over all bodies."""

    __tablename__ = "round"
    __table_args__ = (CheckConstraint("length(code) > 0", name="ck_round_code"),)

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[str] = mapped_column(Text)


class CampaignRow(Base):
    """One campaign with the signed documents that its state follows from."""

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("length(campaign_id) = 32", name="ck_campaign_id"),
        CheckConstraint("manifest IS NULL OR sealing_key IS NOT NULL", name="ck_campaign_manifest_has_key"),
        CheckConstraint("board IS NULL OR manifest IS NOT NULL", name="ck_campaign_board_has_manifest"),
        Index("ix_campaign_round_body", "round", "body"),
    )

    campaign_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round: Mapped[str] = mapped_column(ForeignKey("round.code"))
    body: Mapped[str] = mapped_column(String(80))
    draft: Mapped[str] = mapped_column(Text)
    sealing_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    manifest: Mapped[str | None] = mapped_column(Text)
    drawn: Mapped[str | None] = mapped_column(Text)
    board: Mapped[str | None] = mapped_column(Text)
    void: Mapped[str | None] = mapped_column(Text)


class ReleaseRow(Base):
    """A Release: as ``draft`` (JSON) until it is certified, then as ``jws``. A later number supersedes an earlier one.

    ``opened_sha256`` is of the JSON as it came out of the opening, before a correction's reason was put in.
    """

    __tablename__ = "release"
    __table_args__ = (
        CheckConstraint("number >= 1", name="ck_release_number"),
        CheckConstraint("(jws IS NULL) = (draft IS NOT NULL)", name="ck_release_draft_or_signed"),
        CheckConstraint("(jws IS NULL) = (certified IS NULL)", name="ck_release_certified"),
        CheckConstraint("jws IS NULL OR number = 1 OR reason IS NOT NULL", name="ck_release_supersedes_with_reason"),
        Index(
            "ux_release_one_draft",
            "campaign_id",
            unique=True,
            sqlite_where=text("jws IS NULL"),
            postgresql_where=text("jws IS NULL"),
        ),
    )

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opened_sha256: Mapped[str] = mapped_column(String(HEX_DIGEST))
    draft: Mapped[str | None] = mapped_column(Text)
    jws: Mapped[str | None] = mapped_column(Text)
    certified: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)


class ScoringRecordRow(Base):
    """The signed export of a certified Release."""

    __tablename__ = "scoring_record"
    __table_args__ = (ForeignKeyConstraint(["campaign_id", "number"], ["release.campaign_id", "release.number"]),)

    campaign_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    jws: Mapped[str] = mapped_column(Text)


class AttackRow(Base):
    """How long protecting and attacking a Release took. Not in the Release: its bytes depend on no machine."""

    __tablename__ = "attack"
    __table_args__ = (
        ForeignKeyConstraint(["campaign_id", "number"], ["release.campaign_id", "release.number"]),
        CheckConstraint("milliseconds >= 0", name="ck_attack_milliseconds"),
    )

    campaign_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    milliseconds: Mapped[int]


class RoundReleaseRow(Base):
    """The figures of all bodies of a round together, like a Release: ``draft`` until certified, then ``jws``."""

    __tablename__ = "round_release"
    __table_args__ = (
        CheckConstraint("number >= 1", name="ck_round_release_number"),
        CheckConstraint("length(opened_sha256) = 64", name="ck_round_release_sha256"),
        CheckConstraint("(jws IS NULL) = (draft IS NOT NULL)", name="ck_round_release_draft_or_signed"),
        CheckConstraint("(jws IS NULL) = (certified IS NULL)", name="ck_round_release_certified"),
        CheckConstraint(
            "jws IS NULL OR number = 1 OR reason IS NOT NULL", name="ck_round_release_supersedes_with_reason"
        ),
        Index(
            "ux_round_release_one_draft",
            "round",
            unique=True,
            sqlite_where=text("jws IS NULL"),
            postgresql_where=text("jws IS NULL"),
        ),
    )

    round: Mapped[str] = mapped_column(ForeignKey("round.code"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opened_sha256: Mapped[str] = mapped_column(String(HEX_DIGEST))
    draft: Mapped[str | None] = mapped_column(Text)
    jws: Mapped[str | None] = mapped_column(Text)
    certified: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)


class PinnedKeyRow(Base):
    """The key under which an office signed first; the agency takes no other from it."""

    __tablename__ = "pinned_key"
    __table_args__ = (CheckConstraint("office IN ('issuer', 'collector')", name="ck_pinned_key_office"),)

    office: Mapped[str] = mapped_column(String(10), primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)


class ApiTokenRow(Base):
    """A program's right to pull scoring records: SHA-256 of the secret that it was given once."""

    __tablename__ = "api_token"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="ck_api_token_name"),
        CheckConstraint("length(secret_sha256) = 64", name="ck_api_token_sha256"),
    )

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    secret_sha256: Mapped[str] = mapped_column(String(HEX_DIGEST), unique=True)
    created: Mapped[str] = mapped_column(String(20))


class KeyDestructionRow(Base):
    """The signed certificate that a campaign's sealing key was destroyed."""

    __tablename__ = "key_destruction"

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"), primary_key=True)
    jws: Mapped[str] = mapped_column(Text)


class ArchiveRow(Base):
    """The signed certificate of archiving; ``figures_deleted`` is the time when Release and record followed."""

    __tablename__ = "archive"

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"), primary_key=True)
    jws: Mapped[str] = mapped_column(Text)
    figures_deleted: Mapped[str | None] = mapped_column(String(20))


class ArchiveHoldRow(Base):
    """Nothing of the campaign is archived for this reason, an appeal in most cases, until the hold is lifted."""

    __tablename__ = "archive_hold"
    __table_args__ = (CheckConstraint("length(reason) > 0", name="ck_archive_hold_reason"),)

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)


class SecondInstitutionRow(Base):
    """A second institution whose countersignatures the agency takes: its key and the card that it signed."""

    __tablename__ = "second_institution"

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    card: Mapped[str] = mapped_column(Text)


class SecondSignatureRow(Base):
    """A known institution's word that it opened a batch and got the Release with this hash."""

    __tablename__ = "second_signature"
    __table_args__ = (CheckConstraint("length(opened_sha256) = 64", name="ck_second_signature_sha256"),)

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"), primary_key=True)
    opened_sha256: Mapped[str] = mapped_column(String(HEX_DIGEST), primary_key=True)
    key: Mapped[bytes] = mapped_column(ForeignKey("second_institution.key"), primary_key=True)
    jws: Mapped[str] = mapped_column(Text)


class StaffingNumberRow(Base):
    """How many servants a body has in a round by the agency's staffing register."""

    __tablename__ = "staffing_number"
    __table_args__ = (CheckConstraint("servants >= 1", name="ck_staffing_number_servants"),)

    round: Mapped[str] = mapped_column(ForeignKey("round.code"), primary_key=True)
    body: Mapped[str] = mapped_column(String(80), primary_key=True)
    servants: Mapped[int]


class StaffingStatementRow(Base):
    """The signed comparison of a campaign's N with the staffing register, made when it was announced."""

    __tablename__ = "staffing_statement"

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"), primary_key=True)
    jws: Mapped[str] = mapped_column(Text)
