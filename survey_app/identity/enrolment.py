"""Enrolling in a campaign: the roster is frozen, the keys are made, and the issuer states both under its own key."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from survey_app.domain import blind_rsa, documents, signing
from survey_app.domain.errors import Malformed
from survey_app.domain.manifest import CampaignDraft, IssuerEnrolment
from survey_app.domain.merkle import tree_root
from survey_app.identity.campaigns import pin_agency_key, read_draft, require_not_void, require_row
from survey_app.identity.errors import ClientMissing, KeyChanged, StepOutOfOrder
from survey_app.identity.invitations import (
    derive_code,
    hash_code,
    invitation_key_label,
    new_invitation_key,
    roster_leaf,
)
from survey_app.identity.models import CampaignRow, RosterEntryRow, RosterUploadRow
from survey_app.identity.office import IssuerOffice
from survey_app.identity.turns import turn
from survey_app.web import exchange as folder
from survey_app.web.assets import bundle_sha256

STATEMENT_KEY = "issuer-statement"
STATIC = Path(__file__).parent / "static"
CLIENT = "issuer.js"


def enrol(office: IssuerOffice, campaign_id: str) -> IssuerEnrolment:
    """Freeze the roster, make the keys, put issuer-enrolment.jws into the exchange folder. Again: the same document.

    From now on the office trusts the agency's key of the draft. Raises StepOutOfOrder (no roster), CampaignVoid,
    DocumentMissing, SignatureInvalid, KeyChanged, ClientMissing, WrongPassphrase.
    """
    require_not_void(office, campaign_id)
    with turn(office, "enrolling", waits=True):  # of two who make keys at once, one would lose his to the other's
        with office.database.read() as session:
            document = require_row(session, campaign_id).enrolment
        if document is None:
            client = _client_sha256()
            _make_keys(office, campaign_id)
            with office.database.write(erasing=[RosterUploadRow.__tablename__]) as session:
                document = _freeze(office, campaign_id, session, client)
    office.exchange.put_text(campaign_id, folder.ISSUER_ENROLMENT, document)
    return documents.read_self_signed(IssuerEnrolment, document, "issuer_statement_key")


def blind_key_label(campaign_id: str) -> str:
    """The blind-signing key's name in the key store."""
    return f"issuer-{campaign_id}"


def load_signer(office: IssuerOffice, campaign_id: str) -> blind_rsa.BlindSigner:
    """The campaign's blind-signing key, read once a process. Raises KeyMissing, WrongPassphrase, Malformed."""
    signer = office.memory.signers.get(campaign_id)
    if signer is None:
        with office.memory.lock:
            signer = office.memory.signers.get(campaign_id) or _read_signer(office, campaign_id)
            office.memory.signers[campaign_id] = signer
    return signer


def forget_signer(office: IssuerOffice, campaign_id: str) -> None:
    """Drop the blind-signing key from this process' memory, wholly so once another process destroyed its file."""
    office.memory.signers.pop(campaign_id, None)
    if not office.keys.has(blind_key_label(campaign_id)):
        office.keys.destroy(blind_key_label(campaign_id))


def load_statement_key(office: IssuerOffice) -> Ed25519PrivateKey:
    """The key under which the issuer speaks. Raises KeyMissing, WrongPassphrase."""
    return Ed25519PrivateKey.from_private_bytes(office.keys.load(STATEMENT_KEY))


def _freeze(office: IssuerOffice, campaign_id: str, session: Session, client: bytes) -> str:
    row = session.get_one(CampaignRow, campaign_id)
    if row.enrolment is not None:
        return row.enrolment
    shown = documents.read_self_signed(CampaignDraft, row.draft, "agency_key")
    draft, row.draft = read_draft(office, campaign_id, session)
    if draft.agency_key != shown.agency_key:
        raise KeyChanged(
            f"the draft came under the key {shown.agency_key.hex()} and was replaced by one under "
            f"{draft.agency_key.hex()}. Ask the agency which one is theirs; for the new one import the roster again"
        )
    pin_agency_key(session, draft.agency_key)
    leaves = _give_codes(office, campaign_id, session)
    statement_key = load_statement_key(office)
    enrolment = IssuerEnrolment(
        campaign_id=campaign_id,
        eligible=len(leaves),
        roster_commitment=tree_root(sorted(leaves)),
        issuer_key=blind_rsa.spki(load_signer(office, campaign_id).public_key),
        issuer_statement_key=signing.public_key_bytes(statement_key),
        issuer_url=office.config.url,
        client=client,
    )
    row.eligible, row.commitment = enrolment.eligible, enrolment.roster_commitment
    row.enrolment = documents.sign_document(enrolment, statement_key)
    session.execute(delete(RosterUploadRow).where(RosterUploadRow.campaign_id == campaign_id))
    return row.enrolment


def _give_codes(office: IssuerOffice, campaign_id: str, session: Session) -> list[bytes]:
    """Give each entry the hash of its code and its leaf; the leaves, in no order."""
    key = office.keys.load(invitation_key_label(campaign_id))
    entries = session.execute(
        select(RosterEntryRow.entry_id, RosterEntryRow.reference).where(RosterEntryRow.campaign_id == campaign_id)
    ).all()
    if not entries:
        raise StepOutOfOrder("the campaign has no roster yet: pikir issuer import-roster")
    values, leaves = [], []
    for entry_id, reference in entries:
        code = derive_code(key, campaign_id, entry_id)
        leaves.append(roster_leaf(code, reference))
        values.append({"entry_id": entry_id, "code_hash": hash_code(code), "leaf": leaves[-1]})
    session.execute(update(RosterEntryRow), values)
    return leaves


def _make_keys(office: IssuerOffice, campaign_id: str) -> None:
    """Make the keys that are missing; those of an enrolment that was interrupted are used."""
    if not office.keys.has(STATEMENT_KEY):
        office.keys.create(STATEMENT_KEY, Ed25519PrivateKey.generate().private_bytes_raw())
    if not office.keys.has(invitation_key_label(campaign_id)):
        office.keys.create(invitation_key_label(campaign_id), new_invitation_key())
    if not office.keys.has(blind_key_label(campaign_id)):
        der = blind_rsa.generate_key().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        office.keys.create(blind_key_label(campaign_id), der)


def _read_signer(office: IssuerOffice, campaign_id: str) -> blind_rsa.BlindSigner:
    key = load_der_private_key(office.keys.load(blind_key_label(campaign_id)), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise Malformed("the blind-signing key is no RSA key")
    return blind_rsa.BlindSigner(key)


def _client_sha256() -> bytes:
    if not (STATIC / CLIENT).is_file():
        raise ClientMissing(f"{STATIC / CLIENT} is not installed: build it with make client")
    return bundle_sha256(STATIC, CLIENT)
