"""Second institutions that the agency knows, and the countersignatures that it takes from them.

Anybody can put a countersignature into the exchange folder under any name: only keys that an officer has compared
and entered count.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.campaigns.doubts import Doubt
from analytics.campaigns.reading import campaign_row
from analytics.custody.countersigning import (
    Countersignature,
    CountersignatureMismatch,
    Countersigner,
    file_name,
    name_in_record,
    opened_sha256,
    read_card,
    read_countersignature,
)
from analytics.models import ReleaseRow, SecondInstitutionRow, SecondSignatureRow
from analytics.office import AgencyOffice, signing_key
from analytics.release import Release
from survey_app.domain import signing
from survey_app.domain.errors import Malformed, PikirError
from survey_app.domain.manifest import LocalisedText
from survey_app.staff import journal

TRUST, ACCEPT = "trust-countersigner", "accept-countersignatures"
PATTERN = "countersignature-*.jws"


class NotASecondInstitution(PikirError):
    """The agency cannot countersign its own Release."""

    slug = "not-a-second-institution"


class NoCountersignature(Malformed):
    """What was handed in is something else."""

    slug = "no-countersignature"


class InstitutionUnknown(CountersignatureMismatch):
    """A countersignature bears a key that no officer has compared, or another name than the card of its key."""

    slug = "institution-unknown"


class OtherManifest(CountersignatureMismatch):
    """A countersignature is of another manifest than the one that was announced for its campaign."""

    slug = "other-manifest"


class NothingOpened(CountersignatureMismatch):
    """The agency has not opened the batch itself, so there is nothing to compare a countersignature with."""

    slug = "nothing-opened"


@dataclass(frozen=True)
class Taken:
    """What lies in the exchange folder: ``accepted`` countersignatures, and why others were not."""

    accepted: tuple[Countersignature, ...]
    doubts: tuple[Doubt, ...]


def trust_countersigner(office: AgencyOffice, card: str, *, actor: str = journal.COMMAND_LINE) -> Countersigner:
    """Take countersignatures from the institution of this card from now on.

    Raises Malformed, SignatureInvalid, NotASecondInstitution.
    """
    countersigner = check_card(office, card)
    with office.database.write() as session:
        if session.get(SecondInstitutionRow, countersigner.key) is None:
            session.add(SecondInstitutionRow(key=countersigner.key, card=card))
            name = countersigner.institution.en
            journal.record(session, office.clock, actor, TRUST, name[:80], key=countersigner.key.hex())
    return countersigner


def check_card(office: AgencyOffice, card: str) -> Countersigner:
    """Who a card is of. Raises Malformed, SignatureInvalid, NotASecondInstitution if it is the agency's own."""
    countersigner = read_card(card)
    if countersigner.key == signing.public_key_bytes(signing_key(office)):
        raise NotASecondInstitution("this is the agency's own key: a second institution countersigns, with its own")
    return countersigner


def known_institutions(office: AgencyOffice) -> tuple[Countersigner, ...]:
    """Whose countersignatures are taken, by name."""
    with office.database.read() as session:
        cards = [read_card(row.card) for row in session.scalars(select(SecondInstitutionRow))]
    return tuple(sorted(cards, key=lambda card: card.institution.en))


def accept_countersignatures(office: AgencyOffice, campaign_id: str, *, actor: str = journal.COMMAND_LINE) -> Taken:
    """Take in what known institutions have countersigned since. Raises UnknownCampaign, CountersignatureMismatch."""
    with office.database.write() as session:
        taken = take_in(office, session, campaign_id)
        names = "; ".join(name_in_record(one.institution) for one in taken.accepted)
        journal.record(session, office.clock, actor, ACCEPT, campaign_id, institutions=names)
    return taken


def hand_in(office: AgencyOffice, text: str, *, actor: str = journal.COMMAND_LINE) -> Countersignature:
    """Take in a countersignature that was handed over, and put it into the exchange folder. Again changes nothing.

    Raises NoCountersignature, SignatureInvalid, UnknownCampaign, InstitutionUnknown, OtherManifest, NothingOpened, and
    CountersignatureMismatch if the institution got another Release than any opened here; then nothing is kept.
    """
    try:
        read_countersignature(text)
    except Malformed as error:
        raise NoCountersignature("this is no countersignature") from error
    with office.database.write() as session:
        found = _known(session, text)
        manifest = campaign_row(session, found.campaign_id).manifest
        if manifest is None or signing.fingerprint(manifest) != found.manifest:
            raise OtherManifest("it is of another manifest than the one that was announced")
        opened = _opened(session, found.campaign_id)
        if not opened:
            raise NothingOpened("this batch was not opened here yet")
        if found.release.hex() not in opened:
            raise CountersignatureMismatch(f"{found.institution.en} got another Release than any that was opened here")
        _keep(session, found, text)
        name = name_in_record(found.institution)
        journal.record(session, office.clock, actor, ACCEPT, found.campaign_id, institutions=name)
        office.exchange.put_text(found.campaign_id, file_name(found), text)
    return found


def take_in(office: AgencyOffice, session: Session, campaign_id: str) -> Taken:
    """Store each countersignature of a known institution that is about a Release of this campaign.

    Raises CountersignatureMismatch if a known institution got another Release than any opened here: that is to be
    cleared up before anything is certified.
    """
    accepted, doubts = [], []
    manifest = campaign_row(session, campaign_id).manifest
    fingerprint = None if manifest is None else signing.fingerprint(manifest)
    opened = _opened(session, campaign_id)
    for path in sorted(office.exchange.path(campaign_id, ".").glob(PATTERN)):
        try:
            text = path.read_text("ascii", errors="replace").strip()
            found = _known(session, text)
        except PikirError as error:
            doubts.append(Doubt(path.name, error))
            continue
        if (found.campaign_id, found.manifest) != (campaign_id, fingerprint):
            doubts.append(Doubt(path.name, OtherManifest("it is of another campaign or manifest")))
            continue
        if found.release.hex() not in opened:
            raise CountersignatureMismatch(
                f"{found.institution.en} opened the batch and got another Release than the agency ({path.name}); "
                "find out why before you go on: other software, or other documents"
            )
        accepted.append(found)
        _keep(session, found, text)
    session.flush()
    return Taken(tuple(accepted), tuple(doubts))


def countersigned_by(session: Session, campaign_id: str, opened: str) -> tuple[Countersignature, ...]:
    """Who has countersigned the Release whose opening has this SHA-256 (hex), by key."""
    return tuple(read_countersignature(row.jws) for row in _rows(session, campaign_id, opened))


def institutions_of(office: AgencyOffice, release: Release) -> tuple[LocalisedText, ...]:
    """The institutions that countersigned a certified Release, for its page."""
    with office.database.read() as session:
        found = countersigned_by(session, release.campaign_id, opened_sha256(release).hex())
    return tuple(one.institution for one in found)


def files_of(session: Session, campaign_id: str, opened: str) -> dict[str, bytes]:
    """The countersignatures of a Release as files by name."""
    rows = _rows(session, campaign_id, opened)
    return {file_name(read_countersignature(row.jws)): row.jws.encode("ascii") for row in rows}


def record_text(session: Session, campaign_id: str, opened: str) -> str | None:
    """Who has countersigned, for the record's field; None if nobody."""
    names = [name_in_record(one.institution) for one in countersigned_by(session, campaign_id, opened)]
    return "; ".join(names) or None


def _rows(session: Session, campaign_id: str, opened: str) -> list[SecondSignatureRow]:
    campaign_row(session, campaign_id)
    chosen = select(SecondSignatureRow).where(
        SecondSignatureRow.campaign_id == campaign_id, SecondSignatureRow.opened_sha256 == opened
    )
    return list(session.scalars(chosen.order_by(SecondSignatureRow.key)))


def _opened(session: Session, campaign_id: str) -> set[str]:
    """SHA-256 (hex) of each Release that came out of an opening here, as it was opened."""
    return set(session.scalars(select(ReleaseRow.opened_sha256).where(ReleaseRow.campaign_id == campaign_id)))


def _keep(session: Session, found: Countersignature, text: str) -> None:
    opened = found.release.hex()
    session.merge(SecondSignatureRow(campaign_id=found.campaign_id, opened_sha256=opened, key=found.key, jws=text))


def _known(session: Session, text: str) -> Countersignature:
    """A countersignature by an institution that is known under this name. Raises PikirError."""
    found = read_countersignature(text)
    known = session.get(SecondInstitutionRow, found.key)
    if known is None:
        raise InstitutionUnknown(
            f"the key {found.key.hex()[:16]}… is not known here (pikir agency trust-countersigner)"
        )
    if read_card(known.card).institution != found.institution:
        raise InstitutionUnknown("it bears another institution's name than the card of its key")
    return found
