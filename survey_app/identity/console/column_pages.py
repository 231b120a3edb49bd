"""An uploaded table: which column is which, what cannot be taken and why, and taking it over as the roster."""

import csv
import io

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from survey_app.identity.console.access import ROSTER_KEEPERS, note, office, own_situation
from survey_app.identity.console.pages import CAMPAIGN, console
from survey_app.identity.errors import ColumnsUnclear, NoUpload
from survey_app.identity.roster import replace_roster
from survey_app.identity.roster_rows import COLUMNS, BadRow
from survey_app.identity.roster_table import (
    CheckedTable,
    Choice,
    check_table,
    drop_upload,
    find_upload,
    propose_choice,
    remember_choice,
    titles_of,
    width_of,
)
from survey_app.identity.situation import Situation
from survey_app.staff.guard import roles_allowed
from survey_app.web.spreadsheet import Table

SHOWN_ROWS, SHOWN_FAULTS = 5, 200


@console.get(f"/c/{CAMPAIGN}/roster/columns")
@roles_allowed(*ROSTER_KEEPERS)
def columns(campaign_id: str) -> str:
    """The columns as proposed or as chosen, a look at the first rows, and every row that cannot be taken."""
    one = own_situation(campaign_id)
    table = find_upload(office(), campaign_id)
    return _page(one, table, _chosen(one, table))


@console.get(f"/c/{CAMPAIGN}/roster/faults.csv")
@roles_allowed(*ROSTER_KEEPERS)
def faults(campaign_id: str) -> Response:
    """All rows that cannot be taken, to be corrected in the file: line, reason, and what stands there."""
    one = own_situation(campaign_id)
    table = find_upload(office(), campaign_id)
    checked = check_table(table, _chosen(one, table))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Line"), _("Why not")])
    writer.writerows([row.line, said(row)] for row in checked.bad_rows)
    response = Response(f"\ufeff{text.getvalue()}", mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="rows-not-taken.csv"'
    return response


@console.post(f"/c/{CAMPAIGN}/roster/columns")
@roles_allowed(*ROSTER_KEEPERS)
def take_over(campaign_id: str) -> AnyResponse:
    """Make the rows that can be taken the roster; or withdraw the table."""
    one = own_situation(campaign_id)
    if request.form.get("what") == "withdraw":
        drop_upload(office(), campaign_id)
        return redirect(url_for("console.roster", campaign_id=campaign_id), code=303)
    table = find_upload(office(), campaign_id)
    choice = _chosen(one, table)
    try:
        checked = check_table(table, choice)
    except ColumnsUnclear:
        return Response(_page(one, table, choice), 400)
    replace_roster(office(), campaign_id, checked.rows)
    remember_choice(office(), one.draft.body.code, table, choice)
    note("import-roster", campaign_id, people=len(checked.rows), left_out=len(checked.bad_rows))
    return redirect(url_for("console.roster", campaign_id=campaign_id), code=303)


@console.errorhandler(NoUpload)
def nothing_waits(_error: NoUpload) -> AnyResponse:
    """Taken over or withdrawn meanwhile: the roster shows what came of it."""
    return redirect(url_for("console.roster", **(request.view_args or {})), code=303)


def said(row: BadRow) -> str:
    """Why a row cannot be taken, in the page's language."""
    return str(_(row.message, **row.values))


def _chosen(one: Situation, table: Table) -> Choice:
    """The columns that the address or the form names, else those that are proposed."""
    if not any(column in request.values for column in COLUMNS):
        return propose_choice(office(), one.draft.body.code, table)
    named = {column: request.values.get(column, type=int) for column in COLUMNS}
    places = {column: place for column, place in named.items() if place is not None and 0 <= place < width_of(table)}
    return Choice(places, has_heading="without_heading" not in request.values)


def _page(one: Situation, table: Table, choice: Choice) -> str:
    checked: CheckedTable | None = None
    try:
        checked = check_table(table, choice)
    except ColumnsUnclear:
        is_unclear = any(column in request.values for column in COLUMNS)
    else:
        is_unclear = False
    return render_template(
        "console_columns.html",
        one=one,
        draft=one.draft,
        choice=choice,
        titles=titles_of(table),
        rows=(table.rows[1:] if choice.has_heading else table.rows)[:SHOWN_ROWS],
        checked=checked,
        faults=[(row.line, said(row)) for row in checked.bad_rows[:SHOWN_FAULTS]] if checked else [],
        left_out_sheets=table.left_out,
        is_unclear=is_unclear,
    )
