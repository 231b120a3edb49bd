"""A round as a whole as the agency knows it now: which campaigns are to be part of its figures, and what is missing."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.campaigns.certified import Certified, standing_in_round
from analytics.campaigns.certified_rounds import certified_rows, changes, verified
from analytics.campaigns.reading import Campaign, Round, UnknownCampaign, UnknownRound, read_campaign
from analytics.campaigns.round_state import RoundPapers, RoundSituation, round_situation
from analytics.campaigns.state import State, Step
from analytics.models import CampaignRow, ReleaseRow, RoundReleaseRow, RoundRow
from analytics.office import AgencyOffice
from analytics.round_release import RoundRelease, read_round_release


@dataclass(frozen=True)
class RoundStanding:
    """A round with its campaigns: ``closed`` ones belong to its figures, ``void`` and ``without`` (left out) do not.

    ``pending`` are not closed yet; of those that are ``gone`` the batch is destroyed, so they cannot be opened again.
    ``certified`` is the RoundRelease that was signed last, ``draft`` an opened one that is not.
    """

    round: Round
    closed: tuple[Campaign, ...]
    pending: tuple[Campaign, ...]
    gone: tuple[Campaign, ...]
    void: tuple[Campaign, ...]
    without: tuple[Campaign, ...]
    draft: RoundRelease | None
    certified: RoundRelease | None
    situation: RoundSituation


def round_standing(office: AgencyOffice, round_code: str, without: Collection[str] = ()) -> RoundStanding:
    """Raises UnknownRound, UnknownCampaign if one that is to be left ``without`` is not of this round."""
    with office.database.read() as session:
        return read_standing(office, session, round_code, without)


def read_standing(
    office: AgencyOffice, session: Session, round_code: str, without: Collection[str] = ()
) -> RoundStanding:
    """The same inside a transaction."""
    row = session.get(RoundRow, round_code)
    if row is None:
        raise UnknownRound(f"there is no round {round_code!r}; make it with: pikir agency create-round")
    chosen = select(CampaignRow).where(CampaignRow.round == round_code)
    rows = session.scalars(chosen.order_by(CampaignRow.body, CampaignRow.campaign_id))
    campaigns = [read_campaign(office, session, campaign) for campaign in rows]
    if strange := set(without) - {campaign.campaign_id for campaign in campaigns}:
        raise UnknownCampaign(f"round {round_code} has no campaign {', '.join(sorted(strange))}")
    void = [c for c in campaigns if c.void is not None]
    apart = [c for c in campaigns if c.campaign_id in without and c not in void]
    rest = [c for c in campaigns if c not in void and c not in apart]
    closed = [c for c in rest if Step.OPEN in c.situation.allowed]
    gone = [c for c in rest if c not in closed and c.situation.state in (State.CERTIFIED, State.ARCHIVED)]
    pending = [c for c in rest if c not in closed and c not in gone]
    draft, certified = _stored(session, round_code)
    standing = standing_in_round(session, round_code)
    uncertified, changed = _of_draft(session, draft, campaigns, standing)
    papers = RoundPapers(
        closed=_codes(closed),
        pending=_codes(pending),
        gone=_codes(gone),
        draft=draft is not None,
        uncertified=uncertified,
        changed=changed,
        certified=certified is not None,
        outdated=() if certified is None else tuple(sorted(one.body.code for one in changes(certified, standing))),
    )
    return RoundStanding(
        Round(row.code, row.title),
        tuple(closed),
        tuple(pending),
        tuple(gone),
        tuple(void),
        tuple(apart),
        draft,
        certified,
        round_situation(papers),
    )


def _stored(session: Session, round_code: str) -> tuple[RoundRelease | None, RoundRelease | None]:
    rows = certified_rows(session, round_code)
    chosen = select(RoundReleaseRow.draft).where(RoundReleaseRow.round == round_code, RoundReleaseRow.jws.is_(None))
    draft = session.scalars(chosen).first()
    return (
        None if draft is None else read_round_release(draft.encode()),
        verified(str(rows[-1].jws)) if rows else None,
    )


def _of_draft(
    session: Session, draft: RoundRelease | None, campaigns: list[Campaign], standing: dict[str, Certified]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Bodies of a draft whose own Release waits to be certified, and those that are not any more what the draft has."""
    drafts = session.scalars(select(ReleaseRow).where(ReleaseRow.jws.is_(None)))
    waiting = {row.campaign_id: row.opened_sha256 for row in drafts}
    gone = {campaign.campaign_id for campaign in campaigns if campaign.void is not None}
    uncertified: list[str] = []
    changed: list[str] = []
    for body in () if draft is None else draft.bodies:
        entry = standing.get(body.campaign_id)
        if body.campaign_id in gone:
            changed.append(body.code)
        elif entry is None or entry.opened_sha256 != body.opened:
            is_waiting = waiting.get(body.campaign_id) == body.opened.hex()
            (uncertified if is_waiting else changed).append(body.code)
    return tuple(sorted(uncertified)), tuple(sorted(changed))


def _codes(campaigns: list[Campaign]) -> tuple[str, ...]:
    return tuple(campaign.draft.body.code for campaign in campaigns)
