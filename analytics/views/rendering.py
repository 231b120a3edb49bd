"""What every page of the agency is rendered with."""

from flask import render_template

from analytics.campaigns.reading import rounds
from analytics.views import wording
from analytics.views.office import office


def render(template: str, **values: object) -> str:
    """A page with the wording of figures and the rounds that there are."""
    return render_template(template, w=wording, known_rounds=rounds(office()), **values)
