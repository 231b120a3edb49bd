"""How the console's pages are rendered, and how a refusal becomes a sentence on one."""

from flask import Response

from analytics.console import wording
from analytics.console.declaration_wording import title
from analytics.views.codes import AWAITED, STATES
from analytics.views.rendering import render
from survey_app.domain.errors import PikirError


def page(template: str, status: int = 200, **values: object) -> Response:
    """A page of the console."""
    return Response(render(template, c=wording, explained=explained, proposal_title=title, **values), status)


def explained(error: PikirError) -> str:
    """Why something was refused and what to do next, in the page's language."""
    return wording.refusal(error, AWAITED, STATES)
