"""The own account: second factors, password, where it is signed in."""

from flask import Response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from survey_app.domain.errors import Malformed
from survey_app.staff import sessions
from survey_app.staff.attempts import TooManyAttempts
from survey_app.staff.challenges import new_challenge, take_challenge
from survey_app.staff.errors import (
    ChallengeRefused,
    InitialPasswordExpired,
    LastSecondFactor,
    SecondFactorRefused,
    SignInRefused,
)
from survey_app.staff.passkeys import add_passkey, are_possible, passkeys_of, registration_options, remove_passkey
from survey_app.staff.passwords import LEAST_CHARACTERS
from survey_app.staff.proofs import PASSWORD, refusal_text
from survey_app.staff.second_factors import has_totp, new_secret, recovery_codes_left, renew_recovery_codes
from survey_app.staff.signing_in import check_password
from survey_app.staff.step_up import confirmation_page, step_up_required, try_to_confirm
from survey_app.staff.views.sign_in import enrolment_page, own_page, replace_password, try_to_enrol
from survey_app.staff.who import current_secret, current_session, current_staff, desk, signed_in

NEW_PASSKEY = "new passkey"


@signed_in
def profile() -> str:
    """What the account is, and what can be done with it."""
    account = current_staff()
    return render_template(
        "staff_profile.html",
        account=account,
        has_app=has_totp(desk(), account.login),
        passkeys=passkeys_of(desk(), account.login),
        passkeys_possible=are_possible(desk()),
        codes_left=recovery_codes_left(desk(), account.login),
        sessions=sessions.sessions_of(desk(), account.login),
        own_session=current_session().session_id,
    )


@signed_in
@step_up_required
def add_app() -> AnyResponse:
    """An authenticator app, or another one in its place."""
    login = current_staff().login
    if request.method == "GET" or "locked" not in request.form:
        return enrolment_page(login, new_secret(), None)
    done = try_to_enrol(login)
    if isinstance(done, Response):
        return done
    sessions.confirm(desk(), current_secret())
    return _codes_page(done)


@signed_in
@step_up_required
def add_key() -> AnyResponse:
    """Another passkey. The first second factor brings recovery codes."""
    account, problem = current_staff(), None
    if request.method == "POST" and request.form.get("new_passkey"):
        try:
            challenge = take_challenge(desk(), NEW_PASSKEY)
            add_passkey(desk(), account.login, request.form["new_passkey"], challenge, request.form.get("name", ""))
        except (SecondFactorRefused, ChallengeRefused, Malformed):
            problem = _("The passkey was not added. Give it a name and try again.")
        else:
            sessions.confirm(desk(), current_secret())
            if recovery_codes_left(desk(), account.login) == 0:
                return _codes_page(renew_recovery_codes(desk(), account.login))
            return redirect(url_for("staff.profile"))
    options = registration_options(desk(), account.login, new_challenge(desk(), NEW_PASSKEY))
    page = render_template("staff_passkey.html", problem=problem, passkey_options=options)
    return Response(page, 403 if problem else 200)


@signed_in
@step_up_required
def remove_key() -> AnyResponse:
    """One passkey fewer; outside a demonstration the last second factor stays."""
    login = current_staff().login
    is_last = not has_totp(desk(), login) and len(passkeys_of(desk(), login)) == 1
    if is_last and desk().second_factor_required:
        raise LastSecondFactor("the last second factor stays")
    remove_passkey(desk(), login, request.form.get("key", ""))
    return redirect(url_for("staff.profile"))


@signed_in
@step_up_required
def new_codes() -> AnyResponse:
    """New recovery codes in place of all earlier ones."""
    if request.method == "GET":
        return redirect(url_for("staff.profile"))
    return _codes_page(renew_recovery_codes(desk(), current_staff().login))


@signed_in
def password() -> AnyResponse:
    """Another password; every other session of the account ends."""
    problem = _change_password() if request.method == "POST" else None
    if request.method == "POST" and problem is None:
        sessions.revoke_others(desk(), current_staff().login, current_secret())
        return redirect(url_for("staff.profile"))
    page = render_template("staff_password.html", problem=problem, least=LEAST_CHARACTERS)
    return Response(page, 400 if problem else 200)


@signed_in
def end_session() -> AnyResponse:
    """Sign out somewhere else."""
    login = current_staff().login
    session_id = request.form.get("session", "")
    sessions.revoke(desk(), login, session_id, actor=login)
    if session_id == current_session().session_id:
        session.clear()
        return redirect(url_for("staff.sign_in"))
    return redirect(url_for("staff.profile"))


@signed_in
def confirm_again() -> AnyResponse:
    """The second factor for a page that was asked for, then that page."""
    if request.method == "GET":
        return redirect(url_for("staff.profile"))
    wanted = request.form.get("next", "")
    problem = try_to_confirm()
    if problem is not None:
        return confirmation_page(problem, wanted)
    return redirect(own_page(wanted) or url_for("staff.profile"))


def _change_password() -> str | None:
    try:
        check_password(desk(), current_staff().login, request.form.get(PASSWORD, ""))
    except SignInRefused:
        return str(_("The present password is wrong."))
    except (InitialPasswordExpired, TooManyAttempts) as error:
        return str(refusal_text[type(error)])
    return replace_password(current_staff().login)


def _codes_page(codes: tuple[str, ...]) -> Response:
    return Response(render_template("staff_recovery_codes.html", codes=codes, onwards=url_for("staff.profile")))


ROUTES = (
    ("account", "profile", profile, ["GET"]),
    ("account/app", "add_app", add_app, ["GET", "POST"]),
    ("account/passkeys", "add_key", add_key, ["GET", "POST"]),
    ("account/passkeys/remove", "remove_key", remove_key, ["POST"]),
    ("account/recovery-codes", "new_codes", new_codes, ["GET", "POST"]),
    ("account/password", "password", password, ["GET", "POST"]),
    ("account/sessions", "end_session", end_session, ["POST"]),
    ("account/confirm", "confirm_again", confirm_again, ["GET", "POST"]),
)
