"""The program in which an untrusted table is read: its own process, with limits, without files, network or our code.

    python -I spreadsheet_reader.py csv|xlsx   bytes of the file on standard input, JSON on standard output

It answers ``{"rows": [[line, [cell, …], [index of a formula, …]], …], "left_out": [sheet, …]}`` or
``{"refused": reason, "line": n or null}``. Whoever starts it (spreadsheet.py) also limits its time and its answer.
"""

import csv
import datetime as dt
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

MEMORY = 768 * 1024 * 1024
SECONDS = 20
MOST_ROWS = 100_000
MOST_COLUMNS = 64
LONGEST_CELL = 1_000
MOST_UNPACKED = 96 * 1024 * 1024
MOST_PARTS = 300
_NUMBER = re.compile(r"[+-][0-9 ]+([.,][0-9]+)?")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_VISIBLE = "SheetVisibleEnum.Visible"
Row = tuple[int, list[str], list[int]]


class Refused(Exception):
    """The file is not read; ``reason`` is a word for the other process, ``line`` where it was noticed."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def limit() -> None:
    """From here on this process may use so much memory and time, and write no file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read_csv(data: bytes) -> list[Row]:
    """Records with the number of their first line. Raises Refused."""
    text = _decode(data)
    header = re.split(r"[\r\n]", text, maxsplit=1)[0]
    delimiter = max(";,\t", key=header.count)
    csv.field_size_limit(LONGEST_CELL * 8)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    start = 1
    try:
        for cells in reader:
            _keep(rows, start, [cell.strip() for cell in cells], [i for i, c in enumerate(cells) if _is_formula(c)])
            start = reader.line_num + 1
    except csv.Error as error:
        raise Refused("quotation", start) from error
    return rows


def read_xlsx(data: bytes) -> tuple[list[Row], list[str]]:
    """Rows of the first visible sheet, and the names of the other sheets. Raises Refused."""
    import python_calamine  # noqa: PLC0415 (after the limits are set)

    formulas = _scan(data)
    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
        visible = [meta.name for meta in book.sheets_metadata if str(meta.visible) == _VISIBLE]
        if not visible:
            raise Refused("damaged")
        sheet = book.get_sheet_by_name(visible[0])
        if sheet.total_height > MOST_ROWS:
            raise Refused("rows")
        if sheet.total_width > MOST_COLUMNS:
            raise Refused("columns", 1)
        grid = sheet.to_python(skip_empty_area=False)
    except python_calamine.PasswordError as error:
        raise Refused("password") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Refused("damaged") from error
    rows: list[Row] = []
    places = formulas.get(_part_of(data, visible[0]), {})
    for line, cells in enumerate(grid, 1):
        _keep(rows, line, [_text(cell) for cell in cells], sorted(places.get(line, ())))
    return rows, [name for name in book.sheet_names if name != visible[0]]


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("utf-16")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("encoding", data.count(b"\n", 0, error.start) + 1) from error
    if "\0" in text:
        raise Refused("binary", text.count("\n", 0, text.index("\0")) + 1)
    return text


def _keep(rows: list[Row], line: int, cells: list[str], formulas: list[int]) -> None:
    while cells and not cells[-1] and len(cells) - 1 not in formulas:
        cells.pop()
    if not cells:
        return
    if len(rows) >= MOST_ROWS:
        raise Refused("rows", line)
    if len(cells) > MOST_COLUMNS:
        raise Refused("columns", line)
    if any(len(cell) > LONGEST_CELL for cell in cells):
        raise Refused("cell", line)
    rows.append((line, cells, formulas))


def _is_formula(cell: str) -> bool:
    """Whether a spreadsheet would calculate what stands in this cell of a CSV file."""
    text = cell.strip()
    return text[:1] in ("=", "@") or (text[:1] in ("+", "-") and len(text) > 1 and not _NUMBER.fullmatch(text))


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime | dt.date | dt.time):
        return cell.isoformat()
    return str(cell).strip()


def _scan(data: bytes) -> dict[str, dict[int, set[int]]]:
    """Formulas by part and line, after checking that the archive is what it says and unpacks to no more than it may.

    Raises Refused.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise Refused("bomb")
        names = {part.filename for part in parts}
        if len(names) < len(parts) or "xl/workbook.xml" not in names:
            raise Refused("damaged")
        if any("vbaproject" in name.lower() for name in names):
            raise Refused("macros")
        left = MOST_UNPACKED
        found = {}
        for part in parts:
            content = archive.open(part).read(left + 1)
            left -= len(content)
            if left < 0:
                raise Refused("bomb")
            if part.filename.endswith((".xml", ".rels")):
                found[part.filename] = _formulas(content)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise Refused("damaged") from error
    except expat.ExpatError as error:
        raise Refused("damaged") from error
    return found


def _formulas(xml: bytes) -> dict[int, set[int]]:
    """Columns (from 0) by line (from 1) of the cells of a sheet that hold a formula; no document type is allowed."""
    found: dict[int, set[int]] = {}
    place: list[tuple[int, int] | None] = [None]

    def start(name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "c":
            place[0] = _place(attributes.get("r", ""))
        elif tag == "f" and place[0] is not None:
            found.setdefault(place[0][0], set()).add(place[0][1])

    def refuse_doctype(*_: Any) -> None:
        raise Refused("damaged")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.Parse(xml, True)
    return found


def _place(reference: str) -> tuple[int, int] | None:
    """(line from 1, column from 0) of such as ``AB12``."""
    match = _PLACE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column - 1


def _part_of(data: bytes, sheet: str) -> str:
    """The name of the part in which a sheet lies."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    relation = next(
        (r for name, r in _attributes(archive, "xl/workbook.xml", "sheet", "name", "id") if name == sheet), ""
    )
    target = next(
        (
            t
            for i, t in _attributes(archive, "xl/_rels/workbook.xml.rels", "Relationship", "Id", "Target")
            if i == relation
        ),
        "",
    )
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _attributes(archive: zipfile.ZipFile, part: str, tag: str, *wanted: str) -> Iterator[tuple[str, ...]]:
    """Attributes ``wanted`` of each element ``tag`` of a part, whatever the prefixes."""
    found: list[tuple[str, ...]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == tag:
            bare = {key.rpartition(":")[2]: value for key, value in attributes.items()}
            found.append(tuple(bare.get(key, "") for key in wanted))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        parser.Parse(archive.read(part), True)
    except KeyError as error:
        raise Refused("damaged") from error
    return iter(found)


def main() -> None:
    """Answer on standard output."""
    limit()
    kind, data = sys.argv[1], sys.stdin.buffer.read()
    answer: dict[str, Any]
    try:
        rows, left_out = read_xlsx(data) if kind == "xlsx" else (read_csv(data), [])
        answer = {"rows": rows, "left_out": left_out}
    except Refused as error:
        answer = {"refused": error.reason, "line": error.line}
    except MemoryError:
        answer = {"refused": "bomb", "line": None}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
