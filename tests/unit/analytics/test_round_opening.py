"""A round opened as one: the bodies' Releases as they are alone, and pooled figures that give none of them away."""

import numpy as np
import pytest

from analytics.attacker.published import read_figures
from analytics.attacker.reach import EXPOSED, UNLIMITED
from analytics.attacker.round_cells import cells_margin, hidden_places
from analytics.attacker.round_totals import total_margins
from analytics.protection import Terms
from analytics.release import release_bytes
from analytics.round_opening import RoundInconsistent, make_round_release, open_round
from analytics.round_protection import _member, protect_round
from analytics.round_release import read_round_release, round_release_bytes
from tests.builders import make_campaign, official_questionnaire
from tests.certified import open_built
from tests.crowds import PIN, crowd, part_of

QUESTIONNAIRE = official_questionnaire()
SIZES = (9, 16, 24, 45)


@pytest.fixture(scope="module")
def campaigns():
    return [
        make_campaign(crowd(n, n).tolist(), eligible=n + 4, campaign_id=f"{index:032x}")
        for index, n in enumerate(SIZES)
    ]


@pytest.fixture(scope="module")
def opened(campaigns):
    return open_together(campaigns)


def open_together(campaigns, **more):
    return open_round(
        [campaign.evidence for campaign in campaigns],
        [campaign.keys.sealing for campaign in campaigns],
        QUESTIONNAIRE,
        **more,
    )


def test_each_release_is_the_one_of_its_own_opening(campaigns, opened):
    assert [release_bytes(r) for r in opened.releases] == [release_bytes(open_built(c)) for c in campaigns]


def test_processes_and_order_make_no_difference(campaigns, opened):
    seen = []
    again = open_together(campaigns[::-1], processes=2, progress=lambda done, total: seen.append((done, total)))
    assert round_release_bytes(again.round_release) == round_release_bytes(opened.round_release)
    assert again.releases == opened.releases[::-1]
    assert seen == [(i, 15) for i in range(1, 16)]  # four bodies, eleven questions


def test_the_round_pools_bodies_with_enough_responses(opened):
    release = opened.round_release
    assert [(body.campaign_id, body.pooled) for body in release.bodies] == [
        (f"{index:032x}", n >= 10) for index, n in enumerate(SIZES)
    ]
    assert release.n == sum(r.n for r in opened.releases if r.n >= 10)
    assert release.eligible == sum(n + 4 for n in SIZES[1:])
    assert read_round_release(round_release_bytes(release)) == release


def test_totals_and_cells_are_sums_of_everything_that_is_not_left_out(opened):
    release = opened.round_release
    rows = {f"{index:032x}": crowd(n, n) for index, n in enumerate(SIZES)}
    for total in release.totals:
        parts = [b.campaign_id for b in release.bodies if b.pooled and total.question not in b.not_in_totals]
        column = np.concatenate([rows[part] for part in parts])[:, int(total.question[1:]) - 1]
        middle = 1 if total.question in ("q1", "q2") else 2
        assert total.favourable == ((column > 0) & (column <= middle)).sum()
        assert total.base == (column > 0).sum()
    for group in release.breakdowns:
        variable, level = {
            "sex": (11, ["male", "female"]),
            "position": (12, ["managerial", "non_managerial"]),
            "tenure": (13, ["lt_1y", "y1_3", "gt_3y"]),
        }[group.variable]
        for cell in group.cells:
            if cell.hidden is None:
                parts = [b.campaign_id for b in release.bodies if b.pooled and cell.question not in b.not_in_breakdowns]
                people = np.concatenate([rows[part] for part in parts])
                people = people[people[:, variable] == level.index(group.level) + 1]
                assert cell.base == (people[:, int(cell.question[1:]) - 1] > 0).sum()


def test_a_body_alone_in_hiding_is_not_told_by_the_rest(opened):
    """Round's total less those of the bodies that show theirs: nothing is left, or several bodies are."""
    release = opened.round_release
    for total in release.totals:
        hiding = [
            body
            for body, one in zip(release.bodies, opened.releases, strict=True)
            if body.pooled
            and total.question not in body.not_in_totals
            and next(t for t in one.totals if t.question == total.question).hidden
        ]
        assert len(hiding) != 1


def test_campaigns_of_different_terms_are_no_round(campaigns):
    other = make_campaign(crowd(12, 3).tolist(), eligible=12, campaign_id="ab" * 16, kpi_method="balance/1")
    with pytest.raises(RoundInconsistent, match="method"):
        open_together([campaigns[1], other])
    with pytest.raises(RoundInconsistent, match="once"):
        open_together([campaigns[1], campaigns[1]])
    with pytest.raises(RoundInconsistent):
        open_round([], [], QUESTIONNAIRE)


def leaning(n, against, seed=0):
    """Half favour every question, but ``against`` says of how many the questions of that number are unfavourable."""
    rows = np.ones((n, 14), dtype=np.uint8)
    for q, question in enumerate(QUESTIONNAIRE.substantive):
        rows[: against.get(q + 1, n // 2), q] = len(question.options)
    rows[:, 11:] = [[1 + i % 2, 2, 3] for i in range(n)]
    return rows


TERMS = Terms(PIN, 10, 200)


def hidden(part):
    return {total.question for total in part.releases[0].totals if total.hidden}


def test_one_body_that_hides_two_questions_alone_is_left_out_of_both():
    parts = [part_of(leaning(20, {3: 1, 4: 18}), 1), part_of(leaning(40, {}), 2), part_of(leaning(60, {}), 3)]
    assert [hidden(part) for part in parts] == [{"q3", "q4"}, set(), set()]
    found = protect_round(QUESTIONNAIRE, parts, TERMS)
    assert found.left_out.totals == {(parts[0].campaign_id, "q3"), (parts[0].campaign_id, "q4")}
    totals = {total.question: total.base for total in found.figures.totals}
    assert totals["q3"] == totals["q4"] == 100
    assert totals["q5"] == 120


def test_two_bodies_that_hide_the_same_two_questions_hide_each_other():
    """q3 of one and q4 of the other may be anything, so long as their sums stay: nobody is left out."""
    parts = [
        part_of(leaning(20, {3: 1, 4: 18}), 1),
        part_of(leaning(24, {3: 22, 4: 2}), 2),
        part_of(leaning(40, {}), 3),
    ]
    assert hidden(parts[0]) == hidden(parts[1]) == {"q3", "q4"}
    found = protect_round(QUESTIONNAIRE, parts, TERMS)
    assert found.left_out.totals == frozenset()
    assert {total.question: total.unfavourable for total in found.figures.totals}["q3"] == 1 + 22 + 20


def test_what_the_rest_gives_away_is_exposed():
    """The positive control: were they not left out, each would be the round's total less the others'."""
    parts = [part_of(leaning(20, {3: 1, 4: 18}), 1), part_of(leaning(40, {}), 2)]
    members = [_member(QUESTIONNAIRE, part, TERMS) for part in parts]
    pooled = {(parts[0].campaign_id, "q3"), (parts[0].campaign_id, "q4")}
    assert total_margins(members, pooled) == dict.fromkeys(pooled, EXPOSED)
    assert total_margins(members, set()) == {}


def test_a_cell_that_only_one_body_hides_is_exposed():
    """Fifty women of one body and four of another, who all say the same: the round's women less the first's."""
    many, few = leaning(100, {}), leaning(30, {})
    few[:, 11] = 1
    few[:4, 11] = 2
    few[:4, :11] = 1
    parts = [part_of(many, 1), part_of(few, 2)]
    members = [_member(QUESTIONNAIRE, part, TERMS) for part in parts]
    shown = frozenset({(0, 2)})
    assert hidden_places(members[0], "q5", shown) == frozenset()
    assert hidden_places(members[1], "q5", shown) == shown
    assert cells_margin(members[0], members, "q5", shown, {}) == UNLIMITED
    assert cells_margin(members[1], members, "q5", shown, {}) == EXPOSED
    found = protect_round(QUESTIONNAIRE, parts, TERMS)
    women = read_figures(QUESTIONNAIRE, [found.figures]).cells["q5"].get((0, 2))
    alone = read_figures(QUESTIONNAIRE, [parts[0].releases[0].figures]).cells["q5"][0, 2]
    assert women in (None, alone)


def test_a_round_of_small_bodies_has_no_figures():
    parts = [part_of(crowd(8, 1), 1), part_of(crowd(9, 2), 2)]
    release = make_round_release(parts, QUESTIONNAIRE)
    assert (release.n, release.kpis, release.verdict.result) == (0, (), "row_only")
    assert {total.hidden for total in release.totals} == {"small_body"}


def test_a_round_is_published_once():
    """A correction with other figures shows its row only: their difference is what the correction changed."""
    parts = [part_of(crowd(14, 1), 1), part_of(crowd(22, 2), 2)]
    first = make_round_release(parts, QUESTIONNAIRE)
    assert make_round_release(parts, QUESTIONNAIRE, [first]) == first
    changed = make_round_release([part_of(crowd(15, 1), 1), parts[1]], QUESTIONNAIRE, [first])
    assert changed.verdict.result == "row_only"
    assert [(kpi.method, kpi.percent) for kpi in changed.kpis] == [(PIN, None)]
    assert all(total.hidden for total in changed.totals)
