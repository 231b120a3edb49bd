"""What the issuer and the collector put in for a campaign, checked before the manifest is made of it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from analytics.campaigns.pins import check_pin
from survey_app.domain import blind_rsa
from survey_app.domain.documents import read_self_signed
from survey_app.domain.errors import PikirError
from survey_app.domain.manifest import CampaignDraft, CollectorEnrolment, IssuerEnrolment
from survey_app.web.exchange import COLLECTOR_ENROLMENT, ISSUER_ENROLMENT, Exchange

DIGEST_BYTES = 32


class EnrolmentRefused(PikirError):
    """An enrolment is signed, but says something that cannot stand in a manifest."""

    slug = "enrolment-refused"


@dataclass(frozen=True)
class Enrolments:
    """Both offices' parts of a manifest."""

    issuer: IssuerEnrolment
    collector: CollectorEnrolment


def read_issuer_enrolment(session: Session, exchange: Exchange, draft: CampaignDraft) -> IssuerEnrolment:
    """The issuer's enrolment from the exchange folder.

    Raises DocumentMissing, Malformed, SignatureInvalid, KeyChanged, EnrolmentRefused.
    """
    return check_issuer_enrolment(session, exchange.get_text(draft.campaign_id, ISSUER_ENROLMENT), draft)


def check_issuer_enrolment(session: Session, text: str, draft: CampaignDraft) -> IssuerEnrolment:
    """The issuer's enrolment in a compact JWS, fit for a manifest of this draft. Raises as read_issuer_enrolment."""
    enrolment = read_self_signed(IssuerEnrolment, text, "issuer_statement_key")
    check_pin(session, "issuer", enrolment.issuer_statement_key)
    _check_campaign("issuer", enrolment.campaign_id, draft)
    if enrolment.eligible < 1:
        raise EnrolmentRefused("the issuer enrols an empty roster")
    _check_digest("the issuer's roster commitment", enrolment.roster_commitment)
    _check_digest("the issuer's client hash", enrolment.client)
    _check_url("issuer", enrolment.issuer_url)
    blind_rsa.public_key_from_spki(enrolment.issuer_key)
    return enrolment


def read_collector_enrolment(session: Session, exchange: Exchange, draft: CampaignDraft) -> CollectorEnrolment:
    """The collector's enrolment from the exchange folder. Raises as read_issuer_enrolment."""
    return check_collector_enrolment(session, exchange.get_text(draft.campaign_id, COLLECTOR_ENROLMENT), draft)


def check_collector_enrolment(session: Session, text: str, draft: CampaignDraft) -> CollectorEnrolment:
    """The collector's, in the same way."""
    enrolment = read_self_signed(CollectorEnrolment, text, "collector_key")
    check_pin(session, "collector", enrolment.collector_key)
    _check_campaign("collector", enrolment.campaign_id, draft)
    _check_digest("the collector's client hash", enrolment.client)
    _check_url("collector", enrolment.collector_url)
    return enrolment


def read_enrolments(session: Session, exchange: Exchange, draft: CampaignDraft) -> Enrolments:
    """Both, and that they are two offices: no key may serve twice. Raises as read_issuer_enrolment."""
    enrolments = Enrolments(
        read_issuer_enrolment(session, exchange, draft), read_collector_enrolment(session, exchange, draft)
    )
    keys = (enrolments.issuer.issuer_statement_key, enrolments.collector.collector_key, draft.agency_key)
    if len(set(keys)) < len(keys):
        raise EnrolmentRefused("two offices sign with the same key; each must have its own")
    return enrolments


def _check_campaign(office: str, campaign_id: str, draft: CampaignDraft) -> None:
    if campaign_id != draft.campaign_id:
        raise EnrolmentRefused(f"the {office} enrols for another campaign: {campaign_id}")


def _check_digest(what: str, digest: bytes) -> None:
    if len(digest) != DIGEST_BYTES:
        raise EnrolmentRefused(f"{what} is not a SHA-256 of {DIGEST_BYTES} bytes")


def _check_url(office: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        is_plain = parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment)
    except ValueError as error:
        raise EnrolmentRefused(f"the {office}'s address is not one: {url!r}") from error
    if not is_plain or url.endswith("/") or parts.username is not None:
        raise EnrolmentRefused(f"the {office}'s address must be http(s)://host[:port][/path], not {url!r}")
