"""Archiving in the console: when each campaign of a round is due and why it waits; holds while an appeal is decided.

Destroying is a step like the others: dry run, proposal, a second officer's approval (step_pages).
"""

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from analytics.campaigns.archive_holds import hold
from analytics.campaigns.archiving import plan_round
from analytics.campaigns.reading import campaigns, find_round
from analytics.console import archive_wording
from analytics.console.campaign_pages import show_actions
from analytics.console.declarations import propose_unhold
from analytics.console.desk import actor
from analytics.console.rendering import page
from analytics.views.office import office
from survey_app.domain.errors import PikirError


def archiving(round_code: str) -> Response:
    """Answer: when is each campaign of this round archived, and what does it wait for."""
    found, members = find_round(office(), round_code), campaigns(office(), round_code)
    plans = plan_round(office(), members)
    bodies = {one.campaign_id: one.draft.body.name for one in members}
    return page(
        "console_archiving.html",
        round=found,
        plans=plans,
        bodies=bodies,
        ready=[one for one in plans if one.is_due_by_itself or one.is_unfinished],
        unfinished=len(members) - len(plans),
        archive_words=archive_wording,
    )


def put_on_hold(campaign_id: str) -> AnyResponse:
    """Nothing is destroyed while an appeal is decided."""
    try:
        hold(office(), campaign_id, request.form.get("hold-reason", ""), actor=actor())
    except PikirError as error:
        return show_actions(campaign_id, error)
    return redirect(url_for("console.campaign", campaign_id=campaign_id, _anchor="archiving"))


def lift_hold(campaign_id: str) -> AnyResponse:
    """The appeal was decided: propose that archiving takes its course."""
    try:
        return propose_unhold(campaign_id, request.form.get("unhold-reason", ""))
    except PikirError as error:
        return show_actions(campaign_id, error)
