"""The staffing register of a round: handed in, looked at, and compared with what the issuer has enrolled."""

import json

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from analytics.campaigns.reading import find_round
from analytics.campaigns.staffing import StaffingFile, import_register, read_staffing
from analytics.console.desk import actor
from analytics.console.rendering import page
from analytics.console.rosters import compared_rosters
from analytics.views.office import office
from survey_app.domain.errors import Malformed, PikirError
from survey_app.web.spreadsheet import read_spreadsheet, status_of
from survey_app.web.uploads import takes_upload, uploaded


def staffing(round_code: str) -> Response:
    """Answer: does each roster have as many servants as the register."""
    return _show(round_code, None, None)


@takes_upload
def look_at_register(round_code: str) -> Response:
    """The register in a file, before it counts."""
    try:
        file = read_staffing(read_spreadsheet(*uploaded("file")))
    except PikirError as error:
        return _show(round_code, None, error)
    return _show(round_code, file, None)


@takes_upload
def keep_register(round_code: str) -> AnyResponse:
    """Take what was shown."""
    try:
        read = json.loads(request.form.get("servants", ""))
        servants = {str(code): int(number) for code, number in read.items()}
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Malformed("the page did not carry its register") from error
    try:
        import_register(office(), round_code, servants, actor=actor())
    except PikirError as error:
        return _show(round_code, None, error)
    return redirect(url_for("console.staffing", round_code=round_code))


def _show(round_code: str, file: StaffingFile | None, problem: PikirError | None) -> Response:
    return page(
        "console_staffing.html",
        200 if problem is None else status_of(problem),
        round=find_round(office(), round_code),
        file=file,
        kept="" if file is None else json.dumps(dict(file.servants)),
        lines=compared_rosters(office(), round_code, None if file is None else file.servants),
        problem=problem,
    )
