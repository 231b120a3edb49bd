"""Campaigns for the bodies of a table, or for one body: what would be created is shown first, then exactly that is."""

import json

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from analytics.campaigns.body_file import BodyFile, BodyRow, read_bodies
from analytics.campaigns.bulk import Preview, all_warnings, create_planned, preview_campaigns
from analytics.campaigns.creation import check_code
from analytics.campaigns.reading import find_round
from analytics.console.desk import actor
from analytics.console.errors import FieldUnusable
from analytics.console.rendering import page
from analytics.console.terms_form import HEADS, filled, read_head, read_terms
from analytics.methods import METHODS
from analytics.views.office import office
from survey_app.domain.errors import Malformed, PikirError
from survey_app.domain.manifest import LANGUAGES, Body, LocalisedText
from survey_app.web.spreadsheet import Row, Table, read_spreadsheet, status_of
from survey_app.web.uploads import takes_upload, uploaded

NAMES = tuple(f"name_{language}" for language in LANGUAGES)


def new_campaigns(round_code: str) -> Response:
    """Answer: which bodies take part, and under which terms."""
    return _form(round_code, "table", None)


def new_campaign(round_code: str) -> Response:
    """The same for one body."""
    return _form(round_code, "one", None)


@takes_upload
def preview(round_code: str) -> Response:
    """Answer: exactly which campaigns would be created, and which rows cannot be taken."""
    kind = _kind()
    try:
        table = None if kind == "one" else read_spreadsheet(*uploaded("file"))
        return _preview(round_code, kind, table, None)
    except PikirError as error:
        return _form(round_code, kind, error)


@takes_upload
def create(round_code: str) -> AnyResponse:
    """Create what the preview showed."""
    kind = _kind()
    table = None if kind == "one" else _kept_table()
    try:
        create_planned(office(), _planned(round_code, table), request.form.get("digest", ""), actor=actor())
    except PikirError as error:
        return _preview(round_code, kind, table, error)
    return redirect(url_for("console.round_page", round_code=round_code))


def _planned(round_code: str, table: Table | None) -> Preview:
    """Raises FieldUnusable, ColumnsUnknown, ScheduleInvalid, Malformed."""
    terms, head = read_terms(request.form), read_head(request.form)
    file = BodyFile((_one_body(head),), (), ()) if table is None else read_bodies(table, head)
    return preview_campaigns(office(), round_code, terms, file)


def _one_body(head: LocalisedText) -> BodyRow:
    code, names = request.form.get("code", "").strip(), [request.form.get(name, "").strip() for name in NAMES]
    try:
        check_code("a body's code", code)
    except Malformed as error:
        raise FieldUnusable("code") from error
    for name, value in (*zip(NAMES, names, strict=True), *((post, head[post[-2:]]) for post in HEADS)):
        if not value:
            raise FieldUnusable(name)
    return BodyRow(1, Body(code, LocalisedText(*names)), head, {})


def _preview(round_code: str, kind: str, table: Table | None, problem: PikirError | None) -> Response:
    planned = _planned(round_code, table)
    return page(
        "console_preview.html",
        200 if problem is None else 400,
        round=find_round(office(), round_code),
        kind=kind,
        preview=planned,
        warnings=all_warnings(planned.planned),
        kept="" if table is None else _kept(table),
        left_out=() if table is None else table.left_out,
        entered=filled(request.form),
        body={name: request.form.get(name, "") for name in ("code", *NAMES)},
        problem=problem,
    )


def _form(round_code: str, kind: str, problem: PikirError | None) -> Response:
    return page(
        "console_new_campaigns.html",
        200 if problem is None else status_of(problem),
        round=find_round(office(), round_code),
        kind=kind,
        methods=list(METHODS),
        entered=filled(request.form),
        body={name: request.form.get(name, "") for name in ("code", *NAMES)},
        problem=problem,
        wrong=problem.field if isinstance(problem, FieldUnusable) else None,
    )


def _kind() -> str:
    return "one" if request.form.get("kind") == "one" else "table"


def _kept(table: Table) -> str:
    return json.dumps([[row.line, row.cells, row.formulas] for row in table.rows], ensure_ascii=False)


def _kept_table() -> Table:
    """The table that the preview's page carries; it is judged anew. Raises Malformed."""
    try:
        rows = json.loads(request.form.get("table", ""))
        return Table(tuple(Row(int(line), tuple(map(str, cells)), tuple(map(int, at))) for line, cells, at in rows))
    except (ValueError, TypeError, RecursionError) as error:
        raise Malformed("the page did not carry its table") from error
