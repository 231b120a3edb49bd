"""Opening a round: the batches of all its bodies together, in memory; only draft Releases come out and are kept.

Certified bodies keep their Releases; of the others drafts are stored, as if each had been opened alone. A crash
leaves nothing and is simply run again: all drafts are stored in one transaction after all is computed.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.campaigns.certified import Certified, standing_in_round
from analytics.campaigns.certified_rounds import certified_rows, verified
from analytics.campaigns.openings import certified_releases, evidence_of, keep_draft
from analytics.campaigns.reading import Campaign
from analytics.campaigns.round_keys import RoundKeys, unlock_round
from analytics.campaigns.round_reading import read_standing, round_standing
from analytics.campaigns.round_state import RoundStep, require_round
from analytics.campaigns.state import NotAsAgreed, StepOutOfOrder
from analytics.evidence import Evidence
from analytics.models import RoundReleaseRow
from analytics.office import AgencyOffice
from analytics.release import Release
from analytics.round_release import RoundRelease, round_release_bytes
from survey_app.domain import signing
from survey_app.staff import journal
from survey_app.web.questionnaires import find_questionnaire

Progress = Callable[[int, int], None]


def open_round_batches(
    office: AgencyOffice,
    round_code: str,
    keys: RoundKeys,
    progress: Progress | None = None,
    *,
    without: Collection[str] = (),
    reasons: Mapping[str, str] = MappingProxyType({}),
    agreed: Sequence[str] | None = None,
    processes: int = 1,
    actor: str = journal.COMMAND_LINE,
) -> RoundRelease:
    """Open all closed campaigns of a round that are not void, and keep the RoundRelease as a draft.

    ``without`` are campaigns that are left out for good, for ``reasons`` that the journal keeps; ``agreed`` are exactly
    those that two officers approved.
    ``progress(done, total)`` counts bodies and the round itself. Again gives the same bytes. Raises UnknownRound,
    UnknownCampaign, StepOutOfOrder, NotAsAgreed, RoundInconsistent, what unlocking the keys raises (unlock_round), and
    what opening a campaign does.
    """
    from analytics.round_opening import open_round  # noqa: PLC0415 (brings pandas, which the web pages do without)

    standing = round_standing(office, round_code, without)
    require_round(RoundStep.OPEN, standing.situation)
    campaigns = standing.closed
    if agreed is not None and [campaign.campaign_id for campaign in campaigns] != list(agreed):
        raise NotAsAgreed("other campaigns are closed now than those that two officers agreed on")
    evidences = [evidence_of(office, campaign) for campaign in campaigns]
    private = unlock_round(office, [campaign.campaign_id for campaign in campaigns], keys)
    with office.database.read() as session:
        certified = standing_in_round(session, round_code)
        superseded = [certified_releases(session, campaign.campaign_id) for campaign in campaigns]
        earlier = [verified(str(row.jws)) for row in certified_rows(session, round_code)]
    settled = _settled(campaigns, evidences, certified)
    for index, release in settled.items():
        superseded[index] = {digest: other for digest, other in superseded[index].items() if other != release}
    opening = open_round(
        evidences,
        private,
        find_questionnaire(campaigns[0].draft.questionnaire),
        processes=processes,
        progress=progress,
        superseded=dict(enumerate(superseded)),
        superseded_rounds=earlier,
        settled=settled,
    )
    with office.database.write() as session:
        now = read_standing(office, session, round_code, without)
        if [one.campaign_id for one in now.closed] != [one.campaign_id for one in campaigns]:
            raise StepOutOfOrder("the round's campaigns have changed meanwhile; open it again")
        drafts = zip(evidences, opening.releases, opening.attack_milliseconds, strict=True)
        for index, (evidence, release, milliseconds) in enumerate(drafts):
            if index not in settled:
                keep_draft(office, session, evidence, release, actor, milliseconds=milliseconds, round=round_code)
        _keep_round_draft(office, session, opening.round_release, _left_out(without, reasons), actor)
    return opening.round_release


def _settled(
    campaigns: Collection[Campaign], evidences: Collection[Evidence], certified: dict[str, Certified]
) -> dict[int, Release]:
    """Certified Releases that stand for these batches, by place: their figures are out and nothing is made again."""
    found = {}
    for index, (campaign, evidence) in enumerate(zip(campaigns, evidences, strict=True)):
        entry = certified.get(campaign.campaign_id)
        if entry is not None and entry.release.board == signing.fingerprint(evidence.board):
            found[index] = entry.release
    return found


def _keep_round_draft(
    office: AgencyOffice, session: Session, release: RoundRelease, left_out: Mapping[str, str], actor: str
) -> None:
    """As keep_draft does for a body: a draft is replaced, and what is certified already makes no new one."""
    draft = round_release_bytes(release)
    digest = hashlib.sha256(draft).hexdigest()
    journal.record(
        session,
        office.clock,
        actor,
        RoundStep.OPEN,
        release.round,
        opened=digest,
        bodies=len(release.bodies),
        **left_out,
    )
    last = last_round_release(session, release.round)
    if last is not None and last.jws is None:
        last.draft, last.opened_sha256 = draft.decode(), digest
        certified = certified_rows(session, release.round)
        if certified and certified[-1].opened_sha256 == digest:
            session.delete(last)
    elif last is None or last.opened_sha256 != digest:
        number = 1 if last is None else last.number + 1
        session.add(RoundReleaseRow(round=release.round, number=number, opened_sha256=digest, draft=draft.decode()))


def _left_out(without: Collection[str], reasons: Mapping[str, str]) -> dict[str, str]:
    """For the journal: which campaigns, and why as far as it was said."""
    left_out = sorted(without)
    said = "; ".join(f"{campaign_id}: {reasons[campaign_id]}" for campaign_id in left_out if reasons.get(campaign_id))
    return ({"without": " ".join(left_out)} if left_out else {}) | ({"reasons": said} if said else {})


def last_round_release(session: Session, round_code: str) -> RoundReleaseRow | None:
    """The newest RoundRelease of a round, draft or certified."""
    chosen = select(RoundReleaseRow).where(RoundReleaseRow.round == round_code)
    return session.scalars(chosen.order_by(RoundReleaseRow.number.desc()).limit(1)).first()
