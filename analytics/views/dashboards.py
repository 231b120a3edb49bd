"""Dashboards: each page answers the one question in its title, from certified Releases only, for staff signed in."""

from flask import Blueprint, redirect, render_template, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from analytics.campaigns.certified import Certified
from analytics.campaigns.reading import Round, campaigns, find_campaign, find_round, rounds
from analytics.views import drawings, selection, wording
from analytics.views.office import office
from survey_app.web.languages import current_language
from survey_app.web.questionnaires import find_questionnaire

pages = Blueprint("pages", __name__)


@pages.get("/")
def start() -> Response:
    """To the home page in the reader's language."""
    return redirect(url_for("pages.home", lang=current_language()))


@pages.get("/<language:lang>/")
@login_required  # type: ignore[untyped-decorator]
def home() -> Response | str:
    """The overview of the latest round that has certified figures, else the list of campaigns."""
    known = rounds(office())
    for candidate in known:
        if selection.has_figures(office(), candidate.code):
            return redirect(url_for("pages.overview", round_code=candidate.code))
    return redirect(url_for("pages.campaign_list"))


@pages.get("/<language:lang>/rounds/<round_code>")
@login_required  # type: ignore[untyped-decorator]
def overview(round_code: str) -> str:
    """Answer: how satisfied are the servants of each body."""
    known = find_round(office(), round_code)
    figures = selection.round_figures(office(), round_code)
    chart = drawings.overview((*figures.ranked, *figures.row_only), round_code)
    return _page("overview.html", round=known, figures=figures, chart=drawings.embed(chart))


@pages.get("/<language:lang>/rounds/<round_code>/<body_code>")
@login_required  # type: ignore[untyped-decorator]
def body(round_code: str, body_code: str) -> str:
    """Answer: how satisfied are the servants of one body, and how certain is that."""
    return _body_page(selection.current_of_body(office(), round_code, body_code))


@pages.get("/<language:lang>/releases/<campaign_id>/<int:number>")
@login_required  # type: ignore[untyped-decorator]
def release(campaign_id: str, number: int) -> str:
    """The same for one particular Release, superseded or void as it may be."""
    return _body_page(selection.one_release(office(), campaign_id, number))


@pages.get("/<language:lang>/rounds/<round_code>/<body_code>/questions")
@login_required  # type: ignore[untyped-decorator]
def questions(round_code: str, body_code: str) -> str:
    """Answer: what are the servants of one body satisfied with, and what not."""
    shown = selection.current_of_body(office(), round_code, body_code)
    questionnaire = find_questionnaire(shown.release.questionnaire)
    return _page(
        "questions.html",
        shown=shown,
        release=shown.release,
        questionnaire={question.id: question for question in questionnaire.substantive},
        totals=drawings.by_favour(shown.release.totals),
        chart=drawings.embed(drawings.likert(shown.release, questionnaire)),
    )


@pages.get("/<language:lang>/campaigns")
@login_required  # type: ignore[untyped-decorator]
def campaign_list() -> str:
    """Answer: where does every campaign stand. No figure before certification."""
    found = campaigns(office())
    by_round: dict[Round, list[object]] = {known: [] for known in rounds(office())}
    for known, members in by_round.items():
        members.extend(campaign for campaign in found if campaign.draft.round == known.code)
    return _page("campaigns.html", by_round=by_round)


@pages.get("/<language:lang>/campaigns/<campaign_id>")
@login_required  # type: ignore[untyped-decorator]
def campaign(campaign_id: str) -> str:
    """Answer: what is this campaign, and what is next."""
    return _page("campaign.html", campaign=find_campaign(office(), campaign_id))


def _body_page(shown: Certified) -> str:
    past = selection.history(office(), shown.release.body.code)
    return _page(
        "body.html",
        shown=shown,
        release=shown.release,
        history=past,
        chart=drawings.embed(drawings.position(shown.release)),
        trend=drawings.embed(drawings.trend(past)),
    )


def _page(template: str, **values: object) -> str:
    return render_template(template, w=wording, known_rounds=rounds(office()), **values)
