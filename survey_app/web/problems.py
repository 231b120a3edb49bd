"""Refusals on the wire and on the page: RFC 9457 problem documents for the API, an error page for people.

Each office maps its domain errors to a status and a human text once; views just let errors rise.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, Response, json, render_template, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException

from survey_app.domain.errors import Malformed, PikirError

MEDIA_TYPE = "application/problem+json"
API_BLUEPRINT = "api"


@dataclass(frozen=True)
class Problem:
    """How one kind of error is told: HTTP status, what happened, what to do next."""

    status: int
    title: LazyString | str
    detail: LazyString | str


COMMON: Mapping[type[PikirError], Problem] = {
    Malformed: Problem(
        400,
        _l("This request is not complete or was changed on its way"),
        _l("Nothing was stored. Reload the page and try again."),
    ),
}
_HTTP: Mapping[int, Problem] = {
    404: Problem(404, _l("Page not found"), _l("Check the address, or open the link from your invitation again.")),
    405: Problem(405, _l("This cannot be done here"), _l("Open the link from your invitation again.")),
    413: Problem(413, _l("Too much data was sent"), _l("Nothing was stored. Reload the page and try again.")),
    429: Problem(429, _l("Very many people are using this service right now"), _l("Wait a minute, then try again.")),
    500: Problem(500, _l("Something went wrong on our side"), _l("Nothing was lost. Wait a minute, then try again.")),
}
_OTHER = Problem(400, _l("This cannot be done"), _l("Go back and try again."))


def install_problems(app: Flask, problems: Mapping[type[PikirError], Problem]) -> None:
    """Answer every error of the application in the page's language; an unmapped domain error is a 400."""
    mapping = {**COMMON, **problems}

    @app.errorhandler(PikirError)
    def refuse(error: PikirError) -> Response:
        known = next((mapping[kind] for kind in type(error).__mro__ if kind in mapping), _OTHER)
        return respond(error.slug, known)

    @app.errorhandler(HTTPException)
    def refuse_http(error: HTTPException) -> Response:
        status = error.code or 500
        if status < 400:  # noqa: PLR2004 (a redirect)
            return Response(error.get_response().get_data(), status, error.get_headers())
        known = _HTTP.get(status) or Problem(status, _OTHER.title, _OTHER.detail)
        return respond((error.name or "error").lower().replace(" ", "-"), known)


def respond(slug: str, problem: Problem) -> Response:
    """The problem as JSON for the API, as a page for people."""
    title, detail = str(problem.title), str(problem.detail)
    if request.blueprint == API_BLUEPRINT or request.is_json or not request.accept_mimetypes.accept_html:
        fields = {"type": f"urn:pikir:problem:{slug}", "title": title, "status": problem.status, "detail": detail}
        return Response(json.dumps(fields, ensure_ascii=False), problem.status, mimetype=MEDIA_TYPE)
    page = render_template("error.html", title=title, text=detail, status=problem.status)
    return Response(page, problem.status, mimetype="text/html")
