"""The attack on one question whose total is known: which answers each group may have given.

Unknown are, by stratum, how many answered favourably and how many unfavourably; the strata's sizes are known. The
questions of a body share no other equation once a total is shown: its KPI follows from the totals and options.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analytics.attacker.program import Program, Row
from analytics.attacker.reach import Reach, counts_for_margin, free_reach, is_small, reach_of, slack
from analytics.groups import FAVOURABLE, UNFAVOURABLE, Counts, Groups, GroupTable

UNDECIDED = np.iinfo(np.int64).max
Shown = Mapping[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, eq=False)
class Target:
    """What the attacker knows of one question, and the truth, from which his possibilities are explored.

    ``totals`` are favourable and unfavourable answers; ``shown`` are those of one-way groups, by (index of the
    demographic question, level). ``room`` is how many of each stratum may have left this question blank, the other
    questions being as they are (a response that counts has a limited number of blanks).
    """

    table: GroupTable
    answers: Counts
    room: Counts
    totals: tuple[int, int]
    shown: Shown


def target_of(table: GroupTable, index: int, totals: tuple[int, int], shown: Shown, most_blanks: int) -> Target:
    """The question with this index. ``totals`` may differ from the table's where the attacker cannot know them."""
    others = table.blanks.sum(axis=0) - table.blanks[index]
    return Target(table, table.answers[index], most_blanks * table.sizes - others, totals, shown)


def explore(target: Target, groups: Groups, minimum_group: int) -> Reach:
    """The reach of every group; exact where a check fails and where its slack is the least, else a lower estimate."""
    blank = target.table.n - sum(target.totals)
    if not target.shown and (target.room >= np.minimum(target.table.sizes, blank)).all():
        return free_reach(groups, target.totals)
    return _Exploration(target, groups, minimum_group).run()


class _Exploration:
    """Asks for the most and least of one check after the other; each answer is a table that serves all checks."""

    def __init__(self, target: Target, groups: Groups, minimum_group: int) -> None:
        self._groups, self._minimum_group = groups, minimum_group
        self._strata = len(target.table.sizes)
        self._program = Program([*target.table.sizes, *target.table.sizes], question_rows(target))
        fits = tuple(target.answers.sum(axis=1)) == target.totals
        self._reach = reach_of(groups, target.answers) if fits else _nothing(groups)
        self._asked = np.zeros((2, len(groups.sizes)), dtype=np.bool_)

    def run(self) -> Reach:
        while (check := self._next()) is not None:
            self._ask(*check)
        return self._reach

    def _next(self) -> tuple[int, int] | None:
        """A check that fails as far as is known, else the one that may decide the margin; None if all is decided."""
        known = slack(self._groups, self._reach, self._minimum_group)
        if (known < 0)[self._asked].any():
            return None
        counting = counts_for_margin(self._groups) | (known < 0)
        open_ = np.where(~self._asked & counting, known, UNDECIDED)
        settled = np.where(self._asked & counts_for_margin(self._groups), known, UNDECIDED)
        if open_.min() >= min(int(settled.min()), UNDECIDED):
            return None
        side, group = np.unravel_index(int(open_.argmin()), open_.shape)
        return int(side), int(group)

    def _ask(self, side: int, group: int) -> None:
        self._asked[side, group] = True
        costs = np.zeros((2, self._strata))
        costs[side] = self._groups.masks[group]
        signs = (1, -1) if is_small(self._groups, self._minimum_group)[group] else (1,)
        for sign in signs:
            optimum = self._program.maximise((sign * costs).ravel())
            if optimum is not None and optimum.witness is not None:
                found = optimum.witness.reshape(2, self._strata)
                self._reach = self._reach.joined(reach_of(self._groups, found))


def question_rows(target: Target) -> list[Row]:
    """Every published value and every size as a row; variables are favourable by stratum, then unfavourable."""
    table, strata = target.table, len(target.table.sizes)
    rows = [
        Row([i, strata + i], [1, 1], max(0, int(size - room)), int(size))
        for i, (size, room) in enumerate(zip(table.sizes, target.room, strict=True))
    ]
    for side in (FAVOURABLE, UNFAVOURABLE):
        rows.append(_sum(side * strata + np.arange(strata), target.totals[side]))
        for (variable, level), counts in target.shown.items():
            rows.append(_sum(side * strata + np.flatnonzero(table.members(variable, level)), counts[side]))
    return rows


def _sum(columns: Counts, total: int) -> Row:
    return Row(columns.tolist(), [1.0] * len(columns), total, total)


def _nothing(groups: Groups) -> Reach:
    shape = (2, len(groups.sizes))
    return Reach(np.full(shape, -1), np.full(shape, int(groups.sizes.max(initial=0)) + 1))
