"""Invitations for a mail merge or a letter printer: CSV or JSON. Whoever holds this file can draw in anyone's name."""

import csv
import io
import json
from collections.abc import Iterable

from survey_app.identity.invitations import Invitation
from survey_app.web.csv_cells import harmless

COLUMNS = ("reference", "email", "language", "link")


def as_csv(invitations: Iterable[Invitation]) -> str:
    """Lines ``reference,email,language,link``; no cell can be taken for a formula by a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in invitations:
        writer.writerow([harmless(cell) for cell in (one.reference, one.email or "", one.language, one.link)])
    return text.getvalue()


def as_json(invitations: Iterable[Invitation]) -> str:
    """A list of objects with the same fields; ``email`` may be null."""
    rows = [{name: getattr(one, name) for name in COLUMNS} for one in invitations]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
