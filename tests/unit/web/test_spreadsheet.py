"""Tables as people and attackers hand them in: text comes out, or a reason; the reading process stays in its limits."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter

from survey_app.web.spreadsheet import (
    MOST_BYTES,
    Row,
    SpreadsheetBusy,
    SpreadsheetDamaged,
    SpreadsheetEmpty,
    SpreadsheetEncoding,
    SpreadsheetRefused,
    SpreadsheetTooLarge,
    SpreadsheetUnsupported,
    read_spreadsheet,
    taking_turn,
)


def workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    fill(book)
    book.close()
    return file.getvalue()


def repacked(data: bytes, **parts: bytes) -> bytes:
    """The same archive with parts added or replaced; underscores in a name stand for slashes."""
    new = {name.replace("__", "/"): content for name, content in parts.items()}
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in old.namelist():
            if name not in new:
                archive.writestr(name, old.read(name))
        for name, content in new.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_a_workbook_gives_text_with_line_numbers_and_names_formulas_and_other_sheets():
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Органдар")
        sheet.write_row(1, 0, ["code", "қызметшілер", "when"])
        sheet.write_row(3, 0, ["001", 120])
        sheet.write_datetime(
            3,
            2,
            dt.datetime(2026, 3, 5, tzinfo=dt.UTC).replace(tzinfo=None),
            book.add_format({"num_format": "yyyy-mm-dd"}),
        )
        sheet.write_row(4, 0, ["  x  ", 1.5])
        sheet.write_formula(4, 2, "=1+1", None, "2")
        book.add_worksheet("Заметки")

    table = read_spreadsheet(workbook(fill), "Bodies.XLSX")

    assert [row.line for row in table.rows] == [2, 4, 5]
    assert table.rows[0].cells == ("code", "қызметшілер", "when")
    assert table.rows[1].cells[:2] == ("001", "120")
    assert table.rows[1].cells[2].startswith("2026-03-05")
    assert table.rows[2].cells[:2] == ("x", "1.5")
    assert [row.formulas for row in table.rows] == [(), (), (2,)]
    assert table.left_out == ("Заметки",)


@pytest.mark.parametrize("text", ["a;ә\n\n1;2\n", "\ufeffa,ә\r\n,\r\n1,2\r\n", "a\tә\n\n1\t2", '"a";"ә"\n;;\n1; 2 ;\n'])
def test_csv_as_people_save_it(text):
    assert read_spreadsheet(text.encode(), "t.csv").rows == (Row(1, ("a", "ә")), Row(3, ("1", "2")))


def test_what_a_spreadsheet_would_calculate_is_named_and_numbers_are_not():
    rows = read_spreadsheet(b"a;b;c;d\n=cmd;@x;+7 701;-5\n-5,5;-x;+SUM(A1);-\n", "t.csv").rows

    assert [row.formulas for row in rows] == [(), (0, 1), (1, 2)]


@pytest.mark.parametrize(
    ("data", "name", "error", "line"),
    [
        (b"", "t.csv", SpreadsheetEmpty, None),
        (b";;\n\n", "t.csv", SpreadsheetEmpty, None),
        ("a\nФ".encode("cp1251"), "t.csv", SpreadsheetEncoding, 2),
        ("a;b".encode("utf-16"), "t.csv", SpreadsheetEncoding, None),
        (b"a;b\n\0;c", "t.csv", SpreadsheetUnsupported, 2),
        (b'a;b\n1;2\n"x;3\n', "t.csv", SpreadsheetDamaged, 3),
        (b"a\n" + b"x" * 1001, "t.csv", SpreadsheetTooLarge, 2),
        (b"a\n" + b";" * 64 + b"x", "t.csv", SpreadsheetTooLarge, 2),
        (b"x" * (MOST_BYTES + 1), "t.csv", SpreadsheetTooLarge, None),
        (b"x\n" * 100_001, "t.csv", SpreadsheetTooLarge, 100_001),
        (b"%PDF-1.7", "t.pdf", SpreadsheetUnsupported, None),
        (b"\xd0\xcf\x11\xe0rest", "t.xlsx", SpreadsheetUnsupported, None),
        (b"PK\x03\x04rest", "t.xlsx", SpreadsheetDamaged, None),
        (b"a;b", "t.xlsx", SpreadsheetDamaged, None),
        (b"PK\x03\x04rest", "t.csv", SpreadsheetDamaged, None),
    ],
)
def test_files_that_are_refused_say_why_and_where(data, name, error, line):
    with pytest.raises(error) as refused:
        read_spreadsheet(data, name)
    assert refused.value.line == line


@pytest.fixture(scope="module")
def honest() -> bytes:
    return workbook(lambda book: book.add_worksheet().write(0, 0, "code"))


class TestHostileWorkbooks:
    def test_a_bomb_that_says_its_size_is_not_unpacked(self, honest):
        bomb = repacked(honest, xl__worksheets__sheet1=b"", xl__media__image=b"\0" * (97 * 1024 * 1024))
        assert len(bomb) < MOST_BYTES
        with pytest.raises(SpreadsheetTooLarge):
            read_spreadsheet(bomb, "t.xlsx")

    def test_a_bomb_that_lies_about_its_size_is_not_unpacked(self, honest):
        bomb = bytearray(repacked(honest, big=b"\0" * (97 * 1024 * 1024)))
        entry = bomb.rindex(b"PK\x01\x02")
        bomb[entry + 24 : entry + 28] = (1).to_bytes(4, "little")
        with pytest.raises(SpreadsheetRefused):
            read_spreadsheet(bytes(bomb), "t.xlsx")

    def test_a_cell_at_the_far_corner_takes_no_memory(self, honest):
        far = (
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
            b"</sheetData></worksheet>"
        )
        with zipfile.ZipFile(io.BytesIO(honest)) as archive:
            assert "xl/worksheets/sheet1.xml" in archive.namelist()
        with pytest.raises(SpreadsheetTooLarge):
            read_spreadsheet(repacked(honest, **{"xl/worksheets/sheet1.xml": far}), "t.xlsx")

    def test_entities_are_not_expanded(self, honest):
        lines = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
        with pytest.raises(SpreadsheetDamaged):
            read_spreadsheet(repacked(honest, **{"xl/worksheets/sheet1.xml": lines}), "t.xlsx")

    def test_macros_are_refused(self, honest):
        with pytest.raises(SpreadsheetUnsupported):
            read_spreadsheet(repacked(honest, **{"xl/vbaProject.bin": b"x"}), "t.xlsx")

    def test_a_hidden_first_sheet_is_not_what_is_read(self):
        def fill(book: xlsxwriter.Workbook) -> None:
            hidden, shown = book.add_worksheet("hidden"), book.add_worksheet("shown")
            hidden.write(0, 0, "secret")
            shown.write_formula(0, 0, "=1", None, "1")
            shown.activate()
            shown.set_first_sheet()
            hidden.hide()

        table = read_spreadsheet(workbook(fill), "t.xlsx")

        assert (table.rows[0].formulas, table.left_out) == ((0,), ("hidden",))


def test_two_files_are_read_at_once_and_who_comes_then_is_told_so_without_waiting():
    with taking_turn():
        assert read_spreadsheet(b"a;b\n", "t.csv").rows == (Row(1, ("a", "b")),)
        with taking_turn(), pytest.raises(SpreadsheetBusy):
            read_spreadsheet(b"a;b\n", "t.csv")
    assert read_spreadsheet(b"a;b\n", "t.csv").rows
