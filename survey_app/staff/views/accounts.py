"""Everybody's accounts, for who administers them: invite, change, disable, reset. It opens no other page."""

from collections.abc import Callable

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from survey_app.domain.errors import Malformed
from survey_app.staff import accounts, sessions
from survey_app.staff.desk import ADMINISTRATOR
from survey_app.staff.errors import AccountExists
from survey_app.staff.step_up import step_up_required
from survey_app.staff.who import current_staff, desk, roles_allowed


@roles_allowed(ADMINISTRATOR)
def account_list() -> Response:
    """Who has an account."""
    return _page(None)


@roles_allowed(ADMINISTRATOR)
@step_up_required
def invite() -> AnyResponse:
    """A new account, with an initial password to hand over."""
    if request.method == "GET":
        return redirect(url_for("staff.account_list"))
    login, role = request.form.get("login", ""), request.form.get("role", "")
    try:
        password = accounts.invite(desk(), login, role, bodies=_bodies(), actor=current_staff().login)
    except AccountExists:
        return _page(_("There is an account with this login. Choose another one."))
    except Malformed:
        return _page(
            _(
                "A login is of Latin letters, digits and . _ - @. "
                "Bodies are named for a personnel officer, and for no other role."
            )
        )
    return _handed_over(login.strip().lower(), password)


@roles_allowed(ADMINISTRATOR)
@step_up_required
def change(login: str) -> AnyResponse:
    """One change to an account."""
    if request.method == "GET":  # a page that was the answer to a form, in another language
        return redirect(url_for("staff.account_list"))
    actor, what = current_staff().login, request.form.get("what", "")
    if what == "password":
        return _handed_over(login, accounts.reset_password(desk(), login, actor=actor))
    if what == "role":
        try:
            accounts.change_role(desk(), login, request.form.get("role", ""), bodies=_bodies(), actor=actor)
        except Malformed:
            return _page(_("Bodies are named for a personnel officer, and for no other role."))
    elif what == "subject":
        return _bind(login, actor)
    elif what == "sessions":
        for one in sessions.sessions_of(desk(), login):
            sessions.revoke(desk(), login, one.session_id, actor=actor)
    else:
        _change(what)(login, actor)
    return redirect(url_for("staff.account_list"))


def _bind(login: str, actor: str) -> AnyResponse:
    """By which identifier somebody who signs in elsewhere is known here; an empty one takes it back."""
    try:
        accounts.bind_subject(desk(), login, request.form.get("subject", "").strip() or None, actor=actor)
    except AccountExists:
        return _page(_("This identity is bound to another account. Take it from that one first."))
    except Malformed:
        return _page(_("An identity is written oidc:IDENTIFIER or certificate:SERIAL-NUMBER, without spaces."))
    return redirect(url_for("staff.account_list"))


def _disable(login: str, actor: str) -> None:
    accounts.disable(desk(), login, actor=actor)


def _enable(login: str, actor: str) -> None:
    accounts.enable(desk(), login, actor=actor)


def _reset_factor(login: str, actor: str) -> None:
    accounts.reset_second_factor(desk(), login, actor=actor)


_CHANGES: dict[str, Callable[[str, str], None]] = {
    "disable": _disable,
    "enable": _enable,
    "factor": _reset_factor,
}


def _change(what: str) -> Callable[[str, str], None]:
    if what not in _CHANGES:
        raise Malformed("there is no such change")
    return _CHANGES[what]


def _bodies() -> list[str]:
    return request.form.get("bodies", "").replace(",", " ").split()


def _handed_over(login: str, password: str) -> Response:
    return Response(render_template("staff_invited.html", login=login, password=password))


def _page(problem: str | None) -> Response:
    found = accounts.accounts(desk())
    page = render_template("staff_accounts.html", accounts=found, problem=problem, form=request.form)
    return Response(page, 400 if problem else 200)


ROUTES = (
    ("accounts", "account_list", account_list, ["GET"]),
    ("accounts/invite", "invite", invite, ["GET", "POST"]),
    ("accounts/<login>", "change_account", change, ["GET", "POST"]),
)
