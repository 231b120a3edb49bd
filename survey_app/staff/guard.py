"""Gives an office's application its staff: sign-in and account pages, cookie rules, CSRF protection, roles.

Respondents' pages of the same application (the desk's ``respondents``) stay as if none of this were there: no cookie is
set, no session looked at, no form token asked for.
"""

from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import AnonymousUserMixin, LoginManager, current_user
from flask_wtf.csrf import CSRFProtect

from survey_app.staff.account_news import account_news, readers
from survey_app.staff.approvals import pending
from survey_app.staff.desk import StaffDesk
from survey_app.staff.errors import NotSignedIn
from survey_app.staff.oidc import install_oidc
from survey_app.staff.sessions import find_session, note_use
from survey_app.staff.step_up import step_up_required
from survey_app.staff.views.pages import staff_pages
from survey_app.staff.who import (
    DESK,
    StaffMember,
    asked_by_script,
    current_staff,
    desk,
    desk_of,
    is_a_use,
    is_respondents,
    roles_allowed,
    signed_in,
    start_page,
    to_sign_in,
)
from survey_app.staff.wording import account_event, role_name
from survey_app.web.compression import keep_whole
from survey_app.web.security import content_policy

__all__ = [
    "STAFF",
    "asked_by_script",
    "current_staff",
    "desk",
    "install_staff",
    "roles_allowed",
    "signed_in",
    "step_up_required",
]

STAFF = Path(__file__).parent
"""For ``make_application(parts=...)``: templates, static files and translations of the staff's pages."""

SIGNATURE_PAGE = "staff.signature"
LARGEST_SIGNATURE_FORM = 128 * 1024


class _StaffCookie(SecureCookieSessionInterface):
    """Writes the cookie on staff pages only."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Leave a respondent's response alone, whatever looked at the session meanwhile."""
        if not is_respondents(desk_of(app)):
            super().save_session(app, session, response)


def install_staff(app: Flask, desk: StaffDesk) -> None:
    """Sign-in and account pages, a strict cookie of this office's path, CSRF tokens on every form of the staff."""
    url = urlsplit(desk.url)
    app.extensions[DESK] = desk
    app.session_interface = _StaffCookie()
    app.config.update(
        SECRET_KEY=desk.secret_key,
        SESSION_COOKIE_NAME=f"pikir_{desk.office}",
        SESSION_COOKIE_PATH=url.path or "/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=url.scheme == "https",
        WTF_CSRF_CHECK_DEFAULT=False,  # _protect_forms asks for it, on staff pages only
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # it asks for a Referer, which our own policy keeps browsers from sending
    )
    _protect_forms(app, desk)
    _load_staff(app, desk)
    app.register_error_handler(NotSignedIn, lambda _: to_sign_in())
    install_oidc(app, desk)
    app.context_processor(lambda: _page_context(desk))
    app.register_blueprint(staff_pages)


def _protect_forms(app: Flask, desk: StaffDesk) -> None:
    csrf = CSRFProtect(app)

    @app.before_request
    def protect() -> None:
        if request.endpoint is None or is_respondents(desk):
            return
        keep_whole()
        if request.endpoint == SIGNATURE_PAGE:  # nobody is signed in there, so it is not just any upload's limit
            request.max_content_length = LARGEST_SIGNATURE_FORM
        _refuse_other_sites()
        csrf.protect()

    @app.after_request
    def let_forms_go(response: Response) -> Response:
        if not is_respondents(desk):
            response.headers["Content-Security-Policy"] = content_policy("self")
        return response


def _refuse_other_sites() -> None:
    """A form can be sent only from our own pages (beside its CSRF token and the cookie's SameSite=Strict)."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)


def _load_staff(app: Flask, desk: StaffDesk) -> None:
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)
    manager.session_protection = None  # its identifier is made of address and agent, which are not ours to keep

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(secret: str) -> StaffMember | None:
        try:
            found = find_session(desk, secret)
        except NotSignedIn:
            session.clear()
            return None
        if not found.is_complete:
            return None
        if is_a_use():
            note_use(desk, found)
        return StaffMember(secret, found)


def _page_context(desk: StaffDesk) -> dict[str, object]:
    if is_respondents(desk):
        return {"current_user": AnonymousUserMixin()}
    return {
        "current_user": current_user,
        "start_page": start_page,
        "staff_frame": desk.frame,
        "desk": desk,
        "role_name": role_name,
        "account_news": lambda: account_news(desk) if _is_told(desk) else (),
        "account_event": account_event,
        "proposals_waiting": lambda: pending(desk),
    }


def _is_told(desk: StaffDesk) -> bool:
    return bool(current_user.is_authenticated and current_user.role in readers(desk))
