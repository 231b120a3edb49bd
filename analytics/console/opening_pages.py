"""Openings as they run, and custodians who bring their shares for one."""

from dataclasses import replace

from flask import Response, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from analytics.campaigns.drafts import accept_draft
from analytics.campaigns.key_gathering import bring_to, type_passphrase
from analytics.campaigns.reading import Campaign, campaigns, find_campaign
from analytics.campaigns.state import Step, require
from analytics.console.approved_openings import go_on
from analytics.console.desk import Gathering, actor, console
from analytics.console.proposals import is_whole, require_unchanged
from analytics.console.refusals import explained
from analytics.console.rendering import page
from analytics.console.whole_round import require_whole_unchanged
from analytics.custody import share_file
from analytics.views.office import office
from survey_app.domain.errors import PikirError
from survey_app.staff.guard import asked_by_script
from survey_app.web.uploads import takes_upload, uploaded


def opening(key: str) -> Response:
    """Answer: how far is the opening."""
    found = console().openings.find(key)
    return page("console_opening.html", key=key, opening=found, campaigns=_campaigns(found.round_code))


@asked_by_script
def opening_progress(key: str) -> Response:
    """The same for the page's script; never a figure of what is opened."""
    found = console().openings.find(key)
    return jsonify(percent=found.percent, at=found.at, ended=found.ended)


def gathering(key: str) -> Response:
    """Answer: whose shares are still missing."""
    return _show(key, None)


@takes_upload
def bring(key: str) -> AnyResponse:
    """A custodian's share; with everything brought the opening begins."""
    try:
        _require_as_approved(console().gatherings.find(key))
        data, _ = uploaded("share")
        share = share_file.read(data.decode("utf-8", "replace"), lambda _: request.form.get("passphrase", ""))
        console().gatherings.change(key, lambda one: replace(one, keys=bring_to(one.keys, actor(), share)))
        return go_on(key)
    except PikirError as error:
        return _show(key, error)


def unlock_more(key: str) -> AnyResponse:
    """A passphrase of keys that are still locked."""
    typed = request.form.get("key-passphrase", "")
    try:
        _require_as_approved(console().gatherings.find(key))
        console().gatherings.change(key, lambda one: replace(one, keys=type_passphrase(office(), one.keys, typed)))
        return go_on(key)
    except PikirError as error:
        return _show(key, error)


def forget_shares(key: str) -> AnyResponse:
    """Forget a gathering with all shares in it."""
    found = console().gatherings.find(key)
    console().gatherings.forget(key)
    return redirect(url_for("console.round_page", round_code=found.round_code))


def offline(campaign_id: str) -> Response:
    """Answer: how is a batch opened on a machine without network, and how does its draft come back."""
    return _show_offline(campaign_id, None)


@takes_upload
def take_draft(campaign_id: str) -> AnyResponse:
    """The draft that was opened offline, with the hash as somebody copied it by hand."""
    try:
        data, _ = uploaded("draft")
        accept_draft(office(), campaign_id, data, request.form.get("digits", ""), actor=actor())
    except PikirError as error:
        return _show_offline(campaign_id, error)
    return redirect(url_for("pages.campaign", campaign_id=campaign_id))


def _require_as_approved(found: Gathering) -> None:
    """Shares may come hours after the approval. Raises NotAsAgreed."""
    if found.proposal is None:
        return
    if is_whole(found.proposal):
        require_whole_unchanged(found.proposal)
    else:
        require_unchanged(office(), found.proposal)


def _show(key: str, problem: PikirError | None) -> Response:
    found = console().gatherings.find(key)
    return page(
        "console_gathering.html",
        200 if problem is None else 400,
        key=key,
        gathering=found,
        campaigns=_campaigns(found.round_code),
        me=actor(),
        until=console().gatherings.until(key),
        problem=problem,
    )


def _show_offline(campaign_id: str, problem: PikirError | None) -> Response:
    found = find_campaign(office(), campaign_id)
    try:
        require(Step.OPEN, found.situation)
        refused = None
    except PikirError as error:
        refused = explained(error)
    status = 200 if problem is None else 400
    return page("console_offline.html", status, campaign=found, refused=refused, problem=problem)


def _campaigns(round_code: str) -> dict[str, Campaign]:
    return {one.campaign_id: one for one in campaigns(office(), round_code)}
