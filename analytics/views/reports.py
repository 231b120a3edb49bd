"""Reports to download: printed ones and workbooks in the page's language, and data packages."""

from typing import cast, get_args

from flask import Blueprint, Response, abort

from analytics.office import READERS
from analytics.reports.contents import Contents, body_contents, round_contents
from analytics.reports.files import MEDIA_TYPES, Form, file_name, report
from analytics.views.office import office
from survey_app.staff.guard import roles_allowed

blueprint = Blueprint("reports", __name__)


@blueprint.get("/<language:lang>/reports/rounds/<round_code>.<form>")
@roles_allowed(*READERS)
def of_round(round_code: str, form: str) -> Response:
    """The report on all bodies of a round."""
    return _file(round_contents(office(), round_code), form)


@blueprint.get("/<language:lang>/reports/<campaign_id>/<int:number>.<form>")
@roles_allowed(*READERS)
def of_release(campaign_id: str, number: int, form: str) -> Response:
    """The report on one Release, superseded or void as it may be."""
    return _file(body_contents(office(), campaign_id, number), form)


def _file(contents: Contents, form: str) -> Response:
    if form not in get_args(Form):
        abort(404)
    known = cast("Form", form)
    response = Response(report(contents, known), mimetype=MEDIA_TYPES[known])
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(contents, known)}"'
    return response
