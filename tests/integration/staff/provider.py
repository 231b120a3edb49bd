"""A small OpenID Connect provider of Authlib's server side that really runs: it checks the client, PKCE and codes.

``dishonest`` changes an ID token's claims before it is signed, as a broken or hostile provider would.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from flask import Flask, Response, jsonify
from joserfc import jwt
from joserfc.jwk import RSAKey

from survey_app.web import server

CLIENT_ID, CLIENT_SECRET = "pikir-agency", "a secret of the client"


@dataclass
class Code:
    """An authorisation code and what it was asked with."""

    code: str
    redirect_uri: str
    nonce: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return "openid"


class Client(ClientMixin):
    """The one client that is registered."""

    def __init__(self, redirect_uri: str) -> None:
        self.redirect_uri = redirect_uri

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect_uri

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.compare_digest(client_secret, CLIENT_SECRET)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Provider:
    """Who is at its screen is ``subject``, who proved it by ``methods``."""

    redirect_uri: str
    subject: str = "person-1"
    methods: list[str] = field(default_factory=lambda: ["pwd"])
    dishonest: Callable[[dict[str, Any]], None] = lambda _claims: None
    codes: dict[str, Code] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}, private=True))
    address: str = ""

    def id_token(self, code: Code) -> str:
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT_ID, "sub": self.subject, "iat": now, "exp": now + 60}
        claims |= {"nonce": code.nonce, "amr": self.methods}
        self.dishonest(claims)
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)

    def application(self) -> Flask:
        app = Flask("provider")
        client = Client(self.redirect_uri)
        authorization = AuthorizationServer(app, query_client=lambda _: client, save_token=lambda *_: None)
        authorization.register_grant(_grant(self), [CodeChallenge(required=True)])

        @app.get("/.well-known/openid-configuration")
        def configuration() -> Response:
            places = {name: f"{self.address}/{path}" for name, path in _PLACES.items()}
            return jsonify({"issuer": self.address, "id_token_signing_alg_values_supported": ["RS256"], **places})

        @app.get("/authorize")
        def authorize() -> Response:
            grant = authorization.get_consent_grant(end_user=self.subject)
            return authorization.create_authorization_response(grant_user=self.subject, grant=grant)

        @app.post("/token")
        def token() -> Response:
            return authorization.create_token_response()

        @app.get("/keys")
        def keys() -> Response:
            return jsonify({"keys": [self.key.as_dict(private=False)]})

        return app


_PLACES = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}


def _grant(provider: Provider) -> type[grants.AuthorizationCodeGrant]:
    class CodeGrant(grants.AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]  # noqa: RUF012 (Authlib's own name and kind)

        def save_authorization_code(self, code: str, request: Any) -> Code:
            asked = request.payload.data
            made = Code(
                code,
                asked["redirect_uri"],
                asked["nonce"],
                asked["code_challenge"],
                asked["code_challenge_method"],
            )
            provider.codes[code] = made
            return made

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return provider.codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            del provider.codes[authorization_code.code]

        def authenticate_user(self, authorization_code: Code) -> str:
            self.code = authorization_code
            return provider.subject

        def create_token_response(self) -> tuple[int, dict[str, Any], Any]:
            status, body, headers = super().create_token_response()
            return status, {**body, "id_token": provider.id_token(self.code)}, headers

    return CodeGrant


@contextmanager
def running(redirect_uri: str) -> Iterator[Provider]:
    """A provider that answers on a free port of this machine."""
    provider = Provider(redirect_uri)
    listening = server.listen(provider.application(), 0)
    provider.address = f"http://127.0.0.1:{listening.port}"
    thread = threading.Thread(target=listening.run)
    thread.start()
    try:
        yield provider
    finally:
        listening.close()
        thread.join()
