"""What a timer does at the collector: each step of each campaign that is possible now and needs nobody's decision.

Only the first enrolment is a person's: it pins the agency's key, which somebody has to compare.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from survey_app.domain.errors import PikirError
from survey_app.responses import batch, enrolment
from survey_app.responses.campaigns import AGENCY, find_campaign
from survey_app.responses.models import CampaignRow, PinnedKey
from survey_app.responses.office import CollectorOffice
from survey_app.web.exchange import BOARD, DRAFT, DRAWN, MANIFEST, VOID


class Step(StrEnum):
    """A step of the collector, by its command."""

    ENROL = "enrol"
    ACCEPT = "accept"
    ACCEPT_DRAWN = "accept-drawn"
    CLOSE = "close"


@dataclass(frozen=True)
class Outcome:
    """``problem`` is why the step was not taken, None if it was; ``step`` is None if it cannot be told what is due."""

    campaign_id: str
    step: Step | None
    problem: str | None


def take_due_steps(office: CollectorOffice) -> Iterator[Outcome]:
    """Take them, each campaign as far as it goes; a fault in one, also in telling what is due, holds up no other."""
    for campaign_id in office.exchange.campaigns():
        problem = None
        while problem is None and (outcome := _take_next(office, campaign_id)) is not None:
            yield outcome
            problem = outcome.problem


def knows_agency(office: CollectorOffice) -> bool:
    """Whether a first enrolment has pinned the agency's key."""
    with office.database.read() as session:
        return session.get(PinnedKey, AGENCY) is not None


def _take_next(office: CollectorOffice, campaign_id: str) -> Outcome | None:
    step = None
    try:
        step = _due_step(office, campaign_id)
        if step is None:
            return None
        _TAKE[step](office, campaign_id)
    except (PikirError, OSError) as error:  # OSError: its folder cannot be read or written
        return Outcome(campaign_id, step, str(error))
    return Outcome(campaign_id, step, None)


def _due_step(office: CollectorOffice, campaign_id: str) -> Step | None:
    with office.database.read() as session:
        row = session.get(CampaignRow, campaign_id)
    if row is None:
        is_due = office.exchange.has(campaign_id, DRAFT) and not office.exchange.has(campaign_id, VOID)
        return Step.ENROL if is_due and knows_agency(office) else None
    if enrolment.is_void_draft(office, campaign_id):
        return None
    if row.manifest is None:
        return Step.ACCEPT if office.exchange.has(campaign_id, MANIFEST) else None
    return None if row.archive is not None else _step_by_clock(office, campaign_id)


def _step_by_clock(office: CollectorOffice, campaign_id: str) -> Step | None:
    campaign, now = find_campaign(office, campaign_id), office.clock()
    schedule = campaign.manifest.schedule
    if campaign.drawn is None:
        is_due = now >= schedule.issuance_closes and office.exchange.has(campaign_id, DRAWN)
        return Step.ACCEPT_DRAWN if is_due else None
    # the board comes last: without it a close broke off; a batch that is gone beside it the agency has destroyed
    is_closed = campaign.board is not None and office.exchange.has(campaign_id, BOARD)
    return None if is_closed or now < schedule.collection_closes else Step.CLOSE


_TAKE: Mapping[Step, Callable[[CollectorOffice, str], object]] = {
    Step.ENROL: enrolment.enrol,
    Step.ACCEPT: enrolment.accept,
    Step.ACCEPT_DRAWN: enrolment.accept_drawn,
    Step.CLOSE: batch.close,
}
