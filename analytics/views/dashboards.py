"""The agency's pages: each answers the one question in its title, from certified Releases only, for staff signed in."""

from collections.abc import Callable
from decimal import Decimal

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from analytics.office import READERS
from analytics.views import body_pages, campaign_pages, drawings, round_pages, selection
from analytics.views.office import office
from analytics.views.rendering import render
from survey_app.staff.guard import roles_allowed
from survey_app.web.languages import current_language

pages = Blueprint("pages", __name__)
View = Callable[..., Response | str]


def start() -> Response:
    """To the home page in the reader's language."""
    return redirect(url_for("pages.home", lang=current_language()))


def home() -> Response:
    """The overview of the latest round that has certified figures, else the list of campaigns."""
    latest = selection.latest_round(office())
    if latest is None:
        return redirect(url_for("pages.campaign_list"))
    return redirect(url_for("pages.overview", round_code=latest))


def definitions() -> str:
    """Answer: what do the figures mean."""
    release = selection.latest_release(office())
    return render("definitions.html", terms=selection.definitions_for(release), release=release)


STAFF_PAGES: tuple[tuple[str, View], ...] = (
    ("/", home),
    ("/definitions", definitions),
    ("/rounds/<round_code>", round_pages.overview),
    ("/matrix/<round_code>", round_pages.matrix),
    ("/national/<round_code>", round_pages.national),
    ("/national/<round_code>/<int:number>", round_pages.national_release),
    ("/turnout/<round_code>", round_pages.turnout),
    ("/comparison/<round_code>", round_pages.comparison),
    ("/rounds/<round_code>/<body_code>", body_pages.body),
    ("/rounds/<round_code>/<body_code>/questions", body_pages.questions),
    ("/rounds/<round_code>/<body_code>/groups", body_pages.groups),
    ("/rounds/<round_code>/<body_code>/drivers", body_pages.drivers),
    ("/rounds/<round_code>/<body_code>/trend", body_pages.trend),
    ("/releases/<campaign_id>/<int:number>", body_pages.release),
    ("/campaigns", campaign_pages.campaign_list),
    ("/campaigns/<campaign_id>", campaign_pages.campaign),
)

pages.add_app_template_filter(drawings.embed)
pages.add_app_template_filter(Decimal, "exact")
pages.add_url_rule("/", view_func=start)
for _path, _view in STAFF_PAGES:
    pages.add_url_rule(f"/<language:lang>{_path}", view_func=roles_allowed(*READERS)(_view))
