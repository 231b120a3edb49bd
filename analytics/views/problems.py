"""What each refusal of the agency means for the officer who meets it, and what to do next."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from analytics.api_tokens import BearerRefused
from analytics.campaigns.certified import StoredReleaseUnreadable
from analytics.campaigns.certified_rounds import RoundNotCertified
from analytics.campaigns.reading import UnknownCampaign, UnknownRound
from analytics.campaigns.scoring_records import UnknownScoringRecord
from analytics.scoring import NothingToScore
from analytics.views.score_sheet import RecordDoesNotCount
from analytics.views.selection import NothingCertified
from survey_app.domain.errors import PikirError
from survey_app.domain.signing import SignatureInvalid
from survey_app.web.problems import Problem

_BACK = _l("Go to the start page and choose from the list.")

PROBLEMS: Mapping[type[PikirError], Problem] = {
    UnknownRound: Problem(404, _l("There is no such round"), _BACK),
    UnknownCampaign: Problem(404, _l("There is no such campaign"), _BACK),
    NothingCertified: Problem(
        404, _l("Nothing is certified here"), _l("Figures are shown only after they have been certified and signed.")
    ),
    RoundNotCertified: Problem(
        404,
        _l("The figures of all bodies together are not certified"),
        _l("They are made once every campaign of the round is closed. See the bodies one by one."),
    ),
    NothingToScore: Problem(404, _l("There is no KPI to score"), _l("Nobody's response counts in this campaign.")),
    RecordDoesNotCount: Problem(
        409,
        _l("This scoring record does not count any more"),
        _l("It was superseded or declared void. Take the one that stands, from the body's page."),
    ),
    UnknownScoringRecord: Problem(
        404, _l("There is no such scoring record"), _l("Ask for the round's list of scoring records.")
    ),
    BearerRefused: Problem(
        401,
        _l("A valid token is needed"),
        _l("Send the header “Authorization: Bearer …” with a token that the agency made and has not revoked."),
    ),
    StoredReleaseUnreadable: Problem(
        500,
        _l("A stored Release cannot be read"),
        _l("It was altered, or made by a newer version. Compare the database with the signed files."),
    ),
    SignatureInvalid: Problem(
        500,
        _l("A stored document was altered"),
        _l("Its signature no longer holds, so its figures are not shown. Compare the database with the signed files."),
    ),
}
