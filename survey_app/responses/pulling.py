"""What the collector takes from the agency and the issuer: what it accepts, and what its evidence bundle holds."""

import json
import re
from collections.abc import Callable, Iterator
from functools import partial

from sqlalchemy.orm import Session

from survey_app.domain import signing
from survey_app.domain.archive import ArchiveCertificate, read_archive
from survey_app.domain.documents import read_document, read_self_signed
from survey_app.domain.manifest import IssuerEnrolment, VoidStatement
from survey_app.responses.campaign import Campaign
from survey_app.responses.campaigns import pinned_agency_key, read_campaign
from survey_app.responses.enrolment import check_draft, check_drawn, check_manifest
from survey_app.responses.errors import DocumentChanged, UnknownCampaign
from survey_app.responses.models import CampaignRow
from survey_app.responses.office import CollectorOffice
from survey_app.responses.outcome import check_release
from survey_app.web import exchange as folder
from survey_app.web.pulling import Puller, Wanted, read_text

AGENCY_ARCHIVE = folder.ARCHIVES["agency"]
SCORING_FORMAT, STAFFING_FORMAT = "pikir-scoring/1", "pikir-staffing/1"
STAFFING = "staffing.jws"
_OVER = frozenset({folder.VOID, AGENCY_ARCHIVE})
_RELEASE = re.compile(r"release(-[1-9][0-9]*)?\.jws")
_RECORD = re.compile(r"scoring-record(-[1-9][0-9]*)?\.jws")


def make_puller(office: CollectorOffice) -> Puller:
    """The collector as one that pulls."""
    return Puller(office.exchange, office.config.sources, partial(wanted, office))


def wanted(office: CollectorOffice, source: str, campaign_id: str, offered: frozenset[str]) -> Iterator[Wanted]:
    """In the order in which each can be checked. A campaign that is over before it was known here is left alone."""
    if source == "issuer":
        yield from _from_issuer(office, campaign_id)
        return
    if not office.exchange.has(campaign_id, folder.DRAFT) and offered & _OVER:
        return
    yield Wanted(folder.DRAFT, _in_session(office, partial(_check_draft, campaign_id)))
    if not office.exchange.has(campaign_id, folder.DRAFT):
        return
    yield Wanted(folder.VOID, _in_session(office, partial(_check_void, office, campaign_id)))
    with office.database.read() as session:
        row = session.get(CampaignRow, campaign_id)
    if row is not None:
        yield Wanted(folder.MANIFEST, _in_session(office, partial(_check_manifest, office, campaign_id)))
    if (campaign := _find(office, campaign_id)) is None:
        return
    yield Wanted(STAFFING, partial(_checked, partial(_check_signed, STAFFING_FORMAT), campaign))
    yield Wanted(AGENCY_ARCHIVE, _in_session(office, partial(check_agency_archive, campaign_id)))
    if campaign.board is not None:
        yield from _outcome(campaign, offered)


def check_agency_archive(campaign_id: str, session: Session, text: str) -> ArchiveCertificate:
    """The agency's certificate that it has archived the campaign. Raises SignatureInvalid, Malformed, ArchiveWrong."""
    return read_archive(text, "agency", campaign_id, pinned_agency_key(session))


def _from_issuer(office: CollectorOffice, campaign_id: str) -> Iterator[Wanted]:
    """Only of campaigns whose manifest was accepted: it says whose word the issuer's is."""
    if (campaign := _find(office, campaign_id)) is not None:
        yield Wanted(folder.ISSUER_ENROLMENT, lambda data: _check_issuer(campaign, read_text(data)))
        yield Wanted(folder.DRAWN, lambda data: check_drawn(campaign, read_text(data)))


def _outcome(campaign: Campaign, offered: frozenset[str]) -> Iterator[Wanted]:
    """Superseded Releases and records as well as the present ones, which come last."""
    for pattern, check in ((_RELEASE, check_release), (_RECORD, partial(_check_signed, SCORING_FORMAT))):
        found = [match for match in map(pattern.fullmatch, sorted(offered)) if match]
        for match in sorted(found, key=lambda match: match[1] is None):
            yield Wanted(match[0], partial(_checked, check, campaign))


def _checked(check: Callable[[Campaign, str], object], campaign: Campaign, data: bytes) -> None:
    check(campaign, read_text(data))


def _check_signed(format_name: str, campaign: Campaign, text: str) -> None:
    """A document of the agency's whose contents are no business of this office."""
    payload = json.loads(signing.verify(text, format_name, campaign.manifest.agency_key))
    if payload.get("campaign_id") != campaign.manifest.campaign_id:
        raise DocumentChanged("the document is of another campaign")


def _check_issuer(campaign: Campaign, text: str) -> None:
    enrolment = read_self_signed(IssuerEnrolment, text, "issuer_statement_key")
    manifest = campaign.manifest
    said = (enrolment.campaign_id, enrolment.issuer_statement_key, enrolment.roster_commitment, enrolment.eligible)
    if said != (manifest.campaign_id, manifest.issuer_statement_key, manifest.roster_commitment, manifest.eligible):
        raise DocumentChanged("the issuer's enrolment is not the one that the manifest states")


def _find(office: CollectorOffice, campaign_id: str) -> Campaign | None:
    try:
        return read_campaign(office, campaign_id)
    except UnknownCampaign:
        return None


def _in_session(office: CollectorOffice, check: Callable[[Session, str], object]) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        with office.database.read() as session:
            check(session, read_text(data))

    return run


def _check_draft(campaign_id: str, session: Session, text: str) -> None:
    check_draft(session, campaign_id, text)


def _check_manifest(office: CollectorOffice, campaign_id: str, session: Session, text: str) -> None:
    check_manifest(office, session, session.get_one(CampaignRow, campaign_id), text)


def _check_void(office: CollectorOffice, campaign_id: str, session: Session, text: str) -> None:
    """By the agency of the draft, which is the one that is pinned as soon as one is."""
    draft = check_draft(session, campaign_id, office.exchange.get_text(campaign_id, folder.DRAFT))
    if read_document(VoidStatement, text, draft.agency_key).campaign_id != campaign_id:
        raise DocumentChanged("the declaration is for another campaign")
