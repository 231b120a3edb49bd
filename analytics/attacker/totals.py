"""The attack on hidden totals: one program over all questions of a body, tied together by its published KPIs.

A hidden base is unknown too, which makes a KPI a sum of quotients. The program lets it be what it is or n: either way
the quotients' denominators are constants. That tells the attacker more than he knows, so what stays possible here is
possible for him. Each solution is checked exactly: its KPIs are computed and must be published the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from analytics.attacker.program import Program, Row, Whole
from analytics.attacker.published import Published, Split
from analytics.attacker.statements import UNITS, Window, beside, fits, row_window, window_of
from analytics.groups import FAVOURABLE
from analytics.methods import METHODS, Counts, NoKpi, effective_weights, favourable_options, kpi_value
from analytics.score_tables import survey_score
from survey_app.domain.questionnaire import Questionnaire

EDGE = 1e-4
MOST_LEFT_BLANK = 2


@dataclass(frozen=True)
class Base:
    """Variables of one question on one number of valid answers: its options' counts begin at ``start``.

    ``switch`` is the variable that says whether this is the base, None if no other is possible.
    """

    question: str
    base: int
    start: int
    options: int
    switch: int | None


@dataclass(frozen=True, eq=False)
class BodyTotals:
    """What the program rests on: the true counts by option, N, n, and what is published of them."""

    questionnaire: Questionnaire
    counts: Counts
    n: int
    eligible: int
    published: Published

    @property
    def hidden(self) -> tuple[str, ...]:
        """Questions whose totals the attacker has to work out."""
        return tuple(q.id for q in self.questionnaire.substantive if q.id not in self.published.totals)


def exchanged_totals(body: BodyTotals) -> dict[str, list[Split]]:
    """Extreme totals of hidden questions that no KPI can tell from the true ones.

    Questions with equally many options, answers and equal weights may have each other's answers in any mixture.
    """
    extremes: dict[str, list[Split]] = {}
    for questions in alike(body):
        base = sum(body.counts[questions[0]])
        favourable, unfavourable = np.sum([split_of(body.counts[question]) for question in questions], axis=0)
        most, least = min(base, int(favourable)), base - min(base, int(unfavourable))
        extremes |= {question: [(most, base - most), (least, base - least)] for question in questions}
    return extremes


def alike(body: BodyTotals) -> list[list[str]]:
    """Hidden questions in classes of those that no published KPI tells apart."""
    rules = [METHODS[window.method].weights(body.questionnaire) for window in _windows(body)]
    classes: dict[tuple[object, ...], list[str]] = {}
    for question in body.hidden:
        options, weights = body.counts[question], tuple(rule[question] for rule in rules)
        classes.setdefault((len(options), sum(options), weights), []).append(question)
    return list(classes.values())


def possible_totals(body: BodyTotals, question: str, side: int, least: int) -> Mapping[str, Split]:
    """Totals of all hidden questions with at least so many on one side of one of them; empty if none are found."""
    bases, columns = _bases(body)
    upper = [0.0] * columns
    for base in bases:
        upper[base.start : base.start + base.options] = [base.base] * base.options
        if base.switch is not None:
            upper[base.switch] = 1
    wanted = [column for base in bases if base.question == question for column in side_columns(base, side)]
    rows = [*count_rows(body, bases), *kpi_rows(body, bases, _windows(body), EDGE)]
    witness = Program(upper, [*rows, Row(wanted, [1] * len(wanted), least, body.n)]).solution()
    if witness is None:
        return {}
    counts = _counts(body, bases, witness)
    if not fits(body.published.kpis, body.questionnaire, counts, body.n, body.eligible):
        return {}
    return {hidden: split_of(counts[hidden]) for hidden in body.hidden}


def _counts(body: BodyTotals, bases: Sequence[Base], witness: Whole) -> dict[str, tuple[int, ...]]:
    """Counts by option; of several bases of a question all but one are zero."""
    counts = {question: tuple(options) for question, options in body.published.options.items()}
    for question in {base.question for base in bases}:
        parts = [witness[base.start : base.start + base.options] for base in bases if base.question == question]
        counts[question] = tuple(int(count) for count in np.sum(parts, axis=0))
    return counts


def split_of(options: Sequence[int]) -> Split:
    """Favourable and unfavourable answers among counts by option."""
    middle = favourable_options(len(options))
    return sum(options[:middle]), sum(options[middle:])


def _bases(body: BodyTotals) -> tuple[list[Base], int]:
    bases: list[Base] = []
    column = 0
    for question in body.questionnaire.substantive:
        if question.id in body.published.options:
            continue
        true = sum(body.counts[question.id])
        known = question.id in body.published.totals or not true
        options = len(question.options)
        for base in (true,) if known else _possible_bases(true, body.n):
            switch = None if known else column + options
            bases.append(Base(question.id, base, column, options, switch))
            column += options + (not known)
    return bases, column


def _possible_bases(true: int, n: int) -> list[int]:
    return sorted({true, *range(max(1, n - MOST_LEFT_BLANK), n + 1)}, reverse=True)


def side_columns(base: Base, side: int) -> range:
    """Variables of the favourable or the unfavourable options."""
    middle = base.start + favourable_options(base.options)
    return range(base.start, middle) if side == FAVOURABLE else range(middle, base.start + base.options)


def count_rows(body: BodyTotals, bases: Sequence[Base]) -> list[Row]:
    """What is known of each question alone: its two sides, or how many answered."""
    rows: list[Row] = []
    for base in bases:
        options = list(range(base.start, base.start + base.options))
        if base.question in body.published.totals:
            for side, total in enumerate(body.published.totals[base.question]):
                chosen = list(side_columns(base, side))
                rows.append(Row(chosen, [1] * len(chosen), total, total))
        elif base.switch is None:
            rows.append(Row(options, [1] * base.options, base.base, base.base))
        else:
            rows.append(Row([*options, base.switch], [1] * base.options + [-base.base], 0, 0))
    for question in {base.question: None for base in bases if base.switch is not None}:
        switches = [base.switch for base in bases if base.question == question and base.switch is not None]
        rows.append(Row(switches, [1] * len(switches), 1, 1))
    return rows


def kpi_rows(body: BodyTotals, bases: Sequence[Base], windows: Sequence[Window], inside: float = 0) -> list[Row]:
    """One row a KPI: the weighted options' values add up to within its window, by so much ``inside`` either end."""
    rows = []
    for window in windows:
        method = METHODS[window.method]
        weights = effective_weights(method, body.questionnaire, body.counts)
        fixed = sum(
            (
                weights.get(question, Fraction(0)) * value * count / sum(options)
                for question, options in body.published.options.items()
                for value, count in zip(method.option_values(len(options)), options, strict=True)
            ),
            Fraction(0),
        )
        terms = [
            (base.start + option, float(UNITS * weights[base.question] * value / base.base))
            for base in bases
            if base.base and base.question in weights
            for option, value in enumerate(method.option_values(base.options))
        ]
        low, high = float(window.low - UNITS * fixed), float(window.high - UNITS * fixed)
        edge = inside if high - low > 2 * inside else 0
        rows.append(Row([c for c, _ in terms], [value for _, value in terms], low + edge, high - edge))
    return rows


def _windows(body: BodyTotals) -> list[Window]:
    """Of each published KPI; and of the one beside it the true row, about which a flag tells if it is another."""
    windows = [window_of(figure, body.n, body.eligible) for figure in body.published.kpis]
    published = {window.method for window in windows}
    for name in sorted({beside(method) for method in published} - published):
        try:
            row = survey_score(kpi_value(METHODS[name], body.questionnaire, body.counts)).row
        except NoKpi:
            continue
        windows.append(row_window(name, row))
    return windows
