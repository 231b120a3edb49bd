"""Rules 1 and 3 of disclosure control, case by case."""

from fractions import Fraction

import numpy as np
import pytest

from analytics.disclosure import Cell, cell_of, hidden_totals, is_safe, protect
from analytics.kpi import compute_kpis
from analytics.tally import count_answers
from tests.builders import official_questionnaire, three_questions

ALL_METHODS = {"fav_share/1", "mean_score/1", "balance/1", "block_fav/1", "overall_item/1"}
SAFE = Cell(7, 8)


def published(questionnaire, rows, *, pinned="fav_share/1", eligible=None, minimum_group=10):
    tally = count_answers(questionnaire, np.array(rows, dtype=np.uint8))
    kpis = compute_kpis(questionnaire, tally, eligible or len(rows))
    return protect(questionnaire, tally, kpis, pinned, minimum_group)


def body(n, unfavourable):
    """n rows; in question i the last unfavourable[i] respondents (default 5) answer the last option."""
    options = [len(q.options) for q in official_questionnaire().substantive]
    split = [unfavourable.get(f"q{i + 1}", 5) for i in range(11)]
    return [[k if n - row <= bad else 1 for k, bad in zip(options, split, strict=True)] + [0, 0, 0] for row in range(n)]


def test_a_cell_splits_options_before_the_middle():
    assert cell_of((2, 6, 2)) == Cell(2, 8)
    assert cell_of((1, 4, 2, 2)) == Cell(5, 4)


@pytest.mark.parametrize(
    ("cell", "safe"),
    [(Cell(3, 7), True), (Cell(7, 3), True), (Cell(2, 8), False), (Cell(10, 0), False), (Cell(4, 5), False)],
)
def test_rule_1(cell, safe):
    assert is_safe(cell, 10) is safe


def equal(cells):
    return [dict.fromkeys(cells, Fraction(1, len(cells)))]


def hidden(cells, weights=None):
    return hidden_totals(cells, weights or equal(cells), 10)


def test_two_unsafe_totals_on_different_sides_are_hidden_alone():
    assert hidden({"a": Cell(15, 0), "b": SAFE, "c": Cell(2, 13)}) == {"a", "c"}


def test_one_unsafe_total_takes_the_next_nearest_with_it():
    assert hidden({"a": Cell(6, 9), "b": Cell(15, 0), "c": Cell(4, 10), "d": Cell(11, 4)}) == {"b", "c"}


def test_two_unanimous_totals_take_a_third_with_them():
    """Both at 15 of 15: the KPI less the rest says 30 of 30, which leaves nothing to guess."""
    assert hidden({"a": Cell(15, 0), "b": Cell(15, 0), "c": SAFE, "d": Cell(11, 4)}) == {"a", "b", "d"}


def test_a_heavy_question_needs_heavy_company():
    """Weights 3 to 1: three favourable answers in the light one are only one in the heavy one."""
    cells = {"heavy": Cell(0, 15), "light": Cell(3, 12), "other": SAFE}
    weights = [{"heavy": Fraction(3, 5), "light": Fraction(1, 5), "other": Fraction(1, 5)}]
    assert hidden(cells, weights) == {"heavy", "light", "other"}
    assert hidden(cells) == {"heavy", "light"}


def test_nothing_unsafe_hides_nothing():
    assert hidden({"a": SAFE, "b": SAFE}) == set()


def test_all_shown_gives_every_method_and_exact_fractions_of_what_is_shown():
    release = published(official_questionnaire(), body(15, {}))
    assert {total.hidden for total in release.totals} == {None}
    assert {figure.method for figure in release.kpis} == ALL_METHODS
    assert {figure.method for figure in release.kpis if figure.fraction} == {
        "fav_share/1",
        "block_fav/1",
        "overall_item/1",
    }
    assert {(total.favourable, total.unfavourable, total.base) for total in release.totals} == {(10, 5, 15)}


def test_a_hidden_total_leaves_two_percentages_and_no_fraction():
    release = published(official_questionnaire(), body(15, {"q4": 1, "q6": 0}), pinned="balance/1")
    withheld = {total.question: total for total in release.totals if total.hidden}
    assert {total.hidden for total in withheld.values()} == {"protected"}
    assert set(withheld) == {"q1", "q4", "q6"}
    assert all((t.favourable, t.unfavourable, t.base, t.options) == (None,) * 4 for t in withheld.values())
    assert [figure.method for figure in release.kpis] == ["mean_score/1", "balance/1"]
    assert all(figure.percent is not None and figure.fraction is None for figure in release.kpis)


def test_a_kpi_that_is_one_hidden_total_is_withheld():
    release = published(official_questionnaire(), body(15, {"q11": 0}), pinned="overall_item/1")
    figure = next(figure for figure in release.kpis if figure.method == "overall_item/1")
    assert (figure.percent, figure.fraction, figure.interval, figure.logical_bounds) == (None,) * 4
    assert figure.row == "100 и выше"
    assert sorted(total.question for total in release.totals if total.hidden) == ["q1", "q11"]


def test_a_small_body_shows_its_row_only():
    release = published(official_questionnaire(), body(9, {}), eligible=12)
    assert {total.hidden for total in release.totals} == {"small_body"}
    (figure,) = release.kpis
    assert (figure.method, figure.row, figure.score_range) == ("fav_share/1", "40-44,49", "2-2,24")
    assert (figure.percent, figure.fraction, figure.interval, figure.logical_bounds, figure.stable) == (None,) * 5


def test_options_are_shown_from_a_base_of_50_without_ones_and_twos():
    shown = {t.question: t.options for t in published(official_questionnaire(), body(50, {"q3": 3})).totals}
    assert shown["q3"] == (47, 0, 0, 3)
    assert shown["q1"] == (45, 0, 5)
    rows = body(50, {})
    rows[0][2] = rows[1][2] = 2
    assert {t.question: t.options for t in published(official_questionnaire(), rows).totals}["q3"] is None
    assert all(t.options is None for t in published(official_questionnaire(), body(49, {})).totals)


def test_any_questionnaire_is_protected():
    rows = [[1, 1, 0, 1]] * 6 + [[2, 3, 0, 4]] * 6
    release = published(three_questions(), rows)
    assert [(t.question, t.favourable, t.base) for t in release.totals] == [
        ("two", 6, 12),
        ("three", 6, 12),
        ("four", 6, 12),
    ]
