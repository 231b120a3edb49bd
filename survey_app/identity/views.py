"""The issuer over HTTP, as in the protocol: the drawing page, issue, status, contest, drawn, manifest."""

from typing import cast

from flask import Blueprint, Response, current_app, json, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app.domain import base64url
from survey_app.domain.documents import format_time
from survey_app.domain.errors import Malformed
from survey_app.identity import closing, issuance, standing
from survey_app.identity.campaigns import all_accepted, find_accepted, state_of
from survey_app.identity.enrolment import CLIENT, STATIC
from survey_app.identity.office import IssuerOffice
from survey_app.identity.specimens import stored_issuance
from survey_app.web.assets import bundle_sha256
from survey_app.web.fingerprint import comparable_rows
from survey_app.web.languages import current_language
from survey_app.web.same_site import refuse_other_sites

OFFICE = "pikir-office"
JOSE = "application/jose"
_CAMPAIGN = "/c/<string(length=32):campaign_id>"

api = Blueprint("api", __name__)
pages = Blueprint("pages", __name__)


@api.before_request
def refuse_cross_site() -> None:
    """Only our own page may draw or ask."""
    if request.method == "POST":
        refuse_other_sites(_office().config.url)


@api.post(f"{_CAMPAIGN}/issue")
def issue(campaign_id: str) -> Response:
    """One blind signature."""
    code, blinded_message = _read_fields("code", "blinded_message")
    signature = issuance.issue(_office(), campaign_id, code, base64url.decode(blinded_message))
    return _json({"blind_signature": base64url.encode(signature)})


@api.post(f"{_CAMPAIGN}/status")
def status(campaign_id: str) -> Response:
    """Whether someone has drawn in my name, and that I am on the roster."""
    (code,) = _read_fields("code")
    found = standing.status(_office(), campaign_id, code)
    proof = found.roster_path
    path = {"index": proof.index, "size": proof.size, "path": [base64url.encode(node) for node in proof.path]}
    return _json({"drawn": found.drawn, "roster_leaf": base64url.encode(found.roster_leaf), "roster_path": path})


@api.post(f"{_CAMPAIGN}/contest")
def contest(campaign_id: str) -> Response:
    """It was not me who drew."""
    (code,) = _read_fields("code")
    standing.contest(_office(), campaign_id, code)
    return _json({"contested": True})


@api.get(f"{_CAMPAIGN}/drawn")
def drawn(campaign_id: str) -> Response:
    """Signed M and disputes, after issuing."""
    return Response(closing.drawn_document(_office(), campaign_id), mimetype=JOSE)


@api.get(f"{_CAMPAIGN}/manifest")
def manifest(campaign_id: str) -> Response:
    """The signed manifest, byte for byte what its fingerprint is of."""
    return Response(find_accepted(_office(), campaign_id).document, mimetype=JOSE)


@pages.get("/")
def root() -> AnyResponse:
    """To the reader's language."""
    return redirect(url_for("pages.home", lang=current_language()))


@pages.get("/<language:lang>/")
def home() -> str:
    """Which surveys this office issues tokens for."""
    office = _office()
    campaigns = [{"manifest": found.manifest, "state": state_of(office, found)} for found in all_accepted(office)]
    return render_template("home.html", campaigns=campaigns)


@pages.get(f"/<language:lang>{_CAMPAIGN}/draw")
def draw(campaign_id: str) -> str:
    """The drawing page; the code is in the fragment and never reaches this server by it."""
    return _page("draw.html", campaign_id)


@pages.get(f"/<language:lang>{_CAMPAIGN}/stored")
def stored(campaign_id: str) -> str:
    """What this office stores of a person, literally, and what follows from it."""
    is_live, specimens = stored_issuance(_office(), find_accepted(_office(), campaign_id).campaign_id)
    served = bundle_sha256(STATIC, CLIENT).hex()
    return _page("stored.html", campaign_id, is_live=is_live, specimens=specimens, served=served)


@pages.get(f"/<language:lang>{_CAMPAIGN}/lost")
def lost(campaign_id: str) -> str:
    """Help for somebody whose token is gone."""
    return _page("lost.html", campaign_id)


def _page(template: str, campaign_id: str, **more: object) -> str:
    """A page about one campaign, with what every one of them needs."""
    office = _office()
    campaign = find_accepted(office, campaign_id)
    names = ("manifest", "issue", "status", "contest", "drawn")
    return render_template(
        template,
        manifest=campaign.manifest,
        document=campaign.document,
        fingerprint=campaign.fingerprint.hex(),
        fingerprint_rows=comparable_rows(campaign.fingerprint),
        state=state_of(office, campaign),
        moment=office.clock(),
        now=format_time(office.clock()),
        api={name: url_for(f"api.{name}", campaign_id=campaign_id) for name in names},
        **more,
    )


def _office() -> IssuerOffice:
    return cast("IssuerOffice", current_app.extensions[OFFICE])


def _read_fields(*names: str) -> list[str]:
    """The text fields of a JSON body that has exactly these. Raises Malformed."""
    body = request.get_json(silent=True) if request.is_json else None
    if not isinstance(body, dict) or set(body) != set(names):
        raise Malformed(f"expected a JSON object with the fields {', '.join(names)}")
    values = [body[name] for name in names]
    if not all(isinstance(value, str) for value in values):
        raise Malformed("expected text in every field")
    return values


def _json(fields: dict[str, object]) -> Response:
    return Response(json.dumps(fields), mimetype="application/json")
