"""Freezing many rosters in the background: how far it is, and which could not be frozen and why."""

from typing import cast

from flask import Flask, Response, current_app, json, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app.identity.console.access import office, own_situation
from survey_app.identity.console.pages import console
from survey_app.identity.console.problem_words import problem_title
from survey_app.identity.freezing import Freezer, freezings, want
from survey_app.identity.office import ISSUING, IssuerOffice
from survey_app.staff.guard import asked_by_script, current_staff, roles_allowed

_FREEZER = "pikir-freezer"
MOST = 10_000


def install_freezer(app: Flask, desk: IssuerOffice) -> None:
    """Give the application a freezer, who goes on with what an earlier process left."""
    app.extensions[_FREEZER] = made = Freezer(desk)
    if freezings(desk):
        made.wake()


def begin_freezing(campaign_ids: list[str]) -> AnyResponse:
    """Have these frozen, and lead to the page that shows how far it is. Raises StepOutOfOrder."""
    total = want(office(), campaign_ids, current_staff().login)
    cast("Freezer", current_app.extensions[_FREEZER]).wake()
    return redirect(url_for("console.freezing", total=total), code=303)


@console.get("/freezing")
@roles_allowed(ISSUING)
def freezing() -> str:
    """How many of those that were ticked are frozen, and what stopped the others."""
    found = freezings(office())
    failed = [(own_situation(one.campaign_id), problem_title(one.problem)) for one in found if one.problem is not None]
    total, waiting = _count(len(found), len(found) - len(failed))
    return render_template("console_freezing.html", total=total, waiting=waiting, failed=failed)


@console.get("/freezing/progress")
@roles_allowed(ISSUING)
@asked_by_script
def freezing_progress() -> Response:
    """The same for the page's script."""
    found = freezings(office())
    total, waiting = _count(len(found), sum(one.problem is None for one in found))
    bars = [{"number": 0, "total": total - (len(found) - waiting), "waiting": waiting}]
    return Response(json.dumps({"bars": bars, "working": waiting > 0}), mimetype="application/json")


def _count(known: int, waiting: int) -> tuple[int, int]:
    """(of how many, how many wait): the page's address says how many were ticked."""
    return max(known, min(request.args.get("total", 0, type=int), MOST)), waiting
