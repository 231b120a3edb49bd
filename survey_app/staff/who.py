"""Who asks: the desk of the office that answers, the signed-in member of staff, and who may open which page."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, current_app, redirect, request, session, url_for
from flask_login import UserMixin, current_user, login_user
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from survey_app.staff.accounts import Account
from survey_app.staff.desk import StaffDesk
from survey_app.staff.errors import NotSignedIn, RoleNotAllowed
from survey_app.staff.sessions import StaffSession, find_session

DESK = "staff-desk"
SIGN_IN = "staff.sign_in"
_BY_SCRIPT = "asked_by_script"
_ROLES = "roles"
View = TypeVar("View", bound=Callable[..., Any])


class StaffMember(UserMixin):  # type: ignore[misc]
    """Who is signed in; Flask-Login's identifier is the session's secret, never the login."""

    def __init__(self, secret: str, found: StaffSession) -> None:
        self.secret = secret
        self.session = found
        self.account = found.account
        self.login = found.account.login
        self.role = found.account.role

    def get_id(self) -> str:
        """The session's secret."""
        return self.secret


def desk_of(app: Flask) -> StaffDesk:
    """The desk that was installed in an application."""
    return cast("StaffDesk", app.extensions[DESK])


def desk() -> StaffDesk:
    """The desk of the office that answers this request."""
    return desk_of(current_app)


def is_respondents(desk: StaffDesk) -> bool:
    """Whether this request is no staff's business: a respondents' page, or in such an office a file or unknown path."""
    if not desk.respondents:
        return False
    return request.blueprint is None or request.blueprint in desk.respondents


def current_staff() -> Account:
    """Who is signed in. Raises NotSignedIn."""
    return current_session().account


def current_session() -> StaffSession:
    """The session of who is signed in. Raises NotSignedIn."""
    if not current_user.is_authenticated:
        raise NotSignedIn("nobody is signed in")
    return cast("StaffSession", current_user.session)


def current_secret() -> str:
    """The secret of that session. Raises NotSignedIn."""
    current_session()
    return cast("str", current_user.secret)


def enter(secret: str) -> None:
    """A complete session begins in this browser; whatever the cookie held before is forgotten."""
    session.clear()
    login_user(StaffMember(secret, find_session(desk(), secret)))
    session.pop("_id", None)  # made of address and agent


def roles_allowed(*roles: str) -> Callable[[View], View]:
    """Only these roles open the view: others see a page that says so (403), who is not signed in the sign-in page."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if current_staff().role not in roles:
                raise RoleNotAllowed(f"{request.endpoint} is not for the role {current_staff().role}")
            return view(*args, **kwargs)

        setattr(guarded, _ROLES, frozenset(roles))
        return cast("View", guarded)

    return decorate


def signed_in(view: View) -> View:
    """Every role opens the view, signed in."""

    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        current_session()
        return view(*args, **kwargs)

    return cast("View", guarded)


def asked_by_script(view: View) -> View:
    """Mark a view that a page's script asks again and again: that is no use of the session by anybody."""
    setattr(view, _BY_SCRIPT, True)
    return view


def is_a_use() -> bool:
    """Whether a person asks, so that the session's idle time begins again."""
    view = current_app.view_functions.get(request.endpoint or "")
    return request.endpoint != "asset" and not getattr(view, _BY_SCRIPT, False)


def leads_somewhere(path: str, role: str) -> bool:
    """Whether a path of this office is a page, and one that the role may open."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(path.partition("?")[0])
    except HTTPException:
        return False
    return role in getattr(current_app.view_functions[endpoint], _ROLES, {role})


def home_of(role: str) -> str:
    """The address of what a role sees first."""
    return url_for(desk().homes.get(role, "staff.profile"))


def start_page() -> str:
    """Where the office's name on top of a page leads: who is signed in to the own work, anybody else to the front."""
    signed_in_as = None if is_respondents(desk()) or not current_user.is_authenticated else current_user.role
    return url_for("pages.home") if signed_in_as is None else home_of(signed_in_as)


def to_sign_in() -> AnyResponse:
    """The sign-in page, which leads back to the page that was asked for."""
    is_page = request.method == "GET" and "/sign-in" not in request.path
    wanted = request.full_path.rstrip("?") if is_page else None
    return redirect(url_for(SIGN_IN, next=wanted))
