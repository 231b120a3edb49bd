"""The sealing key of a campaign: made, wrapped under an officer's passphrase, and rehearsed before anyone relies on it.

The passphrase is in no setting and no database: without the officer and the key file a batch cannot be opened. Keys
that several custodians hold together are made in split_keys; either kind is unlocked here.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec

from analytics.campaigns.reading import campaign_row, find_campaign, read_campaign
from analytics.campaigns.state import Step, StepOutOfOrder, require
from analytics.custody import wrapped_key
from analytics.custody.errors import KeyDestroyed, WrongCustody
from analytics.custody.key_files import SplitKeys, from_der, label_of, prove, split_file, to_der
from analytics.custody.plan import describe
from analytics.models import KeyDestructionRow
from analytics.office import AgencyOffice
from survey_app.domain import sealing
from survey_app.domain.errors import Malformed
from survey_app.staff import journal
from survey_app.web.keystore import KeyStore
from survey_app.web.questionnaires import find_questionnaire

if TYPE_CHECKING:
    from analytics.custody.rehearsal import MockOffices, Rehearsal

LEAST_PASSPHRASE_CHARACTERS = 8
REHEARSE = "rehearse"
UnlockedBy = str | KeyStore | SplitKeys


def sealing_keys(office: AgencyOffice, passphrase: str) -> KeyStore:
    """The sealing keys under one officer's passphrase, which is stretched once for all of them."""
    return KeyStore(office.config.keys, passphrase, typed=True)


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
            split_file(office.config.keys, row.campaign_id).unlink(missing_ok=True)  # of a call that broke off
            row.sealing_key = prove(load_sealing_key(read_back, row.campaign_id), row.campaign_id)
            journal.record(session, office.clock, actor, Step.KEYGEN, row.campaign_id)


def has_key_file(office: AgencyOffice, campaign_id: str) -> bool:
    """Whether the key folder holds the campaign's sealing key, of whichever kind."""
    return office.keys.has(label_of(campaign_id)) or split_file(office.config.keys, campaign_id).exists()


def unlock(office: AgencyOffice, campaign_id: str, by: UnlockedBy) -> ec.EllipticCurvePrivateKey:
    """A campaign's private sealing key: ``by`` passphrase, the opened ``sealing_keys``, or custodians' shares.

    Raises KeyDestroyed, WrongCustody, KeyMissing, WrongPassphrase, Malformed, and for shares what combining raises.
    """
    refuse_destroyed(office, campaign_id)
    split = split_file(office.config.keys, campaign_id)
    if split.exists() and not isinstance(by, SplitKeys):
        plan = wrapped_key.read(split.read_bytes()).plan
        raise WrongCustody(f"this sealing key is split: it needs shares of {describe(plan)} (--share), no passphrase")
    if isinstance(by, SplitKeys) and not split.exists() and office.keys.has(label_of(campaign_id)):
        raise WrongCustody("this sealing key is not split: it needs its passphrase, no shares")
    return load_sealing_key(sealing_keys(office, by) if isinstance(by, str) else by, campaign_id)


def refuse_destroyed(office: AgencyOffice, campaign_id: str) -> None:
    """Raise KeyDestroyed if the sealing key is no more."""
    with office.database.read() as session:
        destroyed = session.get(KeyDestructionRow, campaign_id) is not None
    if destroyed:
        raise KeyDestroyed(
            f"the sealing key of campaign {campaign_id} was destroyed, so its batch cannot be opened again; "
            "destruction.jws in the exchange folder says when and why"
        )


def load_sealing_key(keys: KeyStore | SplitKeys, campaign_id: str) -> ec.EllipticCurvePrivateKey:
    """A campaign's private sealing key. Raises KeyMissing, WrongPassphrase, Malformed, and what combining raises."""
    return from_der(keys.load(label_of(campaign_id)))


def rehearse(
    office: AgencyOffice, campaign_id: str, by: UnlockedBy, *, actor: str = journal.COMMAND_LINE
) -> "Rehearsal":
    """Run a mock campaign in memory under the campaign's sealing key; the journal says that it went well.

    Raises StepOutOfOrder without a key, RehearsalFailed, and as unlock.
    """
    return rehearse_each(office, {campaign_id: by}, actor=actor)[campaign_id]


def rehearse_each(office: AgencyOffice, unlocked_by: Mapping[str, UnlockedBy], *, actor: str) -> "dict[str, Rehearsal]":
    """The same for several campaigns, by their identifiers, with the same mock offices. Raises as rehearse."""
    from analytics.custody.rehearsal import mock_offices  # noqa: PLC0415 (brings pandas)

    offices = mock_offices()
    return {one: _rehearse(office, one, by, offices, actor) for one, by in unlocked_by.items()}


def _rehearse(
    office: AgencyOffice, campaign_id: str, by: UnlockedBy, offices: "MockOffices", actor: str
) -> "Rehearsal":
    from analytics.custody.rehearsal import rehearse as rehearse_campaign  # noqa: PLC0415 (brings pandas)

    draft = find_campaign(office, campaign_id).draft
    refuse_destroyed(office, campaign_id)
    with office.database.read() as session:
        public = campaign_row(session, campaign_id).sealing_key
    if public is None:
        raise StepOutOfOrder("cannot rehearse: there is no sealing key yet. Missing: pikir agency keygen.")
    private = unlock(office, campaign_id, by)
    proved = rehearse_campaign(draft, public, private, find_questionnaire(draft.questionnaire), offices)
    with office.database.write() as session:
        journal.record(session, office.clock, actor, REHEARSE, campaign_id, counted=proved.counted)
    return proved


def _write_key(keys: KeyStore, campaign_id: str) -> None:
    if not keys.has(label_of(campaign_id)):  # else a call broke off: the rehearsal decides whether it serves
        keys.create(label_of(campaign_id), to_der(sealing.generate_sealing_key()))
