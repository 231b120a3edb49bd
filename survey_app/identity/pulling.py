"""What the issuer takes from the agency: drafts, the manifest of what it enrolled in, what is void or archived."""

from collections.abc import Callable, Iterator
from functools import partial

from sqlalchemy.orm import Session

from survey_app.domain import documents
from survey_app.domain.archive import ArchiveCertificate, read_archive
from survey_app.domain.manifest import VoidStatement
from survey_app.identity.acceptance import check_manifest
from survey_app.identity.campaigns import check_draft, pinned_agency_key
from survey_app.identity.errors import UnknownCampaign
from survey_app.identity.models import CampaignRow
from survey_app.identity.office import IssuerOffice
from survey_app.web import exchange as folder
from survey_app.web.pulling import Puller, Wanted, read_text

AGENCY_ARCHIVE = folder.ARCHIVES["agency"]
_OVER = frozenset({folder.VOID, AGENCY_ARCHIVE})


def make_puller(office: IssuerOffice) -> Puller:
    """The issuer as one that pulls."""
    return Puller(office.exchange, office.config.sources, partial(wanted, office))


def wanted(office: IssuerOffice, _source: str, campaign_id: str, offered: frozenset[str]) -> Iterator[Wanted]:
    """In the order in which each can be checked. A campaign that is over before it was known here is left alone."""
    if not office.exchange.has(campaign_id, folder.DRAFT) and offered & _OVER:
        return
    yield Wanted(folder.DRAFT, _in_session(office, partial(_check_draft, campaign_id)))
    if not office.exchange.has(campaign_id, folder.DRAFT):
        return
    yield Wanted(folder.VOID, _in_session(office, partial(_check_void, office, campaign_id)))
    with office.database.read() as session:
        row = session.get(CampaignRow, campaign_id)
        is_enrolled, is_accepted = row is not None and row.enrolment is not None, row is not None and bool(row.manifest)
    if is_enrolled:
        yield Wanted(folder.MANIFEST, _in_session(office, partial(_check_manifest, campaign_id)))
    if is_accepted:
        yield Wanted(AGENCY_ARCHIVE, _in_session(office, partial(check_agency_archive, campaign_id)))


def check_agency_archive(campaign_id: str, session: Session, text: str) -> ArchiveCertificate:
    """The agency's certificate that it has archived the campaign. Raises SignatureInvalid, Malformed, ArchiveWrong."""
    return read_archive(text, "agency", campaign_id, pinned_agency_key(session))


def _in_session(office: IssuerOffice, check: Callable[[Session, str], object]) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        with office.database.read() as session:
            check(session, read_text(data))

    return run


def _check_draft(campaign_id: str, session: Session, text: str) -> None:
    check_draft(session, campaign_id, text)


def _check_manifest(campaign_id: str, session: Session, text: str) -> None:
    check_manifest(session, session.get_one(CampaignRow, campaign_id), text)


def _check_void(office: IssuerOffice, campaign_id: str, session: Session, text: str) -> None:
    """By the agency of the draft, which is the one that is pinned as soon as one is."""
    draft = check_draft(session, campaign_id, office.exchange.get_text(campaign_id, folder.DRAFT))
    if documents.read_document(VoidStatement, text, draft.agency_key).campaign_id != campaign_id:
        raise UnknownCampaign("the declaration is for another campaign")
