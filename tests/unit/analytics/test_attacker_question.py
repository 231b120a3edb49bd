"""The reach of groups on one question, against trying every table and against another integer solver."""

import itertools

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from analytics.attacker.program import Program, Row
from analytics.attacker.question import explore, question_rows, target_of, upper_bounds
from analytics.attacker.reach import Reach, free_reach, margin, reach_of, slack
from analytics.groups import GroupTable, count_groups, groups_of
from tests.builders import official_questionnaire
from tests.crowds import crowd

QUESTIONNAIRE = official_questionnaire()


def table_of(strata, answers):
    """One question: {(levels): (favourable, unfavourable, blank)} in order of the levels."""
    counts = np.array(answers)
    return GroupTable(np.array(strata), counts.sum(axis=1), counts[:, :2].T[None])


def every_possibility(table, shown):
    """All tables with the same sizes, totals, shown cells."""
    choices = [[(f, u) for f in range(size + 1) for u in range(size + 1 - f)] for size in table.sizes.tolist()]
    totals = tuple(table.answers[0].sum(axis=1))
    for choice in itertools.product(*choices):
        answers = np.array(choice).T
        if tuple(answers.sum(axis=1)) == totals and all(
            tuple(answers[:, table.members(*place)].sum(axis=1)) == split for place, split in shown.items()
        ):
            yield answers


SMALL = [
    pytest.param([(1, 1), (1, 2), (2, 1), (2, 2)], [(2, 1, 0), (1, 2, 0), (1, 1, 1), (2, 0, 0)], [], id="totals"),
    pytest.param([(1, 1), (1, 2), (2, 1), (2, 2)], [(2, 1, 0), (1, 2, 0), (1, 1, 1), (2, 0, 0)], [(0, 1)], id="a cell"),
    pytest.param(
        [(1, 1), (1, 2), (2, 1), (2, 2)], [(2, 1, 0), (1, 2, 0), (1, 1, 1), (2, 0, 0)], [(0, 1), (1, 2)], id="two cells"
    ),
    pytest.param([(0, 1), (1, 2), (2, 1)], [(1, 0, 0), (3, 1, 0), (0, 4, 1)], [(0, 2), (1, 1)], id="one alone"),
]


@pytest.mark.parametrize(("strata", "answers", "places"), SMALL)
def test_a_programs_bounds_are_those_of_every_possible_table(strata, answers, places):
    table = table_of(strata, answers)
    groups = groups_of(table)
    shown = {place: tuple(table.answers[0][:, table.members(*place)].sum(axis=1)) for place in places}
    target = target_of(table, 0, tuple(table.answers[0].sum(axis=1)), shown, 1)
    program = Program(upper_bounds(target), question_rows(target))
    possible = [found @ groups.masks.T for found in every_possibility(table, shown)]
    for side, group in itertools.product(range(2), range(len(groups.sizes))):
        costs = np.zeros((2, len(table.sizes)))
        costs[side] = groups.masks[group]
        most, least = program.maximise(costs.ravel()), program.maximise(-costs.ravel())
        assert most.witness @ costs.ravel() == max(found[side, group] for found in possible)
        assert least.witness @ costs.ravel() == min(found[side, group] for found in possible)
        assert most.bound >= most.witness @ costs.ravel() - 1e-6


@pytest.mark.parametrize(("strata", "answers", "places"), SMALL)
def test_an_exploration_finds_the_worst_check(strata, answers, places):
    table = table_of(strata, answers)
    groups = groups_of(table)
    shown = {place: tuple(table.answers[0][:, table.members(*place)].sum(axis=1)) for place in places}
    possible = np.array([found @ groups.masks.T for found in every_possibility(table, shown)])
    exact = Reach(possible.max(axis=0), possible.min(axis=0))
    target = target_of(table, 0, tuple(table.answers[0].sum(axis=1)), shown, 1)
    found = explore(target, groups, 10)
    assert margin(groups, found, 10) == margin(groups, exact, 10)
    assert (found.most <= exact.most).all()
    assert (found.least >= exact.least).all()


def test_without_cells_any_member_may_have_answered_anything():
    table = table_of([(1,), (2,)], [(3, 1, 1), (2, 2, 0)])
    groups = groups_of(table)
    possible = np.array([found @ groups.masks.T for found in every_possibility(table, {})])
    found = free_reach(groups, (5, 3))
    assert (found.most == possible.max(axis=0)).all()
    assert (found.least == possible.min(axis=0)).all()


def test_blanks_beyond_what_a_counted_response_may_have_are_impossible():
    """One question of three may be blank. Whoever left another one blank has answered this one."""
    table = GroupTable(
        np.array([[1], [2]]), np.array([2, 3]), np.array([[[0, 2], [0, 1]], [[1, 1], [1, 0]], [[1, 3], [1, 0]]])
    )
    target = target_of(table, 1, (2, 1), {}, 1)
    assert target.room.tolist() == [0, 3]
    program = Program(upper_bounds(target), question_rows(target))
    one_who_answered = program.maximise(np.array([-1.0, 0, -1.0, 0]))
    assert one_who_answered.bound == -2
    assert target_of(table, 0, (2, 1), {}, 1).room.tolist() == [2, 1]
    free = Program(upper_bounds(target), question_rows(target_of(table, 1, (2, 1), {}, 3)))
    assert free.maximise(np.array([-1.0, 0, -1.0, 0])).bound == 0


def milp_bounds(table, index, shown, side, mask):
    """Most and least of one group by another solver, with blanks as variables of their own."""
    strata = len(table.sizes)
    rows, values = [], []
    for i, size in enumerate(table.sizes):
        rows.append([float(j % strata == i) for j in range(3 * strata)])
        values.append(size)
    for answer in range(2):
        for place in [None, *shown]:
            members = np.ones(strata, dtype=bool) if place is None else table.members(*place)
            row = np.zeros((3, strata))
            row[answer] = members
            rows.append(row.ravel())
            values.append(table.answers[index, answer][members].sum())
    objective = np.zeros((3, strata))
    objective[side] = mask
    constraint = LinearConstraint(np.array(rows), values, values)
    return [
        round(sign * milp(sign * objective.ravel(), constraints=constraint, integrality=1, bounds=Bounds(0)).fun)
        for sign in (-1, 1)
    ]


@pytest.mark.parametrize("n", [30, 90])
def test_bounds_are_those_of_another_integer_solver(n):
    table = count_groups(QUESTIONNAIRE, crowd(n, n))
    groups = groups_of(table)
    shown = {
        place: tuple(table.answers[4][:, table.members(*place)].sum(axis=1).tolist())
        for place in ((0, 2), (1, 2), (2, 3))
    }
    target = target_of(table, 4, tuple(table.answers[4].sum(axis=1).tolist()), shown, 5)
    program = Program(upper_bounds(target), question_rows(target))
    for group in range(0, len(groups.sizes), 5):
        costs = np.zeros((2, len(table.sizes)))
        costs[0] = groups.masks[group]
        most, least = milp_bounds(table, 4, shown, 0, groups.masks[group])
        assert program.maximise(costs.ravel()).witness @ costs.ravel() == most
        assert program.maximise(-costs.ravel()).witness @ costs.ravel() == least


def test_a_solution_that_is_not_whole_is_made_whole():
    """Three pairs of three, at most one each: 1.5 in halves, one in whole people."""
    odd_cycle = [Row([0, 1], [1, 1], 0, 1), Row([1, 2], [1, 1], 0, 1), Row([0, 2], [1, 1], 0, 1)]
    optimum = Program([1, 1, 1], odd_cycle).maximise(np.ones(3))
    assert optimum.bound == pytest.approx(1.5)
    assert optimum.witness.sum() == 1


def test_contradictions_have_no_optimum():
    program = Program([1, 1], [Row([0, 1], [1, 1], 3, 3)])
    assert program.maximise(np.ones(2)) is None
    assert program.solution() is None


def test_what_rule_4_requires():
    """Of a group of two both must be possible; of twelve, three; below ten the number must be open by as many."""
    table = table_of([(1,), (2,), (3,)], [(1, 1, 0), (2, 3, 0), (8, 4, 0)])
    groups = groups_of(table)
    assert groups.sizes.tolist() == [19, 2, 5, 12]
    exact = reach_of(groups, table.answers[0])
    assert slack(groups, exact, 10).tolist() == [[8, -2, -3, 5], [5, -2, -3, 1]]
    wide = Reach(np.full((2, 4), 5), np.array([[1, 1, 1, 1], [1, 3, 3, 3]]))
    assert slack(groups, wide, 10).tolist() == [[2, 2, 1, 2], [2, 0, -1, 2]]
