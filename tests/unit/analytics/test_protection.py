"""Disclosure control as a whole: what rule 5 takes back, and what is left at the very end."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.attacker.body import Body, attack_body
from analytics.attacker.published import read_figures
from analytics.disclosure import Withheld
from analytics.figures import Verdict
from analytics.groups import groups_of
from analytics.opening import count_responses, open_campaign
from analytics.protection import Terms, hidden_by_mark, publish
from analytics.release import NotAttackedTogether, read_release, release_bytes, require_attacked
from analytics.tally import counts_of
from survey_app.domain.errors import Malformed
from tests.builders import make_campaign, official_questionnaire, three_questions
from tests.certified import open_built
from tests.crowds import PIN, crowd, protected

QUESTIONNAIRE = official_questionnaire()
LAST = [len(question.options) for question in QUESTIONNAIRE.substantive]


def people(*groups):
    """(how many, how many of them unfavourable, sex, position, tenure) each; the same in every question."""
    return np.array(
        [
            [LAST[q] if person < against else 1 for q in range(11)] + list(who)
            for count, against, *who in groups
            for person in range(count)
        ],
        dtype=np.uint8,
    )


def attacked(rows, figures, minimum_group=10):
    counted = count_responses(QUESTIONNAIRE, rows, len(rows))
    body = Body(
        QUESTIONNAIRE, counts_of(counted.tally), counted.table, groups_of(counted.table), len(rows), minimum_group
    )
    return attack_body(body, figures)


def unprotected(rows, **withheld):
    """Figures after rules 1 to 3 only."""
    counted = count_responses(QUESTIONNAIRE, rows, len(rows))
    return publish(QUESTIONNAIRE, counted, Terms(PIN, 10, len(rows)), Withheld(**withheld))


def cells(figures, variable):
    return {c.hidden for g in figures.breakdowns if g.variable == variable for c in g.cells}


def test_rules_1_and_2_alone_are_broken_by_subtracting_nested_groups():
    """Fourteen men, four women and ten more, who alone are managers. Executives less men are the four women."""
    rows = people((14, 5, 1, 2, 3), (4, 0, 2, 2, 3), (10, 4, 2, 1, 3))
    by_two_rules = unprotected(rows)
    assert cells(by_two_rules, "sex") == cells(by_two_rules, "position") == {None}
    shown = read_figures(QUESTIONNAIRE, [by_two_rules]).cells["q5"]
    men, executives = shown[0, 1], shown[1, 2]
    assert (executives[0] - men[0], executives[1] - men[1]) == (4, 0)

    figures, verdict = protected(rows)
    assert verdict.result == "pass"
    assert sorted([cells(figures, "sex"), cells(figures, "position")], key=str) == [{"protected"}, {None}]


def test_an_attack_that_succeeds_takes_back_a_variable_for_that_question():
    rows = crowd(30, 4)
    before, (after, verdict) = unprotected(rows), protected(rows)
    found = attacked(rows, [before])
    assert found.exposed
    assert attacked(rows, [after]).exposed == ()
    assert verdict.result == "pass"
    shown_before, shown_after = (read_figures(QUESTIONNAIRE, [figures]) for figures in (before, after))
    for question, places in shown_before.cells.items():
        lost = set(places) - set(shown_after.cells[question])
        assert bool(lost) == (question in found.exposed)
        assert lost == {place for place in places if place[0] in {variable for variable, _ in lost}}


def test_the_verdict_counts_marks_and_names_the_worst_margin():
    figures, verdict = protected(crowd(120, 1))
    marks = [c.hidden for g in figures.breakdowns for c in g.cells if c.hidden]
    assert verdict.hidden == {mark: marks.count(mark) for mark in sorted(set(marks))} == hidden_by_mark(figures)
    assert verdict.worst_margin == attacked(crowd(120, 1), [figures]).margin
    assert verdict.worst_margin >= 0


def test_a_big_mixed_body_shows_everything():
    rows = np.vstack([crowd(400, seed) for seed in range(3)])
    figures, verdict = protected(rows)
    assert verdict.hidden == {}
    assert sum(len(group.cells) for group in figures.breakdowns) == 77
    assert figures.drivers is not None


def test_a_small_body_publishes_its_row_only_and_is_not_attacked():
    figures, verdict = protected(people((9, 4, 1, 2, 3)))
    assert verdict == Verdict("row_only", None, {"small_body": 88}, ())
    assert [(kpi.percent, kpi.row) for kpi in figures.kpis] == [(None, "55-59,99")]


def test_where_everybody_says_the_same_only_the_row_is_left():
    figures, verdict = protected(people((30, 0, 1, 2, 3), (30, 0, 2, 1, 1)))
    assert verdict.result == "row_only"
    assert {total.hidden for total in figures.totals} == {"protected"}
    assert [(kpi.percent, kpi.row) for kpi in figures.kpis] == [(None, "100 и выше")]
    assert figures.drivers is None


def test_one_dissenter_is_never_to_be_found():
    """One unfavourable answer in all: a percentage of 99.85 would say that everybody else is content."""
    rows = people((60, 0, 1, 2, 3))
    rows[7, 4] = 4
    figures, verdict = protected(rows)
    assert verdict.result == "row_only"
    assert all(kpi.percent is None for kpi in figures.kpis)


def test_nobody_to_protect():
    figures, verdict = protected(np.zeros((0, 14), dtype=np.uint8), eligible=12)
    assert (figures.kpis, verdict.result) == ((), "row_only")


def test_a_group_of_nine_of_ten_hides_every_total():
    """What nine of ten said is the total give or take one answer: not open by three."""
    rows = people((9, 4, 1, 2, 3), (1, 0, 2, 1, 1))
    figures, verdict = protected(rows)
    assert all(total.hidden for total in figures.totals)
    assert verdict.result == "pass"
    alike = people((10, 4, 1, 2, 3))
    assert not any(total.hidden for total in protected(alike)[0].totals)


@pytest.mark.parametrize(
    ("pinned", "n"),
    [("fav_share/1", 12), ("mean_score/1", 14), ("balance/1", 18), ("block_fav/1", 12), ("overall_item/1", 60)],
)
def test_every_pinned_method_can_be_protected(pinned, n):
    figures, verdict = protected(crowd(n, n), pinned=pinned)
    assert verdict.result == "pass"
    assert next(kpi for kpi in figures.kpis if kpi.method == pinned).percent is not None


def test_any_questionnaire_can_be_protected():
    rows = [[1, 1, 1, 1]] * 12 + [[2, 3, 2, 4]] * 12 + [[1, 2, 0, 2]] * 8 + [[2, 1, 1, 3]] * 6
    figures, verdict = protected(rows, questionnaire=three_questions())
    assert verdict.result == "pass"
    assert [(g.variable, g.level, len(g.cells)) for g in figures.breakdowns] == [("kind", "x", 3), ("kind", "y", 3)]


def test_the_same_answers_in_another_order_give_the_same_figures():
    rows = crowd(80, 9)
    shuffled = np.random.default_rng(1).permutation(rows)
    assert protected(rows) == protected(shuffled)


DIGEST = b"\x01" * 32


@pytest.fixture(scope="module")
def campaign():
    return make_campaign(crowd(34, 11).tolist(), eligible=40)


@pytest.fixture(scope="module")
def release(campaign):
    return open_built(campaign)


def corrected(campaign, earlier):
    return open_campaign(campaign.evidence, campaign.keys.sealing, campaign.questionnaire, superseded={DIGEST: earlier})


def test_a_correction_with_the_same_figures_tells_nothing_new(campaign, release):
    again = corrected(campaign, release)
    assert release_bytes(again) == release_bytes(release)
    require_attacked(again, DIGEST, release)


def test_a_correction_with_other_figures_is_attacked_together_with_the_earlier_ones(campaign, release):
    """The earlier Release hid every cell but those by sex; the new one shows what both together can bear."""

    def without(group):
        hidden = {"hidden": "protected", "favourable": None, "unfavourable": None, "base": None}
        return replace(group, cells=tuple(replace(cell, **hidden) for cell in group.cells))

    earlier = replace(
        release, breakdowns=tuple(group if group.variable == "sex" else without(group) for group in release.breakdowns)
    )
    new = corrected(campaign, earlier)
    assert (new.verdict.result, new.verdict.together) == ("pass", (DIGEST,))
    assert attacked(crowd(34, 11), [earlier.figures, new.figures]).exposed == ()
    require_attacked(new, DIGEST, earlier)
    with pytest.raises(NotAttackedTogether):
        require_attacked(new, b"\x02" * 32, earlier)


def test_two_releases_that_are_safe_alone_can_be_unsafe_together():
    rows = people((14, 5, 1, 2, 3), (4, 0, 2, 2, 3), (10, 4, 2, 1, 3))
    questions = [question.id for question in QUESTIONNAIRE.substantive]
    by_sex = unprotected(rows, cells=frozenset((question, "position") for question in questions))
    by_position = unprotected(rows, cells=frozenset((question, "sex") for question in questions))
    assert attacked(rows, [by_sex]).exposed == attacked(rows, [by_position]).exposed == ()
    assert attacked(rows, [by_sex, by_position]).exposed == tuple(questions)


def test_a_correction_with_another_batch_leaves_the_row(campaign, release):
    """One envelope more or less: the difference of two figures would be one person's answers."""
    fewer = open_built(campaign.with_envelopes(campaign.envelopes[1:]))
    new = corrected(campaign, fewer)
    assert new.verdict.result == "row_only"
    assert all(total.hidden for total in new.totals)
    assert all(kpi.percent is None for kpi in new.kpis)
    require_attacked(new, DIGEST, fewer)


def test_a_release_with_a_failed_attack_cannot_even_be_written_down():
    release = open_built(make_campaign(crowd(12, 1).tolist(), eligible=12))
    text = release_bytes(release).decode()
    failed = text.replace(f'"result":"{release.verdict.result}"', '"result":"fail"')
    assert failed != text
    with pytest.raises(Malformed):
        read_release(failed.encode())
