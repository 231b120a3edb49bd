"""A key is rehearsed before anybody relies on it: under its passphrase, or by custodians who bring their shares."""

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from analytics.campaigns.custody import rehearse, rehearse_each
from analytics.campaigns.key_gathering import begin_gathering, gathered
from analytics.campaigns.reading import campaigns, find_campaign
from analytics.campaigns.rehearsals import rehearsed_together
from analytics.campaigns.round_keys import key_that_opens
from analytics.campaigns.share_gathering import custody_of
from analytics.console.campaign_pages import show_actions
from analytics.console.desk import Gathering, actor, console
from analytics.console.rendering import page
from analytics.views.office import office
from survey_app.domain.errors import PikirError


def rehearse_key(campaign_id: str) -> AnyResponse:
    """A mock campaign in memory proves that what holds the key opens what respondents will seal.

    Under a passphrase at once; a split key for all campaigns under its secret, once enough shares are there.
    """
    try:
        if custody_of(office(), campaign_id).is_split:
            return _gather(campaign_id)
        proved = rehearse(office(), campaign_id, request.form.get("passphrase", ""), actor=actor())
    except PikirError as error:
        return show_actions(campaign_id, error)
    return show_actions(campaign_id, None, proved=proved)


def finish_rehearsal(key: str) -> Response:
    """A mock campaign under each key of a gathering; then the shares are forgotten.

    Raises RehearsalFailed, KeyMissing, KeyDestroyed, Malformed.
    """
    found = console().gatherings.find(key)
    keys = gathered(office(), found.keys)
    unlocked_by = {one: key_that_opens(office(), one, keys) for one in found.campaign_ids}
    proved = rehearse_each(office(), unlocked_by, actor=found.officer)
    console().gatherings.forget(key)
    by_id = {one.campaign_id: one for one in campaigns(office(), found.round_code)}
    return page("console_rehearsed.html", round_code=found.round_code, proved=proved, campaigns=by_id)


def _gather(campaign_id: str) -> AnyResponse:
    chosen = rehearsed_together(office(), campaign_id) or (campaign_id,)
    keys = begin_gathering(office(), chosen)
    gathering = Gathering(find_campaign(office(), campaign_id).draft.round, chosen, actor(), keys, None)
    return redirect(url_for("console.gathering", key=console().gatherings.keep(gathering)))
