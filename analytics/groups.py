"""Who answered what, by group: the unknowns of an attacker. Exists in memory only, inside an opening.

A *stratum* is one combination of the demographic answers, "not stated" included; a *group* is everyone who shares the
answers to one, two or three demographic questions; with none, it is the whole body.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.methods import favourable_options
from analytics.tally import AnswerRows, usable_rows
from survey_app.domain.questionnaire import Questionnaire

NOT_STATED = 0
MOST_VARIABLES_CROSSED = 3
FAVOURABLE, UNFAVOURABLE = 0, 1

Counts = npt.NDArray[np.int64]
Definition = tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class GroupTable:
    """Answers by stratum; only strata with somebody in them.

    ``levels`` has shape (strata, demographic questions): the option's position, 0 where not stated. ``sizes`` has
    shape (strata,). ``answers`` has shape (substantive questions, 2, strata): favourable, then unfavourable; the rest
    left the question blank.
    """

    levels: Counts
    sizes: Counts
    answers: Counts

    @property
    def n(self) -> int:
        """Responses that count."""
        return int(self.sizes.sum())

    @property
    def blanks(self) -> Counts:
        """Who left a question blank, shape (substantive questions, strata)."""
        blanks: Counts = self.sizes - self.answers.sum(axis=1)
        return blanks

    def members(self, variable: int, level: int) -> npt.NDArray[np.bool_]:
        """Which strata gave this answer to the demographic question with this index."""
        return self.sharing(((variable, level),))

    def sharing(self, definition: Definition) -> npt.NDArray[np.bool_]:
        """Which strata gave all of these answers: (index of a demographic question, level) each."""
        chosen = np.ones(len(self.sizes), dtype=np.bool_)
        for variable, level in definition:
            chosen &= self.levels[:, variable] == level
        return chosen


@dataclass(frozen=True, eq=False)
class Groups:
    """Groups of a table that are not empty. ``masks`` has shape (groups, strata), ``sizes`` (groups,).

    ``defined`` says by which demographic questions (indices) and levels: nothing for the whole body.
    """

    masks: Counts
    sizes: Counts
    defined: tuple[Definition, ...]


def count_groups(questionnaire: Questionnaire, rows: AnswerRows) -> GroupTable:
    """The table of ``rows``: shape (responses, all questions), option positions from 1, 0 for blank."""
    usable = usable_rows(questionnaire, rows)
    people = usable[:, [question.number - 1 for question in questionnaire.demographic]]
    levels, stratum = _strata(people)
    answers = np.zeros((len(questionnaire.substantive), 2, len(levels)), dtype=np.int64)
    for index, question in enumerate(questionnaire.substantive):
        chosen, middle = usable[:, question.number - 1], favourable_options(len(question.options))
        favourable, unfavourable = (chosen > 0) & (chosen <= middle), chosen > middle
        for side, mask in ((FAVOURABLE, favourable), (UNFAVOURABLE, unfavourable)):
            answers[index, side] = np.bincount(stratum[mask], minlength=len(levels))
    return GroupTable(levels, np.bincount(stratum, minlength=len(levels)).astype(np.int64), answers)


def _strata(people: npt.NDArray[Any]) -> tuple[Counts, Counts]:
    """The combinations of levels that occur, and which of them each row has; without questions, one for all."""
    if not people.size:
        return np.zeros((min(len(people), 1), people.shape[1]), dtype=np.int64), np.zeros(len(people), dtype=np.int64)
    levels, stratum = np.unique(people, axis=0, return_inverse=True)
    return levels.astype(np.int64), stratum.ravel()


def groups_of(table: GroupTable) -> Groups:
    """The whole body and every group by one, two and three demographic questions."""
    defined: list[Definition] = []
    for crossed in range(MOST_VARIABLES_CROSSED + 1):
        for chosen in itertools.combinations(range(table.levels.shape[1]), crossed):
            combinations = np.unique(table.levels[:, chosen], axis=0).tolist()
            defined += [tuple(zip(chosen, levels, strict=True)) for levels in combinations]
    masks = np.array([table.sharing(definition) for definition in defined], dtype=np.int64)
    return Groups(masks, masks @ table.sizes, tuple(defined))


def pooled(tables: Sequence[GroupTable]) -> GroupTable:
    """One table of several bodies' respondents."""
    levels = np.concatenate([table.levels for table in tables])
    unique, stratum = _strata(levels)
    belongs = np.zeros((len(stratum), len(unique)), dtype=np.int64)
    belongs[np.arange(len(stratum)), stratum] = 1
    sizes = np.concatenate([table.sizes for table in tables])
    answers = np.concatenate([table.answers for table in tables], axis=2)
    return GroupTable(unique, sizes @ belongs, answers @ belongs)
