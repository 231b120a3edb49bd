"""An exported journal of staff: its chain, from the first entry to the last."""

from pathlib import Path

from analytics.verification.findings import Finding, failed, ok
from survey_app.domain.errors import PikirError
from survey_app.staff.journal import check_chain
from survey_app.staff.journal_files import read_json_lines

SUFFIX = ".jsonl"
END_LIMIT = "journal_end"


def check_journal(path: Path) -> Finding:
    """Whether the file is a journal whose chain holds."""
    try:
        entries = read_json_lines(path.read_bytes())
        check_chain(entries)
    except PikirError as error:
        return failed("journal", error, subject=path.name)
    head = entries[-1].sha256 if entries else "-"
    return ok("journal", "journal_holds", subject=path.name, number=len(entries), head=head)
