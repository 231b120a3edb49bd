"""Signing in, step by step, and out. The answer to a wrong login and to a wrong password is the same, and as slow."""

import re

import segno
from flask import Response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from survey_app.domain import base64url
from survey_app.domain.errors import Malformed
from survey_app.staff import sessions
from survey_app.staff.accounts import change_password
from survey_app.staff.attempts import TooManyAttempts
from survey_app.staff.challenges import new_challenge, take_challenge
from survey_app.staff.errors import (
    ChallengeRefused,
    InitialPasswordExpired,
    NotSignedIn,
    SecondFactorRefused,
    SecretUnreadable,
    SignInRefused,
)
from survey_app.staff.passkeys import are_possible, check_passkey, request_options
from survey_app.staff.passwords import LEAST_CHARACTERS
from survey_app.staff.proofs import PASSKEY, offer, prove, refusal_text
from survey_app.staff.second_factors import enrol_totp, new_secret, provisioning_uri
from survey_app.staff.signing_in import Step, next_step
from survey_app.staff.signing_in import sign_in as begin
from survey_app.staff.vault import lock, unlock
from survey_app.staff.who import current_secret, desk, enter, home_of, leads_somewhere, signed_in

HALF, NEXT, SIGN_IN = "half", "next", "sign-in"
_OWN_PAGE = re.compile(r"/(?:kk|ru|en)/[A-Za-z0-9/._-]*(?:\?[A-Za-z0-9=&._%-]*)?")
_PATHS = {Step.SECOND_FACTOR: "staff.second_factor", Step.NEW_PASSWORD: "staff.new_password", Step.ENROL: "staff.enrol"}


def sign_in() -> AnyResponse:
    """Login and password."""
    wanted = request.values.get(NEXT, "")
    if request.method == "GET":
        return _sign_in_page(wanted, "", None, 200)
    login = request.form.get("login", "")
    if request.form.get(PASSKEY):
        return _sign_in_by_passkey(wanted)
    try:
        secret = begin(desk(), login, request.form.get("password", ""))
    except SignInRefused:
        return _sign_in_page(wanted, login, _("Login or password is wrong. Check both and try again."), 403)
    except InitialPasswordExpired:
        return _sign_in_page(wanted, login, str(refusal_text[InitialPasswordExpired]), 403)
    except TooManyAttempts:
        return _sign_in_page(wanted, login, str(refusal_text[TooManyAttempts]), 429)
    session.clear()
    return go_on(secret, wanted)


def second_factor() -> AnyResponse:
    """The second factor of an account that has one."""
    found = _half(Step.SECOND_FACTOR)
    problem = None
    if request.method == "POST":
        try:
            prove(desk(), found.account, request.form)
        except tuple(refusal_text) as error:
            problem = str(refusal_text[type(error)])
        else:
            sessions.confirm(desk(), session[HALF])
            return go_on(session[HALF], session.get(NEXT))
    page = render_template("staff_second_factor.html", problem=problem, **offer(desk(), found.account))
    return Response(page, 403 if problem else 200)


def new_password() -> AnyResponse:
    """An initial password is replaced by the account's own."""
    found = _half(Step.NEW_PASSWORD)
    problem = None
    if request.method == "POST":
        problem = replace_password(found.account.login)
        if problem is None:
            return go_on(session[HALF], session.get(NEXT))
    page = render_template("staff_new_password.html", problem=problem, least=LEAST_CHARACTERS)
    return Response(page, 400 if problem else 200)


def enrol() -> AnyResponse:
    """The first second factor, which an account must have before it may enter."""
    found = _half(Step.ENROL)
    if request.method == "GET":
        return enrolment_page(found.account.login, new_secret(), None)
    done = try_to_enrol(found.account.login)
    if isinstance(done, Response):
        return done
    secret = session[HALF]
    sessions.confirm(desk(), secret)
    onwards = go_on(secret, session.get(NEXT))
    return Response(render_template("staff_recovery_codes.html", codes=done, onwards=onwards.location))


@signed_in
def sign_out() -> AnyResponse:
    """End the session, on the server too."""
    sessions.sign_out(desk(), current_secret())
    session.clear()
    return redirect(url_for("staff.sign_in"))


def go_on(secret: str, wanted: str | None) -> AnyResponse:
    """To the next step of the sign-in, or in."""
    step = next_step(desk(), sessions.find_session(desk(), secret))
    if step is not Step.DONE:
        session[HALF], session[NEXT] = secret, wanted or ""
        return redirect(url_for(_PATHS[step]))
    sessions.complete(desk(), secret)
    enter(secret)
    role = sessions.find_session(desk(), secret).account.role
    return redirect((wanted and leads_somewhere(wanted, role) and own_page(wanted)) or home_of(role))


def own_page(wanted: str | None) -> str | None:
    """The address of a page of this office that was asked for; None for anything else."""
    return request.script_root + wanted if wanted and _OWN_PAGE.fullmatch(wanted) else None


def enrolment_page(login: str, secret: str, problem: str | None) -> Response:
    """QR code and secret of an authenticator app, and a field for its first code."""
    uri = provisioning_uri(desk(), login, secret)
    picture = segno.make(uri, error="m").svg_data_uri(scale=5, border=3, light="white")
    page = render_template(
        "staff_enrol.html",
        problem=problem,
        picture=picture,
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        locked=base64url.encode(lock(desk(), f"new totp of {login}", secret.encode())),
    )
    return Response(page, 403 if problem else 200)


def try_to_enrol(login: str) -> Response | tuple[str, ...]:
    """New recovery codes if the code is right, else the page again with the same secret."""
    locked = request.form.get("locked", "")
    secret = unlock(desk(), f"new totp of {login}", base64url.decode(locked)).decode()
    try:
        return enrol_totp(desk(), login, secret, request.form.get("proof_code", ""))
    except (SecondFactorRefused, TooManyAttempts, SecretUnreadable) as error:
        return enrolment_page(login, secret, str(refusal_text[type(error)]))


def replace_password(login: str) -> str | None:
    """Take the new password of a form; what is wrong with it, for people, or None."""
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        return str(_("The two passwords are not the same. Type them again."))
    try:
        change_password(desk(), login, password)
    except Malformed:
        return str(_("A password has at least %(least)s characters.", least=LEAST_CHARACTERS))
    return None


def _half(step: Step) -> sessions.StaffSession:
    """The sign-in that has come to this step. Raises NotSignedIn."""
    found = sessions.find_session(desk(), session.get(HALF, ""))
    if next_step(desk(), found) is not step:
        raise NotSignedIn("the sign-in is at another step")
    return found


def _sign_in_by_passkey(wanted: str) -> AnyResponse:
    try:
        login = check_passkey(desk(), request.form[PASSKEY], take_challenge(desk(), SIGN_IN))
    except (SecondFactorRefused, ChallengeRefused):
        return _sign_in_page(wanted, "", _("The passkey was not accepted. Try again, or use login and password."), 403)
    except TooManyAttempts as error:
        return _sign_in_page(wanted, "", str(refusal_text[type(error)]), 429)
    secret = sessions.open_session(desk(), login, "passkey", is_confirmed=True)
    session.clear()
    return go_on(secret, wanted)


def _sign_in_page(wanted: str, login: str, problem: str | None, status: int) -> Response:
    options = request_options(desk(), new_challenge(desk(), SIGN_IN)) if are_possible(desk()) else None
    page = render_template("staff_sign_in.html", wanted=wanted, login=login, problem=problem, passkey_options=options)
    return Response(page, status)


ROUTES = (
    ("sign-in", "sign_in", sign_in, ["GET", "POST"]),
    ("sign-in/second-factor", "second_factor", second_factor, ["GET", "POST"]),
    ("sign-in/new-password", "new_password", new_password, ["GET", "POST"]),
    ("sign-in/enrol", "enrol", enrol, ["GET", "POST"]),
    ("sign-out", "sign_out", sign_out, ["POST"]),
)
