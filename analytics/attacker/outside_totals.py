"""The attack from outside on hidden totals: every published KPI with its rounding, bounds and row at once."""

import numpy as np

from analytics.attacker.outside import CLEARLY, SIDES, Exposure, Outside, bound_of
from analytics.attacker.program import Program
from analytics.attacker.published import Published
from analytics.attacker.reach import ENOUGH
from analytics.attacker.statements import Window, beside, row_window, window_of
from analytics.attacker.totals import Base, BodyTotals, count_rows, kpi_rows, side_columns
from analytics.kpi import METHOD_DECIDES, RENORMALISED
from analytics.score_tables import row_named
from survey_app.domain.questionnaire import Question


def exposed_totals(known: Outside, published: Published) -> list[Exposure]:
    """Hidden totals of which too few people can have given one of the answers. Raises Contradiction.

    As if everybody had answered: a share that three of n could not make up, three of fewer could not either. Where a
    question without any answer changed the weights, nobody outside knows which, and nothing can be proved.
    """
    hidden = [question for question in known.questionnaire.substantive if question.id not in published.totals]
    if not hidden or not published.kpis or any(RENORMALISED in figure.flags for figure in published.kpis):
        return []
    counts = {question.id: _counts(question, published, known.n) for question in known.questionnaire.substantive}
    body = BodyTotals(known.questionnaire, counts, known.n, known.eligible, published)
    bases, columns = list[Base](), 0
    for question in known.questionnaire.substantive:
        if question.id not in published.options:
            bases.append(Base(question.id, sum(counts[question.id]), columns, len(question.options), None))
            columns += len(question.options)
    upper = [float(base.base) for base in bases for _ in range(base.options)]
    program = Program(upper, [*count_rows(body, bases), *kpi_rows(body, bases, _windows(known, published))])
    unknown = [base for base in bases if base.question not in published.totals]
    return [
        Exposure(base.question)
        for base in unknown
        if any(_most(program, base, side) < min(ENOUGH, known.n) - CLEARLY for side in SIDES)
    ]


def _most(program: Program, base: Base, side: int) -> float:
    form = np.zeros(program.columns)
    form[list(side_columns(base, side))] = 1
    return bound_of(program, form)


def _windows(known: Outside, published: Published) -> list[Window]:
    """Of each KPI, and the row of the one beside it where no flag says that it is another."""
    methods = {figure.method for figure in published.kpis}
    return [window_of(figure, known.n, known.eligible) for figure in published.kpis] + [
        row_window(beside(figure.method), row_named(figure.row))
        for figure in published.kpis
        if beside(figure.method) not in methods and METHOD_DECIDES not in figure.flags
    ]


def _counts(question: Question, published: Published, n: int) -> tuple[int, ...]:
    """Counts with the base that is published; how they are spread over the options is not used."""
    if question.id in published.options:
        return published.options[question.id]
    base = sum(published.totals.get(question.id, (n, 0)))
    return (base, *(0 for _ in question.options[1:]))
