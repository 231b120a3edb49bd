"""From an approval to an opening: at once if what was typed opens every key, else when all that is missing is there."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from analytics.campaigns.key_gathering import KeyGathering, begin_gathering, gathered, type_passphrase
from analytics.campaigns.round_keys import RoundKeys
from analytics.console.desk import Gathering, actor, console
from analytics.console.openings import start_opening, start_round_opening
from analytics.console.proposals import is_whole
from analytics.console.rehearsals import finish_rehearsal
from analytics.views.office import office
from survey_app.staff import approvals
from survey_app.staff.approvals import Proposal
from survey_app.staff.guard import desk


def wanted(found: Proposal) -> KeyGathering:
    """What opens the keys of what was proposed."""
    return begin_gathering(office(), tuple(found.details["campaigns"]))


def approve_opening(found: Proposal) -> AnyResponse:
    """A passphrase is tried before the approval counts: a wrong one must not use it up.

    Raises WrongPassphrase, KeyMissing, KeyDestroyed, Malformed, and what approving does.
    """
    keys = wanted(found)
    if not keys.is_split:
        keys = type_passphrase(office(), keys, request.form.get("passphrase", ""))
    approvals.approve(desk(), actor(), found.proposal_id, digest=request.form.get("digest", ""))
    gathering = Gathering(found.subject, tuple(found.details["campaigns"]), actor(), keys, found)
    return go_on(console().gatherings.keep(gathering))


def go_on(key: str) -> AnyResponse:
    """To the opening or rehearsal that begins now, or to the page that says what is still missing.

    Raises what unlocking does, RehearsalFailed.
    """
    found = console().gatherings.find(key)
    if not found.keys.is_enough:
        return redirect(url_for("console.gathering", key=key))
    if found.proposal is None:
        return finish_rehearsal(key)
    keys = gathered(office(), found.keys)
    console().gatherings.take(key)  # two may bring at once what is enough: one opening begins
    return redirect(url_for("console.opening", key=_begin(found, found.proposal, keys)))


def _begin(found: Gathering, proposal: Proposal, keys: RoundKeys) -> str:
    """The opening of the campaigns, each alone or as a whole round."""
    running = console().openings
    if is_whole(proposal):
        return start_round_opening(
            office(), running, found.campaign_ids, proposal=proposal, keys=keys, actor=found.officer
        )
    return start_opening(
        office(), running, found.campaign_ids, round_code=found.round_code, keys=keys, actor=found.officer
    )
