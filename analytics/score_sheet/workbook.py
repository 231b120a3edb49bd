"""The score sheet as a workbook in the form of Appendix 3: scores and percentages are numbers, nothing is a formula."""

from datetime import datetime
from decimal import Decimal

from flask_babel import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from analytics.score_sheet.entered import Filled
from analytics.score_sheet.form import Form, allowed_text, fact_text, form_of, realisation_text
from analytics.score_sheet.sheet import Line, SheetIncomplete
from analytics.scoring import ScoringRecord
from analytics.workbook import Value, add_sheet, new_workbook, write

WIDTHS = (5, 52, 11, 12, 13, 16, 14, 16)
LAST = 6
NUMBER_FORMAT = "0.00"
GENERAL = "General"


def sheet_xlsx(filled: Filled, record: ScoringRecord, moment: datetime) -> bytes:
    """The filled form in the present language. Raises SheetIncomplete."""
    form = form_of(filled, record)
    with new_workbook(f"{form.title}: {form.person}", moment) as written:
        _Sheet(written.workbook, form, filled).lay_out()
    return written.data


class _Sheet:
    """Lays the form out from top to bottom."""

    def __init__(self, workbook: Workbook, form: Form, filled: Filled) -> None:
        self._workbook = workbook
        self._form = form
        self._filled = filled
        self._sheet = _page(workbook, form)
        self._row = 0

    def lay_out(self) -> None:
        self._head()
        self._table()
        self._foot()

    def _head(self) -> None:
        form = self._form
        centre, caption = self._look(align="center"), self._look(align="center", font_size=9, italic=True)
        for text in form.appendix:
            self._line(text, self._look(align="right", font_size=9))
        self._line(form.title, self._look(align="center", bold=True, font_size=14))
        for text, below in ((form.person, form.person_caption), (form.period, form.period_caption)):
            self._line(text, self._look(centre_bold=True))
            self._line(below, caption)
        self._line("", centre)

    def _table(self) -> None:
        heading = self._look(cell=True, bold=True, align="center")
        for column, title in enumerate(self._form.columns):
            write(self._sheet, self._row, column, title, heading)
        write(self._sheet, self._row, LAST + 1, _("Allowed"), self._look(font_size=9, italic=True))
        self._sheet.set_row(self._row, 48)
        for number, line in enumerate(self._filled.complete, 1):
            self._kpi(number, line)
        self._row += 1
        total = self._look(cell=True, bold=True, align="left")
        self._sheet.merge_range(self._row, 0, self._row, LAST - 1, "", total)
        write(self._sheet, self._row, 0, self._form.total, total)
        write(self._sheet, self._row, LAST, self._mean(), self._look(cell=True, bold=True, number=NUMBER_FORMAT))
        self._row += 1

    def _kpi(self, number: int, line: Line) -> None:
        self._row += 1
        values: tuple[tuple[Value, str], ...] = (
            (number, GENERAL),
            (line.name, GENERAL),
            (line.unit, GENERAL),
            (Decimal(line.plan), GENERAL),
            (fact_text(line) if line.fact is None else Decimal(line.fact), GENERAL),
            (realisation_text(line) if line.realisation is None else Decimal(line.realisation), NUMBER_FORMAT),
            (line.score, NUMBER_FORMAT),
        )
        for column, (value, pattern) in enumerate(values):
            look = self._look(cell=True, align="left" if column == 1 else "center", number=pattern)
            write(self._sheet, self._row, column, value, look)
        write(self._sheet, self._row, LAST + 1, allowed_text(line), self._look(font_size=9, italic=True))
        self._sheet.set_row(self._row, max(30, 15 * (1 + len(line.name) // 52)))

    def _foot(self) -> None:
        form, small = self._form, self._look(font_size=9)
        for text in form.footnotes:
            self._line(text, small)
        self._line("", small)
        for label, value in (form.result, *(line[:2] for line in form.signature)):
            write(self._sheet, self._row, 1, label)
            self._sheet.merge_range(self._row, 2, self._row, LAST, "", self._look(underlined=True))
            write(self._sheet, self._row, 2, value, self._look(underlined=True))
            self._row += 1
        self._line("", small)
        for text in (*form.remarks, *(f"{label}: {value}" for label, value in form.source)):
            self._line(text, small)

    def _line(self, text: str, look: Format) -> None:
        """A text over the form's whole width."""
        self._sheet.merge_range(self._row, 0, self._row, LAST, "", look)
        write(self._sheet, self._row, 0, text, look)
        self._sheet.set_row(self._row, 15 * (1 + len(text) // 130))
        self._row += 1

    def _mean(self) -> Decimal:
        if self._filled.mark is None:
            raise SheetIncomplete("the sheet has no final mark yet")
        return self._filled.mark.mean

    def _look(
        self,
        *,
        cell: bool = False,
        underlined: bool = False,
        centre_bold: bool = False,
        number: str = GENERAL,
        **properties: object,
    ) -> Format:
        look: dict[str, object] = {"text_wrap": True, "valign": "vcenter", "num_format": number, **properties}
        if cell:
            look |= {"border": 1}
        if underlined or centre_bold:
            look |= {"bottom": 1, "align": "center", "bold": True}
        return self._workbook.add_format(look)


def _page(workbook: Workbook, form: Form) -> Worksheet:
    sheet = add_sheet(workbook, form.title)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.hide_gridlines(2)
    return sheet
