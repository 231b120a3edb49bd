"""Whatever is answered, nothing unsafe is shown, and nothing shown gives a hidden total away by subtraction."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.disclosure import protect
from analytics.kpi import METHODS, compute_kpis
from analytics.tally import count_answers, counts_of
from tests.builders import official_questionnaire

QUESTIONNAIRE = official_questionnaire()
OPTIONS = [len(question.options) for question in QUESTIONNAIRE.questions]


@st.composite
def bodies(draw):
    """1 to 80 respondents; each question has its own leaning, so that unanimity and rare answers occur."""
    n = draw(st.integers(1, 80))
    leanings = draw(st.lists(st.sampled_from([0.0, 0.02, 0.1, 0.4, 0.8]), min_size=14, max_size=14))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    columns = [
        np.where(random.random(n) < lean, random.integers(0, k + 1, n), 1)
        for k, lean in zip(OPTIONS, leanings, strict=True)
    ]
    return np.column_stack(columns).astype(np.uint8)


@given(bodies(), st.sampled_from(sorted(METHODS)))
def test_nothing_unsafe_is_shown(rows, pinned):
    tally = count_answers(QUESTIONNAIRE, rows)
    kpis = compute_kpis(QUESTIONNAIRE, tally, len(rows))
    protected = protect(QUESTIONNAIRE, tally, kpis, pinned, 10)
    counts = counts_of(tally)
    hidden = {total.question for total in protected.totals if total.hidden}
    for total in protected.totals:
        if total.hidden is None:
            assert total.favourable + total.unfavourable == total.base == sum(counts[total.question]) >= 10
            assert min(total.favourable, total.unfavourable) >= 3
        if total.options is not None:
            assert total.base >= 50
            assert not {1, 2} & set(total.options)
    assert len(hidden) != 1
    if hidden:
        assert {figure.method for figure in protected.kpis} <= {pinned, "mean_score/1"}
        assert all(figure.fraction is None for figure in protected.kpis)
    if tally.n < 10:
        assert len(hidden) == 11
        assert all(figure.percent is None for figure in protected.kpis)
    for figure in protected.kpis:
        weights = METHODS[figure.method].weights(QUESTIONNAIRE)
        if figure.percent is not None:
            assert sum(1 for question in hidden if weights[question]) != 1
