"""Signing in through an OpenID Connect provider: authorisation code with PKCE, state and nonce, done by Authlib.

The provider only says who somebody is; what the account may do is decided here, and no account is made by signing in.
"""

from typing import Any, cast

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response

from survey_app.staff.desk import StaffDesk
from survey_app.staff.errors import ProviderRefused

NAME = "staff"
EXTENSION = "pikir-oidc"
SECONDS = 10
KNOWN = frozenset({"pwd", "pin", "kba"})  # RFC 8176: what a person knows,
HELD = frozenset({"otp", "hwk", "swk", "sc", "sms", "tel", "fpt", "face", "iris", "retina", "vbm"})  # has, or is
_SUBJECT = "oidc:"


def install_oidc(app: Flask, desk: StaffDesk) -> None:
    """Make this office a client of its provider, if it has one."""
    if desk.oidc is None:
        return
    clients = OAuth(app)
    app.extensions[EXTENSION] = clients.register(
        NAME,
        client_id=desk.oidc.client_id,
        client_secret=desk.oidc.client_secret,
        server_metadata_url=f"{desk.oidc.provider}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid", "code_challenge_method": "S256", "timeout": SECONDS},
    )


def to_provider(return_address: str) -> Response:
    """Send the browser to the provider; state, nonce and verifier stay in its session here. Raises ProviderRefused."""
    try:
        return cast("Response", _client().authorize_redirect(return_address))
    except (AuthlibBaseError, RequestException, ValueError) as error:
        raise ProviderRefused("the provider does not answer") from error


def subject_from_provider() -> tuple[str, bool]:
    """Who the provider says has come back, and whether it asked for two factors. Raises ProviderRefused."""
    try:
        token = _client().authorize_access_token()
        claims = token["userinfo"]
        subject = str(claims["sub"])
    except (AuthlibBaseError, JoseError, RequestException, KeyError, ValueError) as error:
        raise ProviderRefused(f"the provider's answer does not hold: {type(error).__name__}") from error
    return _SUBJECT + subject, _are_two_factors(set(claims.get("amr") or ()))


def _are_two_factors(methods: set[str]) -> bool:
    """Of two kinds, or so many by the provider's word; a code or a device alone is one."""
    return "mfa" in methods or bool(methods & KNOWN and methods & HELD)


def _client() -> Any:
    return current_app.extensions[EXTENSION]
