"""Signing in with an identity that others vouch for: an OpenID Connect provider, or a certificate and its signature."""

import base64
import binascii
import secrets
from typing import Any

from flask import Response, abort, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app.staff import sessions
from survey_app.staff.accounts import account_of_subject
from survey_app.staff.challenges import new_challenge, take_challenge
from survey_app.staff.errors import SignatureRefused
from survey_app.staff.oidc import subject_from_provider, to_provider
from survey_app.staff.views.sign_in import NEXT, go_on
from survey_app.staff.who import desk

SIGNATURE = "signature"
_ANSWER = ("code", "state", "iss", "error", "error_description")
_PREFACE = b"Pikir, sign-in, "


def oidc_begin() -> AnyResponse:
    """To the provider."""
    if desk().oidc is None:
        abort(404)
    session[NEXT] = request.args.get(NEXT, "")
    return to_provider(desk().url + _without_root(url_for("staff.oidc_return")))


def oidc_return() -> str:
    """Back from another site: the page calls the next one itself, so that the strict cookie comes along."""
    if desk().oidc is None:
        abort(404)
    return render_template("staff_oidc_return.html", onwards=url_for("staff.oidc_finish", **_answer()))


def oidc_finish() -> AnyResponse:
    """Take the provider's answer."""
    if desk().oidc is None:
        abort(404)
    wanted = session.get(NEXT)
    subject, is_confirmed = subject_from_provider()
    account = account_of_subject(desk(), subject)
    secret = sessions.open_session(desk(), account.login, "oidc", is_confirmed=is_confirmed)
    session.clear()
    return go_on(secret, wanted)


def _answer() -> dict[str, Any]:
    return {name: request.args[name] for name in _ANSWER if name in request.args}


def signature() -> AnyResponse:
    """Sign a challenge, hand the signature in."""
    adapter = desk().signature
    if adapter is None:
        abort(404)
    if request.method == "GET":
        return _signature_page()
    attempt = secrets.token_hex(8)  # nobody's: whoever hands in a signature can name another as its signer
    desk().signature_attempts.begin(attempt)
    challenge = signed_text(take_challenge(desk(), SIGNATURE))
    subject = adapter.subject_of(challenge, _handed_in(), desk().clock())
    account = account_of_subject(desk(), subject)
    desk().signature_attempts.succeeded(attempt)
    secret = sessions.open_session(desk(), account.login, "signature", is_confirmed=True)
    session.clear()
    return go_on(secret, None)


def signed_text(challenge: bytes) -> bytes:
    """What is signed: the challenge behind words, so that a signature given here serves nowhere else and vice versa.

    The address is among them: who is shown this text by another site can see that it is not that site's.
    """
    return _PREFACE + f"{desk().office}, {desk().url}: {challenge.hex()}".encode()


def _signature_page() -> Response:
    text = signed_text(new_challenge(desk(), SIGNATURE))
    address = "data:application/octet-stream;base64," + base64.b64encode(text).decode()
    return Response(render_template("staff_signature.html", text=text.decode(), address=address))


def _handed_in() -> bytes:
    file = request.files.get("file")
    content = file.read() if file else b""
    if content:
        return content
    typed = request.form.get("signature", "").strip()
    if typed.startswith("-----BEGIN"):
        return typed.encode()
    try:
        return base64.b64decode("".join(typed.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureRefused("this is neither a file nor Base64") from error


def _without_root(path: str) -> str:
    return path.removeprefix(request.script_root)


ROUTES = (
    ("sign-in/oidc", "oidc_begin", oidc_begin, ["GET"]),
    ("sign-in/oidc/return", "oidc_return", oidc_return, ["GET"]),
    ("sign-in/oidc/finish", "oidc_finish", oidc_finish, ["GET"]),
    ("sign-in/signature", "signature", signature, ["GET", "POST"]),
)
