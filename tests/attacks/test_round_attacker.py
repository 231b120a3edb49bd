"""An attacker who reads every Release of a round and the round's own: differencing over bodies, by another solver."""

import itertools

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from analytics.round_opening import make_round_release
from tests.builders import official_questionnaire
from tests.crowds import crowd, part_of

QUESTIONNAIRE = official_questionnaire()
LEVELS = {q.name: {o.code: i for i, o in enumerate(q.options, 1)} for q in QUESTIONNAIRE.demographic}
NAMES = list(LEVELS)
SIZES = (14, 26, 38, 60, 90)
CHECKS = 20


@pytest.fixture(scope="module")
def people():
    return [crowd(n, 100 + n) for n in SIZES]


@pytest.fixture(scope="module")
def parts(people):
    return [part_of(rows, index) for index, rows in enumerate(people)]


@pytest.fixture(scope="module")
def round_release(parts):
    return make_round_release(parts, QUESTIONNAIRE)


def figures_of(publication, question):
    """{None or (variable, level): (favourable, unfavourable)} of what is shown."""
    total = next(t for t in publication.totals if t.question == question)
    found = {} if total.hidden else {None: (total.favourable, total.unfavourable)}
    for group in publication.breakdowns:
        cell = next(c for c in group.cells if c.question == question)
        if not cell.hidden:
            place = NAMES.index(group.variable), LEVELS[group.variable][group.level]
            found[place] = cell.favourable, cell.unfavourable
    return found


class Outsider:
    """Everybody in bodies whose total of one question is shown, and all published equations about them."""

    def __init__(self, people, parts, round_release, question):
        self.rows, self.values, self.columns, self.strata = [], [], 0, []
        shown = [figures_of(part.releases[0], question) for part in parts]
        usable = [rows[(rows[:, :11] > 0).sum(axis=1) >= 6] for rows in people]
        self.bodies = [index for index, known in enumerate(shown) if None in known]
        for index in self.bodies:
            levels, sizes = np.unique(usable[index][:, 11:], axis=0, return_counts=True)
            self.strata.append((self.columns, levels, sizes))
            self.columns += 3 * len(sizes)
        for (start, levels, sizes), index in zip(self.strata, self.bodies, strict=True):
            for i, size in enumerate(sizes):
                self.learn([start + answer * len(sizes) + i for answer in range(3)], size)
            for place, counts in shown[index].items():
                for answer in (0, 1):
                    self.learn(self.of((start, levels, sizes), place, answer), counts[answer])
        apart = [question in body.not_in_breakdowns for body in round_release.bodies]
        for place, counts in figures_of(round_release, question).items():
            if place is not None:
                parts_of_it = [s for s, index in zip(self.strata, self.bodies, strict=True) if not apart[index]]
                for answer in (0, 1):
                    self.learn([c for s in parts_of_it for c in self.of(s, place, answer)], counts[answer])

    def of(self, stratum, place, answer):
        start, levels, sizes = stratum
        members = np.ones(len(sizes), dtype=bool) if place is None else levels[:, place[0]] == place[1]
        return [start + answer * len(sizes) + int(i) for i in np.flatnonzero(members)]

    def learn(self, columns, value):
        row = np.zeros(self.columns)
        row[columns] = 1
        self.rows.append(row)
        self.values.append(value)

    def bound(self, columns, sign):
        objective = np.zeros(self.columns)
        objective[columns] = -sign
        constraint = LinearConstraint(np.array(self.rows), self.values, self.values)
        result = milp(objective, constraints=constraint, integrality=1, bounds=Bounds(0))
        return sign * round(-result.fun)


@pytest.mark.parametrize("question", ["q1", "q11"])
def test_no_group_of_any_body_is_exposed(people, parts, round_release, question):
    outsider = Outsider(people, parts, round_release, question)
    cases = [
        (start, len(sizes), sizes, (levels[:, chosen] == combination).all(axis=1))
        for start, levels, sizes in outsider.strata
        for crossed in range(1, 4)
        for chosen in itertools.combinations(range(3), crossed)
        for combination in np.unique(levels[:, chosen], axis=0)
    ]
    assert round_release.verdict.result == "pass"
    for case in np.random.default_rng(1).permutation(len(cases))[:CHECKS]:
        start, strata, sizes, members = cases[case]
        size = int(sizes[members].sum())
        for answer in (0, 1):
            columns = start + answer * strata + np.flatnonzero(members)
            most = outsider.bound(columns, 1)
            assert most >= min(3, size)
            if size < 10:
                assert most - outsider.bound(columns, -1) >= min(3, size)


def test_the_rest_of_every_figure_is_nobody_or_several_bodies(parts, round_release):
    """Differencing: the round's figure less what the bodies show of it."""
    for question in (q.id for q in QUESTIONNAIRE.substantive):
        shown = [figures_of(part.releases[0], question) for part in parts]
        for place, counts in figures_of(round_release, question).items():
            named = "not_in_totals" if place is None else "not_in_breakdowns"
            within = [
                known
                for known, body in zip(shown, round_release.bodies, strict=True)
                if body.pooled and question not in getattr(body, named)
            ]
            rest = [counts[side] - sum(known.get(place, (0, 0))[side] for known in within) for side in (0, 1)]
            hiding = sum(1 for known in within if place not in known)
            assert min(rest) >= 0
            assert hiding or not any(rest)
            assert not any(rest) or hiding > 1 or min(rest) >= 3
