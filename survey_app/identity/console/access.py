"""Which campaigns the member of staff who asks may see, and the journal of what he does with them."""

from typing import cast

from flask import current_app
from flask_login import current_user

from survey_app.identity.errors import UnknownCampaign
from survey_app.identity.office import ISSUING, PERSONNEL, IssuerOffice
from survey_app.identity.situation import Situation, situation, situations
from survey_app.staff import journal
from survey_app.staff.desk import AUDITOR
from survey_app.staff.guard import current_staff

OFFICE = "pikir-office"
EVERYONE = (PERSONNEL, ISSUING, AUDITOR)
ROSTER_KEEPERS = (PERSONNEL, ISSUING)


def office() -> IssuerOffice:
    """The office that answers this request."""
    return cast("IssuerOffice", current_app.extensions[OFFICE])


def is_issuing() -> bool:
    """Whether an issuing officer asks; nobody may have signed in."""
    return bool(current_user.is_authenticated and current_user.role == ISSUING)


def own_situations() -> list[Situation]:
    """The campaigns that the asking member of staff may see."""
    staff = current_staff()
    return situations(office(), staff.bodies if staff.role == PERSONNEL else None)


def own_situation(campaign_id: str) -> Situation:
    """One of them. Raises UnknownCampaign for any other, whether it exists or not."""
    found, staff = situation(office(), campaign_id), current_staff()
    if staff.role == PERSONNEL and found.draft.body.code not in staff.bodies:
        raise UnknownCampaign("this campaign is of a body that this account is not for")
    return found


def note(action: str, campaign_id: str, **details: str | int) -> None:
    """Write to the journal what the asking member of staff did. Never a reference, an address or a code."""
    desk = office()
    with desk.database.write() as session:
        journal.record(session, desk.clock, current_staff().login, action, campaign_id, **details)
