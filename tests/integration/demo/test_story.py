"""The story of the demonstration, whatever day it is told on, and what its people think."""

import json
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import correlation, mean

import pytest

from simulation.demo import drawing_by_now, submitting_by_now
from simulation.opinions import mood_of, one_persons_answers
from simulation.plan import BODIES, make_plan, steps_of
from simulation.roster import make_roster
from survey_app.domain.answers import encode_answers
from survey_app.domain.manifest import check_schedule
from survey_app.domain.questionnaire import parse_questionnaire
from survey_app.identity.roster_file import parse_roster
from tests.tree import ROOT

DAYS = [
    datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
    datetime(2028, 2, 29, 23, 59, tzinfo=UTC),
    datetime(2027, 1, 1, 0, 0, tzinfo=UTC),
    datetime(2026, 7, 1, 3, 59, 59, tzinfo=UTC),
]


@pytest.fixture(params=DAYS, ids=lambda day: day.date().isoformat())
def now(request):
    return request.param


@pytest.fixture
def plan(now):
    return make_plan(now)


def current(plan, **wanted):
    latest = max(campaign.round for campaign in plan)
    return [c for c in plan if c.round == latest and all(getattr(c, name) == value for name, value in wanted.items())]


class TestPlan:
    def test_has_twelve_bodies_of_12_to_400_in_three_rounds(self, plan):
        sizes = [campaign.eligible for campaign in current(plan)]

        assert len(sizes) == 12
        assert (min(sizes), max(sizes)) == (12, 400)
        assert len({campaign.round for campaign in plan}) == 3
        assert len({campaign.key for campaign in plan}) == 36

    def test_earlier_rounds_are_certified_but_for_one_voided_with_a_reason(self, plan):
        earlier = [campaign for campaign in plan if campaign not in current(plan)]
        voided = [campaign for campaign in earlier if campaign.until == "voided"]

        assert {campaign.until for campaign in earlier} == {"certified", "voided"}
        assert len(voided) == 1
        assert voided[0].void_reason

    def test_the_current_round_is_in_all_states(self, plan):
        assert {campaign.until for campaign in current(plan)} == {
            "draft", "announced", "issuing", "drawn", "collecting", "closed", "opened", "certified",
        }  # fmt: skip
        assert len(current(plan, visits="single")) == 1

    def test_what_is_open_now_stays_open_for_weeks(self, plan, now):
        (single,) = current(plan, visits="single")
        (issuing,) = current(plan, until="issuing")
        (collecting,) = current(plan, until="collecting", visits="two")
        for moment in (now, now + timedelta(weeks=3)):
            assert single.schedule.is_issuing(moment)
            assert single.schedule.is_collecting(moment)
            assert issuing.schedule.is_issuing(moment)
            assert collecting.schedule.is_collecting(moment)

    def test_what_waits_waits_and_what_is_over_is_over(self, plan, now):
        (announced,), (drawn,) = current(plan, until="announced"), current(plan, until="drawn")

        assert now < announced.schedule.issuance_opens
        assert drawn.schedule.issuance_closes < now < drawn.schedule.collection_opens
        over = [c for c in plan if c.until in ("closed", "opened", "certified", "voided")]
        assert all(campaign.schedule.collection_closes < now for campaign in over)

    def test_every_step_lies_in_the_past_in_order_and_in_its_window(self, plan, now):
        for campaign in plan:
            check_schedule(campaign.schedule, campaign.visits)
            steps = steps_of(campaign)
            moments = [step.moment for step in steps]
            assert moments == sorted(moments)
            assert moments[-1] <= now
            for step in steps:
                if step.stage == "issuing":
                    assert campaign.schedule.is_issuing(step.moment)
                if step.stage == "collecting":
                    assert campaign.schedule.is_collecting(step.moment)

    def test_numbers_of_people_are_possible(self, plan):
        for campaign in plan:
            assert 0 <= drawing_by_now(campaign) <= campaign.eligible
            assert 0 <= submitting_by_now(campaign) <= drawing_by_now(campaign)
            assert 0.45 <= campaign.turnout <= 0.95

    def test_names_are_in_three_languages(self):
        for story in json.loads(BODIES.read_bytes()):
            for text in (story["name"], story["head"]):
                assert set(text) == {"kk", "ru", "en"}
                assert len(set(text.values())) == 3

    def test_rosters_are_clean(self, plan):
        campaign = plan[0]
        file = parse_roster(make_roster(campaign, Random(1)))  # noqa: S311

        assert (len(file.rows), file.bad_rows) == (campaign.eligible, ())


class TestOpinions:
    def answers(self, questionnaire, level, people=1500):
        random = Random(7)  # noqa: S311
        mood = mood_of(questionnaire, level, random)
        return [one_persons_answers(questionnaire, mood, random) for _ in range(people)]

    def share_favourable(self, questionnaire, level):
        first = [q.number - 1 for q in questionnaire.substantive]
        given = [
            sheet.positions[i] for sheet in self.answers(questionnaire, level) for i in first if sheet.positions[i]
        ]
        return mean(position == 1 for position in given)

    def test_fit_any_questionnaire(self, questionnaire):
        three = parse_questionnaire((ROOT / "tests/data/three_questions.json").read_bytes())
        for asked in (questionnaire, three):
            for sheet in self.answers(asked, 0.5, people=200):
                assert len(encode_answers(asked, sheet)) == 64

    def test_are_the_same_for_the_same_seed(self, questionnaire):
        assert self.answers(questionnaire, 0.5, people=50) == self.answers(questionnaire, 0.5, people=50)

    def test_follow_the_mood_of_the_body(self, questionnaire):
        shares = [self.share_favourable(questionnaire, level) for level in (-1.0, 0.0, 1.0, 2.0)]

        assert shares == sorted(shares)
        assert shares[-1] - shares[0] > 0.3

    def test_hang_together_in_one_person(self, questionnaire):
        complete = [s.positions[:11] for s in self.answers(questionnaire, 0.5) if all(s.positions[:11])]

        assert correlation([sum(p[0::2]) for p in complete], [sum(p[1::2]) for p in complete]) > 0.4

    def test_leave_gaps(self, questionnaire):
        sheets = self.answers(questionnaire, 0.5)
        blanks = mean(position == 0 for sheet in sheets for position in sheet.positions[:11])

        assert 0.01 < blanks < 0.06
        assert any(sum(position > 0 for position in sheet.positions[:11]) < 6 for sheet in sheets)
