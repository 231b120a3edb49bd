"""The published figures as plain tables: one source for workbooks and data packages.

Cells hold codes and exact values; what people read instead of a code is in the column's ``labels``. Percentages stay
decimal texts until they are written, so that no digit changes on the way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from flask_babel import gettext as _

from analytics.figures import Drivers, GroupFigures, KpiFigure, PercentRange, QuestionTotal
from analytics.reports import marks
from analytics.workbook import Value
from survey_app.domain.questionnaire import Questionnaire
from survey_app.web.languages import current_language

Kind = Literal["string", "integer", "number", "boolean", "datetime"]
Row = tuple[Value, ...]


@dataclass(frozen=True)
class Column:
    """``name`` is for programs, ``title`` for people; ``places`` are a number's decimals.

    ``labels`` are by code or, where a code means something only beside the code in the column ``within``, by
    ``within=code``.
    """

    name: str
    kind: Kind
    title: str
    places: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    within: str = ""


@dataclass(frozen=True)
class Table:
    """Rows under columns; ``key`` are the columns that name a row."""

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: tuple[Row, ...]

    def labelled(self, row: Row) -> Row:
        """The row as people read it."""
        values = {column.name: value for column, value in zip(self.columns, row, strict=True)}
        return tuple(_label(column, values) for column in self.columns)


def method_columns() -> tuple[Column, ...]:
    """Columns of a KPI by a method."""
    return (
        Column("method", "string", _("Method"), labels=marks.methods()),
        Column("pinned", "boolean", _("Fixed by the manifest")),
        *kpi_columns(),
        Column("numerator", "integer", _("Numerator")),
        Column("denominator", "integer", _("Denominator")),
    )


def method_cells(figure: KpiFigure, pinned: str) -> Row:
    """One method's KPI."""
    return figure.method, figure.method == pinned, *kpi_cells(figure), *_fraction(figure)


def driver_columns(questionnaire: Questionnaire) -> tuple[Column, ...]:
    """Columns of a question's importance."""
    return (
        question_column(questionnaire),
        Column("importance_percent", "integer", _("Importance for the overall question, per cent")),
        Column("explained_percent", "integer", _("Explained by all questions together, per cent")),
    )


def group_rows(breakdowns: Iterable[GroupFigures]) -> Iterable[Row]:
    """Cells of breakdowns: variable, level, question, mark, counts, percentage."""
    for group in breakdowns:
        for cell in group.cells:
            share = _share(cell.favourable, cell.base)
            yield (
                *(group.variable, group.level, cell.question, cell.hidden),
                *(cell.favourable, cell.unfavourable, cell.base, share),
            )


def driver_rows(drivers: Drivers | None) -> Iterable[Row]:
    """Importance of each question."""
    if drivers is not None:
        for driver in drivers.importances:
            yield driver.question, driver.importance, drivers.explained


def kpi_cells(figure: KpiFigure | None) -> Row:
    """A KPI's cells under the columns of ``kpi_columns``."""
    if figure is None:
        return (None,) * 8
    return (
        decimal(figure.percent),
        *_range(figure.interval),
        *_range(figure.logical_bounds),
        figure.row,
        figure.score_range,
        figure.stable,
    )


def kpi_columns() -> tuple[Column, ...]:
    """Columns of a KPI with its bounds and row."""
    return (
        Column("kpi_percent", "number", _("KPI, per cent"), 2),
        Column("interval_low", "number", _("95 per cent interval, from"), 1),
        Column("interval_high", "number", _("95 per cent interval, to"), 1),
        Column("logical_low", "number", _("Logical bounds, from"), 1),
        Column("logical_high", "number", _("Logical bounds, to"), 1),
        Column("row", "string", _("Row of Appendix 5")),
        Column("score_range", "string", _("Score range")),
        Column("stable", "boolean", _("Row certain?")),
    )


def question_column(questionnaire: Questionnaire) -> Column:
    """The column that names a question."""
    language = current_language()
    labels = {question.id: f"{question.number}. {question.text[language]}" for question in questionnaire.questions}
    return Column("question", "string", _("Question"), labels=labels)


def question_columns(questionnaire: Questionnaire) -> tuple[Column, ...]:
    """Columns of a question's total."""
    return (
        question_column(questionnaire),
        Column("hidden", "string", _("Hidden?"), labels=marks.hidden()),
        Column("favourable", "integer", _("Favourable")),
        Column("unfavourable", "integer", _("Unfavourable")),
        Column("base", "integer", _("Answers")),
        Column("favourable_percent", "number", _("Favourable, per cent"), 2),
    )


def group_columns(questionnaire: Questionnaire) -> tuple[Column, ...]:
    """Columns of a group's answers to a question."""
    language = current_language()
    variables = {str(question.name): question.text[language] for question in questionnaire.demographic}
    levels = {
        f"{question.name}={option.code}": option.text[language]
        for question in questionnaire.demographic
        for option in question.options
    }
    return (
        Column("variable", "string", _("Group by"), labels=variables),
        Column("level", "string", _("Group"), labels=levels, within="variable"),
        *question_columns(questionnaire),
    )


def option_columns(questionnaire: Questionnaire) -> tuple[Column, ...]:
    """Columns of how often an option was chosen."""
    return (
        question_column(questionnaire),
        Column("option", "string", _("Answer"), labels=option_labels(questionnaire), within="question"),
        Column("count", "integer", _("Answers")),
    )


def option_labels(questionnaire: Questionnaire) -> dict[str, str]:
    """Texts of options within their questions."""
    language = current_language()
    return {
        f"{question.id}={option.code}": option.text[language]
        for question in questionnaire.questions
        for option in question.options
    }


def option_rows(total: QuestionTotal, questionnaire: Questionnaire) -> Iterable[Row]:
    """How often each option was chosen; nothing where that is not shown."""
    question = next(one for one in questionnaire.substantive if one.id == total.question)
    for option, count in zip(question.options, total.options or (), strict=False):
        yield question.id, option.code, count


def total_cells(total: QuestionTotal) -> Row:
    """A question's total."""
    share = _share(total.favourable, total.base)
    return total.question, total.hidden, total.favourable, total.unfavourable, total.base, share


def _label(column: Column, values: Mapping[str, Value]) -> Value:
    value = values[column.name]
    if not isinstance(value, str):
        return value
    key = f"{values[column.within]}={value}" if column.within else value
    return column.labels.get(key, value)


def _fraction(figure: KpiFigure) -> Row:
    if figure.fraction is None:
        return None, None
    exact = Fraction(figure.fraction)
    return exact.numerator, exact.denominator


def _share(part: int | None, whole: int | None) -> Decimal | None:
    """Half up to 0.01; only of numbers that the Release itself shows."""
    if part is None or not whole:
        return None
    return Decimal((part * 20_000 + whole) // (2 * whole)).scaleb(-2)


def _range(bounds: PercentRange | None) -> Row:
    return (None, None) if bounds is None else (Decimal(bounds.low), Decimal(bounds.high))


def decimal(text: str | None) -> Decimal | None:
    """A figure's own digits as a number."""
    return None if text is None else Decimal(text)
