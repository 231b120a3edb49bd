"""The collector's part in setting a campaign up: enrol on a draft, accept the manifest, accept the drawn statement.

The agency's key is pinned at the first enrolment; later documents under another key are refused.
"""

from dataclasses import fields

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from survey_app.domain import blind_rsa, sealing, signing
from survey_app.domain.documents import from_payload, read_document, read_self_signed, sign_document
from survey_app.domain.manifest import CampaignDraft, CampaignManifest, CollectorEnrolment, DrawnStatement
from survey_app.responses.campaign import Campaign
from survey_app.responses.campaigns import (
    AGENCY,
    find_campaign,
    notice_void,
    pinned_agency_key,
    read_campaign,
    refuse_void,
)
from survey_app.responses.errors import CampaignVoid, ClientMissing, DocumentChanged, KeyChanged, StepOutOfOrder
from survey_app.responses.models import CampaignRow, PinnedKey
from survey_app.responses.office import PACKAGE, SIGNING_KEY, CollectorOffice
from survey_app.web.assets import bundle_sha256
from survey_app.web.exchange import COLLECTOR_ENROLMENT, DRAFT, DRAWN, MANIFEST, VOID
from survey_app.web.questionnaires import find_questionnaire

STATIC = PACKAGE / "static"
CLIENT = "collector.js"


def enrol(office: CollectorOffice, campaign_id: str) -> CollectorEnrolment:
    """Answer the agency's draft with this office's key, address and client. Doing it again changes nothing.

    Raises DocumentMissing, DocumentChanged, KeyChanged, SignatureInvalid, UnknownQuestionnaire, ClientMissing.
    """
    text = office.exchange.get_text(campaign_id, DRAFT)
    client = _client_sha256()
    with office.database.write() as session:
        draft = check_draft(session, campaign_id, text)
        find_questionnaire(draft.questionnaire)
        _pin(session, draft.agency_key)
        row = session.get(CampaignRow, campaign_id) or CampaignRow(campaign_id=campaign_id, draft=text)
        _unchanged(row.draft, text, DRAFT)
        session.add(row)
    _refuse_void_draft(office, campaign_id)
    if not office.keys.has(SIGNING_KEY):
        office.keys.create(SIGNING_KEY, Ed25519PrivateKey.generate().private_bytes_raw())
    enrolment = CollectorEnrolment(
        campaign_id=campaign_id,
        collector_key=signing.public_key_bytes(office.signing_key),
        collector_url=office.config.url,
        client=client,
    )
    office.exchange.put_text(campaign_id, COLLECTOR_ENROLMENT, sign_document(enrolment, office.signing_key))
    return enrolment


def accept(office: CollectorOffice, campaign_id: str) -> Campaign:
    """Accept the announced manifest: only under it tokens are taken. Doing it again changes nothing.

    Raises StepOutOfOrder before enrolment, DocumentMissing, KeyChanged, SignatureInvalid, DocumentChanged,
    UnknownQuestionnaire, Malformed, CampaignVoid.
    """
    with office.database.read() as session:
        row = session.get(CampaignRow, campaign_id)
        if row is None:
            raise StepOutOfOrder(
                f"this collector has not enrolled in campaign {campaign_id}: allowed now is "
                f"`pikir collector enrol {campaign_id}`, once the agency's {DRAFT} is in the exchange folder"
            )
    _refuse_void_draft(office, campaign_id)
    text = office.exchange.get_text(campaign_id, MANIFEST)
    with office.database.write() as session:
        row = session.get_one(CampaignRow, campaign_id)
        check_manifest(office, session, row, text)
        row.manifest = text
    return read_campaign(office, campaign_id)


def accept_drawn(office: CollectorOffice, campaign_id: str) -> DrawnStatement:
    """Accept the issuer's statement of M. Doing it again changes nothing.

    Raises UnknownCampaign, CampaignVoid, StepOutOfOrder while issuing is open, DocumentMissing, SignatureInvalid,
    DocumentChanged for another campaign, manifest or a second statement, or if M > N.
    """
    campaign = find_campaign(office, campaign_id)
    refuse_void(campaign)
    closes = campaign.manifest.schedule.issuance_closes
    if office.clock() < closes:
        raise StepOutOfOrder(f"issuing is open until {closes:%Y-%m-%d %H:%M} UTC: M is final only after that")
    text = office.exchange.get_text(campaign_id, DRAWN)
    statement = check_drawn(campaign, text)
    with office.database.write() as session:
        row = session.get_one(CampaignRow, campaign_id)
        _unchanged(row.drawn, text, DRAWN)
        row.drawn = text
    read_campaign(office, campaign_id)
    return statement


def check_draft(session: Session, campaign_id: str, text: str) -> CampaignDraft:
    """The draft in a compact JWS, if it is of this campaign and of the agency that this office knows.

    Raises Malformed, SignatureInvalid, DocumentChanged, KeyChanged.
    """
    draft = read_self_signed(CampaignDraft, text, "agency_key")
    if draft.campaign_id != campaign_id:
        raise DocumentChanged(f"{DRAFT} is of campaign {draft.campaign_id}, not of {campaign_id}")
    pinned = session.get(PinnedKey, AGENCY)
    if pinned is not None and pinned.public_key != draft.agency_key:
        raise _key_changed(pinned.public_key, draft.agency_key)
    return draft


def check_manifest(office: CollectorOffice, session: Session, row: CampaignRow, text: str) -> None:
    """A compact JWS that can be accepted as the campaign's manifest. Raises as accept."""
    agency_key = pinned_agency_key(session)
    manifest = _read_manifest(text, agency_key)
    _check_draft_kept(read_document(CampaignDraft, row.draft, agency_key), manifest)
    _check_own_part(office, manifest)
    find_questionnaire(manifest.questionnaire)
    blind_rsa.public_key_from_spki(manifest.issuer_key)
    sealing.sealing_key_from_bytes(manifest.sealing_key)
    _unchanged(row.manifest, text, MANIFEST)


def check_drawn(campaign: Campaign, text: str) -> DrawnStatement:
    """The issuer's statement of M for this campaign's manifest. Raises as accept_drawn."""
    campaign_id = campaign.manifest.campaign_id
    statement = read_document(DrawnStatement, text, campaign.manifest.issuer_statement_key)
    if (statement.campaign_id, statement.manifest) != (campaign_id, campaign.fingerprint):
        raise DocumentChanged(f"{DRAWN} is of another campaign or manifest")
    if not 0 <= statement.drawn <= campaign.manifest.eligible:
        raise DocumentChanged(f"{DRAWN} says M = {statement.drawn}, but N = {campaign.manifest.eligible}")
    return statement


def _client_sha256() -> bytes:
    if not (STATIC / CLIENT).is_file():
        raise ClientMissing(f"{STATIC / CLIENT} is missing: build the browser client first")
    return bundle_sha256(STATIC, CLIENT)


def _pin(session: Session, agency_key: bytes) -> None:
    pinned = session.get(PinnedKey, AGENCY)
    if pinned is None:
        session.add(PinnedKey(office=AGENCY, public_key=agency_key))


def _read_manifest(text: str, agency_key: bytes) -> CampaignManifest:
    named_key = from_payload(CampaignManifest, signing.peek(text)[1]).agency_key
    if named_key != agency_key:
        raise _key_changed(agency_key, named_key)
    return read_document(CampaignManifest, text, agency_key)


def _key_changed(pinned: bytes, found: bytes) -> KeyChanged:
    return KeyChanged(f"key changed: the agency's key was {pinned.hex()}, this document comes under {found.hex()}")


def _check_draft_kept(draft: CampaignDraft, manifest: CampaignManifest) -> None:
    changed = [f.name for f in fields(draft) if getattr(draft, f.name) != getattr(manifest, f.name)]
    if changed:
        raise DocumentChanged(f"the manifest differs from the draft that was enrolled on, in: {', '.join(changed)}")


def _check_own_part(office: CollectorOffice, manifest: CampaignManifest) -> None:
    own = {
        "collector_key": (manifest.collector_key, signing.public_key_bytes(office.signing_key)),
        "collector_url": (manifest.collector_url, office.config.url),
        "client.collector": (manifest.client.collector, _client_sha256()),
    }
    changed = [name for name, (found, expected) in own.items() if found != expected]
    if changed:
        raise DocumentChanged(f"the manifest does not state this collector's own: {', '.join(changed)}")


def is_void_draft(office: CollectorOffice, campaign_id: str) -> bool:
    """Whether the agency has declared void what this office enrolled for, announced or not."""
    with office.database.read() as session:
        was_void = session.get_one(CampaignRow, campaign_id).void is not None
    return was_void or (office.exchange.has(campaign_id, VOID) and notice_void(office, campaign_id))


def _refuse_void_draft(office: CollectorOffice, campaign_id: str) -> None:
    if is_void_draft(office, campaign_id):
        raise CampaignVoid(f"campaign {campaign_id} was declared void by the agency")


def _unchanged(before: str | None, now: str, name: str) -> None:
    if before is not None and before != now:
        raise DocumentChanged(f"another {name} was accepted before; signed documents never change")
