"""Addresses that mail does not reach: the body's personnel officer sees them, an issuing officer corrects them.

To a personnel officer a failure is a reference and an address, both of which he uploaded himself, and nothing else:
neither the mail server's code, nor how far sending is, nor whether the person has drawn. He corrects none, since the
link that goes to the new address would tell him that: docs/decisions/0013-mail.md.
"""

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from survey_app.identity.console.access import note, office, own_situation
from survey_app.identity.console.mail_pages import page as invitation_page
from survey_app.identity.console.pages import CAMPAIGN, console
from survey_app.identity.console.postmen import postman
from survey_app.identity.errors import StepOutOfOrder, UnknownEntry
from survey_app.identity.mail.bounces import bounced, correct_address
from survey_app.identity.office import ISSUING, PERSONNEL
from survey_app.identity.roster_rows import RowRefused
from survey_app.staff.guard import roles_allowed, step_up_required


@console.get(f"/c/{CAMPAIGN}/addresses")
@roles_allowed(PERSONNEL)
def addresses(campaign_id: str) -> str:
    """Reference and address of each whom mail does not reach."""
    one = own_situation(campaign_id)
    if not one.can_invite(office().clock()):
        raise StepOutOfOrder("nobody can be invited now")
    found = [person for person in bounced(office(), campaign_id) if not person.is_unclear]
    return render_template("console_addresses.html", one=one, draft=one.draft, bounced=found)


@console.post(f"/c/{CAMPAIGN}/addresses")
@roles_allowed(ISSUING)
@step_up_required
def address(campaign_id: str) -> AnyResponse:
    """Another address for somebody whom mail does not reach; the invitation goes to it from the queue."""
    one, typed = own_situation(campaign_id), (request.form.get("reference", ""), request.form.get("email", ""))
    if not one.can_invite(office().clock()):
        raise StepOutOfOrder("nobody can be invited now")
    try:
        correct_address(office(), campaign_id, *typed)
    except RowRefused as refused:
        problem = str(_(refused.message, **refused.values))
        return Response(invitation_page(one, bounce_problem=problem, typed=typed), 400)
    except UnknownEntry:
        problem = _("Only an address that mail does not reach can be changed, and not to one that is on the roster.")
        return Response(invitation_page(one, bounce_problem=problem, typed=typed), 409)
    note("correct-address", campaign_id)
    postman().wake()
    return redirect(url_for("console.invitation_page", campaign_id=campaign_id, _anchor="bounces"), code=303)
