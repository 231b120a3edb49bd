"""Where each campaign stands for this office's officers: facts and steps, without words, and without who has drawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import func, select

from survey_app.domain import documents
from survey_app.domain.errors import PikirError
from survey_app.domain.manifest import CampaignDraft, DrawnStatement, IssuerEnrolment, check_campaign_id
from survey_app.identity.campaigns import is_void, read_draft
from survey_app.identity.errors import UnknownCampaign
from survey_app.identity.models import CampaignRow, HandoutRow, MailingRow, RosterEntryRow, RosterUploadRow
from survey_app.identity.office import IssuerOffice
from survey_app.web import exchange as folder

CLOSING_TAKES = timedelta(days=1)


class Step(StrEnum):
    """The officers' steps, in their order."""

    ROSTER = "roster"
    ENROL = "enrol"
    ACCEPT = "accept"
    INVITE = "invite"
    PUBLISH = "publish"
    CLOSE = "close"


class Progress(StrEnum):
    """How far a step is: done; possible now; possible and late; not yet (something is missing or it is too early)."""

    DONE = "done"
    NOW = "now"
    LATE = "late"
    NOT_YET = "not-yet"


@dataclass(frozen=True)
class Situation:
    """One campaign. ``entries`` is the roster's size now, ``with_address`` how many of them have an e-mail address.

    ``eligible`` and ``commitment`` exist once the roster is frozen; ``statement`` once M is signed. ``is_announced``
    says that a manifest is in the exchange folder, ``is_accepted`` that this office took it. ``is_closed``: who has
    drawn is deleted; ``is_archived``: the whole roster is.
    """

    campaign_id: str
    draft: CampaignDraft
    entries: int
    with_address: int
    has_upload: bool
    eligible: int | None
    commitment: bytes | None
    is_announced: bool
    is_accepted: bool
    is_invited: bool
    statement: DrawnStatement | None
    is_closed: bool
    is_void: bool
    is_archived: bool = False

    @property
    def is_frozen(self) -> bool:
        """Whether enrolling has frozen the roster."""
        return self.eligible is not None

    def can_invite(self, now: datetime) -> bool:
        """Whether an invitation that somebody gets now is of use to him."""
        is_running = self.is_accepted and self.statement is None and not self.is_void
        return is_running and now < self.draft.schedule.issuance_closes

    def state(self, now: datetime) -> str:
        """One word for all of it."""
        schedule = self.draft.schedule
        if self.is_void or self.is_archived:
            return "void" if self.is_void else "archived"
        if not self.is_frozen:
            return "roster" if self.entries else "drafted"
        if not self.is_accepted:
            return "enrolled"
        if self.statement is not None:
            return "closed" if now >= schedule.collection_closes else "drawn"
        if now >= schedule.issuance_closes:
            return "issued"
        return "issuing" if now >= schedule.issuance_opens else "accepted"

    def steps(self, now: datetime) -> dict[Step, Progress]:
        """How far each step is at ``now``; of a void campaign only what is done, and closing."""
        schedule = self.draft.schedule
        opens = schedule.issuance_opens
        publish_by = schedule.collection_opens if self.draft.visits == "two" else schedule.collection_closes
        is_over = now >= schedule.collection_closes and (self.statement is not None or self.is_void)
        found = {
            Step.ROSTER: _progress(now, opens, done=self.is_frozen or bool(self.entries), possible=True),
            Step.ENROL: _progress(now, opens, done=self.is_frozen, possible=bool(self.entries)),
            Step.ACCEPT: _progress(now, opens, done=self.is_accepted, possible=self.is_frozen and self.is_announced),
            Step.INVITE: _progress(
                now,
                opens,
                done=self.is_invited or self.statement is not None,
                possible=self.is_accepted and now < schedule.issuance_closes,
            ),
            Step.PUBLISH: _progress(
                now,
                publish_by,
                done=self.statement is not None,
                possible=self.is_accepted and now >= schedule.issuance_closes,
            ),
            Step.CLOSE: _progress(
                now,
                schedule.collection_closes + CLOSING_TAKES,
                done=self.is_closed,
                possible=self.is_accepted and is_over,
            ),
        }
        if not self.is_void:
            return found
        return {
            step: progress if progress is Progress.DONE or step is Step.CLOSE else Progress.NOT_YET
            for step, progress in found.items()
        }

    def next_step(self, now: datetime) -> Step | None:
        """The first step that is possible now, a late one first."""
        steps = self.steps(now)
        for wanted in (Progress.LATE, Progress.NOW):
            for step, progress in steps.items():
                if progress is wanted:
                    return step
        return None


def situation(office: IssuerOffice, campaign_id: str) -> Situation:
    """Where one campaign stands, known here or only by its draft in the exchange folder. Raises UnknownCampaign."""
    try:
        check_campaign_id(campaign_id)
        draft = _draft_of(office, campaign_id)
    except PikirError as error:
        raise UnknownCampaign("there is no draft of this campaign that this office can trust") from error
    return _describe(office, campaign_id, draft)


def situations(office: IssuerOffice, bodies: Iterable[str] | None = None) -> list[Situation]:
    """Every campaign, or those of some bodies: the latest round first, then by body."""
    wanted = None if bodies is None else frozenset(bodies)
    with office.database.read() as session:
        known = set(session.scalars(select(CampaignRow.campaign_id)))
    drafted = {path.parent.name for path in Path(office.exchange.folder).glob(f"*/{folder.DRAFT}")}
    found = []
    for campaign_id in sorted(known | drafted):
        try:
            draft = _draft_of(office, check_campaign_id(campaign_id))
        except PikirError:
            continue  # no draft of an agency that this office trusts
        if wanted is None or draft.body.code in wanted:
            found.append(_describe(office, campaign_id, draft))
    found.sort(key=lambda one: (one.draft.body.code, one.campaign_id))
    return sorted(found, key=lambda one: one.draft.round, reverse=True)


def _draft_of(office: IssuerOffice, campaign_id: str) -> CampaignDraft:
    with office.database.read() as session:
        row = session.get(CampaignRow, campaign_id)
        if row is None:
            return read_draft(office, campaign_id, session)[0]
    known = office.memory.drafts.get(campaign_id)
    if known is None or known[0] != row.draft:
        known = row.draft, documents.read_self_signed(CampaignDraft, row.draft, "agency_key")
        office.memory.drafts[campaign_id] = known
    return known[1]


def _describe(office: IssuerOffice, campaign_id: str, draft: CampaignDraft) -> Situation:
    of_campaign = RosterEntryRow.campaign_id == campaign_id
    counted = select(func.count(), func.count(RosterEntryRow.email), func.count(RosterEntryRow.code_hash))
    declared_void = is_void(office, campaign_id)
    with office.database.read() as session:
        row = session.get(CampaignRow, campaign_id)
        entries, with_address, with_code = session.execute(counted.where(of_campaign)).one()
        has_upload = session.get(RosterUploadRow, campaign_id) is not None
        is_invited = session.scalar(
            select(func.count()).where(MailingRow.campaign_id == campaign_id, MailingRow.total > 0)
        ) or session.scalar(select(func.count()).where(HandoutRow.campaign_id == campaign_id))
    is_archived = row is not None and row.archive is not None
    statement = None
    if row is not None and row.drawn is not None and row.enrolment is not None:
        enrolment = documents.read_self_signed(IssuerEnrolment, row.enrolment, "issuer_statement_key")
        statement = documents.read_document(DrawnStatement, row.drawn, enrolment.issuer_statement_key)
    return Situation(
        campaign_id=campaign_id,
        draft=draft,
        entries=entries,
        with_address=with_address,
        has_upload=has_upload,
        eligible=None if row is None else row.eligible,
        commitment=None if row is None else row.commitment,
        is_announced=office.exchange.has(campaign_id, folder.MANIFEST),
        is_accepted=row is not None and row.manifest is not None,
        is_invited=bool(is_invited),
        statement=statement,
        is_closed=is_archived or (row is not None and row.manifest is not None and bool(entries) and not with_code),
        is_void=declared_void or (row is not None and row.void is not None),
        is_archived=is_archived,
    )


def _progress(now: datetime, due: datetime, *, done: bool, possible: bool) -> Progress:
    if done:
        return Progress.DONE
    if not possible:
        return Progress.NOT_YET
    return Progress.LATE if now >= due else Progress.NOW
