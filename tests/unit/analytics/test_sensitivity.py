"""Why two methods differ: the worked example's two percentages, and its parts by hand."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from analytics.figures import QuestionTotal
from analytics.methods import UnknownMethod
from analytics.sensitivity import explain_gap
from tests.builders import official_questionnaire

EXAMPLE = json.loads((Path(__file__).parents[2] / "data" / "kpi_worked_example.json").read_text(encoding="utf-8"))


def totals(counts: dict[str, list[int]]) -> list[QuestionTotal]:
    return [
        QuestionTotal(q, None, sum(o[: len(o) // 2]), sum(o[len(o) // 2 :]), sum(o), tuple(o))
        for q, o in counts.items()
    ]


def test_the_parts_add_up_to_the_worked_examples_difference() -> None:
    found = explain_gap(official_questionnaire(), totals(EXAMPLE["counts"]), "fav_share/1", "mean_score/1")
    assert found is not None
    assert found.total == 100 * (Fraction(1883, 2970) - Fraction(653, 990))
    mild, rest = Fraction(0), Fraction(0)
    for counts in EXAMPLE["counts"].values():
        if len(counts) == 3:
            rest += Fraction(counts[1], 2 * sum(counts))
        else:
            mild -= Fraction(counts[1], 3 * sum(counts))
            rest += Fraction(counts[2], 3 * sum(counts))
    assert (found.favourable, found.others) == (100 * mild / 11, 100 * rest / 11)


def test_nothing_is_explained_where_options_are_not_shown() -> None:
    some = totals(EXAMPLE["counts"])
    some[3] = QuestionTotal("q4", None, 5, 4, 9, None)
    assert explain_gap(official_questionnaire(), some, "fav_share/1", "mean_score/1") is None


def test_nor_between_methods_of_other_weights() -> None:
    every = totals(EXAMPLE["counts"])
    assert explain_gap(official_questionnaire(), every, "fav_share/1", "block_fav/1") is None
    with pytest.raises(UnknownMethod):
        explain_gap(official_questionnaire(), every, "fav_share/1", "no_such/1")
