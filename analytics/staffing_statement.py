"""The agency's signed word on N: the roster's number beside the staffing register's, and why they differ.

A document of its own beside the manifest (staffing.jws), since the manifest's format is fixed. It is made when the
campaign is announced, before anyone draws a token.
"""

from dataclasses import dataclass
from typing import ClassVar

from survey_app.domain.errors import Malformed

STAFFING = "staffing.jws"
LONGEST_REASON = 600


@dataclass(frozen=True)
class StaffingStatement:
    """``eligible`` is N of the manifest with this fingerprint, ``register`` the staffing register's number.

    ``reason`` says why they differ, and is None where they do not. Raises Malformed.
    """

    format: ClassVar[str] = "pikir-staffing/1"

    campaign_id: str
    manifest: bytes
    register: int
    eligible: int
    reason: str | None

    def __post_init__(self) -> None:
        """A difference has a reason, and only a difference."""
        if (self.reason is None) != (self.register == self.eligible):
            raise Malformed("a staffing statement has a reason exactly where the two numbers differ")
        if self.reason is not None and not self.reason.strip():
            raise Malformed("the reason of a staffing statement is empty")
