"""Random bodies from 5 to 1,500: whatever they answer, their published figures withstand another attacker.

The other attacker reads the Release's JSON forms only, has blanks as variables of their own, and asks another solver.
"""

import itertools
import os

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from analytics.disclosure import Cell, Withheld, is_safe
from analytics.opening import count_responses
from analytics.protection import Terms, publish
from tests.builders import official_questionnaire
from tests.crowds import PIN, crowd, protected

QUESTIONNAIRE = official_questionnaire()
LONG = os.environ.get("PIKIR_VERIFY") == "1"
BODIES = 200 if LONG else 12
CHECKS = 200 if LONG else 12
LEVELS = {q.name: {o.code: i for i, o in enumerate(q.options, 1)} for q in QUESTIONNAIRE.demographic}
NAMES = list(LEVELS)


def sizes():
    """Mostly small bodies, where the trouble is."""
    random = np.random.default_rng(2026)
    return [int(n) for n in np.exp(random.uniform(np.log(5), np.log(1500 if LONG else 250), BODIES))]


def usable(rows):
    return rows[(rows[:, :11] > 0).sum(axis=1) >= 6]


class Outsider:
    """Knows who responded, and reads what is published of one question."""

    def __init__(self, people, figures, question):
        self.strata, self.sizes = np.unique(people[:, 11:], axis=0, return_counts=True)
        self.rows, self.values = [], []
        for stratum, size in enumerate(self.sizes):
            self.learn(np.arange(len(self.sizes)) == stratum, (0, 1, 2), size)
        self.read_release(figures, question)

    def read_release(self, figures, question):
        total = next(t for t in figures.totals if t.question == question)
        everyone = np.ones(len(self.sizes), dtype=bool)
        self.learn(everyone, (0,), total.favourable)
        self.learn(everyone, (1,), total.unfavourable)
        for variable in NAMES:
            self.read(figures, question, variable)

    def read(self, figures, question, variable):
        for group in figures.breakdowns:
            members = self.strata[:, NAMES.index(group.variable)] == LEVELS[group.variable][group.level]
            cell = next(c for c in group.cells if c.question == question)
            if group.variable == variable and cell.hidden is None:
                self.learn(members, (0,), cell.favourable)
                self.learn(members, (1,), cell.unfavourable)

    def learn(self, members, answers, value):
        row = np.zeros((3, len(self.sizes)))
        for answer in answers:
            row[answer] = members
        self.rows.append(row.ravel())
        self.values.append(value)

    def bound(self, members, answer, sign, *, whole=True):
        """The most (sign 1) or least (-1) of an answer in a group, in whole people or not."""
        objective = np.zeros((3, len(self.sizes)))
        objective[answer] = members
        result = milp(
            -sign * objective.ravel(),
            constraints=LinearConstraint(np.array(self.rows), self.values, self.values),
            integrality=int(whole),
            bounds=Bounds(0),
        )
        return sign * (round(-result.fun) if whole else -result.fun)

    def exposes(self, members):
        """Whether even fractions of people leave a group open to too little."""
        size = int(self.sizes[members].sum())
        for answer in (0, 1):
            most = self.bound(members, answer, 1, whole=False)
            least = self.bound(members, answer, -1, whole=False) if size < 10 else most - size
            if min(most, most - least) < min(3, size) - 1e-6:
                return True
        return False

    def groups(self):
        for crossed in range(1, 4):
            for chosen in itertools.combinations(range(3), crossed):
                for levels in np.unique(self.strata[:, chosen], axis=0):
                    yield (self.strata[:, chosen] == levels).all(axis=1)


@pytest.mark.parametrize(("seed", "n"), list(enumerate(sizes())))
def test_nobody_is_exposed(seed, n):
    random = np.random.default_rng(seed)
    rows = crowd(n, seed, content=random.normal(0.6, 0.8))
    figures, verdict = protected(rows, eligible=n + int(random.integers(0, n)))
    people = usable(rows)
    check_rules(figures, people)
    assert verdict.result in ("pass", "row_only")
    if verdict.result == "row_only":
        assert all(kpi.percent is None for kpi in figures.kpis)
    shown = [total.question for total in figures.totals if not total.hidden]
    cases = [(q, members) for q in shown for members in Outsider(people, figures, q).groups()]
    for case in random.permutation(len(cases))[:CHECKS]:
        question, members = cases[case]
        outsider = Outsider(people, figures, question)
        size = int(outsider.sizes[members].sum())
        for answer in (0, 1):
            most = outsider.bound(members, answer, 1)
            assert most >= min(3, size), (question, answer)
            if size < 10:
                assert most - outsider.bound(members, answer, -1) >= min(3, size), (question, answer)


@pytest.mark.parametrize("seed", range(30 if LONG else 3))
def test_rule_5_hides_no_variable_that_it_could_show(seed):
    """Its search gives nothing away for nothing: shown, each would expose somebody by linear programs alone."""
    rows = crowd(25, seed)
    figures, _ = protected(rows)
    counted = count_responses(QUESTIONNAIRE, rows, len(rows))
    allowed = publish(QUESTIONNAIRE, counted, Terms(PIN, 10, len(rows)), Withheld())
    people = usable(rows)
    lost = {
        (cell.question, group.variable)
        for group, kept in zip(allowed.breakdowns, figures.breakdowns, strict=True)
        for cell, left in zip(group.cells, kept.cells, strict=True)
        if left.hidden and not cell.hidden
    }
    for question, variable in lost:
        outsider = Outsider(people, figures, question)
        outsider.read(allowed, question, variable)
        assert any(outsider.exposes(members) for members in outsider.groups()), (question, variable)


def check_rules(figures, people):
    """Rules 1 and 2, and sums: counted anew from the answers."""
    totals = {total.question: total for total in figures.totals}
    assert sum(1 for total in totals.values() if total.hidden) != 1
    for variable in NAMES:
        levels = {group.level: group for group in figures.breakdowns if group.variable == variable}
        for index, question in enumerate(QUESTIONNAIRE.substantive):
            cells = {level: next(c for c in g.cells if c.question == question.id) for level, g in levels.items()}
            rest = Cell(0, 0)
            for position, level in enumerate([None, *levels]):
                answers = people[people[:, 11 + NAMES.index(variable)] == position, index]
                middle = len(question.options) // 2
                true = Cell(int(((answers > 0) & (answers <= middle)).sum()), int((answers > middle).sum()))
                if level is None or cells[level].hidden:
                    rest += true
                else:
                    assert (cells[level].favourable, cells[level].unfavourable) == (true.favourable, true.unfavourable)
                    assert is_safe(true, 10)
            if any(not cell.hidden for cell in cells.values()):
                assert totals[question.id].hidden is None
                assert rest.base == 0 or is_safe(rest, 10)
