"""What must hold of the KPI for any answers at all."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.kpi import METHODS, compute_kpis
from analytics.methods import kpi_value
from analytics.tally import count_answers, counts_of
from tests.builders import official_questionnaire

QUESTIONNAIRE = official_questionnaire()
OPTIONS = [len(question.options) for question in QUESTIONNAIRE.questions]
ROWS = st.lists(st.tuples(*(st.integers(0, k) for k in OPTIONS)), min_size=1, max_size=25)


def tally_of(rows):
    return count_answers(QUESTIONNAIRE, np.array(rows, dtype=np.uint8))


@given(ROWS, st.integers(0, 50))
def test_kpi_and_bounds_are_shares_in_order(rows, silent):
    tally = tally_of(rows)
    for kpi in compute_kpis(QUESTIONNAIRE, tally, max(tally.n, 1) + silent).values():
        least, most = kpi.logical_bounds
        low, high = kpi.ci95
        assert 0 <= least <= low <= kpi.value <= high <= most <= 1
        assert kpi.row.start <= kpi.percent
        assert kpi.row.to is None or kpi.percent <= kpi.row.to


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert compute_kpis(QUESTIONNAIRE, tally_of(rows), 60) == compute_kpis(QUESTIONNAIRE, tally_of(shuffled), 60)


@given(ROWS, st.data())
def test_a_more_favourable_answer_never_lowers_the_kpi(rows, data):
    worse = data.draw(st.sampled_from(range(len(rows))))
    question = data.draw(st.sampled_from(range(len(QUESTIONNAIRE.substantive))))
    if rows[worse][question] < 2:
        return
    better = list(rows)
    better[worse] = (*rows[worse][:question], rows[worse][question] - 1, *rows[worse][question + 1 :])
    before = compute_kpis(QUESTIONNAIRE, tally_of(rows), 60)
    after = compute_kpis(QUESTIONNAIRE, tally_of(better), 60)
    assert all(before[name].value <= after[name].value for name in before)


@given(ROWS)
def test_counts_add_up(rows):
    tally = tally_of(rows)
    assert tally.n + tally.unusable == len(rows)
    assert all(sum(options) <= tally.n for options in counts_of(tally).values())
    assert (tally.pairs.to_numpy() == tally.pairs.to_numpy().T).all()


@given(ROWS)
def test_most_favourable_answers_alone_give_the_whole(rows):
    tally = tally_of([(1,) * len(OPTIONS) for _ in rows])
    assert all(kpi_value(method, QUESTIONNAIRE, counts_of(tally)) == 1 for method in METHODS.values())
