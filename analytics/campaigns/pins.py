"""Which key each of the other offices signs with: taken from its first accepted enrolment, and no other after."""

from typing import Literal

from sqlalchemy.orm import Session

from analytics.models import PinnedKeyRow
from survey_app.domain.errors import PikirError

OfficeName = Literal["issuer", "collector"]


class KeyChanged(PikirError):
    """An office signs with another key than the one it is known by."""

    slug = "key-changed"


def check_pin(session: Session, office: OfficeName, key: bytes) -> None:
    """Raise KeyChanged if ``office`` is known by another key (32 bytes) than this one."""
    pinned = session.get(PinnedKeyRow, office)
    if pinned is not None and pinned.key != key:
        raise KeyChanged(
            f"key changed: the {office} is known by the key {pinned.key.hex()[:16]}…, this document is signed with "
            f"{key.hex()[:16]}…. Ask the {office} by another way than the exchange folder before you go on"
        )


def pin(session: Session, office: OfficeName, key: bytes) -> None:
    """Remember the key at the first time. Raises KeyChanged."""
    check_pin(session, office, key)
    if session.get(PinnedKeyRow, office) is None:
        session.add(PinnedKeyRow(office=office, key=key))
