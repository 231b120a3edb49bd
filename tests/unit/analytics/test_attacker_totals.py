"""Hidden totals against the published KPIs, with trying every pair of totals as the other route."""

import itertools
import os
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from analytics.attacker.body import Body, attack_body
from analytics.attacker.published import read_figures
from analytics.attacker.statements import fits, window_of
from analytics.attacker.totals import BodyTotals, exchanged_totals, possible_totals, split_of
from analytics.disclosure import Withheld
from analytics.figures import Figures, QuestionTotal
from analytics.groups import groups_of
from analytics.methods import METHODS
from analytics.opening import count_responses
from analytics.percent import percent_text
from analytics.protection import Terms, publish
from analytics.tally import counts_of
from tests.builders import official_questionnaire
from tests.crowds import PIN

QUESTIONNAIRE = official_questionnaire()
QUESTIONS = [question.id for question in QUESTIONNAIRE.substantive]
SPLITS = (9, 8, 10, 7, 9, 11, 8, 6, 10, 9, 7)
N = 15


def rows_of(splits, n=N, blanks=()):
    """``splits``: how many of n favour each question; ``blanks``: (person, question) left out."""
    rows = np.ones((n, 14), dtype=np.uint8)
    for q, (question, favourable) in enumerate(zip(QUESTIONNAIRE.substantive, splits, strict=True)):
        rows[favourable:, q] = len(question.options)
    for person, question in blanks:
        rows[person, question] = 0
    rows[:, 11:] = [[1 + i % 2, 1 + (i % 5 > 0), 1 + i % 3] for i in range(n)]
    return rows


def body_of(rows):
    counted = count_responses(QUESTIONNAIRE, rows, len(rows) + 5)
    counts, table = counts_of(counted.tally), counted.table
    return counted, Body(QUESTIONNAIRE, counts, table, groups_of(table), len(rows) + 5, 10)


def hiding(counted, questions, methods):
    """Figures with these totals hidden and these methods shown, whatever the rules say."""
    shown = {question: split_of(options) for question, options in counts_of(counted.tally).items()}
    totals = tuple(
        QuestionTotal(question, "protected", None, None, None, None)
        if question in questions
        else QuestionTotal(question, None, *shown[question], sum(shown[question]), None)
        for question in QUESTIONS
    )
    safe = count_responses(QUESTIONNAIRE, rows_of(SPLITS), counted.tally.n + 5)
    everything = publish(
        QUESTIONNAIRE, replace(safe, kpis=counted.kpis), Terms(PIN, 10, counted.tally.n + 5), Withheld()
    )
    kpis = tuple(replace(kpi, fraction=None) for kpi in everything.kpis if kpi.method in methods)
    return Figures(kpis, totals, (), None)


def solutions(body, figures, pair):
    """Every pair of favourable counts, on any base from 12 answers, that gives the published percentages."""
    published = {kpi.method: kpi.percent for kpi in figures.kpis}
    known = {t.question: Fraction(t.favourable, t.base) for t in figures.totals if not t.hidden}
    shares = sorted({Fraction(f, b) for b in range(body.n - 2, body.n + 1) for f in range(b + 1)})
    found = set()
    for one, other in itertools.product(shares, repeat=2):
        values = known | dict(zip(pair, (one, other), strict=True))
        if all(
            percent_text(sum(METHODS[m].weights(QUESTIONNAIRE)[q] * share for q, share in values.items())) == percent
            for m, percent in published.items()
        ):
            found.add((one, other))
    return found


def is_solved(body, figures, pair):
    """Whether neither total can be anything but what it is."""
    totals = BodyTotals(QUESTIONNAIRE, body.counts, body.n, body.eligible, read_figures(QUESTIONNAIRE, [figures]))
    return not any(
        possible_totals(totals, question, side, split_of(body.counts[question])[side] + 1)
        for question in pair
        for side in (0, 1)
    )


def test_two_methods_by_favourable_share_solve_pairs_of_different_weight():
    """36 of 55 pairs, and these of the same weight: none. The figures are the methodology's."""
    counted, body = body_of(rows_of(SPLITS))
    weights = METHODS["block_fav/1"].weights(QUESTIONNAIRE)
    pairs = list(itertools.combinations(QUESTIONS, 2))
    assert sum(1 for one, other in pairs if weights[one] != weights[other]) == 36
    for pair in some_pairs(pairs):
        both, one = (hiding(counted, pair, {"fav_share/1", *more}) for more in (("block_fav/1",), ()))
        assert is_solved(body, both, pair) == (weights[pair[0]] != weights[pair[1]])
        assert not is_solved(body, one, pair)


def some_pairs(pairs):
    """All of them in a long run."""
    return pairs if os.environ.get("PIKIR_VERIFY") == "1" else pairs[::8]


@pytest.mark.parametrize("pair", [("q1", "q3"), ("q4", "q6"), ("q2", "q8")])
@pytest.mark.parametrize("methods", [{"fav_share/1"}, {"fav_share/1", "block_fav/1"}])
def test_what_is_found_possible_is_what_every_try_finds(pair, methods):
    counted, body = body_of(rows_of(SPLITS))
    figures = hiding(counted, pair, methods)
    found = solutions(body, figures, pair)
    totals = BodyTotals(QUESTIONNAIRE, body.counts, body.n, body.eligible, read_figures(QUESTIONNAIRE, [figures]))
    for place, question in enumerate(pair):
        for least in (1, 8, 10, 12, 14):
            possible = possible_totals(totals, question, 0, least)
            reachable = any(solution[place] * b >= least for solution in found for b in (13, 14, 15))
            if possible:
                split = possible[question]
                assert split[0] >= least
                assert tuple(Fraction(possible[q][0], sum(possible[q])) for q in pair) in found
            else:
                assert not reachable or least > 12


def test_a_total_hidden_alone_is_exposed():
    counted, body = body_of(rows_of(SPLITS))
    unsafe, body_with_it = body_of(rows_of((9, 8, 10, 7, 14, 11, 8, 6, 10, 9, 7)))
    both = {"fav_share/1", "mean_score/1"}
    assert attack_body(body_with_it, [hiding(unsafe, ["q5"], both)]).exposed == ("q5",)
    assert attack_body(body_with_it, [hiding(unsafe, ["q5", "q6"], both)]).exposed == ()
    assert is_solved(body, hiding(counted, ["q5"], both), ["q5"])


def test_two_unanimous_totals_are_exposed_and_a_third_covers_them():
    counted, body = body_of(rows_of((9, 8, 10, 15, 9, 15, 8, 6, 10, 9, 7)))
    both = {"fav_share/1", "mean_score/1"}
    assert attack_body(body, [hiding(counted, ["q4", "q6"], both)]).exposed == ("q4", "q6")
    assert attack_body(body, [hiding(counted, ["q4", "q6", "q8"], both)]).exposed == ()


def test_gaps_may_make_a_sum_solvable():
    """12/15 + 7/14 has no neighbour in fifteenths and fourteenths that are equally much."""
    counted, body = body_of(rows_of((9, 8, 10, 12, 9, 8, 8, 6, 10, 9, 7), blanks=[(0, 5)]))
    figures = hiding(counted, ["q4", "q6"], {"fav_share/1"})
    found = solutions(body, figures, ("q4", "q6"))
    exposed = set(attack_body(body, [figures]).exposed)
    for place, question in enumerate(("q4", "q6")):
        counts = {solution[place] * 15 for solution in found}
        assert (question in exposed) == (max(counts) - min(counts) < 3)


def test_exchanged_answers_change_no_published_figure():
    counted, body = body_of(rows_of(SPLITS))
    figures = hiding(counted, ["q4", "q5", "q8"], {"fav_share/1", "mean_score/1"})
    published = read_figures(QUESTIONNAIRE, [figures])
    totals = BodyTotals(QUESTIONNAIRE, body.counts, body.n, body.eligible, published)
    assert exchanged_totals(totals) == {question: [(15, 0), (0, 15)] for question in ("q4", "q5", "q8")}
    swapped = dict(body.counts) | {"q4": body.counts["q8"], "q8": body.counts["q4"]}
    assert fits(published.kpis, QUESTIONNAIRE, swapped, body.n, body.eligible)
    assert not fits(published.kpis, QUESTIONNAIRE, swapped | {"q5": (15, 0, 0, 0)}, body.n, body.eligible)


@pytest.mark.parametrize("method", METHODS)
def test_a_window_holds_the_value_and_no_more_than_its_rounding(method):
    counted, body = body_of(rows_of(SPLITS, blanks=[(3, 4), (5, 4), (2, 9)]))
    kpi = counted.kpis[method]
    figure = next(f for f in hiding(counted, [], set(METHODS)).kpis if f.method == method)
    window = window_of(figure, body.n, body.eligible)
    assert window.low <= kpi.value * 10_000 <= window.high
    assert window.high - window.low <= 1
    exact = window_of(replace(figure, fraction=str(kpi.value)), body.n, body.eligible)
    assert exact.low == exact.high == kpi.value * 10_000
    row = window_of(replace(figure, percent=None, logical_bounds=None), body.n, body.eligible)
    assert row.low <= window.low
    assert row.high >= window.high
    assert row.high - row.low <= 4500
