"""The campaign manifest and the documents by which the offices agree on it.

draft (agency) -> enrolments (issuer, collector) -> manifest (agency) -> drawn statement (issuer). The manifest
fixes everything before anyone answers; its fingerprint is what people compare.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from survey_app.domain.errors import Malformed, PikirError

LANGUAGES = ("kk", "ru", "en")
Visits = Literal["two", "single"]


class ScheduleInvalid(PikirError):
    """The four times of a campaign are not in an order that its number of visits allows."""

    slug = "schedule-invalid"


@dataclass(frozen=True)
class LocalisedText:
    """One text in the three languages of the product."""

    kk: str
    ru: str
    en: str

    def __getitem__(self, language: str) -> str:
        """Text in ``language``: kk, ru or en."""
        if language not in LANGUAGES:
            raise KeyError(language)
        text: str = getattr(self, language)
        return text


@dataclass(frozen=True)
class Body:
    """A state body; ``code`` is the agency's short stable name for it, such as ``min-water``."""

    code: str
    name: LocalisedText


@dataclass(frozen=True)
class QuestionnaireReference:
    """Which questionnaire, and the SHA-256 of its file's bytes."""

    id: str
    version: str
    sha256: bytes


@dataclass(frozen=True)
class Schedule:
    """Half-open windows [opens, closes) in UTC."""

    issuance_opens: datetime
    issuance_closes: datetime
    collection_opens: datetime
    collection_closes: datetime

    def is_issuing(self, now: datetime) -> bool:
        """Whether tokens can be drawn at ``now``."""
        return self.issuance_opens <= now < self.issuance_closes

    def is_collecting(self, now: datetime) -> bool:
        """Whether responses are taken at ``now``."""
        return self.collection_opens <= now < self.collection_closes


@dataclass(frozen=True)
class ClientHashes:
    """SHA-256 of the script bundle that each office serves to respondents."""

    issuer: bytes
    collector: bytes


@dataclass(frozen=True)
class CampaignDraft:
    """The agency's request to the offices to enrol; signed by the agency. Raises ScheduleInvalid, Malformed."""

    format: ClassVar[str] = "pikir-draft/1"

    campaign_id: str
    round: str
    body: Body
    head: LocalisedText
    legal_basis: str
    questionnaire: QuestionnaireReference
    kpi_method: str
    minimum_group: int
    minimum_turnout: int
    appeal_days: int
    visits: Visits
    schedule: Schedule
    agency_key: bytes

    def __post_init__(self) -> None:
        """Check the identifier and the schedule."""
        check_campaign_id(self.campaign_id)
        check_schedule(self.schedule, self.visits)


@dataclass(frozen=True)
class IssuerEnrolment:
    """The issuer's part of the manifest; signed with ``issuer_statement_key``, which it carries."""

    format: ClassVar[str] = "pikir-issuer-enrolment/1"

    campaign_id: str
    eligible: int
    roster_commitment: bytes
    issuer_key: bytes
    issuer_statement_key: bytes
    issuer_url: str
    client: bytes


@dataclass(frozen=True)
class CollectorEnrolment:
    """The collector's part of the manifest; signed with ``collector_key``, which it carries."""

    format: ClassVar[str] = "pikir-collector-enrolment/1"

    campaign_id: str
    collector_key: bytes
    collector_url: str
    client: bytes


@dataclass(frozen=True)
class CampaignManifest:
    """Everything fixed before anyone answers; signed by the agency. Raises ScheduleInvalid, Malformed.

    ``eligible`` is N; ``minimum_turnout`` is in percent; ``issuer_key`` is SPKI DER; ``sealing_key`` is an
    uncompressed P-256 point (65 bytes); the Ed25519 keys have 32 bytes.
    """

    format: ClassVar[str] = "pikir-manifest/1"

    campaign_id: str
    round: str
    body: Body
    head: LocalisedText
    legal_basis: str
    questionnaire: QuestionnaireReference
    kpi_method: str
    minimum_group: int
    minimum_turnout: int
    appeal_days: int
    visits: Visits
    eligible: int
    roster_commitment: bytes
    schedule: Schedule
    issuer_key: bytes
    sealing_key: bytes
    issuer_statement_key: bytes
    collector_key: bytes
    agency_key: bytes
    issuer_url: str
    collector_url: str
    client: ClientHashes

    def __post_init__(self) -> None:
        """Check the identifier and the schedule."""
        check_campaign_id(self.campaign_id)
        check_schedule(self.schedule, self.visits)


@dataclass(frozen=True)
class DrawnStatement:
    """After issuing: ``drawn`` is M; ``disputes`` people say that somebody drew in their name. Signed by the issuer."""

    format: ClassVar[str] = "pikir-drawn/1"

    campaign_id: str
    manifest: bytes
    drawn: int
    disputes: int


@dataclass(frozen=True)
class VoidStatement:
    """The agency declares a campaign void, with its reason; nothing of it counts."""

    format: ClassVar[str] = "pikir-void/1"

    campaign_id: str
    reason: str


def check_campaign_id(campaign_id: str) -> str:
    """The same text if it is 32 lower-case hex digits. Raises Malformed."""
    if not re.fullmatch(r"[0-9a-f]{32}", campaign_id):
        raise Malformed("a campaign identifier is 32 hexadecimal digits")
    return campaign_id


def check_schedule(schedule: Schedule, visits: Visits) -> None:
    """Raise ScheduleInvalid unless both windows are open for a while and in the order ``visits`` asks for."""
    if not schedule.issuance_opens < schedule.issuance_closes:
        raise ScheduleInvalid("issuing must open before it closes")
    if not schedule.collection_opens < schedule.collection_closes:
        raise ScheduleInvalid("collecting must open before it closes")
    if visits == "two" and schedule.collection_opens < schedule.issuance_closes:
        raise ScheduleInvalid("with two visits, issuing must close before collecting opens")
    if schedule.collection_closes < schedule.issuance_closes:
        raise ScheduleInvalid("collecting must not close before issuing does")
