"""Scoring records, and a round's own figures, for other systems: REST under /api/v1, described at /api/v1/openapi.json.

Read-only, for programs with a bearer token; a browser's session opens nothing here. Every answer carries an ETag.
"""

import hashlib
import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from flask import Response, abort, request, url_for

from analytics.api_tokens import check_bearer
from analytics.campaigns.certified_rounds import certified_rounds, round_json
from analytics.campaigns.reading import find_round
from analytics.campaigns.scoring_records import one_record, record_json, records_page
from analytics.release import software_version
from analytics.views.documents import api
from analytics.views.office import office
from survey_app.domain.errors import Malformed

__all__ = ["api"]

ROOT = "/api/v1"
DEFAULT_LIMIT = 100
REALM = 'Bearer realm="pikir", charset="UTF-8"'
_SPECIFICATION = "data/openapi.json"


@api.get(f"{ROOT}/openapi.json")
def openapi() -> Response:
    """The OpenAPI 3.1 document; public, as it names nobody."""
    document = json.loads(resources.files("analytics").joinpath(_SPECIFICATION).read_text(encoding="utf-8"))
    document["info"]["version"] = software_version().split()[-1]
    document["servers"] = [{"url": request.script_root or "/"}]
    return _answer(document)


@api.get(f"{ROOT}/rounds/<round_code>/scoring-records")
def scoring_records(round_code: str) -> Response:
    """A page of the round's records in the order of their certification."""
    check_bearer(office(), request.headers.get("Authorization"))
    find_round(office(), round_code)
    _only_arguments("limit", "cursor", "body", "status")
    page = records_page(
        office(),
        round_code,
        limit=_whole_number("limit", DEFAULT_LIMIT),
        cursor=request.args.get("cursor"),
        body=request.args.get("body"),
        status=request.args.get("status"),
    )
    answer = _answer(
        {
            "round": round_code,
            "items": [record_json(office(), record) for record in page.records],
            "next_cursor": page.next_cursor,
        }
    )
    if page.next_cursor is not None:
        following: dict[str, Any] = {**request.args.to_dict(), "cursor": page.next_cursor}
        link = url_for("api.scoring_records", round_code=round_code, **following)
        answer.headers["Link"] = f'<{link}>; rel="next"'
    return answer


@api.get(f"{ROOT}/rounds/<round_code>/scoring-records/<campaign_id>/<int:number>")
def scoring_record(round_code: str, campaign_id: str, number: int) -> Response:
    """One record."""
    check_bearer(office(), request.headers.get("Authorization"))
    find_round(office(), round_code)
    return _answer(record_json(office(), one_record(office(), round_code, campaign_id, number)))


@api.get(f"{ROOT}/rounds/<round_code>/round-releases")
def round_releases(round_code: str) -> Response:
    """The figures of all bodies of the round together: every certified document, first to last."""
    check_bearer(office(), request.headers.get("Authorization"))
    find_round(office(), round_code)
    _only_arguments()
    return _answer({"round": round_code, "items": [round_json(one) for one in certified_rounds(office(), round_code)]})


@api.get(f"{ROOT}/<path:_unknown>")
def nothing_here(_unknown: str) -> Response:
    """A problem document instead of a page for any other path."""
    abort(404)


@api.after_request
def ask_for_bearer(response: Response) -> Response:
    """Say how to come in (RFC 6750)."""
    if response.status_code == 401:  # noqa: PLR2004 (Unauthorized)
        response.headers["WWW-Authenticate"] = REALM
    return response


def _answer(fields: Mapping[str, Any]) -> Response:
    """JSON with its ETag; 304 and no body for a client that has it already."""
    body = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    response = Response(body, mimetype="application/json")
    response.set_etag(hashlib.sha256(body).hexdigest())
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization"
    response.make_conditional(request)
    return response


def _only_arguments(*known: str) -> None:
    """A misspelt filter must not pass for none. Raises Malformed."""
    unknown = set(request.args) - set(known)
    if unknown or any(len(request.args.getlist(name)) > 1 for name in known):
        allowed = f"parameters are {', '.join(known)}, each at most once" if known else "there are no parameters here"
        raise Malformed(allowed)


def _whole_number(name: str, default: int) -> int:
    text = request.args.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= 6):  # noqa: PLR2004 (digits)
        raise Malformed(f"{name} is a whole number")
    return int(text)
