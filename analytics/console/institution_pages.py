"""Second institutions: a new one by its card, and their countersignatures, one file a campaign."""

from dataclasses import dataclass

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from analytics.campaigns.reading import Campaign, find_campaign
from analytics.campaigns.second_institutions import TRUST, hand_in, known_institutions
from analytics.console.declarations import propose_trust
from analytics.console.desk import actor
from analytics.console.proposals import proposals_to
from analytics.console.rendering import page
from analytics.custody.countersigning import Countersignature, Countersigner, read_card
from analytics.views.office import office
from survey_app.domain.errors import PikirError
from survey_app.web.uploads import all_uploaded, takes_upload, uploaded


@dataclass(frozen=True)
class HandedIn:
    """One file: the ``countersignature`` of a ``campaign``, or why it is ``refused``."""

    name: str
    campaign: Campaign | None
    countersignature: Countersignature | None
    refused: PikirError | None


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


@takes_upload
def hand_in_countersignatures() -> Response:
    """Answer: which of these files count from now on, and why do the others not."""
    try:
        files = all_uploaded("countersignatures")
    except PikirError as error:
        return _show(error, None, "")
    return _show(None, None, "", tuple(_take(data, name) for data, name in files))


def _take(data: bytes, name: str) -> HandedIn:
    try:
        found = hand_in(office(), data.decode("ascii", "replace").strip(), actor=actor())
    except PikirError as error:
        return HandedIn(name, None, None, error)
    return HandedIn(name, find_campaign(office(), found.campaign_id), found, None)


def _show(
    problem: PikirError | None, card: Countersigner | None, text: str, handed_in: tuple[HandedIn, ...] = ()
) -> Response:
    return page(
        "console_institutions.html",
        200 if problem is None else 400,
        known=known_institutions(office()),
        proposals=proposals_to(TRUST),
        card=card,
        text=text,
        handed_in=handed_in,
        problem=problem,
    )
