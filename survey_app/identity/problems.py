"""How the issuer tells people what it refuses: status, what happened, what to do next."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from survey_app.domain.errors import PikirError
from survey_app.identity import errors
from survey_app.web.keystore import KeyMissing
from survey_app.web.problems import Problem
from survey_app.web.same_site import CrossSiteRequest

PROBLEMS: Mapping[type[PikirError], Problem] = {
    errors.UnknownCampaign: Problem(
        404,
        _l("There is no such survey here"),
        _l("Open the link from your invitation again, whole and unchanged."),
    ),
    errors.CampaignVoid: Problem(
        403,
        _l("This survey was declared void"),
        _l("You need not do anything. The authorised agency has published the reason."),
    ),
    errors.CodeMalformed: Problem(
        400,
        _l("The invitation code in this link is not complete"),
        _l("Mail programs sometimes cut links off. Copy the whole link from your invitation into the address bar."),
    ),
    errors.UnknownInvitation: Problem(
        403,
        _l("This invitation code is not known for this survey"),
        _l("Open the link from your newest invitation. If it still fails, ask the issuing officer for a new one."),
    ),
    errors.IssuingNotOpen: Problem(
        403,
        _l("Tokens cannot be drawn yet"),
        _l("Come back when drawing has begun; the times are on this page and in your invitation."),
    ),
    errors.IssuingClosed: Problem(
        403,
        _l("Tokens can no longer be drawn"),
        _l("If you have drawn yours, open your saved token to answer. Otherwise it is too late for this survey."),
    ),
    errors.AlreadyIssued: Problem(
        409,
        _l("A token was already drawn with this code"),
        _l("One invitation gives one token, and with this one it was drawn on another device or in another browser."),
    ),
    errors.NothingToContest: Problem(
        409,
        _l("Nobody has drawn a token with your code"),
        _l("There is nothing to dispute: you can still draw your token while drawing is open."),
    ),
    errors.ContestClosed: Problem(
        403,
        _l("The number of disputes is already signed and published"),
        _l("Tell the authorised agency or the ombudsman that a token was drawn in your name, and show this page."),
    ),
    errors.RecordsDeleted: Problem(
        403,
        _l("This survey is closed"),
        _l("Who has drawn a token is deleted and can no longer be asked."),
    ),
    errors.DrawnNotPublished: Problem(
        404,
        _l("The number of tokens drawn is not published yet"),
        _l("It is published after drawing has closed. Come back then."),
    ),
    CrossSiteRequest: Problem(
        400,
        _l("Another site tried to use this page in your name"),
        _l("Nothing was done. Close that site, and open the link from your invitation directly."),
    ),
    KeyMissing: Problem(
        503,
        _l("This office cannot sign at the moment"),
        _l("Nothing was lost, and your code is unused. Tell the issuing officer, and try again later."),
    ),
}
