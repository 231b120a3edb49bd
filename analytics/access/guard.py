"""Flask-Login, CSRF protection and cookie rules of the agency's application."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, abort, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from analytics.access.accounts import Role
from analytics.access.sessions import IDLE, account_of
from analytics.office import AgencyOffice
from survey_app.domain.documents import format_time, parse_time

COOKIE = "pikir_agency"
_LAST_USED = "used"
_NOT_A_USE = ("asset",)


class StaffMember(UserMixin):  # type: ignore[misc]
    """Who is signed in; Flask-Login's identifier is the session's secret, never the login."""

    def __init__(self, secret: str, login: str, role: Role) -> None:
        self.secret = secret
        self.login = login
        self.role: Role = role

    def get_id(self) -> str:
        """The session's secret."""
        return self.secret


def install_guard(app: Flask, office: AgencyOffice) -> None:
    """Sessions in a strict cookie of this office's path only, CSRF tokens on every form, staff loaded by session."""
    url = urlsplit(office.config.url)
    app.config.update(
        SECRET_KEY=office.config.secret_key,
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_PATH=url.path or "/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=url.scheme == "https",
        PERMANENT_SESSION_LIFETIME=timedelta(days=1),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # it asks for a Referer, which our own policy keeps browsers from sending
    )
    app.before_request(_refuse_other_sites)
    CSRFProtect(app)
    manager = LoginManager(app)
    manager.session_protection = None  # its identifier is made of address and agent, which are not ours to keep
    manager.unauthorized_handler(_to_sign_in)

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(secret: str) -> StaffMember | None:
        if _is_idle(office):
            session.clear()
            return None
        account = account_of(office, secret)
        if account is None:
            return None
        if request.endpoint not in _NOT_A_USE:
            note_use(office)
        return StaffMember(secret, account.login, account.role)


def note_use(office: AgencyOffice) -> None:
    """Let the idle time begin again."""
    session[_LAST_USED] = format_time(office.clock())


def _is_idle(office: AgencyOffice) -> bool:
    used = session.get(_LAST_USED)
    return used is None or office.clock() - parse_time(used) >= IDLE


def _to_sign_in() -> Response:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("sign_in.form", next=wanted))


def _refuse_other_sites() -> None:
    """A form can be sent only from our own pages (beside its CSRF token and the cookie's SameSite=Strict)."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)
