"""Counts of decoded answers. A tally exists in memory only, inside an opening: counts are answers too."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from survey_app.domain.questionnaire import Questionnaire

ROWS_AT_ONCE = 50_000

AnswerRows = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Tally:
    """Counts over the usable responses, substantive questions only.

    ``counts`` is indexed by (question id, option position from 1); ``pairs`` has that index both ways, and in
    each cell the number of responses that chose both options. ``n`` responses count, ``unusable`` do not.
    """

    n: int
    unusable: int
    counts: "pd.Series[int]"
    pairs: pd.DataFrame


def count_answers(questionnaire: Questionnaire, rows: AnswerRows) -> Tally:
    """Tally of ``rows``: shape (responses, all questions), option positions from 1, 0 for blank."""
    usable = usable_rows(questionnaire, rows)[:, _substantive_columns(questionnaire)]
    index = _option_index(questionnaire)
    pairs = pd.DataFrame(_pair_counts(questionnaire, usable), index=index, columns=index)
    counts = pd.Series(np.diagonal(pairs.to_numpy()).copy(), index=index)
    return Tally(len(usable), len(rows) - len(usable), counts, pairs)


def usable_rows(questionnaire: Questionnaire, rows: AnswerRows) -> AnswerRows:
    """The rows that count, whole."""
    usable: AnswerRows = rows[is_usable(questionnaire, rows[:, _substantive_columns(questionnaire)])]
    return usable


def most_blanks(questionnaire: Questionnaire) -> int:
    """How many substantive questions a response that counts may leave blank (5 of 11)."""
    return (len(questionnaire.substantive) - 1) // 2


def is_usable(questionnaire: Questionnaire, substantive: AnswerRows) -> npt.NDArray[np.bool_]:
    """Which rows count: more than half of the substantive questions answered (at least 6 of 11)."""
    answered: npt.NDArray[np.bool_] = (substantive > 0).sum(axis=1) * 2 > len(questionnaire.substantive)
    return answered


def counts_of(tally: Tally) -> dict[str, tuple[int, ...]]:
    """Plain counts by question id, in the order of its options."""
    grouped = tally.counts.groupby(level="question", sort=False)
    return {str(question): tuple(int(count) for count in group) for question, group in grouped}


def _substantive_columns(questionnaire: Questionnaire) -> list[int]:
    return [question.number - 1 for question in questionnaire.substantive]


def _option_index(questionnaire: Questionnaire) -> pd.MultiIndex:
    cells = [(q.id, option) for q in questionnaire.substantive for option in range(1, len(q.options) + 1)]
    return pd.MultiIndex.from_tuples(cells, names=["question", "option"])


def _pair_counts(questionnaire: Questionnaire, usable: AnswerRows) -> npt.NDArray[np.int64]:
    """Indicators' inner products, in blocks that are small and exact in single precision (counts below 2^24)."""
    columns = [(i, o) for i, q in enumerate(questionnaire.substantive) for o in range(1, len(q.options) + 1)]
    questions = [question for question, _ in columns]
    options = np.array([option for _, option in columns], dtype=np.uint8)
    pairs = np.zeros((len(columns), len(columns)), dtype=np.int64)
    for start in range(0, len(usable), ROWS_AT_ONCE):
        chosen = (usable[start : start + ROWS_AT_ONCE, questions] == options).astype(np.float32)
        pairs += (chosen.T @ chosen).astype(np.int64)
    return pairs
