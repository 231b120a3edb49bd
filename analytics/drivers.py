"""What goes with the overall question: Shapley (LMG) importance of the others for it (4-methodology: drivers).

R squared of a linear regression, shared out among the predictors: each gets what it adds, averaged over all orders in
which the predictors could enter (Lindeman, Merenda and Gold 1980; Groemping 2006). Exact: every subset is computed.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.figures import Driver, Drivers
from analytics.methods import METHODS, SECOND_METHOD
from analytics.tally import AnswerRows, usable_rows
from survey_app.domain.questionnaire import Questionnaire

SMALLEST_BASE_FOR_DRIVERS = 100
MOST_PREDICTORS = 12
DECIMALS = 9

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Moments:
    """Responses that answered every substantive question: their number, sums and products of the options' values.

    Values are whole numbers (multiplied by a constant for each question, which no correlation depends on). Moments
    of several bodies add up.
    """

    n: int
    sums: npt.NDArray[np.int64]
    products: npt.NDArray[np.int64]

    def __add__(self, other: "Moments") -> "Moments":
        return Moments(self.n + other.n, self.sums + other.sums, self.products + other.products)


def count_moments(questionnaire: Questionnaire, rows: AnswerRows) -> Moments:
    """Moments of ``rows``: shape (responses, all questions). Options have equal distances, as in mean_score/1."""
    usable = usable_rows(questionnaire, rows)
    chosen = usable[:, [question.number - 1 for question in questionnaire.substantive]]
    values = _values(questionnaire)[np.arange(chosen.shape[1]), chosen[(chosen > 0).all(axis=1)].astype(np.int64)]
    exact = values.astype(np.float64)
    return Moments(len(values), values.sum(axis=0), np.rint(exact.T @ exact).astype(np.int64))


def find_drivers(questionnaire: Questionnaire, moments: Moments) -> Drivers | None:
    """Importances in whole percent; None from fewer than 100 complete responses, or if nothing is explained."""
    *others, target = questionnaire.substantive
    if moments.n < SMALLEST_BASE_FOR_DRIVERS or not 0 < len(others) <= MOST_PREDICTORS:
        return None
    centred = moments.n * moments.products - np.outer(moments.sums, moments.sums)
    explained, shares = importances(centred.astype(np.float64))
    if explained <= 0:
        return None
    return Drivers(
        target.id,
        _whole_percent(explained),
        tuple(
            Driver(question.id, _whole_percent(share / explained))
            for question, share in zip(others, shares, strict=True)
        ),
    )


def importances(covariance: Matrix) -> tuple[float, list[float]]:
    """R squared of the last variable by all others, and each one's share of it; from a multiple of the covariances."""
    predictors = len(covariance) - 1
    explained = {
        subset: _r_squared(covariance, subset)
        for size in range(predictors + 1)
        for subset in itertools.combinations(range(predictors), size)
    }
    shares = [0.0] * predictors
    for subset, before in explained.items():
        weight = 1 / (predictors * math.comb(predictors - 1, len(subset))) if len(subset) < predictors else 0.0
        for entering in set(range(predictors)) - set(subset):
            shares[entering] += weight * (explained[tuple(sorted((*subset, entering)))] - before)
    return explained[tuple(range(predictors))], shares


def _r_squared(covariance: Matrix, subset: tuple[int, ...]) -> float:
    """Share of the last variable's variance that a regression on ``subset`` explains; 0 of a constant."""
    variance = float(covariance[-1, -1])
    if not subset or variance <= 0:
        return 0.0
    chosen = np.array(subset)
    among, across = covariance[np.ix_(chosen, chosen)], covariance[chosen, -1]
    return float(across @ np.linalg.pinv(among, hermitian=True) @ across) / variance


def _whole_percent(share: float) -> int:
    """Half up, not swayed by the last digits of floating point."""
    return math.floor(round(100 * share, DECIMALS) + 0.5)


def _values(questionnaire: Questionnaire) -> npt.NDArray[np.int64]:
    """Values by question and option position, 0 for blank, as whole numbers: shape (questions, options + 1)."""
    by_question = [METHODS[SECOND_METHOD].option_values(len(q.options)) for q in questionnaire.substantive]
    table = np.zeros((len(by_question), 1 + max(map(len, by_question))), dtype=np.int64)
    for index, values in enumerate(by_question):
        common = math.lcm(*(value.denominator for value in values))
        table[index, 1 : 1 + len(values)] = [int(value * common) for value in values]
    return table
