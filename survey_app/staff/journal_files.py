"""The journal as a file: JSON lines, or CSV for a spreadsheet; and read again, to be checked elsewhere."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields

from survey_app.domain.errors import Malformed
from survey_app.staff.journal import Entry
from survey_app.web.csv_cells import harmless


@dataclass(frozen=True)
class WrittenEntry:
    """An entry as a file has it; ``details`` is JSON text, byte for byte what the hash covers."""

    number: int
    moment: str
    actor: str
    action: str
    subject: str
    details: str
    previous: str
    sha256: str


NAMES = tuple(field.name for field in fields(WrittenEntry))


def as_json_lines(rows: Iterable[Entry]) -> str:
    """One JSON object a line."""
    return "".join(json.dumps(_written(row), ensure_ascii=False) + "\n" for row in rows)


def as_csv(rows: Iterable[Entry]) -> str:
    """A table for a spreadsheet; a text that it might take for a formula gets an apostrophe in front."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(NAMES)
    for row in rows:
        writer.writerow([harmless(str(value)) for value in _written(row).values()])
    return "\ufeff" + out.getvalue()


def read_json_lines(content: bytes) -> Sequence[WrittenEntry]:
    """The entries of a file of JSON lines. Raises Malformed with the line that is none."""
    found = []
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        try:
            entry = WrittenEntry(**json.loads(line))
        except (TypeError, ValueError) as error:
            raise Malformed(f"line {number} is not an entry of a journal") from error
        if not isinstance(entry.number, int) or not all(isinstance(getattr(entry, name), str) for name in NAMES[1:]):
            raise Malformed(f"line {number} is not an entry of a journal")
        found.append(entry)
    return found


def _written(row: Entry) -> dict[str, str | int]:
    return asdict(WrittenEntry(**{name: getattr(row, name) for name in NAMES}))
