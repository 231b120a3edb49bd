"""WHO, and never WHAT: the roster, one hash for each code and each drawing, disputes. No code, no time, no address.

Tables are WITHOUT ROWID and keyed by random identifiers: no row number tells in which order people drew.
"""

from datetime import date
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_UNORDERED = {"sqlite_with_rowid": False}
ID_CHARACTERS = 32
HASH_BYTES = 32
LONGEST_REFERENCE = 100
LONGEST_EMAIL = 254
LONGEST_LOGIN = 80  # of the office's staff
LONGEST_STATUS = 11  # 5.999.999, or three digits


def _table(*constraints: Any) -> tuple[Any, ...]:
    return (*constraints, _UNORDERED)


def _length(column: str, length: int) -> CheckConstraint:
    return CheckConstraint(f"length({column}) = {length}", name=f"{column}_length")


class Base(DeclarativeBase):
    """The identity side's own tables; nothing here can refer to the responses side."""


class PinnedKey(Base):
    """Another office's public key (Ed25519, 32 bytes) as first seen; ``office`` is "agency"."""

    __tablename__ = "pinned_key"
    __table_args__ = _table(_length("public_key", 32))

    office: Mapped[str] = mapped_column(String(16), primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)


class CampaignRow(Base):
    """The signed documents of one campaign (compact JWS), and the roster's size N and root once it is frozen.

    ``archive`` is this office's certificate of what it destroyed at the end.
    """

    __tablename__ = "campaign"
    __table_args__ = _table(
        _length("campaign_id", ID_CHARACTERS),
        _length("commitment", HASH_BYTES),
        CheckConstraint("eligible > 0", name="eligible_positive"),
        CheckConstraint(
            "(enrolment IS NULL) = (eligible IS NULL) AND (enrolment IS NULL) = (commitment IS NULL)",
            name="enrolment_freezes_roster",
        ),
        CheckConstraint("manifest IS NULL OR enrolment IS NOT NULL", name="manifest_after_enrolment"),
        CheckConstraint("drawn IS NULL OR manifest IS NOT NULL", name="drawn_after_manifest"),
    )

    campaign_id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True)
    draft: Mapped[str] = mapped_column(Text)
    enrolment: Mapped[str | None] = mapped_column(Text)
    eligible: Mapped[int | None]
    commitment: Mapped[bytes | None] = mapped_column(LargeBinary)
    manifest: Mapped[str | None] = mapped_column(Text)
    drawn: Mapped[str | None] = mapped_column(Text)
    void: Mapped[str | None] = mapped_column(Text)
    archive: Mapped[str | None] = mapped_column(Text)


class RosterEntryRow(Base):
    """Somebody who is eligible. ``leaf`` is public with his code; ``code_hash`` is SHA-256 of the code's bytes."""

    __tablename__ = "roster_entry"
    __table_args__ = _table(
        UniqueConstraint("campaign_id", "reference", name="one_entry_per_reference"),
        UniqueConstraint("campaign_id", "email", name="one_entry_per_email"),
        UniqueConstraint("code_hash", name="one_entry_per_code"),
        _length("entry_id", ID_CHARACTERS),
        _length("code_hash", HASH_BYTES),
        _length("leaf", HASH_BYTES),
        CheckConstraint("length(reference) > 0", name="reference_not_empty"),
        CheckConstraint("length(email) > 0", name="email_not_empty"),
        CheckConstraint("language IN ('kk', 'ru', 'en')", name="language_known"),
        CheckConstraint("code_hash IS NULL OR leaf IS NOT NULL", name="leaf_with_code"),
    )

    entry_id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"))
    reference: Mapped[str] = mapped_column(String(LONGEST_REFERENCE))
    email: Mapped[str | None] = mapped_column(String(LONGEST_EMAIL))
    language: Mapped[str] = mapped_column(String(2))
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    leaf: Mapped[bytes | None] = mapped_column(LargeBinary)


class IssuanceRow(Base):
    """Somebody has drawn for the entry: SHA-256 of the one blinded message that is signed for it."""

    __tablename__ = "issuance"
    __table_args__ = _table(_length("blinded_hash", HASH_BYTES))

    entry_id: Mapped[str] = mapped_column(ForeignKey("roster_entry.entry_id"), primary_key=True)
    blinded_hash: Mapped[bytes] = mapped_column(LargeBinary)


class DisputeRow(Base):
    """The person behind this entry says that somebody else drew in his name."""

    __tablename__ = "dispute"
    __table_args__ = _table()

    entry_id: Mapped[str] = mapped_column(ForeignKey("roster_entry.entry_id"), primary_key=True)


class TurnoutBandRow(Base):
    """Turnout as it stood at the midnight that began ``day`` (Asia/Almaty)."""

    __tablename__ = "turnout_band"
    __table_args__ = _table(CheckConstraint("band IN ('<25', '25-50', '50-75', '>75')", name="band_known"))

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    band: Mapped[str] = mapped_column(String(5))


class MailingRow(Base):
    """One mailing to everybody with an address: number 0 the invitation, 1 and on the reminders, each on its day.

    ``total`` is to how many it goes, once it has begun. Who got it is not kept: see MailQueueRow.
    """

    __tablename__ = "mailing"
    __table_args__ = _table(
        CheckConstraint("number BETWEEN 0 AND 9", name="number_small"),
        CheckConstraint("(number = 0) = (day IS NULL)", name="reminders_have_a_day"),
        CheckConstraint("total >= 0", name="total_not_negative"),
    )

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date | None] = mapped_column(Date)
    total: Mapped[int | None]


class MailQueueRow(Base):
    """The mailing has still to be sent to this entry; gone as soon as it was. Empty when the mailing is complete.

    ``is_in_hand``: it is being handed to the mail server, which has not answered yet.
    """

    __tablename__ = "mail_queue"
    __table_args__ = _table(
        ForeignKeyConstraint(["campaign_id", "number"], ["mailing.campaign_id", "mailing.number"]),
    )

    campaign_id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[str] = mapped_column(ForeignKey("roster_entry.entry_id"), primary_key=True)
    is_in_hand: Mapped[bool] = mapped_column(default=False, server_default=false())


class MailStopRow(Base):
    """An officer holds this campaign's mail up, since this day in the country's time zone; gone when one goes on."""

    __tablename__ = "mail_stop"
    __table_args__ = _table(CheckConstraint("length(officer) > 0", name="stopper_named"))

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"), primary_key=True)
    officer: Mapped[str] = mapped_column(String(LONGEST_LOGIN))
    day: Mapped[date] = mapped_column(Date)


class BounceRow(Base):
    """Mail does not reach this entry's address; ``status`` is the mail server's code (RFC 3463 or 5321), no text.

    Or "listed" (somebody named the address), or "unclear" (see mail.handover).
    """

    __tablename__ = "bounce"
    __table_args__ = _table(CheckConstraint("length(status) BETWEEN 3 AND 11", name="status_is_a_code"))

    entry_id: Mapped[str] = mapped_column(ForeignKey("roster_entry.entry_id"), primary_key=True)
    status: Mapped[str] = mapped_column(String(LONGEST_STATUS))


class RosterUploadRow(Base):
    """A table that the personnel service sent and has not taken over yet: compressed, gone with the import."""

    __tablename__ = "roster_upload"
    __table_args__ = _table(_length("campaign_id", ID_CHARACTERS))

    campaign_id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ColumnChoiceRow(Base):
    """Which column of a body's tables is which, as chosen last: titles of columns, as JSON."""

    __tablename__ = "column_choice"
    __table_args__ = _table()

    body_code: Mapped[str] = mapped_column(Text, primary_key=True)
    titles: Mapped[str] = mapped_column(Text)


class HandoutRow(Base):
    """How often a file with everybody's link was handed to an officer: the links as a table, or letters."""

    __tablename__ = "handout"
    __table_args__ = _table(
        CheckConstraint("kind IN ('links', 'letters')", name="kind_known"),
        CheckConstraint("times > 0", name="times_positive"),
    )

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(7), primary_key=True)
    times: Mapped[int]


class FreezingRow(Base):
    """An officer wants this roster frozen; gone when it is. ``problem`` is the name of what stopped it."""

    __tablename__ = "freezing"
    __table_args__ = _table(CheckConstraint("length(officer) > 0", name="officer_named"))

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"), primary_key=True)
    officer: Mapped[str] = mapped_column(String(LONGEST_LOGIN))
    problem: Mapped[str | None] = mapped_column(String(40))
