"""Figures are kept for three years: until when each is, and deleting what is due, by two officers."""

from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from analytics.campaigns.old_figures import DELETE_FIGURES, plan_old_figures, plan_old_rounds
from analytics.campaigns.reading import campaigns
from analytics.console.declarations import propose_deleting
from analytics.console.proposals import proposals_to
from analytics.console.rendering import page
from analytics.views.office import office
from survey_app.domain.errors import PikirError


def old_figures() -> Response:
    """Answer: until when are figures kept, and which would be deleted now."""
    return _show(None)


def delete_figures() -> AnyResponse:
    """Propose to delete everything due, as shown."""
    try:
        return propose_deleting()
    except PikirError as error:
        return _show(error)


def _show(problem: PikirError | None) -> Response:
    of_campaigns, of_rounds = plan_old_figures(office()), plan_old_rounds(office())
    return page(
        "console_old_figures.html",
        200 if problem is None else 400,
        of_campaigns=of_campaigns,
        of_rounds=of_rounds,
        bodies={one.campaign_id: one.draft.body.name for one in campaigns(office())},
        due=sum(one.is_due for one in of_campaigns) + sum(one.is_due for one in of_rounds),
        proposals=proposals_to(DELETE_FIGURES),
        problem=problem,
    )
