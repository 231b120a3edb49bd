"""Tells the story: every step at its own moment, staff through the offices, respondents over public HTTP."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random

from simulation.crowd import Crowd, Dispute, Draw, Errand, Submission
from simulation.offices import Offices, SettableClock
from simulation.opinions import mood_of, one_persons_answers
from simulation.plan import STAGES, PlannedCampaign, Stage, Step, rounds_that_are_over, steps_of
from simulation.roster import make_roster
from survey_app.domain.questionnaire import Questionnaire
from survey_app.domain.token import Token

SO_FAR = 0.55  # of those who will take part, how many have by now, where a window is open
DRAWS_ONLY = 0.03  # of the eligible: drew a token and never used it
LEAST_READY = 6
STAFF_STEP = 12  # takes about as long as so many visits
Report = Callable[[str, int], None]


@dataclass
class Told:
    """A campaign as the story has left it: ``links`` nobody has used, ``tokens`` drawn and not submitted."""

    plan: PlannedCampaign
    random: Random
    campaign_id: str = ""
    collector_url: str = ""
    links: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)


@dataclass(frozen=True)
class Teller:
    """Everybody and everything that the story needs. ``report(what, work)`` hears of progress (work_in has the sum)."""

    offices: Offices
    crowd: Crowd
    clock: SettableClock
    questionnaire: Questionnaire
    report: Report

    def tell(self, plan: Sequence[PlannedCampaign], collector_url: str) -> list[Told]:
        """Live through the plan from its first step to its last; the campaigns as they then stand."""
        told = {
            campaign.key: Told(campaign, Random(repr(campaign.key)), collector_url=collector_url) for campaign in plan
        }
        over = rounds_that_are_over(plan)
        steps = sorted(itertools.chain.from_iterable(map(steps_of, plan)), key=_order)
        begun: set[str] = set()
        for (moment, stage), group in itertools.groupby(steps, key=lambda step: (step.moment, step.stage)):
            campaigns = [told[step.campaign.key] for step in group]
            self.clock.now = moment
            self.report(f"{moment:%Y-%m-%d}, {stage}", 0)
            for code in sorted({campaign.plan.round for campaign in campaigns} - begun):
                self.offices.agency.create_round(code)
                begun.add(code)
            self._happens(stage, campaigns, over)
        return list(told.values())

    def _happens(self, stage: Stage, campaigns: Sequence[Told], over: frozenset[str]) -> None:
        """One stage of some campaigns; rounds that are ``over`` are opened and certified as a whole, too."""
        if stage == "draft":
            self._draft(campaigns)
        elif stage == "issuing":
            self._draw(campaigns)
        elif stage == "collecting":
            self._submit(campaigns)
        elif stage in ("opened", "certified"):
            self._publish(stage, campaigns, over)
        elif stage == "voided":
            for campaign in campaigns:
                self.offices.agency.void(campaign.campaign_id, str(campaign.plan.void_reason))
        else:
            self._staff_step(stage, [campaign.campaign_id for campaign in campaigns])
        if stage == "announced":
            for campaign in campaigns:
                campaign.links = self.offices.invite(campaign.campaign_id)

    def _staff_step(self, stage: Stage, campaigns: Sequence[str]) -> None:
        steps = {
            "announced": self.offices.announce,
            "drawn": self.offices.publish_drawn,
            "closed": self.offices.close,
        }
        steps[stage](campaigns)
        self.report("", STAFF_STEP * len(campaigns))

    def _publish(self, stage: Stage, campaigns: Sequence[Told], over: frozenset[str]) -> None:
        """Opening: the batches of a whole round together, others one by one. Certifying: each, then such a round."""
        codes = sorted({campaign.plan.round for campaign in campaigns} & over)
        if stage == "opened":
            for code in codes:
                self.offices.agency.open_round(code)
            self.offices.open([campaign.campaign_id for campaign in campaigns if campaign.plan.round not in over])
        else:
            self.offices.certify([campaign.campaign_id for campaign in campaigns])
            for code in codes:
                self.offices.agency.certify_round(code)
        self.report("", STAFF_STEP * len(campaigns))

    def _draft(self, campaigns: Sequence[Told]) -> None:
        """The first alone: with it the offices make their own keys; then two at a time, as RSA keys take long."""

        def draft(campaign: Told) -> None:
            roster = make_roster(campaign.plan, campaign.random)
            campaign.campaign_id = self.offices.draft(campaign.plan, roster)
            self.report("", STAFF_STEP)

        draft(campaigns[0])
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(draft, campaigns[1:]))

    def _draw(self, campaigns: Sequence[Told]) -> None:
        drawing = []
        for campaign in campaigns:
            campaign.random.shuffle(campaign.links)
            count = drawing_by_now(campaign.plan)
            campaign.used, campaign.links = campaign.links[:count], campaign.links[count:]
            drawing += [(campaign, Draw(link)) for link in campaign.used]
        for campaign, token in self._all(drawing):
            if token is not None:
                campaign.tokens.append(token)
        disputes = [(c, Dispute(link)) for c in campaigns for link in c.used[: c.plan.disputes]]
        for _ in self._all(disputes):
            pass

    def _submit(self, campaigns: Sequence[Told]) -> None:
        sending = []
        for campaign in campaigns:
            campaign.random.shuffle(campaign.tokens)
            count = submitting_by_now(campaign.plan)
            ready, campaign.tokens = campaign.tokens[:count], campaign.tokens[count:]
            sending += [(campaign, errand) for errand in self._submissions(campaign, ready)]
        for _ in self._all(sending):
            pass

    def _submissions(self, campaign: Told, tokens: Iterable[Token]) -> Iterable[Submission]:
        mood = mood_of(self.questionnaire, campaign.plan.level, Random(campaign.plan.body.code))
        for token in tokens:
            answers = one_persons_answers(self.questionnaire, mood, campaign.random)
            yield Submission(campaign.collector_url, token, answers)

    def _all(self, errands: Sequence[tuple[Told, Errand]]) -> Iterable[tuple[Told, Token | None]]:
        for number, token in self.crowd.run([errand for _, errand in errands]):
            self.report("", 1)
            yield errands[number][0], token


def work_in(plan: Iterable[PlannedCampaign]) -> int:
    """All that happens in a story, for a progress bar: one for each time that somebody draws, submits or contests."""
    return sum(
        drawing_by_now(campaign)
        + submitting_by_now(campaign)
        + campaign.disputes
        + STAFF_STEP * sum(step.stage not in ("issuing", "collecting", "voided") for step in steps_of(campaign))
        for campaign in plan
    )


def drawing_by_now(plan: PlannedCampaign) -> int:
    """How many have drawn: all who ever do, or those of the first days where issuing is open."""
    if not _comes_to(plan, "issuing"):
        return 0
    taking_part = round(plan.eligible * plan.turnout)
    if plan.until == "issuing" or plan.visits == "single":
        return round(taking_part * SO_FAR)
    return min(plan.eligible, taking_part + max(round(plan.eligible * DRAWS_ONLY), _ready(plan)))


def submitting_by_now(plan: PlannedCampaign) -> int:
    """How many have submitted; some tokens stay ready where collecting is open."""
    if not _comes_to(plan, "collecting"):
        return 0
    taking_part = round(plan.eligible * plan.turnout)
    if plan.until != "collecting":
        return taking_part
    return min(round(taking_part * SO_FAR), drawing_by_now(plan) - (_ready(plan) if plan.visits == "two" else 0))


def _ready(plan: PlannedCampaign) -> int:
    return LEAST_READY if plan.until == "collecting" else 0


def _comes_to(plan: PlannedCampaign, stage: Stage) -> bool:
    last: Stage = "closed" if plan.until == "voided" else plan.until
    return STAGES.index(stage) <= STAGES.index(last)


def _order(step: Step) -> tuple[object, int]:
    """By time; at one moment in the order of a campaign's life."""
    return step.moment, STAGES.index(step.stage) if step.stage in STAGES else len(STAGES)
