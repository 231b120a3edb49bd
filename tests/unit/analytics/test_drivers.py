"""Shapley (LMG) importance, against regressions of the answers themselves."""

import itertools
import math

import numpy as np
import pytest

from analytics.drivers import count_moments, find_drivers, importances
from tests.builders import official_questionnaire
from tests.crowds import crowd

QUESTIONNAIRE = official_questionnaire()


def r_squared(y, columns):
    """Of a least-squares regression with a constant."""
    design = np.column_stack([np.ones(len(y)), *columns])
    residuals = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return 1 - residuals.var() / y.var()


def by_all_orders(x, y):
    """What each predictor adds to R squared when it enters, averaged over all orders of entering."""
    added = np.zeros(x.shape[1])
    for order in itertools.permutations(range(x.shape[1])):
        before = 0.0
        for place, predictor in enumerate(order, 1):
            after = r_squared(y, [x[:, i] for i in order[:place]])
            added[predictor] += after - before
            before = after
    return added / math.factorial(x.shape[1])


def test_importances_are_those_of_regressions_in_every_order():
    random = np.random.default_rng(3)
    x = random.normal(size=(80, 5)) @ random.normal(size=(5, 5))
    y = x @ [1.0, 0.5, 0.0, -0.7, 0.2] + random.normal(size=80)
    explained, shares = importances(np.cov(np.column_stack([x, y]).T))
    assert explained == pytest.approx(r_squared(y, list(x.T)))
    assert shares == pytest.approx(by_all_orders(x, y).tolist())
    assert sum(shares) == pytest.approx(explained)


def test_predictors_that_know_nothing_of_each_other_have_their_squared_correlation():
    covariance = np.array([[4.0, 0.0, 2.0], [0.0, 1.0, 0.3], [2.0, 0.3, 2.0]])
    _, shares = importances(covariance)
    assert shares == pytest.approx([2.0**2 / (4 * 2), 0.3**2 / (1 * 2)])


def test_two_predictors_that_are_the_same_share_alike_and_a_constant_gets_nothing():
    covariance = np.array([[1.0, 1.0, 0.0, 0.5], [1.0, 1.0, 0.0, 0.5], [0.0, 0.0, 0.0, 0.0], [0.5, 0.5, 0.0, 1.0]])
    explained, shares = importances(covariance)
    assert explained == pytest.approx(0.25)
    assert shares == pytest.approx([0.125, 0.125, 0.0])


def test_drivers_of_answers_are_those_of_complete_responses():
    rows = crowd(300, 5)
    drivers = find_drivers(QUESTIONNAIRE, count_moments(QUESTIONNAIRE, rows))
    complete = rows[(rows[:, :11] > 0).all(axis=1)].astype(float)
    options = np.array([len(q.options) for q in QUESTIONNAIRE.substantive])
    values = (options - complete[:, :11]) / (options - 1)
    assert drivers.question == "q11"
    assert drivers.explained == round(100 * r_squared(values[:, 10], list(values[:, :10].T)))
    assert [driver.question for driver in drivers.importances] == [f"q{i}" for i in range(1, 11)]
    explained, shares = importances(np.cov(values.T))
    assert [driver.importance for driver in drivers.importances] == [round(100 * s / explained) for s in shares]
    assert abs(sum(driver.importance for driver in drivers.importances) - 100) <= 5


def test_moments_of_parts_add_up():
    rows = crowd(240, 6)
    parts = [count_moments(QUESTIONNAIRE, part) for part in (rows[:90], rows[90:])]
    whole = count_moments(QUESTIONNAIRE, rows)
    together = parts[0] + parts[1]
    assert together.n == whole.n
    assert (together.sums == whole.sums).all()
    assert (together.products == whole.products).all()


def test_fewer_than_a_hundred_complete_responses_have_no_drivers():
    rows = crowd(400, 7)
    complete = rows[(rows[:, :11] > 0).all(axis=1)]
    assert find_drivers(QUESTIONNAIRE, count_moments(QUESTIONNAIRE, complete[:100])) is not None
    assert find_drivers(QUESTIONNAIRE, count_moments(QUESTIONNAIRE, complete[:99])) is None


def test_an_overall_question_that_all_answer_alike_has_no_drivers():
    rows = crowd(200, 8)
    rows[:, 10] = 2
    assert find_drivers(QUESTIONNAIRE, count_moments(QUESTIONNAIRE, rows)) is None
