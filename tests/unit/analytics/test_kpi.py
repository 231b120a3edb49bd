"""The KPI against the worked example, hand-made tables and a second route from microdata."""

import json
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from analytics.interval import MoreResponsesThanEligible, confidence_interval, logical_bounds, squared_deviations
from analytics.kpi import METHODS, NoKpi, compute_kpi, compute_kpis
from analytics.methods import UnknownMethod, effective_weights, method_named
from analytics.percent import fraction_text, outward, percent_text
from analytics.tally import count_answers, counts_of
from survey_app.domain.questionnaire import Questionnaire
from tests.builders import official_questionnaire, three_questions

EXAMPLE = json.loads((Path(__file__).parents[2] / "data" / "kpi_worked_example.json").read_text(encoding="utf-8"))
T_9 = 2.262157  # Student's t, 9 degrees of freedom, 0.975 (printed tables)


def rows_of(questionnaire: Questionnaire, matrix: list[str]) -> np.ndarray:
    """Rows of digits, a dot for a blank; missing columns are blank."""
    width = len(questionnaire.questions)
    cells = [[0 if c == "." else int(c) for c in row.ljust(width, ".")] for row in matrix]
    return np.array(cells, dtype=np.uint8).reshape(-1, width)


@pytest.fixture(scope="module")
def example():
    return count_answers(official_questionnaire(), rows_of(official_questionnaire(), EXAMPLE["matrix"]))


def test_the_counts_of_the_worked_example(example):
    assert {q: list(counts) for q, counts in counts_of(example).items()} == EXAMPLE["counts"]
    assert (example.n, example.unusable) == (10, 0)


@pytest.mark.parametrize("method", EXAMPLE["results"])
def test_the_results_of_the_worked_example(example, method):
    expected = EXAMPLE["results"][method]
    kpi = compute_kpis(official_questionnaire(), example, EXAMPLE["N"])[method]
    assert fraction_text(kpi.value) == expected["fraction"]
    assert f"{kpi.percent}" == percent_text(kpi.value) == expected["percent"]
    assert [round(float(bound) * 100, 2) for bound in kpi.ci95] == expected["ci95"]
    assert [percent_text(bound) for bound in kpi.logical_bounds] == expected["logical_bounds"]
    assert kpi.row.score == expected["score_range"]
    assert kpi.bases == EXAMPLE["valid"]


@pytest.mark.parametrize("method", EXAMPLE["results"])
def test_the_standard_deviation_of_the_worked_example(example, method):
    variance = squares_from_pairs(METHODS[method], official_questionnaire(), example) / 9
    assert round(100 * math.sqrt(variance), 4) == EXAMPLE["results"][method]["S_z_pp"]


def test_methods_that_land_in_different_rows_are_flagged(example):
    kpis = compute_kpis(official_questionnaire(), example, EXAMPLE["N"])
    assert "method_decides" in kpis["fav_share/1"].flags
    assert "method_decides" in kpis["mean_score/1"].flags


def test_three_questions_by_hand():
    """Answers (2 options, 3 options, 4 options): fav 3/4, 1/4, 3/4."""
    questionnaire = three_questions()
    tally = count_answers(questionnaire, rows_of(questionnaire, ["11.1", "12.2", "12.2", "23.3"]))
    assert counts_of(tally) == {"two": (3, 1), "three": (1, 2, 1), "four": (1, 2, 1, 0)}
    values = {name: kpi.value for name, kpi in compute_kpis(questionnaire, tally, 5).items()}
    assert values == {
        "fav_share/1": Fraction(7, 12),
        "mean_score/1": Fraction(23, 36),
        "balance/1": Fraction(31, 48),
        "block_fav/1": Fraction(5, 8),
        "overall_item/1": Fraction(3, 4),
    }


def test_option_values_are_those_of_the_methodology():
    f = Fraction
    assert METHODS["fav_share/1"].option_values(3) == (1, 0, 0)
    assert METHODS["fav_share/1"].option_values(4) == (1, 1, 0, 0)
    assert METHODS["mean_score/1"].option_values(3) == (1, f(1, 2), 0)
    assert METHODS["mean_score/1"].option_values(4) == (1, f(2, 3), f(1, 3), 0)
    assert METHODS["balance/1"].option_values(3) == (1, f(1, 2), 0)
    assert METHODS["balance/1"].option_values(4) == (1, f(3, 4), f(1, 4), 0)


def test_block_weights_are_a_sixth_each_split_equally():
    weights = METHODS["block_fav/1"].weights(official_questionnaire())
    sixth = Fraction(1, 6)
    blocks = (("q1", "q2"), ("q3",), ("q4", "q6", "q8"), ("q7",), ("q5", "q10"), ("q9", "q11"))
    assert weights == {question: sixth / len(block) for block in blocks for question in block}


def test_the_overall_item_is_the_last_substantive_question():
    assert [q for q, w in METHODS["overall_item/1"].weights(official_questionnaire()).items() if w] == ["q11"]


@pytest.mark.parametrize("name", METHODS)
def test_weights_sum_to_one(name):
    for questionnaire in (official_questionnaire(), three_questions()):
        assert sum(METHODS[name].weights(questionnaire).values()) == 1


def test_a_response_counts_from_six_of_eleven():
    tally = count_answers(official_questionnaire(), rows_of(official_questionnaire(), ["111111", "11111......111"]))
    assert (tally.n, tally.unusable) == (1, 1)


def test_a_question_without_answers_drops_out_and_is_flagged():
    questionnaire = official_questionnaire()
    tally = count_answers(questionnaire, rows_of(questionnaire, ["1112222222.", "1212222222."]))
    kpi = compute_kpi(METHODS["fav_share/1"], questionnaire, tally, 4)
    assert kpi.value == (1 + Fraction(1, 2) + 8) / 10
    assert kpi.flags == ("renormalised",)
    with pytest.raises(NoKpi):
        compute_kpi(METHODS["overall_item/1"], questionnaire, tally, 4)
    assert "overall_item/1" not in compute_kpis(questionnaire, tally, 4)


def test_nobody_gives_no_kpi():
    questionnaire = official_questionnaire()
    tally = count_answers(questionnaire, rows_of(questionnaire, ["1", "2"]))
    assert (tally.n, tally.unusable) == (0, 2)
    assert compute_kpis(questionnaire, tally, 4) == {}


def test_one_response_has_the_logical_bounds_as_its_interval():
    questionnaire = official_questionnaire()
    tally = count_answers(questionnaire, rows_of(questionnaire, ["11111111333"]))
    kpi = compute_kpi(METHODS["fav_share/1"], questionnaire, tally, 4)
    assert kpi.ci95 == kpi.logical_bounds == (Fraction(8, 44), Fraction(8, 44) + Fraction(3, 4))


def test_everybody_gives_zero_width(example):
    kpi = compute_kpi(METHODS["fav_share/1"], official_questionnaire(), example, 10)
    assert kpi.ci95 == kpi.logical_bounds == (kpi.value, kpi.value)


def test_more_responses_than_people_is_an_error(example):
    with pytest.raises(MoreResponsesThanEligible):
        compute_kpi(METHODS["fav_share/1"], official_questionnaire(), example, 9)


def test_an_unknown_method_is_named():
    with pytest.raises(UnknownMethod, match="fav_share/2"):
        method_named("fav_share/2")


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", METHODS)
def test_pair_counts_give_what_microdata_give(seed, name):
    """Second route: z_i of the methodology, respondent by respondent, in exact fractions."""
    questionnaire, random = official_questionnaire(), np.random.default_rng(seed)
    rows = np.zeros((12, 14), dtype=np.uint8)
    for question in questionnaire.substantive:
        rows[:, question.number - 1] = random.integers(0, len(question.options) + 1, 12)
    tally = count_answers(questionnaire, rows)
    answered = (rows[:, :11] > 0).sum(axis=1) >= 6
    assert squares_from_pairs(METHODS[name], questionnaire, tally) == squares_from_rows(
        METHODS[name], questionnaire, rows[answered].tolist()
    )


def squares_from_pairs(method, questionnaire, tally):
    counts = counts_of(tally)
    weights = effective_weights(method, questionnaire, counts)
    values = {q: method.option_values(len(counts[q])) for q in weights}
    shares = {q: sum(v * c for v, c in zip(values[q], counts[q], strict=True)) / sum(counts[q]) for q in weights}
    return squared_deviations(tally, weights, values, shares)


def squares_from_rows(method, questionnaire, rows):
    weights = method.weights(questionnaire)
    z = [Fraction(0)] * len(rows)
    for question in questionnaire.substantive:
        values, column = method.option_values(len(question.options)), [row[question.number - 1] for row in rows]
        given = [values[position - 1] for position in column if position]
        share = sum(given, Fraction(0)) / len(given)
        for i, position in enumerate(column):
            if position:
                z[i] += weights[question.id] * Fraction(len(rows), len(given)) * (values[position - 1] - share)
    return sum(value * value for value in z)


def test_interval_bounds_solve_the_score_equation():
    """(p - b)^2 = c^2 b (1 - b) / m at both bounds: what the closed formula was derived from."""
    p, n, eligible, squares = Fraction(3, 5), 10, 40, Fraction(9, 10)
    m = float(p * (1 - p) / (squares / 9 / n)) * 39 / 30
    for bound in map(float, confidence_interval(p, squares, n, eligible)):
        assert (float(p) - bound) ** 2 == pytest.approx(T_9**2 * bound * (1 - bound) / m, rel=1e-5)


def test_unanimity_uses_n_and_has_a_one_sided_interval():
    """S^2 = 0, p = 1: m = n (N-1)/(N-n); lower bound 1 / (1 + c^2/m)."""
    low, high = confidence_interval(Fraction(1), Fraction(0), 10, 100)
    assert high == 1
    assert float(low) == pytest.approx(1 / (1 + T_9**2 / (10 * 99 / 90)), rel=1e-6)


def test_the_interval_is_cut_to_the_logical_bounds():
    low, high = confidence_interval(Fraction(1, 2), Fraction(5), 2, 3)
    assert (low, high) == logical_bounds(Fraction(1, 2), 2, 3) == (Fraction(1, 3), Fraction(2, 3))


def test_rounding_is_half_up_once_and_never_reaches_100():
    assert percent_text(Fraction(653, 990)) == "65.96"
    assert percent_text(Fraction(123455, 1000000)) == "12.35"
    assert percent_text(Fraction(94995, 100000)) == "95.00"
    assert percent_text(Fraction(99999, 100000)) == "99.99"
    assert percent_text(Fraction(1)) == "100.00"


def test_intervals_are_rounded_outward():
    assert outward(Fraction(653, 990), Fraction(661, 1000)) == ("65.9", "66.1")
    assert outward(Fraction(0), Fraction(1)) == ("0.0", "100.0")


def test_a_million_rows_are_counted_in_blocks():
    """Blocks leave nothing out: 120,000 equal rows give 120,000 in every pair."""
    questionnaire = three_questions()
    tally = count_answers(questionnaire, np.tile(np.array([1, 2, 1, 3], dtype=np.uint8), (120_000, 1)))
    assert counts_of(tally) == {"two": (120_000, 0), "three": (0, 120_000, 0), "four": (0, 0, 120_000, 0)}
    assert tally.pairs.loc[("two", 1), ("four", 3)] == 120_000
