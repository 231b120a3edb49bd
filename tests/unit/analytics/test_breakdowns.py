"""Rules 1 and 2 of disclosure control, case by case, on hand-made tables."""

import numpy as np
import pytest

from analytics.breakdowns import break_down, shown_levels
from analytics.disclosure import Cell
from analytics.groups import count_groups
from tests.builders import official_questionnaire

QUESTIONNAIRE = official_questionnaire()


@pytest.mark.parametrize(
    ("cells", "not_stated", "shown"),
    [
        pytest.param([(20, 10), (15, 15)], (0, 0), {1, 2}, id="both safe, nothing left over"),
        pytest.param([(20, 10), (28, 2)], (0, 0), set(), id="the unsafe one would be the rest: its neighbour goes too"),
        pytest.param([(20, 10), (15, 15)], (4, 5), {2}, id="nine not stated: the smaller level keeps them company"),
        pytest.param([(20, 10), (15, 15)], (4, 6), {1, 2}, id="ten not stated are safe by themselves"),
        pytest.param([(20, 10), (40, 15), (3, 3)], (0, 0), {2}, id="six are hidden, with the next smallest"),
        pytest.param([(20, 10), (40, 15), (6, 3)], (3, 1), {1, 2}, id="hidden and not stated are safe together"),
        pytest.param([(9, 9), (9, 9)], (1, 0), {2}, id="of equal levels the first goes"),
        pytest.param([(30, 0), (30, 0), (4, 0)], (0, 0), set(), id="unanimity is never shown"),
        pytest.param([(7, 3), (5, 4), (8, 2)], (0, 0), {1}, id="base below ten, part below three"),
        pytest.param([(50, 50), (30, 2), (2, 30)], (0, 0), {1}, id="two unsafe levels are safe together"),
        pytest.param([(50, 50), (30, 2), (10, 0)], (0, 0), set(), id="two unsafe levels, unsafe together"),
    ],
)
def test_which_levels_are_shown(cells, not_stated, shown):
    assert shown_levels(dict(enumerate((Cell(*c) for c in cells), 1)), Cell(*not_stated), 10) == shown


def people(*, men, women, unfavourable_men, unfavourable_women):
    """All executive, all long in service; in each question these men and women are unfavourable."""
    rows = []
    for sex, count, against in ((1, men, unfavourable_men), (2, women, unfavourable_women)):
        for person in range(count):
            answers = [len(q.options) if person < against else 1 for q in QUESTIONNAIRE.substantive]
            rows.append([*answers, sex, 2, 3])
    return np.array(rows, dtype=np.uint8)


def broken_down(rows, hidden=frozenset(), withheld=frozenset()):
    groups = break_down(QUESTIONNAIRE, count_groups(QUESTIONNAIRE, rows), 10, hidden, withheld)
    return {(g.variable, g.level): {c.question: c for c in g.cells} for g in groups}


def test_every_level_has_a_cell_for_every_question_in_their_order():
    groups = broken_down(people(men=20, women=30, unfavourable_men=5, unfavourable_women=20))
    assert list(groups) == [
        ("sex", "male"),
        ("sex", "female"),
        ("position", "managerial"),
        ("position", "non_managerial"),
        ("tenure", "lt_1y"),
        ("tenure", "y1_3"),
        ("tenure", "gt_3y"),
    ]
    assert all(list(cells) == [f"q{i}" for i in range(1, 12)] for cells in groups.values())
    male = groups["sex", "male"]["q1"]
    assert (male.hidden, male.favourable, male.unfavourable, male.base) == (None, 15, 5, 20)


def test_a_mark_says_how_few_belong_to_a_group_and_nothing_of_how_they_answered():
    groups = broken_down(people(men=9, women=30, unfavourable_men=4, unfavourable_women=15))
    assert {c.hidden for c in groups["sex", "male"].values()} == {"small_group"}
    assert {c.hidden for c in groups["tenure", "lt_1y"].values()} == {"small_group"}
    assert {c.hidden for c in groups["sex", "female"].values()} == {"protected"}
    unanimous = broken_down(people(men=20, women=30, unfavourable_men=0, unfavourable_women=15))
    assert {c.hidden for c in unanimous["sex", "male"].values()} == {"protected"}
    assert {c.hidden for c in unanimous["sex", "female"].values()} == {"protected"}


def test_a_hidden_cell_has_no_number():
    groups = broken_down(people(men=9, women=30, unfavourable_men=4, unfavourable_women=15))
    cells = [c for group in groups.values() for c in group.values() if c.hidden]
    assert cells
    assert {(c.favourable, c.unfavourable, c.base) for c in cells} == {(None, None, None)}


def test_a_question_whose_total_is_hidden_has_no_cells():
    rows = people(men=20, women=30, unfavourable_men=5, unfavourable_women=20)
    groups = broken_down(rows, hidden={"q4"})
    assert all(cells["q4"].hidden for cells in groups.values())
    assert groups["sex", "male"]["q5"].hidden is None


def test_a_withheld_variable_is_hidden_for_that_question_only():
    rows = people(men=20, women=30, unfavourable_men=5, unfavourable_women=20)
    groups = broken_down(rows, withheld={("q4", "sex")})
    assert groups["sex", "male"]["q4"].hidden == groups["sex", "female"]["q4"].hidden == "protected"
    assert groups["sex", "male"]["q5"].hidden is None
    assert groups["tenure", "gt_3y"]["q4"].hidden is None
