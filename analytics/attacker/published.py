"""What an attacker reads: the figures of one or more Releases of a body, put together."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.figures import Figures, KpiFigure
from survey_app.domain.questionnaire import Questionnaire

Split = tuple[int, int]


@dataclass(frozen=True)
class Published:
    """Everything known by question id. ``totals`` and ``cells`` are (favourable, unfavourable).

    ``cells`` are keyed by (index of the demographic question, position of its option). Not used, because no equation
    in counts follows from them: the 95 % interval and whether it is stable (a quadratic form in pair counts), and the
    drivers (quotients of determinants of the covariance matrix, published only where every total is).
    """

    totals: dict[str, Split]
    options: dict[str, tuple[int, ...]]
    cells: dict[str, dict[tuple[int, int], Split]]
    kpis: tuple[KpiFigure, ...]


def read_figures(questionnaire: Questionnaire, figures: Sequence[Figures]) -> Published:
    """The union of several Releases' figures, of the same responses."""
    positions = {
        (str(question.name), option.code): (variable, position)
        for variable, question in enumerate(questionnaire.demographic)
        for position, option in enumerate(question.options, 1)
    }
    totals: dict[str, Split] = {}
    options: dict[str, tuple[int, ...]] = {}
    cells: dict[str, dict[tuple[int, int], Split]] = {question.id: {} for question in questionnaire.substantive}
    for one in figures:
        for total in one.totals:
            if total.favourable is not None and total.unfavourable is not None:
                totals[total.question] = (total.favourable, total.unfavourable)
            if total.options is not None:
                options[total.question] = total.options
        for group in one.breakdowns:
            for cell in group.cells:
                if cell.favourable is not None and cell.unfavourable is not None:
                    place = positions[group.variable, group.level]
                    cells[cell.question][place] = (cell.favourable, cell.unfavourable)
    kpis = {(figure.method, figure.percent): figure for one in figures for figure in one.kpis}
    return Published(totals, options, cells, tuple(kpis.values()))
