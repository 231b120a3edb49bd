"""What each refusal of the collector means for the person who meets it, and what to do next."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from survey_app.domain.errors import PikirError
from survey_app.domain.token import HolderSignatureInvalid, TokenInvalid
from survey_app.responses import errors
from survey_app.web.asking import RequestRefused
from survey_app.web.problems import Problem
from survey_app.web.same_site import CrossSiteRequest

_SEND_FROM_PAGE = _l("Nothing was stored. Open the questionnaire's own page and send your answers from there.")

PROBLEMS: Mapping[type[PikirError], Problem] = {
    errors.UnknownCampaign: Problem(
        404,
        _l("This survey is not known here"),
        _l("Check the address, or open the link from your invitation again."),
    ),
    errors.CampaignVoid: Problem(
        403,
        _l("This survey was declared void"),
        _l("No answers are taken, and none that were sent will be counted. You need not do anything."),
    ),
    errors.CollectionNotOpen: Problem(
        403,
        _l("Answers are not taken yet"),
        _l("Nothing was stored. Keep your token and come back when the survey opens."),
    ),
    errors.DrawnNotPublished: Problem(
        403,
        _l("Answers are not taken yet: the number of drawn tokens has not been published"),
        _l("Nothing was stored. Keep your token and your answers, and try again in an hour."),
    ),
    errors.CollectionClosed: Problem(
        403,
        _l("The survey is closed"),
        _l("Nothing was stored: answers are no longer taken. You can look up an earlier receipt on the board."),
    ),
    TokenInvalid: Problem(
        403,
        _l("This token is not valid for this survey"),
        _l("Nothing was stored. Open the link, file or code that you got when you drew your token for this survey."),
    ),
    HolderSignatureInvalid: Problem(
        403,
        _l("These answers were not sent by the holder of the token"),
        _l("Nothing was stored. Open the link, file or code that you got when you drew your token, and send again."),
    ),
    errors.TokenAlreadySpent: Problem(
        409,
        _l("This token has been used already, with other answers"),
        _l("The first answers stand. If it was not you who sent them, tell the help desk named in your invitation."),
    ),
    errors.IdentifyingHeader: Problem(
        400, _l("This request carries something that could identify you"), _SEND_FROM_PAGE
    ),
    CrossSiteRequest: Problem(400, _l("This request comes from another site"), _SEND_FROM_PAGE),
    RequestRefused: Problem(
        403,
        _l("The sealed answers are given to the agency only"),
        _l("Its own program signs the request. Everything that is public is in the evidence file on the board."),
    ),
    errors.BoardNotReady: Problem(
        404,
        _l("There is no board yet"),
        _l("It appears after the survey has closed. Keep your receipt until then."),
    ),
    errors.BoardArchived: Problem(
        410,
        _l("The envelopes were destroyed when the survey was archived"),
        _l("Receipts can no longer be looked up here. What the collector signed stays on the board."),
    ),
}
