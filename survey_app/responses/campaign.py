"""A campaign as the collector knows it: the documents that it accepted, parsed once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cryptography.hazmat.primitives.asymmetric import rsa

from survey_app.domain.batch import Board
from survey_app.domain.manifest import CampaignManifest, DrawnStatement

State = Literal["before", "collecting", "after", "void"]


@dataclass(frozen=True)
class Campaign:
    """``document`` is the manifest's compact JWS, ``fingerprint`` its SHA-256 (32 bytes); ``board`` a compact JWS.

    ``archived`` is when this office destroyed the responses.
    """

    manifest: CampaignManifest
    document: str
    fingerprint: bytes
    issuer_key: rsa.RSAPublicKey
    drawn: DrawnStatement | None
    board: Board | None
    board_document: str | None
    is_void: bool
    archived: datetime | None = None

    @property
    def is_archived(self) -> bool:
        """Whether the responses are destroyed."""
        return self.archived is not None

    @property
    def lacks_drawn(self) -> bool:
        """Whether responses have to wait for M: with two visits it must be public first."""
        return self.drawn is None and self.manifest.visits == "two"

    def state(self, now: datetime) -> State:
        """Where the campaign stands at ``now`` for a respondent."""
        schedule = self.manifest.schedule
        if self.is_void:
            return "void"
        if self.board is not None or now >= schedule.collection_closes:
            return "after"
        if now < schedule.collection_opens or self.lacks_drawn:
            return "before"
        return "collecting"
