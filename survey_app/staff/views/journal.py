"""The journal: pages of it with a filter, and the whole of it as a file that `pikir verify` checks."""

from collections.abc import Sequence

from flask import Response, render_template, request

from survey_app.staff import journal
from survey_app.staff.errors import RoleNotAllowed
from survey_app.staff.journal_files import as_csv, as_json_lines
from survey_app.staff.step_up import step_up_required
from survey_app.staff.who import current_staff, desk, signed_in

ON_A_PAGE = 50
HIGHEST = 2**31 - 1  # number of an entry
_FILES = {"jsonl": (as_json_lines, "application/x-ndjson"), "csv": (as_csv, "text/csv")}


@signed_in
def read() -> str:
    """One page of the journal, the newest entry first; whether the whole chain holds."""
    _require_reader()
    before = max(0, min(request.args.get("before", HIGHEST, type=int), HIGHEST))
    chosen = {name: request.args.get(name, "").strip() for name in ("actor", "action", "subject")}
    with desk().database.read() as session:
        rows = journal.page(session, ON_A_PAGE + 1, before=before, **chosen)
        everything = journal.entries(session)
    return render_template(
        "staff_journal.html",
        rows=rows[:ON_A_PAGE],
        has_more=len(rows) > ON_A_PAGE,
        chosen={name: value for name, value in chosen.items() if value},
        total=len(everything),
        head=everything[-1].sha256 if everything else journal.NOTHING_BEFORE,
        fault=_fault(everything),
    )


@signed_in
@step_up_required
def export(form: str) -> Response:
    """The whole journal as JSON lines or CSV; that it was taken is its last entry."""
    _require_reader()
    write, media_type = _FILES[form]
    with desk().database.write() as session:
        journal.record(session, desk().clock, current_staff().login, "export-journal", desk().office, form=form)
        content = write(journal.entries(session))
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="journal-{desk().office}.{form}"'
    return response


def _fault(everything: Sequence[journal.Entry]) -> int | None:
    """The first entry that does not hold."""
    try:
        journal.check_chain(everything)
    except journal.JournalBroken as error:
        return error.number
    return None


def _require_reader() -> None:
    if current_staff().role not in desk().journal_readers:
        raise RoleNotAllowed("the journal is not for this role")


ROUTES = (
    ("journal", "journal", read, ["GET"]),
    ("journal/journal.<any(jsonl,csv):form>", "export_journal", export, ["GET"]),
)
