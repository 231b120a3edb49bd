"""The office behind the running application."""

from flask import current_app

from analytics.office import AgencyOffice

OFFICE = "agency"


def office() -> AgencyOffice:
    """The agency whose application answers this request."""
    found: AgencyOffice = current_app.extensions[OFFICE]
    return found
