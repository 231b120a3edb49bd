"""What each refusal about staff means for who meets it, and what to do next."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from survey_app.domain.errors import PikirError
from survey_app.staff.attempts import DoorBusy, TooManyAttempts
from survey_app.staff.errors import (
    AccountChangedSince,
    AccountExists,
    ChallengeRefused,
    LastSecondFactor,
    NoSecondOfficer,
    ProposalChanged,
    ProposalOver,
    ProposerGone,
    ProviderRefused,
    RoleNotAllowed,
    SameOfficer,
    SecretUnreadable,
    SignatureRefused,
    SubjectUnknown,
    UnknownAccount,
    UnknownProposal,
    UnknownSession,
)
from survey_app.web.problems import Problem

STAFF_PROBLEMS: Mapping[type[PikirError], Problem] = {
    RoleNotAllowed: Problem(
        403,
        _l("Your role does not include this page"),
        _l("Go to the start page. If you need it for your work, ask who administers the accounts of this office."),
    ),
    SameOfficer: Problem(
        403,
        _l("A second officer must approve this"),
        _l("You proposed it yourself. Ask another officer to sign in and approve it."),
    ),
    NoSecondOfficer: Problem(
        409,
        _l("Nobody else could approve this"),
        _l(
            "It takes two people, and yours is the only account for it. Ask whoever administers the accounts of this "
            "office to invite a second person with your role, then propose it."
        ),
    ),
    ProposerGone: Problem(
        409,
        _l("Who proposed this may not do so any more"),
        _l(
            "The account was disabled or has another role now. Refuse the proposal; if it is still wanted, propose it "
            "yourself and let another officer approve."
        ),
    ),
    AccountChangedSince: Problem(
        403,
        _l("Your account was made or reset after this was proposed"),
        _l("Another officer approves it; or it is taken back and proposed again, then you can approve it."),
    ),
    ProposalOver: Problem(
        409,
        _l("This proposal is no longer open"),
        _l("It was decided already, or its time is over. Propose it again if it is still wanted."),
    ),
    ProposalChanged: Problem(
        409,
        _l("What you saw is not what was proposed"),
        _l("Nothing was done. Open the proposal again, read it, then decide."),
    ),
    UnknownProposal: Problem(404, _l("There is no such proposal"), _l("Choose one from the list of proposals.")),
    UnknownAccount: Problem(404, _l("There is no such account"), _l("Choose one from the list of accounts.")),
    AccountExists: Problem(409, _l("There is an account with this login"), _l("Go back and choose another login.")),
    UnknownSession: Problem(404, _l("This session has ended already"), _l("Go back to your account and reload it.")),
    ChallengeRefused: Problem(
        400, _l("This sign-in took too long or was used already"), _l("Go back to the sign-in page and begin again.")
    ),
    SubjectUnknown: Problem(
        403,
        _l("No account of this office belongs to you"),
        _l("Ask whoever administers the accounts to bind this identity to your account, then sign in again."),
    ),
    ProviderRefused: Problem(
        502,
        _l("The identity provider did not confirm who you are"),
        _l("Go back to the sign-in page and try again, or use login and password."),
    ),
    SignatureRefused: Problem(
        403,
        _l("The signature was not accepted"),
        _l("Sign the challenge of the sign-in page with a valid certificate within five minutes, then try again."),
    ),
    LastSecondFactor: Problem(
        409,
        _l("Your last second factor stays"),
        _l("Set up another app or passkey first, then remove this one."),
    ),
    SecretUnreadable: Problem(
        400,
        _l("This page was made under another secret key"),
        _l("Go back, reload the page and try again. If it happens again, ask an administrator."),
    ),
    DoorBusy: Problem(
        429,
        _l("Too many failed attempts"),
        _l("Very many sign-ins of this kind failed just now. Wait a minute, or use login and password."),
    ),
    TooManyAttempts: Problem(429, _l("Too many failed attempts"), _l("Wait 15 minutes, then try again.")),
}
