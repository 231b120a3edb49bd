"""Tables that people hand in, CSV or XLSX: untrusted files, read in a process of their own under limits.

Nothing is written to disk; the file goes in and text comes out through pipes. What a caller gets is text cells with
the number of their line, and which of them are formulas: a formula's result is never taken. Two files are read at
once and no more: each may take a server's thread for long, and respondents need the others.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from flask_babel import gettext

from survey_app.domain.errors import PikirError

MOST_BYTES = 4 * 1024 * 1024
MOST_ANSWER = 64 * 1024 * 1024
TIMEOUT_SECONDS = 40
MOST_AT_ONCE = 2
_PROGRAM = Path(__file__).with_name("spreadsheet_reader.py")
_KINDS = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xlsx": "xlsx"}
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
N_ = str
_turns = threading.BoundedSemaphore(MOST_AT_ONCE)
_WRONG, _BUSY = 400, 503


class SpreadsheetRefused(PikirError):
    """A file is not taken at all.

    ``line`` is where that was noticed, from 1, if it is one place; ``advice`` says in English what is wrong and what
    to do next, and is a text of the catalogue (see explain).
    """

    slug = "spreadsheet-refused"

    def __init__(self, advice: str, line: int | None = None) -> None:
        super().__init__(advice if line is None else f"line {line}: {advice}")
        self.advice = advice
        self.line = line


class SpreadsheetUnsupported(SpreadsheetRefused):
    """Neither CSV nor XLSX: an old or protected workbook, one with macros, something else."""

    slug = "spreadsheet-unsupported"


class SpreadsheetEncoding(SpreadsheetRefused):
    """A CSV file that is not in UTF-8."""

    slug = "spreadsheet-encoding"


class SpreadsheetTooLarge(SpreadsheetRefused):
    """More bytes, rows, columns or characters than are read, unpacked or not; a zip bomb among others."""

    slug = "spreadsheet-too-large"


class SpreadsheetDamaged(SpreadsheetRefused):
    """It says what it is, but cannot be read."""

    slug = "spreadsheet-damaged"


class SpreadsheetEmpty(SpreadsheetRefused):
    """Not one cell is filled."""

    slug = "spreadsheet-empty"


class SpreadsheetBusy(SpreadsheetRefused):
    """Others are handing in files just now."""

    slug = "spreadsheet-busy"


_REASONS: Mapping[str, tuple[type[SpreadsheetRefused], str]] = {
    "bytes": (SpreadsheetTooLarge, N_("The file is larger than 4 MiB. Split it into several files.")),
    "bomb": (SpreadsheetTooLarge, N_("Unpacked, the file is far larger than a table needs. Save the table alone.")),
    "rows": (SpreadsheetTooLarge, N_("The table has more than 100,000 rows. Split it into several files.")),
    "columns": (SpreadsheetTooLarge, N_("The table has more than 64 columns. Leave out those that are not needed.")),
    "cell": (SpreadsheetTooLarge, N_("A cell holds more than 1,000 characters. A quotation mark may be missing.")),
    "kind": (SpreadsheetUnsupported, N_("The file is neither CSV nor XLSX. Save it as one of them.")),
    "password": (
        SpreadsheetUnsupported,
        N_("The file is protected by a password or in the old format XLS. Save it as XLSX without a password."),
    ),
    "macros": (SpreadsheetUnsupported, N_("The file holds macros. Save it as XLSX.")),
    "binary": (SpreadsheetUnsupported, N_("The file is no text. Save it as CSV UTF-8 or XLSX.")),
    "utf-16": (SpreadsheetEncoding, N_("The file is in UTF-16. Save it as CSV UTF-8.")),
    "encoding": (
        SpreadsheetEncoding,
        N_(
            "The file is not in UTF-8; it is probably in Windows-1251, which has no Kazakh letters. Save it as CSV "
            "UTF-8."
        ),
    ),
    "quotation": (SpreadsheetDamaged, N_("A quotation mark is missing, or there is one too many.")),
    "name": (SpreadsheetDamaged, N_("The file is not what its name says. Save it again as CSV UTF-8 or XLSX.")),
    "damaged": (SpreadsheetDamaged, N_("The file is damaged. Save it again as CSV UTF-8 or XLSX.")),
    "empty": (SpreadsheetEmpty, N_("The file is empty.")),
    "busy": (SpreadsheetBusy, N_("Other files are being read just now. Try again in a minute.")),
}


@dataclass(frozen=True)
class Row:
    """A row that is not empty: its number in the file (from 1), cells as stripped text, and where formulas stand.

    ``formulas`` are indices of ``cells``: cells of a workbook that are calculated, and cells of a CSV file that a
    spreadsheet would calculate.
    """

    line: int
    cells: tuple[str, ...]
    formulas: tuple[int, ...] = ()


@dataclass(frozen=True)
class Table:
    """The rows of a CSV file or of a workbook's first visible sheet; ``left_out`` names its other sheets."""

    rows: tuple[Row, ...]
    left_out: tuple[str, ...] = ()


def read_spreadsheet(data: bytes, name: str) -> Table:
    """The table in a file called ``name``. Raises SpreadsheetRefused (one of its kinds), without waiting for a turn."""
    kind = _kind(data, name)
    with taking_turn():
        answer = _ask(kind, data)
    if "refused" in answer:
        raise _refusal(answer["refused"], answer["line"])
    rows = tuple(Row(line, tuple(cells), tuple(formulas)) for line, cells, formulas in answer["rows"])
    if not rows:
        raise _refusal("empty")
    return Table(rows, tuple(answer["left_out"]))


@contextmanager
def taking_turn() -> Iterator[None]:
    """One of the turns of this process. Raises SpreadsheetBusy if all are taken."""
    if not _turns.acquire(blocking=False):
        raise _refusal("busy")
    try:
        yield
    finally:
        _turns.release()


def status_of(error: PikirError) -> int:
    """The HTTP status of a page that says why a file was not taken: 503 if it is to be tried again, else 400."""
    return _BUSY if isinstance(error, SpreadsheetBusy) else _WRONG


def explain(error: SpreadsheetRefused) -> str:
    """What is wrong with the file and what to do next, in the page's language."""
    advice = str(gettext(error.advice))
    return advice if error.line is None else str(gettext("Line %(line)s: %(advice)s", line=error.line, advice=advice))


def _kind(data: bytes, name: str) -> str:
    if len(data) > MOST_BYTES:
        raise _refusal("bytes")
    kind = _KINDS.get(Path(name).suffix.lower())
    if data.startswith(_OLE):
        raise _refusal("password")
    if kind is None:
        raise _refusal("kind")
    if not data:
        raise _refusal("empty")
    if data.startswith(_ZIP) != (kind == "xlsx"):
        raise _refusal("name")
    return kind


def _ask(kind: str, data: bytes) -> dict[str, Any]:
    """The other process's answer; its silence, death or slowness is a refusal."""
    command = [sys.executable, "-I", str(_PROGRAM), kind]
    with subprocess.Popen(  # noqa: S603 (our own program, no text of the file in it)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, close_fds=True
    ) as process:
        end = threading.Timer(TIMEOUT_SECONDS, process.kill)
        end.start()
        try:
            said = _converse(process.stdin, process.stdout, data)
        finally:
            process.kill()
            end.cancel()
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError as error:
        raise _refusal("bomb") from error
    return answer


def _converse(into: IO[bytes] | None, out: IO[bytes] | None, data: bytes) -> bytes:
    """All that is said; the program reads everything before it writes anything."""
    if into is None or out is None:
        raise AssertionError("both are pipes")
    try:
        into.write(data)
        into.close()
    except BrokenPipeError:
        return b""
    said = out.read(MOST_ANSWER + 1)
    return b"" if len(said) > MOST_ANSWER else said


def _refusal(reason: str, line: int | None = None) -> SpreadsheetRefused:
    kind, advice = _REASONS.get(reason, _REASONS["damaged"])
    return kind(advice, line)
