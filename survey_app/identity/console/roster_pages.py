"""The roster: who is on it, corrections one by one, and a table in its place. Frozen by enrolling."""

from dataclasses import replace

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from survey_app.identity.console.access import ROSTER_KEEPERS, note, office, own_situation
from survey_app.identity.console.pages import CAMPAIGN, console
from survey_app.identity.errors import UnknownEntry
from survey_app.identity.roster_edit import add_entry, change_entry, remove_entry, roster_page
from survey_app.identity.roster_rows import RowRefused
from survey_app.identity.roster_table import keep_upload
from survey_app.identity.situation import Situation
from survey_app.staff.guard import roles_allowed
from survey_app.web.spreadsheet import SpreadsheetRefused, explain, read_spreadsheet, status_of
from survey_app.web.uploads import FileMissing, takes_upload, uploaded

ON_A_PAGE, FURTHEST = 50, 10_000_000


@console.get(f"/c/{CAMPAIGN}/roster")
@roles_allowed(*ROSTER_KEEPERS)
def roster(campaign_id: str) -> str:
    """Who is on the roster, by reference; a search; what can be corrected."""
    return _page(own_situation(campaign_id))


@console.post(f"/c/{CAMPAIGN}/roster/upload")
@roles_allowed(*ROSTER_KEEPERS)
@takes_upload
def upload(campaign_id: str) -> AnyResponse:
    """Read a table in its own process, and keep it until its columns are chosen."""
    one = own_situation(campaign_id)
    try:
        table = read_spreadsheet(*uploaded("table"))
    except FileMissing:
        return Response(_page(one, upload_problem=_("Choose a file first.")), 400)
    except SpreadsheetRefused as error:
        return Response(_page(one, upload_problem=explain(error)), status_of(error))
    keep_upload(office(), campaign_id, table)
    return redirect(url_for("console.columns", campaign_id=campaign_id), code=303)


@console.post(f"/c/{CAMPAIGN}/roster/entries")
@roles_allowed(*ROSTER_KEEPERS)
def correct(campaign_id: str) -> AnyResponse:
    """Add, change or remove one entry."""
    one, form = own_situation(campaign_id), request.form
    what, before = form.get("what", ""), form.get("before", "")
    typed = {name: form.get(name, "") for name in ("reference", "email", "language")}
    try:
        if what == "remove":
            remove_entry(office(), campaign_id, before)
        elif what == "change":
            change_entry(office(), campaign_id, before, **typed)
        else:
            add_entry(office(), campaign_id, **typed)
    except RowRefused as refused:
        said = str(_(refused.message, **refused.values))
        return Response(_page(one, entry_problem=said, typed=typed | {"what": what, "before": before}), 400)
    except UnknownEntry:
        gone = _("This entry is not on the roster any more: somebody changed it meanwhile.")
        return Response(_page(one, entry_problem=gone), 409)
    note("correct-roster", campaign_id, what=what if what in ("remove", "change") else "add")
    search = form.get("search", "")
    return redirect(url_for("console.roster", campaign_id=campaign_id, search=search or None), code=303)


def _page(
    one: Situation,
    *,
    upload_problem: str | None = None,
    entry_problem: str | None = None,
    typed: dict[str, str] | None = None,
) -> str:
    search, start = request.args.get("search", ""), request.args.get("start", 0, type=int)
    start = min(max(0, start), FURTHEST)
    found = roster_page(office(), one.campaign_id, search, start, ON_A_PAGE)
    return render_template(
        "console_roster.html",
        one=replace(one, entries=found.count),
        draft=one.draft,
        found=found,
        search=search,
        start=start,
        on_a_page=ON_A_PAGE,
        upload_problem=upload_problem,
        entry_problem=entry_problem,
        typed=typed or {},
    )
