"""The office behind the running application."""

from flask import current_app

from analytics.access.attempts import Attempts
from analytics.office import AgencyOffice

OFFICE = "agency"
ATTEMPTS = "agency-attempts"


def office() -> AgencyOffice:
    """The agency whose application answers this request."""
    found: AgencyOffice = current_app.extensions[OFFICE]
    return found


def attempts() -> Attempts:
    """Its memory of failed sign-ins."""
    found: Attempts = current_app.extensions[ATTEMPTS]
    return found
