"""Reports as workbooks: one sheet a table, the last one with method and definitions; numbers are numbers."""

from typing import Any

from flask_babel import gettext as _
from xlsxwriter import Workbook

from analytics.reports.contents import BodyContents, Contents
from analytics.reports.definitions import definitions
from analytics.reports.pooled import pooled_tables
from analytics.reports.release_tables import figures_tables
from analytics.reports.tables import Column, Table
from analytics.workbook import add_sheet, new_workbook, write
from survey_app.web.languages import current_language, format_moment

WIDEST = 60
NARROWEST = 11
HEADING = {"bold": True, "font_color": "#ffffff", "bg_color": "#0a4a54", "text_wrap": True, "valign": "vcenter"}


def report_xlsx(contents: Contents) -> bytes:
    """All published figures of a body's Release, or of a round, in the present language."""
    with new_workbook(title_of(contents), contents.moment) as written:
        for table in tables_of(contents):
            _write_table(written.workbook, table)
        _write_definitions(written.workbook, contents)
    return written.data


def tables_of(contents: Contents) -> tuple[Table, ...]:
    """The tables of a report."""
    if isinstance(contents, BodyContents):
        return figures_tables([contents.shown], contents.questionnaire)
    names = {entry.release.body.code: entry.release.body.name[current_language()] for entry in contents.entries}
    pooled = pooled_tables(contents.rounds, contents.questionnaire, names)
    return (*figures_tables(contents.entries, contents.questionnaire), *pooled)


def title_of(contents: Contents) -> str:
    """What the report is about, in one line."""
    if isinstance(contents, BodyContents):
        release = contents.release
        return f"{release.body.name[current_language()]}, {release.round}"
    return str(_("All bodies, round %(round)s", round=contents.round.code))


def certified_text(contents: Contents) -> str:
    """When the figures were frozen."""
    return str(_("Certified %(moment)s", moment=format_moment(contents.moment)))


def _write_table(workbook: Workbook, table: Table) -> None:
    sheet = add_sheet(workbook, table.title)
    heading = workbook.add_format(HEADING)
    looks = [workbook.add_format(_look(column)) for column in table.columns]
    widths = [NARROWEST] * len(table.columns)
    for index, column in enumerate(table.columns):
        write(sheet, 0, index, column.title, heading)
    for number, row in enumerate(table.rows, 1):
        for index, value in enumerate(table.labelled(row)):
            write(sheet, number, index, value, looks[index])
            widths[index] = max(widths[index], min(WIDEST, len(str(value or "")) + 2))
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    sheet.set_row(0, 45)
    sheet.freeze_panes(1, min(2, len(table.columns)))
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _look(column: Column) -> dict[str, Any]:
    if column.kind == "number":
        return {"num_format": "0." + "0" * column.places}
    return {"num_format": "0"} if column.kind == "integer" else {"text_wrap": True}


def _write_definitions(workbook: Workbook, contents: Contents) -> None:
    sheet = add_sheet(workbook, _("Method and definitions"))
    bold = workbook.add_format({"bold": True, "text_wrap": True})
    wrapped = workbook.add_format({"text_wrap": True})
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 110)
    release = contents.release if isinstance(contents, BodyContents) else contents.entries[-1].release
    lines = [
        (title_of(contents), certified_text(contents)),
        *definitions(release),
        (_("Questionnaire"), f"{release.questionnaire.id} {release.questionnaire.version}"),
        (_("Software"), release.software),
    ]
    for row, (term, text) in enumerate(lines):
        write(sheet, row, 0, term, bold)
        write(sheet, row, 1, text, wrapped)
