"""The collector over HTTP: the questionnaire, taking in responses, the board. No cookie, ever, in either direction."""

from flask import Blueprint, Response, current_app, json, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app.domain.documents import format_time
from survey_app.responses.batch import find_board
from survey_app.responses.campaign import Campaign
from survey_app.responses.campaigns import all_campaigns, find_campaign
from survey_app.responses.enrolment import CLIENT, STATIC
from survey_app.responses.errors import IdentifyingHeader, NotJson
from survey_app.responses.evidence import board_list, evidence_zip
from survey_app.responses.forms import questionnaire_form
from survey_app.responses.office import CollectorOffice
from survey_app.responses.outcome import ReleaseWrong, read_outcome, void_reason
from survey_app.responses.specimens import stored_response
from survey_app.responses.submission import parse_submission, submit
from survey_app.web.asking import HEADER, check_request
from survey_app.web.assets import bundle_sha256
from survey_app.web.fingerprint import comparable_rows
from survey_app.web.languages import current_language
from survey_app.web.questionnaires import find_questionnaire
from survey_app.web.rejections import REJECTIONS
from survey_app.web.same_site import refuse_other_sites

OFFICE = "collector"
pages = Blueprint("pages", __name__)
api = Blueprint("api", __name__)


@pages.get("/")
def start() -> AnyResponse:
    """To the home page in the reader's language."""
    return redirect(url_for("pages.home", lang=current_language()))


@pages.get("/<language:lang>/")
def home() -> str:
    """The campaigns that this collector takes part in."""
    now = _office().clock()
    campaigns = [
        {"manifest": campaign.manifest, "fingerprint": campaign.fingerprint.hex(), "state": campaign.state(now)}
        for campaign in all_campaigns(_office())
    ]
    return render_template("home.html", campaigns=campaigns)


@pages.get("/<language:lang>/c/<campaign_id>")
def questionnaire(campaign_id: str) -> str:
    """The questionnaire; the token stays in the address' fragment, which no server sees."""
    campaign = find_campaign(_office(), campaign_id)
    instrument = find_questionnaire(campaign.manifest.questionnaire)
    return _page(
        "questionnaire.html",
        campaign,
        lacks_drawn=campaign.lacks_drawn,
        form=questionnaire_form(instrument, current_language()),
        questionnaire=instrument,
    )


@pages.get("/<language:lang>/c/<campaign_id>/board")
def board(campaign_id: str) -> str:
    """N, M, K and the root; a receipt is looked up by the browser in board.json, never by the server."""
    office, campaign = _office(), find_board(_office(), campaign_id)
    try:
        outcome, is_wrong = read_outcome(office, campaign), False
    except ReleaseWrong:
        outcome, is_wrong = None, True
    return _page(
        "board.html",
        campaign,
        board=campaign.board,
        disputes=None if campaign.drawn is None else campaign.drawn.disputes,
        outcome=outcome,
        rejections=REJECTIONS,
        is_release_wrong=is_wrong,
        reason=void_reason(office, campaign),
        archived=campaign.archived,
        served=_served(),
    )


@pages.get("/<language:lang>/c/<campaign_id>/stored")
def stored(campaign_id: str) -> str:
    """What this office stores of a response, literally, and what follows from it."""
    campaign = find_campaign(_office(), campaign_id)
    is_live, specimens = stored_response(_office(), campaign)
    return _page("stored.html", campaign, is_live=is_live, specimens=specimens, served=_served())


@pages.get("/<language:lang>/c/<campaign_id>/lost")
def lost(campaign_id: str) -> str:
    """Help for somebody whose token is gone."""
    return _page("lost.html", find_campaign(_office(), campaign_id))


@api.get("/c/<campaign_id>/manifest")
def manifest(campaign_id: str) -> Response:
    """The manifest that this collector accepted, as signed."""
    return Response(find_campaign(_office(), campaign_id).document, mimetype="application/jose")


@api.get("/c/<campaign_id>/board.json")
def board_json(campaign_id: str) -> Response:
    """The signed board and all leaves, after close."""
    return Response(board_list(_office(), campaign_id), mimetype="application/json")


@api.get("/c/<campaign_id>/evidence.zip")
def evidence(campaign_id: str) -> Response:
    """All public files of the campaign, for checking without a network."""
    bundle = evidence_zip(_office(), find_board(_office(), campaign_id))
    name = f"pikir-{campaign_id}.zip"
    return Response(
        bundle, mimetype="application/zip", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@api.post("/c/<campaign_id>/responses")
def responses(campaign_id: str) -> Response:
    """Redeem a token: 201 with a receipt, 200 with the same receipt for the identical retry."""
    _refuse_identifying_headers()
    refuse_other_sites(_office().config.url)
    if request.mimetype != "application/json":
        raise NotJson("expected application/json")
    envelope = parse_submission(request.get_data(cache=False))
    receipt, is_new = submit(_office(), campaign_id, envelope)
    return _json({"receipt": receipt}, 201 if is_new else 200)


def refuse_all_but_the_agency(campaign_id: str, document: str) -> None:
    """The batch goes to the agency of the accepted manifest only. Raises UnknownCampaign, RequestRefused."""
    office, asked = _office(), request.headers.get(HEADER)
    manifest = find_campaign(office, campaign_id).manifest
    check_request(asked, (campaign_id, document), manifest.collector_url, manifest.agency_key, office.clock)


def _page(template: str, campaign: Campaign, **more: object) -> str:
    """A page about one campaign, with what every one of them needs."""
    moment, campaign_id = _office().clock(), campaign.manifest.campaign_id
    addresses = {"manifest": "api.manifest", "responses": "api.responses", "board": "pages.board"}
    return render_template(
        template,
        manifest=campaign.manifest,
        document=campaign.document,
        fingerprint=campaign.fingerprint.hex(),
        fingerprint_rows=comparable_rows(campaign.fingerprint),
        state=campaign.state(moment),
        moment=moment,
        now=format_time(moment),
        api={name: url_for(endpoint, campaign_id=campaign_id) for name, endpoint in addresses.items()},
        **more,
    )


def _served() -> str:
    return bundle_sha256(STATIC, CLIENT).hex()


def _office() -> CollectorOffice:
    office: CollectorOffice = current_app.extensions[OFFICE]
    return office


def _json(fields: dict[str, object], status: int) -> Response:
    return Response(json.dumps(fields), status, mimetype="application/json")


def _refuse_identifying_headers() -> None:
    if "Cookie" in request.headers or "Authorization" in request.headers:
        raise IdentifyingHeader("a submission must carry no cookie and no credentials")
