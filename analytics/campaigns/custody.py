"""The sealing key of a campaign: made, wrapped under an officer's passphrase, and rehearsed before anyone relies on it.

The passphrase is in no setting and no database: without the officer and the key file a batch cannot be opened.
"""

import secrets
from collections.abc import Sequence

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from analytics import journal
from analytics.campaigns.reading import campaign_row, read_campaign
from analytics.campaigns.state import Step, require
from analytics.office import AgencyOffice
from survey_app.domain import sealing
from survey_app.domain.answers import PLAINTEXT_BYTES
from survey_app.domain.errors import Malformed, PikirError
from survey_app.web.keystore import KeyStore

LEAST_PASSPHRASE_CHARACTERS = 8


class RehearsalFailed(PikirError):
    """A test envelope did not come out of the written key file as it went in; the key must not be used."""

    slug = "rehearsal-failed"


def sealing_keys(office: AgencyOffice, passphrase: str) -> KeyStore:
    """The sealing keys under one officer's passphrase, which is stretched once for all of them."""
    return KeyStore(office.config.keys, passphrase)


def label_of(campaign_id: str) -> str:
    """Name of a campaign's sealing key in the key folder."""
    return f"sealing-{campaign_id}"


def keygen(
    office: AgencyOffice,
    campaign_ids: str | Sequence[str],
    passphrase: str,
    *,
    actor: str = journal.COMMAND_LINE,
) -> None:
    """Make and rehearse the sealing keys of one campaign or several, at the price of one scrypt to write, one to check.

    Each rehearsal seals a test envelope for the new public key and opens it with the key file as written.
    Raises StepOutOfOrder before any key is made, WrongPassphrase if a key file is there already under another
    passphrase, RehearsalFailed, Malformed for a short passphrase.
    """
    wanted = [campaign_ids] if isinstance(campaign_ids, str) else list(campaign_ids)
    if len(passphrase) < LEAST_PASSPHRASE_CHARACTERS:
        raise Malformed(f"a passphrase has at least {LEAST_PASSPHRASE_CHARACTERS} characters")
    with office.database.write() as session:
        rows = [campaign_row(session, campaign_id) for campaign_id in wanted]
        for row in rows:
            require(Step.KEYGEN, read_campaign(office, session, row).situation)
        written, read_back = sealing_keys(office, passphrase), sealing_keys(office, passphrase)
        for row in rows:
            _write_key(written, row.campaign_id)
            row.sealing_key = _rehearse(read_back, row.campaign_id)
            journal.record(session, office.clock, actor, Step.KEYGEN, row.campaign_id)


def load_sealing_key(keys: KeyStore, campaign_id: str) -> ec.EllipticCurvePrivateKey:
    """A campaign's private sealing key. Raises KeyMissing, WrongPassphrase, Malformed."""
    key = serialization.load_der_private_key(keys.load(label_of(campaign_id)), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Malformed("the key file does not hold a P-256 key")
    return key


def _write_key(keys: KeyStore, campaign_id: str) -> None:
    label = label_of(campaign_id)
    if keys.has(label):
        return  # written by a call that broke off: the rehearsal decides whether it serves
    key = sealing.generate_sealing_key()
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    keys.create(label, der)


def _rehearse(keys: KeyStore, campaign_id: str) -> bytes:
    """The public key, once a test envelope went in and out. Raises RehearsalFailed."""
    private = load_sealing_key(keys, campaign_id)
    public = sealing.sealing_key_bytes(private.public_key())
    plaintext = secrets.token_bytes(PLAINTEXT_BYTES)
    info = sealing.sealing_info(campaign_id, bytes(32))
    envelope = sealing.seal(sealing.sealing_key_from_bytes(public), info, plaintext)
    if sealing.open_sealed(private, info, envelope) != plaintext:
        raise RehearsalFailed(f"the sealing key of campaign {campaign_id} does not open what it seals")
    return public
