"""Addresses that mail does not reach, corrected by who knows the people: the body's personnel officer, or for him.

To a personnel officer a failure is a reference and an address, both of which he uploaded himself, and nothing else:
neither the mail server's code, nor how far sending is, nor whether the person has drawn: docs/decisions/0013-mail.md.
"""

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from survey_app.identity.console.access import ROSTER_KEEPERS, is_issuing, note, office, own_situation
from survey_app.identity.console.mail_pages import page as invitation_page
from survey_app.identity.console.pages import CAMPAIGN, console
from survey_app.identity.console.postmen import postman
from survey_app.identity.errors import StepOutOfOrder, UnknownEntry
from survey_app.identity.mail.bounces import bounced, correct_address
from survey_app.identity.office import PERSONNEL
from survey_app.identity.roster_rows import RowRefused
from survey_app.identity.situation import Situation
from survey_app.staff.guard import roles_allowed, step_up_required


@console.get(f"/c/{CAMPAIGN}/addresses")
@roles_allowed(PERSONNEL)
def addresses(campaign_id: str) -> str:
    """Reference and address of each whom mail does not reach, with a field for the right one."""
    return _page(own_situation(campaign_id))


@console.post(f"/c/{CAMPAIGN}/addresses")
@roles_allowed(*ROSTER_KEEPERS)
@step_up_required
def address(campaign_id: str) -> AnyResponse:
    """Another address for somebody whom mail does not reach; the invitation goes to it from the queue."""
    one, typed = own_situation(campaign_id), (request.form.get("reference", ""), request.form.get("email", ""))
    _require_use(one)
    try:
        correct_address(office(), campaign_id, *typed, is_unclear_known=is_issuing())
    except RowRefused as refused:
        return _refuse(one, str(_(refused.message, **refused.values)), typed, 400)
    except UnknownEntry:
        problem = _("Only an address that mail does not reach can be changed, and not to one that is on the roster.")
        return _refuse(one, problem, typed, 409)
    note("correct-address", campaign_id)
    postman().wake()
    if is_issuing():
        return redirect(url_for("console.invitation_page", campaign_id=campaign_id, _anchor="bounces"), code=303)
    return redirect(url_for("console.addresses", campaign_id=campaign_id), code=303)


def _refuse(one: Situation, problem: str, typed: tuple[str, str], status: int) -> Response:
    build = invitation_page if is_issuing() else _page
    return Response(build(one, bounce_problem=problem, typed=typed), status)


def _page(one: Situation, bounce_problem: str = "", typed: tuple[str, str] = ("", "")) -> str:
    _require_use(one)
    return render_template(
        "console_addresses.html",
        one=one,
        draft=one.draft,
        bounced=[found for found in bounced(office(), one.campaign_id) if not found.is_unclear],
        bounce_problem=bounce_problem,
        typed=typed,
    )


def _require_use(one: Situation) -> None:
    if not one.can_invite(office().clock()):
        raise StepOutOfOrder("nobody can be invited now")
