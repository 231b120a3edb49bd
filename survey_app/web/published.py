"""Each office's own signed documents for the others to pull: an index, and each document under its fixed name.

GET /exchange/index.json                {"format": "pikir-index/1", "campaigns": {id: {name: SHA-256 in hex}}}
GET /exchange/{id}/{name}               the bytes as they lie in the exchange folder
GET /exchange/rounds/{code}/{name}      at the agency: the certified figures of a round; listed under "rounds"

Only what the office signs itself is handed out, whatever else lies in the folder. No time is in it, and no order.
"""

import functools
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from flask import Blueprint, Response, abort

from survey_app.web.exchange import BATCH, Exchange

FORMAT = "pikir-index/1"
OWN: Mapping[str, re.Pattern[str]] = {
    "agency": re.compile(
        r"(draft|manifest|staffing|void|destruction|archive-agency|(release|scoring-record)(-[1-9][0-9]*)?"
        r"|countersignature-[0-9a-f]{16}-[0-9a-f]{16})\.jws"
    ),
    "issuer": re.compile(r"(issuer-enrolment|drawn|archive-issuer)\.jws"),
    "collector": re.compile(r"(collector-enrolment|board|archive-collector)\.jws|batch\.bin"),
}
OF_ROUNDS = re.compile(r"round-release(-[1-9][0-9]*)?\.jws")
MOST_REMEMBERED = 4000
_MEDIA_TYPES = {".jws": "application/jose", ".bin": "application/octet-stream"}

Restriction = Callable[[str, str], None]


def make_blueprint(office: str, exchange: Exchange, restriction: Restriction | None = None) -> Blueprint:
    """Routes of ``office`` (agency, issuer, collector) over its exchange folder.

    ``restriction`` is asked with campaign and name before the batch goes out, and raises what refuses it.
    """
    blueprint = Blueprint("exchange", __name__)

    @blueprint.get("/exchange/index.json")
    def index() -> Response:
        campaigns = {campaign_id: own_documents(office, exchange, campaign_id) for campaign_id in exchange.campaigns()}
        listed = {campaign_id: names for campaign_id, names in campaigns.items() if names}
        rounds = {"rounds": _documents_of_rounds(exchange)} if office == "agency" else {}
        return Response(json.dumps({"format": FORMAT, "campaigns": listed, **rounds}), mimetype="application/json")

    @blueprint.get("/exchange/<string(length=32):campaign_id>/<name>")
    def document(campaign_id: str, name: str) -> Response:
        if not OWN[office].fullmatch(name) or not exchange.has(campaign_id, name):
            abort(404)
        if name == BATCH and restriction is not None:
            restriction(campaign_id, name)
        return Response(exchange.get(campaign_id, name), mimetype=_MEDIA_TYPES[Path(name).suffix])

    if office == "agency":

        @blueprint.get("/exchange/rounds/<code>/<name>")
        def document_of_round(code: str, name: str) -> Response:
            if name not in _documents_of_rounds(exchange).get(code, {}):
                abort(404)
            return Response(exchange.round_path(code, name).read_bytes(), mimetype=_MEDIA_TYPES[".jws"])

    return blueprint


def _documents_of_rounds(exchange: Exchange) -> dict[str, dict[str, str]]:
    """Round to name to SHA-256 in hex of what the agency has certified of rounds as a whole; none without."""
    found = {code: sorted(exchange.round_path(code, ".").glob("round-release*.jws")) for code in exchange.rounds()}
    return {
        code: {path.name: _digest_of(path) for path in files if OF_ROUNDS.fullmatch(path.name)}
        for code, files in found.items()
        if files
    }


def own_documents(office: str, exchange: Exchange, campaign_id: str) -> dict[str, str]:
    """Name to SHA-256 in hex of what ``office`` has signed of a campaign."""
    files = [path for path in exchange.files(campaign_id) if OWN[office].fullmatch(path.name)]
    return {path.name: _digest_of(path) for path in files}


def _digest_of(path: Path) -> str:
    return _digest(path, path.stat().st_mtime_ns, path.stat().st_size)


@functools.lru_cache(MOST_REMEMBERED)
def _digest(path: Path, _changed: int, _size: int) -> str:
    """Documents never change, so each is read once a process; its modification is part of what is remembered."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
