"""An attacker with published figures only: subtraction, differencing, several methods; and what he would find.

Each attack is also run on a publication that breaks the rules: what nobody may find must be found there.
"""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from analytics.attacker.body import Body, attack_body
from analytics.disclosure import Withheld
from analytics.figures import Figures, GroupCell, GroupFigures, QuestionTotal
from analytics.groups import groups_of
from analytics.opening import count_responses
from analytics.protection import Terms, publish
from analytics.tally import counts_of
from tests.builders import official_questionnaire
from tests.crowds import PIN, crowd, protected

QUESTIONNAIRE = official_questionnaire()
VARIABLES = {q.name: [o.code for o in q.options] for q in QUESTIONNAIRE.demographic}


def levels_of(figures, variable):
    return {g.level: {c.question: c for c in g.cells} for g in figures.breakdowns if g.variable == variable}


def subtractions(figures):
    """(variable, question, favourable, unfavourable) of what is left of each total after the shown levels."""
    for variable, total in itertools.product(VARIABLES, figures.totals):
        cells = [cells[total.question] for cells in levels_of(figures, variable).values()]
        shown = [cell for cell in cells if cell.hidden is None]
        if total.hidden is None and shown:
            yield (
                variable,
                total.question,
                total.favourable - sum(cell.favourable for cell in shown),
                total.unfavourable - sum(cell.unfavourable for cell in shown),
            )


def tell_tales(figures):
    """What subtraction says about few people, or about many who agree."""
    return [found for found in subtractions(figures) if any(found[2:]) and (sum(found[2:]) < 10 or min(found[2:]) < 3)]


def naive(rows):
    """Only small and unanimous groups are hidden, each by itself."""
    counted = count_responses(QUESTIONNAIRE, rows, len(rows))
    table, counts = counted.table, counts_of(counted.tally)
    figures = publish(QUESTIONNAIRE, counted, Terms(PIN, 10, len(rows)), Withheld())
    groups = []
    for variable, demographic in enumerate(QUESTIONNAIRE.demographic):
        for level, option in enumerate(demographic.options, 1):
            cells = []
            for index, question in enumerate(QUESTIONNAIRE.substantive):
                f, u = (int(x) for x in table.answers[index][:, table.members(variable, level)].sum(axis=1))
                safe = f + u >= 10 and min(f, u) >= 3
                shown = (None, f, u, f + u) if safe else ("protected", None, None, None)
                cells.append(GroupCell(question.id, *shown))
            groups.append(GroupFigures(demographic.name, option.code, tuple(cells)))
    totals = tuple(QuestionTotal(q, None, *split(o), sum(o), None) for q, o in counts.items())
    return Figures(figures.kpis, totals, tuple(groups), None)


def split(options):
    middle = len(options) // 2
    return sum(options[:middle]), sum(options[middle:])


def body_of(rows):
    counted = count_responses(QUESTIONNAIRE, rows, len(rows))
    return Body(QUESTIONNAIRE, counts_of(counted.tally), counted.table, groups_of(counted.table), len(rows), 10)


BODIES = [(n, seed) for n in (25, 40, 80, 160) for seed in range(3)]


@pytest.mark.parametrize(("n", "seed"), BODIES)
def test_subtraction_tells_nothing_about_few_people(n, seed):
    assert tell_tales(protected(crowd(n, seed))[0]) == []


def test_subtraction_succeeds_where_only_small_groups_are_hidden():
    """The positive control: the methodology found the small groups of 74 of 80 bodies that way."""
    assert sum(1 for n, seed in BODIES if tell_tales(naive(crowd(n, seed)))) >= 10


@pytest.mark.parametrize(("n", "seed"), BODIES)
def test_the_attacker_finds_whatever_subtraction_finds(n, seed):
    rows = crowd(n, seed)
    found = {question for _, question, *_ in tell_tales(naive(rows))}
    assert found <= set(attack_body(body_of(rows), [naive(rows)]).exposed)


@pytest.mark.parametrize("n", [14, 30, 90])
def test_differencing_two_openings_of_different_batches_gives_nobody_away(n):
    """A correction with one response more: its figures less the old ones would be that person's answers."""
    rows = crowd(n, n)
    before, _ = protected(rows[:-1])
    naive_after, _ = protected(rows)
    changed = [
        t.question
        for t, u in zip(before.totals, naive_after.totals, strict=True)
        if not t.hidden and not u.hidden and (t.favourable, t.unfavourable) != (u.favourable, u.unfavourable)
    ]
    assert changed, "the positive control: published beside one another, they differ by one person"
    after, verdict = protected(rows, superseded={b"1" * 32: FakeOf(before)}, root=b"new")
    assert verdict.result == "row_only"
    assert all(t.hidden for t in after.totals)
    assert all(c.hidden for g in after.breakdowns for c in g.cells)


class FakeOf:
    """As much of a superseded Release as the protection reads."""

    def __init__(self, figures):
        self.figures, self.root = figures, b"old"


UNSAFE = {
    "a group of four people": [("sex", "female")],
    "all but those four": [("sex", "male")],
    "a level whose rest is two people": [("tenure", "gt_3y")],
}


def thirty():
    """26 men, 4 women; 28 long in service, 2 not; in question 3 two women and six men are unfavourable."""
    rows = np.ones((30, 14), dtype=np.uint8)
    for index, question in enumerate(QUESTIONNAIRE.substantive):
        rows[:10, index] = len(question.options)
    rows[:, 11:] = [[2 if i in (0, 1, 28, 29) else 1, 2, 2 if i > 27 else 3] for i in range(30)]
    return rows


@pytest.mark.parametrize("unsafe", UNSAFE)
def test_an_unsafe_publication_is_caught(unsafe):
    rows = thirty()
    figures, _ = protected(rows)
    body = body_of(rows)
    assert attack_body(body, [figures]).exposed == ()
    for variable, level in UNSAFE[unsafe]:
        assert levels_of(figures, variable)[level]["q3"].hidden
        figures = with_true_cell(body, figures, variable, level)
    assert attack_body(body, [figures]).exposed == ("q3",)


def with_true_cell(body, figures, variable, level):
    """The same figures, but question 3 is shown for this group."""
    number = list(VARIABLES).index(variable)
    members = body.table.members(number, VARIABLES[variable].index(level) + 1)
    favourable, unfavourable = (int(count) for count in body.table.answers[2][:, members].sum(axis=1))
    cell = GroupCell("q3", None, favourable, unfavourable, favourable + unfavourable)

    def change(group):
        if (group.variable, group.level) != (variable, level):
            return group
        return replace(group, cells=tuple(cell if c.question == "q3" else c for c in group.cells))

    return replace(figures, breakdowns=tuple(change(group) for group in figures.breakdowns))
