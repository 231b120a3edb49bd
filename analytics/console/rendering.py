"""How the console's pages are rendered."""

from flask import Response

from analytics.console import wording
from analytics.console.declaration_wording import title
from analytics.console.refusals import explained
from analytics.views.rendering import render


def page(template: str, status: int = 200, **values: object) -> Response:
    """A page of the console."""
    return Response(render(template, c=wording, explained=explained, proposal_title=title, **values), status)
