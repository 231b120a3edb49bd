"""Campaigns as the agency knows them now: its own documents from the database, the others' from the exchange folder.

What lies in the exchange folder counts only if it is signed as it must be; otherwise it is a doubt to look into.
"""

import functools
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from analytics.campaigns import enrolments
from analytics.campaigns.appeals import appeal_ends
from analytics.campaigns.doubts import Doubt
from analytics.campaigns.state import Papers, Situation, situation
from analytics.evidence import read_board, read_drawn
from analytics.models import ArchiveHoldRow, ArchiveRow, CampaignRow, ReleaseRow, RoundRow
from analytics.office import AgencyOffice
from survey_app.domain import signing
from survey_app.domain.documents import read_document, read_self_signed
from survey_app.domain.errors import PikirError
from survey_app.domain.manifest import CampaignDraft, CampaignManifest, VoidStatement, check_campaign_id
from survey_app.web.exchange import BATCH, BOARD, COLLECTOR_ENROLMENT, DRAWN, ISSUER_ENROLMENT

MOST_REMEMBERED = 400


class UnknownRound(PikirError):
    """There is no round with this code."""

    slug = "unknown-round"


class UnknownCampaign(PikirError):
    """The agency has no campaign with this identifier."""

    slug = "unknown-campaign"


@dataclass(frozen=True)
class Round:
    """One year's exercise over all bodies."""

    code: str
    title: str


@dataclass(frozen=True)
class Campaign:
    """One campaign: its draft, its manifest once announced with the fingerprint, and where it stands.

    ``drawn`` and ``board`` are accepted documents as compact JWS; ``doubts`` say which found ones are not.
    """

    draft: CampaignDraft
    manifest_jws: str | None
    manifest: CampaignManifest | None
    drawn: str | None
    board: str | None
    void: VoidStatement | None
    situation: Situation
    doubts: tuple[Doubt, ...]

    @property
    def campaign_id(self) -> str:
        """32 hex digits."""
        return self.draft.campaign_id

    @property
    def fingerprint(self) -> bytes | None:
        """SHA-256 of the manifest's JWS, once there is one."""
        return None if self.manifest_jws is None else signing.fingerprint(self.manifest_jws)


@dataclass(frozen=True)
class Stored:
    """Rows beside a campaign's documents; ``certified`` is when the last Release was, RFC 3339."""

    draft_release: bool = False
    certified: str | None = None
    held: bool = False
    archived: bool = False


NOTHING_STORED = Stored()


def rounds(office: AgencyOffice) -> tuple[Round, ...]:
    """All rounds, the latest code first."""
    with office.database.read() as session:
        rows = session.scalars(select(RoundRow).order_by(RoundRow.code.desc()))
        return tuple(Round(row.code, row.title) for row in rows)


def find_round(office: AgencyOffice, code: str) -> Round:
    """Raises UnknownRound."""
    known = next((known for known in rounds(office) if known.code == code), None)
    if known is None:
        raise UnknownRound(f"there is no round {code!r}; make it with: pikir agency create-round")
    return known


def campaigns(office: AgencyOffice, round_code: str | None = None) -> tuple[Campaign, ...]:
    """All campaigns, or those of one round, by round (latest first) and body."""
    chosen = select(CampaignRow).order_by(CampaignRow.round.desc(), CampaignRow.body, CampaignRow.campaign_id)
    if round_code is not None:
        chosen = chosen.where(CampaignRow.round == round_code)
    with office.database.read() as session:
        stored = _stored(session)
        return tuple(
            read_campaign(office, session, row, stored.get(row.campaign_id, NOTHING_STORED))
            for row in session.scalars(chosen)
        )


def find_campaign(office: AgencyOffice, campaign_id: str) -> Campaign:
    """Raises UnknownCampaign, Malformed."""
    with office.database.read() as session:
        return read_campaign(office, session, campaign_row(session, campaign_id))


def campaign_row(session: Session, campaign_id: str) -> CampaignRow:
    """The stored campaign. Raises UnknownCampaign, Malformed."""
    row = session.get(CampaignRow, check_campaign_id(campaign_id))
    if row is None:
        raise UnknownCampaign(f"the agency has no campaign {campaign_id}")
    return row


def read_campaign(office: AgencyOffice, session: Session, row: CampaignRow, stored: Stored | None = None) -> Campaign:
    """Put a campaign together; ``stored`` says what there is of it beside its documents, if that is known already.

    Raises SignatureInvalid or Malformed if the database itself was altered.
    """
    if stored is None:
        stored = _stored(session, row.campaign_id).get(row.campaign_id, NOTHING_STORED)
    draft = _read_draft(row.draft)
    manifest = None if row.manifest is None else _read_manifest(row.manifest)
    void = None if row.void is None else _read_void(row.void, draft)
    finder = _Finder(office, row)
    drawn, board = finder.drawn(manifest), finder.board(manifest)
    papers = Papers(
        schedule=draft.schedule,
        sealing_key=row.sealing_key is not None,
        issuer_enrolment=manifest is not None or finder.has_issuer_enrolment(session, draft),
        collector_enrolment=manifest is not None or finder.has_collector_enrolment(session, draft),
        manifest=manifest is not None,
        drawn=drawn is not None,
        board=board is not None,
        batch=office.exchange.has(row.campaign_id, BATCH),
        draft_release=stored.draft_release,
        certified=stored.certified is not None,
        void=void is not None,
        appeal_ends=None if stored.certified is None else appeal_ends(stored.certified, draft.appeal_days),
        held=stored.held,
        archived=stored.archived,
    )
    present = situation(papers, office.clock())
    return Campaign(draft, row.manifest, manifest, drawn, board, void, present, tuple(finder.doubts))


class _Finder:
    """Looks for the other offices' documents of one campaign and notes those that cannot be accepted."""

    def __init__(self, office: AgencyOffice, row: CampaignRow) -> None:
        self._office = office
        self._row = row
        self.doubts: list[Doubt] = []

    def drawn(self, manifest: CampaignManifest | None) -> str | None:
        return self._row.drawn or self._found(DRAWN, manifest, read_drawn)

    def board(self, manifest: CampaignManifest | None) -> str | None:
        return self._row.board or self._found(BOARD, manifest, read_board)

    def has_issuer_enrolment(self, session: Session, draft: CampaignDraft) -> bool:
        return self._is_accepted(
            ISSUER_ENROLMENT, lambda: enrolments.read_issuer_enrolment(session, self._office.exchange, draft)
        )

    def has_collector_enrolment(self, session: Session, draft: CampaignDraft) -> bool:
        return self._is_accepted(
            COLLECTOR_ENROLMENT, lambda: enrolments.read_collector_enrolment(session, self._office.exchange, draft)
        )

    def _found(
        self, name: str, manifest: CampaignManifest | None, read: Callable[[str, CampaignManifest, bytes], object]
    ) -> str | None:
        if manifest is None or self._row.manifest is None or not self._office.exchange.has(manifest.campaign_id, name):
            return None
        text = self._office.exchange.get_text(manifest.campaign_id, name)
        fingerprint = signing.fingerprint(self._row.manifest)
        return text if self._is_accepted(name, lambda: read(text, manifest, fingerprint)) else None

    def _is_accepted(self, name: str, check: Callable[[], object]) -> bool:
        if not self._office.exchange.has(self._row.campaign_id, name):
            return False
        try:
            check()
        except PikirError as error:
            self.doubts.append(Doubt(name, error))
            return False
        return True


@functools.lru_cache(MOST_REMEMBERED)
def _read_draft(text: str) -> CampaignDraft:
    """Documents never change, so a signature that held once holds. Raises SignatureInvalid, Malformed."""
    return read_self_signed(CampaignDraft, text, "agency_key")


@functools.lru_cache(MOST_REMEMBERED)
def _read_manifest(text: str) -> CampaignManifest:
    return read_self_signed(CampaignManifest, text, "agency_key")


def _read_void(text: str, draft: CampaignDraft) -> VoidStatement:
    """Signed by the same agency as the draft. Raises SignatureInvalid, Malformed."""
    return read_document(VoidStatement, text, draft.agency_key)


def _stored(session: Session, campaign_id: str | None = None) -> Mapping[str, Stored]:
    """Releases, holds and archiving by campaign; of one campaign or of all."""
    found: defaultdict[str, Stored] = defaultdict(Stored)
    for row in session.execute(
        select(ReleaseRow.campaign_id, ReleaseRow.certified).where(*_of(ReleaseRow, campaign_id))
    ):
        before = found[row.campaign_id]
        if row.certified is None:
            found[row.campaign_id] = replace(before, draft_release=True)
        else:
            found[row.campaign_id] = replace(before, certified=max(before.certified or "", row.certified))
    for held in session.scalars(select(ArchiveHoldRow.campaign_id).where(*_of(ArchiveHoldRow, campaign_id))):
        found[held] = replace(found[held], held=True)
    for archived in session.scalars(select(ArchiveRow.campaign_id).where(*_of(ArchiveRow, campaign_id))):
        found[archived] = replace(found[archived], archived=True)
    return found


def _of(
    table: type[ReleaseRow | ArchiveHoldRow | ArchiveRow], campaign_id: str | None
) -> tuple[ColumnElement[bool], ...]:
    return () if campaign_id is None else (table.campaign_id == campaign_id,)
