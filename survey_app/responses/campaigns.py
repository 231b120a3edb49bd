"""Finding campaigns: documents are read and verified once and remembered; a void notice is looked for each time."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.domain import blind_rsa, signing
from survey_app.domain.archive import ArchiveCertificate
from survey_app.domain.batch import Board
from survey_app.domain.documents import from_payload, read_document
from survey_app.domain.errors import PikirError
from survey_app.domain.manifest import CampaignManifest, DrawnStatement, VoidStatement
from survey_app.responses.campaign import Campaign
from survey_app.responses.errors import CampaignVoid, UnknownCampaign
from survey_app.responses.models import CampaignRow, PinnedKey
from survey_app.responses.office import CollectorOffice
from survey_app.web.exchange import VOID

AGENCY = "agency"


def find_campaign(office: CollectorOffice, campaign_id: str) -> Campaign:
    """A campaign whose manifest was accepted, read again while it waits for M. Raises UnknownCampaign."""
    campaign = office.accepted.get(campaign_id)
    if campaign is None or campaign.lacks_drawn:
        campaign = read_campaign(office, campaign_id)
    if not campaign.is_void and office.exchange.has(campaign_id, VOID) and notice_void(office, campaign_id):
        campaign = read_campaign(office, campaign_id)
    return campaign


def read_campaign(office: CollectorOffice, campaign_id: str) -> Campaign:
    """The same, from the database: another process may have accepted the drawn statement or closed the batch.

    Raises UnknownCampaign.
    """
    with office.database.read() as session:
        row = session.get(CampaignRow, campaign_id)
        if row is None or row.manifest is None:
            raise UnknownCampaign(f"no manifest of campaign {campaign_id} was accepted here")
        campaign = _parse(row, row.manifest, pinned_agency_key(session))
    office.accepted[campaign_id] = campaign
    return campaign


def all_campaigns(office: CollectorOffice) -> list[Campaign]:
    """All campaigns whose manifest was accepted, by round and body."""
    with office.database.read() as session:
        identifiers = session.scalars(select(CampaignRow.campaign_id).where(CampaignRow.manifest.is_not(None))).all()
    campaigns = [find_campaign(office, campaign_id) for campaign_id in identifiers]
    return sorted(campaigns, key=lambda campaign: (campaign.manifest.round, campaign.manifest.body.code))


def pinned_agency_key(session: Session) -> bytes:
    """The agency's key as pinned at the first enrolment. Raises UnknownCampaign if there was none yet."""
    pinned = session.get(PinnedKey, AGENCY)
    if pinned is None:
        raise UnknownCampaign("this collector has enrolled in no campaign yet")
    return pinned.public_key


def notice_void(office: CollectorOffice, campaign_id: str) -> bool:
    """Whether the agency's void statement lies in the exchange folder; it is then kept, and holds for good.

    A statement that does not verify is no statement.
    """
    with office.database.read() as session:
        agency_key = pinned_agency_key(session)
    text = office.exchange.get_text(campaign_id, VOID)
    try:
        statement = read_document(VoidStatement, text, agency_key)
    except PikirError:
        return False
    if statement.campaign_id != campaign_id:
        return False
    with office.database.write() as session:
        session.get_one(CampaignRow, campaign_id).void = text
    return True


def refuse_void(campaign: Campaign) -> None:
    """Raise CampaignVoid if the campaign was declared void."""
    if campaign.is_void:
        raise CampaignVoid(f"campaign {campaign.manifest.campaign_id} was declared void by the agency")


def _parse(row: CampaignRow, document: str, agency_key: bytes) -> Campaign:
    manifest = read_document(CampaignManifest, document, agency_key)
    return Campaign(
        manifest=manifest,
        document=document,
        fingerprint=signing.fingerprint(document),
        issuer_key=blind_rsa.public_key_from_spki(manifest.issuer_key),
        drawn=read_document(DrawnStatement, row.drawn, manifest.issuer_statement_key) if row.drawn else None,
        board=read_document(Board, row.board, manifest.collector_key) if row.board else None,
        board_document=row.board,
        is_void=row.void is not None,
        archived=None if row.archive is None else from_payload(ArchiveCertificate, signing.peek(row.archive)[1]).moment,
    )
