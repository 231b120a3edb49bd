"""Second institutions: whose countersignatures are taken, and a new one by its card."""

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from analytics.campaigns.second_institutions import TRUST, known_institutions
from analytics.console.declarations import propose_trust
from analytics.console.proposals import proposals_to
from analytics.console.rendering import page
from analytics.custody.countersigning import Countersigner, read_card
from analytics.views.office import office
from survey_app.domain.errors import PikirError
from survey_app.web.uploads import takes_upload, uploaded


def institutions() -> Response:
    """Answer: which institutions may open a batch again and vouch for the result."""
    return _show(None, None, "")


@takes_upload
def look_at_card() -> Response:
    """The card in a file: its key is compared by another way before it counts."""
    try:
        text = uploaded("card")[0].decode("ascii", "replace").strip()
        return _show(None, read_card(text), text)
    except PikirError as error:
        return _show(error, None, "")


def trust() -> AnyResponse:
    """The institution has told the same key by another way: propose that it counts."""
    text = request.form.get("card", "")
    try:
        if request.form.get("compared") != "yes":
            return _show(None, read_card(text), text)
        return propose_trust(text)
    except PikirError as error:
        return _show(error, None, "")


def _show(problem: PikirError | None, card: Countersigner | None, text: str) -> Response:
    return page(
        "console_institutions.html",
        200 if problem is None else 400,
        known=known_institutions(office()),
        proposals=proposals_to(TRUST),
        card=card,
        text=text,
        problem=problem,
    )
