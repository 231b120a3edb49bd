"""WHAT, sealed, and never WHO: a row is an envelope and its campaign. No time, no sequence, no address, no row order.

Tables are WITHOUT ROWID: SQLite's hidden row number would be the order of arrival.
"""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_UNORDERED = {"sqlite_with_rowid": False}


def _table(*constraints: Any) -> tuple[Any, ...]:
    return (*constraints, _UNORDERED)


def _length(column: str, length: int) -> CheckConstraint:
    return CheckConstraint(f"length({column}) = {length}", name=f"{column}_length")


class Base(DeclarativeBase):
    """The responses side's own tables; nothing here can refer to the identity side."""


class PinnedKey(Base):
    """Another office's public key (Ed25519, 32 bytes) as first seen; ``office`` is "agency"."""

    __tablename__ = "pinned_key"
    __table_args__ = _table(_length("public_key", 32))

    office: Mapped[str] = mapped_column(String(16), primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)


class CampaignRow(Base):
    """The signed documents of one campaign as this office accepted them (compact JWS)."""

    __tablename__ = "campaign"
    __table_args__ = _table(
        _length("campaign_id", 32),
        CheckConstraint("drawn IS NULL OR manifest IS NOT NULL", name="drawn_after_manifest"),
        CheckConstraint("board IS NULL OR drawn IS NOT NULL", name="board_after_drawn"),
    )

    campaign_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    draft: Mapped[str] = mapped_column(Text)
    manifest: Mapped[str | None] = mapped_column(Text)
    drawn: Mapped[str | None] = mapped_column(Text)
    board: Mapped[str | None] = mapped_column(Text)
    void: Mapped[str | None] = mapped_column(Text)
    archive: Mapped[str | None] = mapped_column(Text)


class ResponseRow(Base):
    """One redeemed token with its sealed response."""

    __tablename__ = "response"
    __table_args__ = _table(
        _length("token_hash", 32),
        _length("input_msg", 94),
        _length("signature", 384),
        _length("holder_key", 65),
        _length("holder_signature", 64),
        _length("sealed", 145),
    )

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"))
    input_msg: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    holder_key: Mapped[bytes] = mapped_column(LargeBinary)
    holder_signature: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
