"""Proofs of a second factor as they come with a form: a typed code, or a passkey's answer.

In a demonstration the password is enough for an account that has no second factor.
"""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from survey_app.domain.errors import PikirError
from survey_app.staff.accounts import Account
from survey_app.staff.attempts import DoorBusy, TooManyAttempts
from survey_app.staff.challenges import new_challenge, take_challenge
from survey_app.staff.desk import StaffDesk
from survey_app.staff.errors import (
    ChallengeRefused,
    InitialPasswordExpired,
    SecondFactorRefused,
    SecretUnreadable,
    SignInRefused,
)
from survey_app.staff.passkeys import are_possible, check_passkey, passkeys_of, request_options
from survey_app.staff.second_factors import check_code, has_totp, recovery_codes_left
from survey_app.staff.signing_in import check_password

CODE, PASSKEY, PASSWORD = PROOFS = ("proof_code", "proof_passkey", "proof_password")
refusal_text: Mapping[type[PikirError], LazyString] = {
    SecondFactorRefused: _l("The code is not right or was used already. Wait for the next one, then try again."),
    SignInRefused: _l("The password is wrong. Check it and try again."),
    InitialPasswordExpired: _l(
        "This initial password is right, but its seven days are over. Ask whoever administers the accounts of this "
        "office for a new one."
    ),
    TooManyAttempts: _l("Too many failed attempts. Wait 15 minutes, then try again."),
    DoorBusy: _l("Very many sign-ins of this kind failed just now. Wait a minute, or use login and password."),
    ChallengeRefused: _l("This took longer than five minutes, or another page asked meanwhile. Please try again."),
    SecretUnreadable: _l("Your authenticator app cannot be checked any more. Ask an administrator to reset it."),
}


def ways_to_prove(desk: StaffDesk, account: Account) -> frozenset[str]:
    """Which proofs this account can give."""
    if not account.has_second_factor:
        return frozenset({PASSWORD})
    ways = set()
    if has_totp(desk, account.login) or recovery_codes_left(desk, account.login) > 0:
        ways.add(CODE)
    if are_possible(desk) and passkeys_of(desk, account.login):
        ways.add(PASSKEY)
    return frozenset(ways)


def offer(desk: StaffDesk, account: Account) -> dict[str, object]:
    """What a page needs to ask for a proof: the ways, and a challenge for the account's passkeys."""
    ways = ways_to_prove(desk, account)
    options = request_options(desk, new_challenge(desk, PASSKEY), account.login) if PASSKEY in ways else None
    return {"ways": ways, "passkey_options": options}


def prove(desk: StaffDesk, account: Account, form: Mapping[str, str]) -> None:
    """Check the proof in the form. Raises one of ``refusal_text``."""
    ways = ways_to_prove(desk, account)
    if PASSWORD in ways:
        check_password(desk, account.login, form.get(PASSWORD, ""))
    elif form.get(PASSKEY):
        check_passkey(desk, form[PASSKEY], take_challenge(desk, PASSKEY), account.login)
    else:
        check_code(desk, account.login, form.get(CODE, ""))
