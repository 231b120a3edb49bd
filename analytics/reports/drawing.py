"""What the printed charts draw: positions as numbers, everything that is read as translated text."""

import math
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from analytics.figures import Drivers, GroupFigures, KpiFigure, PercentRange, QuestionTotal
from analytics.methods import favourable_options
from analytics.reports import marks
from analytics.score_tables import appendix5
from analytics.views import wording
from survey_app.domain.questionnaire import Question, Questionnaire
from survey_app.web.languages import current_language

TICK = 5
Drawn = dict[str, Any]


def kpi_line(label: str, figure: KpiFigure, *, provisional: bool, logical: bool = False) -> Drawn:
    """One KPI with its bounds; where only the row may be shown, the row."""
    row = wording.row_of(figure)
    return {
        "label": label,
        "value": None if figure.percent is None else float(figure.percent),
        "interval": _range(figure.interval),
        "logical": _range(figure.logical_bounds) if logical else None,
        "row": [float(row.start), 100.0 if row.to is None else float(row.to)],
        "stable": figure.stable is not False,
        "provisional": provisional,
        "text": _("not shown") if figure.percent is None else wording.percent(figure.percent),
        "range": wording.score_range(figure),
    }


def kpi_axis(lines: Sequence[Drawn]) -> Drawn:
    """From below everything shown to above it, in steps of 5 per cent, with the rows of Appendix 5 behind."""
    edges = [edge for line in lines for edge in _edges(line)]
    low = max(0, math.floor((min(edges) - 1) / TICK) * TICK)
    high = min(100, math.ceil((max(edges) + 1) / TICK) * TICK)
    bands = [row for row in appendix5() if row.to is not None and low <= row.start < high]
    step = TICK if high - low <= 12 * TICK else 2 * TICK
    return {
        "low": low,
        "high": high,
        "ticks": [[tick, wording.number(tick)] for tick in range(low, high + 1, step)],
        "bands": [[float(row.start), float(row.start) + TICK, wording.number(row.lowest)] for row in reversed(bands)],
        "titles": [_("KPI, per cent"), _("Score from (Appendix 5)")],
    }


def likert_bars(totals: Sequence[QuestionTotal], questionnaire: Questionnaire) -> list[Drawn]:
    """Questions from the most to the least favourable, hidden ones last in their own order."""
    questions = {question.id: question for question in questionnaire.substantive}
    ordered = sorted(totals, key=lambda total: -(total.favourable or 0) / total.base if total.base else 1)
    return [_bar(questions[total.question], total) for total in ordered]


def group_matrix(breakdowns: Sequence[GroupFigures], questionnaire: Questionnaire) -> Drawn:
    """Favourable shares of questions (rows) by groups (columns), with hidden ones marked."""
    language = current_language()
    cells = {(group.variable, group.level, cell.question): cell for group in breakdowns for cell in group.cells}
    groups = [(str(q.name), option) for q in questionnaire.demographic for option in q.options]
    return {
        "variables": [[q.text[language], len(q.options)] for q in questionnaire.demographic],
        "levels": [option.text[language] for _variable, option in groups],
        "rows": [
            {
                "label": f"{question.number}. {question.text[language]}",
                "cells": [_cell(cells.get((variable, option.code, question.id))) for variable, option in groups],
            }
            for question in questionnaire.substantive
        ],
        "reasons": sorted({marks.hidden()[cell.hidden] for cell in cells.values() if cell.hidden is not None}),
    }


def driver_bars(drivers: Drivers | None, totals: Sequence[QuestionTotal], questionnaire: Questionnaire) -> list[Drawn]:
    """Questions by importance, each with its favourable share."""
    if drivers is None:
        return []
    questions = {question.id: question for question in questionnaire.substantive}
    shares = {total.question: total for total in totals}
    ordered = sorted(drivers.importances, key=lambda driver: -driver.importance)
    most = max((driver.importance for driver in ordered), default=1) or 1
    return [
        {
            "label": _title(questions[driver.question]),
            "share": driver.importance / most,
            "importance": f"{wording.number(driver.importance)}\N{NO-BREAK SPACE}%",
            "favourable": share_text(shares[driver.question].favourable, shares[driver.question].base),
        }
        for driver in ordered
    ]


def share_text(part: int | None, whole: int | None) -> str:
    """A favourable share, or a dash."""
    return wording.DASH if part is None or not whole else wording.share(part, whole)


def legend() -> list[list[str]]:
    """Colours of the answers: shade, meaning."""
    return [
        ["brightest", _("most favourable")],
        ["bright", _("rather favourable")],
        ["pale", _("rather unfavourable")],
        ["dark", _("most unfavourable")],
        ["favourable", _("favourable (single options are not shown)")],
        ["unfavourable", _("unfavourable (single options are not shown)")],
    ]


def _bar(question: Question, total: QuestionTotal) -> Drawn:
    bar: Drawn = {"label": _title(question), "hidden": None, "left": [], "right": [], "texts": None}
    if total.hidden is not None or not total.base or total.favourable is None or total.unfavourable is None:
        return {**bar, "hidden": marks.hidden().get(str(total.hidden), _("no answers"))}
    if total.options is None:
        right, left = [("favourable", total.favourable)], [("unfavourable", total.unfavourable)]
    else:
        shown = favourable_options(len(total.options))
        inner_last = ["brightest", "bright"] if shown > 1 else ["brightest"]
        right = list(zip(reversed(inner_last), reversed(total.options[:shown]), strict=True))
        left = list(zip(("pale", "dark"), total.options[shown:], strict=True))
    return {
        **bar,
        "right": [[shade, count / total.base] for shade, count in right],
        "left": [[shade, count / total.base] for shade, count in left],
        "texts": [
            wording.share(total.favourable, total.base),
            wording.share(total.unfavourable, total.base),
            wording.number(total.base),
        ],
    }


def _cell(cell: Any) -> Drawn:
    if cell is None or cell.hidden is not None or not cell.base:
        return {"text": wording.NOT_SHOWN, "base": "", "share": None}
    return {
        "text": wording.share(cell.favourable, cell.base),
        "base": wording.number(cell.base),
        "share": cell.favourable / cell.base,
    }


def _edges(line: Drawn) -> list[float]:
    if line["value"] is None:
        return list(line["row"])
    return [line["value"], *(line["interval"] or ()), *(line["logical"] or ())]


def _range(bounds: PercentRange | None) -> list[float] | None:
    return None if bounds is None else [float(bounds.low), float(bounds.high)]


def _title(question: Question) -> str:
    return f"{question.number}. {question.text[current_language()]}"
