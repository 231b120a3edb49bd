"""The attack on one question whose total is known: which answers each group may have given.

Unknown are, by stratum, how many answered favourably and how many unfavourably; the strata's sizes are known. The
questions of a body share no other equation once a total is shown: its KPI follows from the totals and options.
"""

from collections.abc import Mapping, Sequence
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
    program = Program(upper_bounds(target), question_rows(target))
    fits = tuple(target.answers.sum(axis=1)) == target.totals
    known = reach_of(groups, target.answers) if fits else _nothing(groups)
    return Exploration(program, forms_of(groups), groups, known, minimum_group).run()


class Exploration:
    """Asks for the most and least of one check after the other; each answer is a table that serves all checks.

    ``forms`` has shape (2, groups, variables): which variables add up to each group's answers on either side.
    ``known`` is what is proven already, ``fixed`` are answers that do not vary, shape (2, groups). Without
    ``to_margin`` it ends when all checks hold.
    """

    def __init__(
        self,
        program: Program,
        forms: Counts,
        groups: Groups,
        known: Reach,
        minimum_group: int,
        *,
        fixed: Counts | int = 0,
        to_margin: bool = True,
    ) -> None:
        self._program, self._forms, self._groups, self._reach = program, forms, groups, known
        self._minimum_group, self._fixed, self._to_margin = minimum_group, fixed, to_margin
        self._asked = np.zeros((2, len(groups.sizes)), dtype=np.bool_)

    def run(self) -> Reach:
        """Until a check has failed, or all hold and the least slack is known."""
        while (check := self._next()) is not None:
            self._ask(*check)
        return self._reach

    def _next(self) -> tuple[int, int] | None:
        """A check that fails as far as is known, else the one that may decide the margin; None if all is decided."""
        known = slack(self._groups, self._reach, self._minimum_group)
        if (known < 0)[self._asked].any():
            return None
        counting = (counts_for_margin(self._groups) & self._to_margin) | (known < 0)
        open_ = np.where(~self._asked & counting, known, UNDECIDED)
        settled = np.where(self._asked & counts_for_margin(self._groups), known, UNDECIDED)
        if open_.min() >= settled.min():
            return None
        side, group = np.unravel_index(int(open_.argmin()), open_.shape)
        return int(side), int(group)

    def _ask(self, side: int, group: int) -> None:
        self._asked[side, group] = True
        signs = (1, -1) if is_small(self._groups, self._minimum_group)[group] else (1,)
        for sign in signs:
            optimum = self._program.maximise(sign * self._forms[side, group])
            if optimum is not None and optimum.witness is not None:
                counts = self._forms @ optimum.witness + self._fixed
                self._reach = self._reach.joined(Reach(counts, counts))


def forms_of(groups: Groups, start: int = 0, columns: int | None = None) -> Counts:
    """Forms of groups whose body's variables begin at ``start`` of so many ``columns``, by question_rows."""
    count, strata = groups.masks.shape
    forms = np.zeros((2, count, 2 * strata if columns is None else columns), dtype=np.int64)
    for side in (FAVOURABLE, UNFAVOURABLE):
        first = start + side * strata
        forms[side, :, first : first + strata] = groups.masks
    return forms


def upper_bounds(target: Target) -> list[float]:
    """Nobody answers twice: one bound for each variable of question_rows."""
    return [*target.table.sizes, *target.table.sizes]


def question_rows(target: Target, start: int = 0) -> list[Row]:
    """Every published value and every size as a row.

    Variables, from ``start``, are the favourable answers by stratum, then the unfavourable ones.
    """
    table, strata = target.table, len(target.table.sizes)
    rows = [
        Row([start + i, start + strata + i], [1, 1], max(0, int(size - room)), int(size))
        for i, (size, room) in enumerate(zip(table.sizes, target.room, strict=True))
    ]
    for side in (FAVOURABLE, UNFAVOURABLE):
        rows.append(sum_row(range(start + side * strata, start + (side + 1) * strata), target.totals[side]))
        for place, counts in target.shown.items():
            rows.append(sum_row(member_columns(target, place, side, start), counts[side]))
    return rows


def member_columns(target: Target, place: tuple[int, int], side: int, start: int = 0) -> list[int]:
    """Variables of the answers on one side of a one-way group: (index of the demographic question, level)."""
    offset = start + side * len(target.table.sizes)
    return [offset + int(stratum) for stratum in np.flatnonzero(target.table.members(*place))]


def sum_row(columns: Sequence[int], total: int) -> Row:
    """These variables add up to a published number."""
    return Row(columns, [1.0] * len(columns), total, total)


def _nothing(groups: Groups) -> Reach:
    shape = (2, len(groups.sizes))
    return Reach(np.full(shape, -1), np.full(shape, int(groups.sizes.max(initial=0)) + 1))
