"""One-way breakdowns: which cells of sex, position, length of service may be shown (rules 1 and 2).

A cell is one question in one group of respondents who gave the same answer to one demographic question.
"""

from collections.abc import Set as AbstractSet

import numpy as np

from analytics.disclosure import Cell, is_safe
from analytics.figures import GroupCell, GroupFigures, HiddenBy
from analytics.groups import FAVOURABLE, NOT_STATED, UNFAVOURABLE, GroupTable
from survey_app.domain.questionnaire import Question, Questionnaire


def shown_levels(cells: dict[int, Cell], left_over: Cell, minimum_group: int) -> frozenset[int]:
    """Rules 1 and 2: the levels whose cells may be shown. ``left_over`` is what "not stated" holds.

    Unsafe cells are hidden; while what all hidden ones and "not stated" hold together is neither empty nor safe, so
    is the smallest that is still shown (of equal ones the first).
    """
    shown = {level for level, cell in cells.items() if is_safe(cell, minimum_group)}
    while shown:
        rest = sum((cell for level, cell in cells.items() if level not in shown), left_over)
        if rest.base == 0 or is_safe(rest, minimum_group):
            break
        shown.remove(min(shown, key=lambda level: (cells[level].base, level)))
    return frozenset(shown)


def break_down(
    questionnaire: Questionnaire,
    table: GroupTable,
    minimum_group: int,
    hidden_totals: AbstractSet[str],
    withheld: AbstractSet[tuple[str, str]],
) -> tuple[GroupFigures, ...]:
    """Every level of every demographic question with its cells; ``withheld`` are (question, variable) of rule 5.

    A question whose total is hidden has no cells either: they add up to it.
    """
    figures = []
    for variable, demographic in enumerate(questionnaire.demographic):
        shown = {
            question.id: levels_to_show(table, index, variable, demographic, minimum_group)
            if question.id not in hidden_totals and (question.id, str(demographic.name)) not in withheld
            else frozenset[int]()
            for index, question in enumerate(questionnaire.substantive)
        }
        for level, option in enumerate(demographic.options, 1):
            mark = _mark(table, variable, level, minimum_group)
            cells = tuple(
                _show(question.id, _cell(table, index, variable, level))
                if level in shown[question.id]
                else GroupCell(question.id, mark, None, None, None)
                for index, question in enumerate(questionnaire.substantive)
            )
            figures.append(GroupFigures(str(demographic.name), option.code, cells))
    return tuple(figures)


def levels_to_show(
    table: GroupTable, index: int, variable: int, demographic: Question, minimum_group: int
) -> frozenset[int]:
    """Levels of one demographic question whose cells of one substantive question (both by index) may be shown."""
    levels = range(1, len(demographic.options) + 1)
    cells = {level: _cell(table, index, variable, level) for level in levels}
    return shown_levels(cells, _cell(table, index, variable, NOT_STATED), minimum_group)


def _cell(table: GroupTable, index: int, variable: int, level: int) -> Cell:
    counts = table.answers[index][:, table.members(variable, level)].sum(axis=1)
    return Cell(int(counts[FAVOURABLE]), int(counts[UNFAVOURABLE]))


def _mark(table: GroupTable, variable: int, level: int, minimum_group: int) -> HiddenBy:
    """How many belong to a group the attacker is taken to know anyway; how they answered decides nothing here."""
    if table.n < minimum_group:
        return "small_body"
    members = int(np.where(table.members(variable, level), table.sizes, 0).sum())
    return "small_group" if members < minimum_group else "protected"


def _show(question: str, cell: Cell) -> GroupCell:
    return GroupCell(question, None, cell.favourable, cell.unfavourable, cell.base)
