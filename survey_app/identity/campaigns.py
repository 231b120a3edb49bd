"""Campaigns as this office knows them: drafts, accepted manifests, what is void, and whose key it trusts."""

from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.domain import documents, signing
from survey_app.domain.errors import Malformed
from survey_app.domain.manifest import CampaignDraft, CampaignManifest, VoidStatement
from survey_app.identity.errors import CampaignVoid, KeyChanged, StepOutOfOrder, UnknownCampaign
from survey_app.identity.models import CampaignRow, PinnedKey
from survey_app.identity.office import AcceptedCampaign, IssuerOffice
from survey_app.web import exchange as folder

AGENCY = "agency"
VOID_TEXT = "the agency declared this campaign void; nothing more can be done with it"
State = Literal["before", "issuing", "after", "void"]


def find_accepted(office: IssuerOffice, campaign_id: str) -> AcceptedCampaign:
    """A campaign with an accepted manifest, void or not. Raises UnknownCampaign."""
    known = office.memory.accepted.get(campaign_id)
    if known is not None:
        return known
    with office.database.read() as session:
        row = session.get(CampaignRow, campaign_id)
        if row is None or row.manifest is None:
            raise UnknownCampaign("this office has accepted no manifest for this campaign")
        manifest = documents.read_document(CampaignManifest, row.manifest, pinned_agency_key(session))
        if row.void is not None:
            office.memory.void.add(campaign_id)
    known = AcceptedCampaign(campaign_id, manifest, row.manifest, signing.fingerprint(row.manifest))
    office.memory.accepted[campaign_id] = known
    return known


def find_active(office: IssuerOffice, campaign_id: str) -> AcceptedCampaign:
    """A campaign with an accepted manifest that is not void. Raises UnknownCampaign, CampaignVoid."""
    campaign = find_accepted(office, campaign_id)
    require_not_void(office, campaign_id)
    return campaign


def all_accepted(office: IssuerOffice) -> list[AcceptedCampaign]:
    """Every accepted campaign, the latest round first, then by body."""
    with office.database.read() as session:
        identifiers = session.scalars(select(CampaignRow.campaign_id).where(CampaignRow.manifest.is_not(None))).all()
    campaigns = [find_accepted(office, campaign_id) for campaign_id in identifiers]
    campaigns.sort(key=lambda campaign: (campaign.manifest.body.code, campaign.campaign_id))
    return sorted(campaigns, key=lambda campaign: campaign.manifest.round, reverse=True)


def state_of(office: IssuerOffice, campaign: AcceptedCampaign) -> State:
    """Where a campaign stands for somebody who wants to draw."""
    if is_void(office, campaign.campaign_id):
        return "void"
    schedule, now = campaign.manifest.schedule, office.clock()
    if schedule.is_issuing(now):
        return "issuing"
    return "before" if now < schedule.issuance_opens else "after"


def require_row(session: Session, campaign_id: str) -> CampaignRow:
    """A campaign that this office knows at least by its draft. Raises StepOutOfOrder, CampaignVoid."""
    row = session.get(CampaignRow, campaign_id)
    if row is None:
        raise StepOutOfOrder(
            f"this office does not know campaign {campaign_id}. "
            "Once the agency's draft is in the exchange folder, import its roster: pikir issuer import-roster"
        )
    if row.void is not None:
        raise CampaignVoid(VOID_TEXT)
    return row


def require_not_void(office: IssuerOffice, campaign_id: str) -> None:
    """Raise CampaignVoid if the agency declared the campaign void."""
    if is_void(office, campaign_id):
        raise CampaignVoid(VOID_TEXT)


def is_void(office: IssuerOffice, campaign_id: str) -> bool:
    """Whether the agency declared the campaign void. Costs one look at the exchange folder; what it shows is kept."""
    if campaign_id in office.memory.void:
        return True
    try:
        found = office.exchange.path(campaign_id, folder.VOID).stat()
    except FileNotFoundError:
        return False
    version = (found.st_mtime_ns, found.st_size)
    if office.memory.not_void.get(campaign_id) == version:
        return False
    try:
        _record_void(office, campaign_id, office.exchange.get_text(campaign_id, folder.VOID))
    except (Malformed, signing.SignatureInvalid):
        office.memory.not_void[campaign_id] = version
        return False
    except (StepOutOfOrder, UnknownCampaign):
        return False
    office.memory.void.add(campaign_id)
    return True


def read_draft(office: IssuerOffice, campaign_id: str, session: Session) -> tuple[CampaignDraft, str]:
    """The agency's draft in the exchange folder, and its compact JWS.

    Raises DocumentMissing, Malformed, SignatureInvalid, and KeyChanged if it is not under the agency's pinned key.
    """
    document = office.exchange.get_text(campaign_id, folder.DRAFT)
    return check_draft(session, campaign_id, document), document


def check_draft(session: Session, campaign_id: str, document: str) -> CampaignDraft:
    """The draft in a compact JWS, if it is of this campaign and the agency that this office knows. Raises as above."""
    draft = documents.read_self_signed(CampaignDraft, document, "agency_key")
    if draft.campaign_id != campaign_id:
        raise UnknownCampaign(f"the draft in the folder of campaign {campaign_id} is for {draft.campaign_id}")
    pinned = session.get(PinnedKey, AGENCY)
    if pinned is not None:
        _require_same_key(pinned.public_key, draft.agency_key)
    return draft


def pin_agency_key(session: Session, key: bytes) -> None:
    """Trust this key of the agency from now on, and no other. Raises KeyChanged."""
    pinned = session.get(PinnedKey, AGENCY)
    if pinned is None:
        session.add(PinnedKey(office=AGENCY, public_key=key))
    else:
        _require_same_key(pinned.public_key, key)


def trusts_an_agency(office: IssuerOffice) -> bool:
    """Whether this office has pinned an agency's key; if not, the first enrolment will."""
    with office.database.read() as session:
        return session.get(PinnedKey, AGENCY) is not None


def pinned_agency_key(session: Session) -> bytes:
    """The agency's key that this office trusts. Raises StepOutOfOrder before the first enrolment."""
    pinned = session.get(PinnedKey, AGENCY)
    if pinned is None:
        raise StepOutOfOrder("this office trusts no agency yet: enrol in a campaign first (pikir issuer enrol)")
    return pinned.public_key


def _require_same_key(pinned: bytes, found: bytes) -> None:
    if found != pinned:
        raise KeyChanged(
            f"key changed: the document is under the agency key {found.hex()}, but this office pinned {pinned.hex()} "
            "at its first enrolment. Ask the agency by another way which one is theirs"
        )


def _record_void(office: IssuerOffice, campaign_id: str, document: str) -> None:
    with office.database.write() as session:
        statement = documents.read_document(VoidStatement, document, pinned_agency_key(session))
        row = session.get(CampaignRow, campaign_id)
        if row is None or statement.campaign_id != campaign_id:
            raise UnknownCampaign("the declaration in this folder is for another campaign")
        row.void = row.void or document
