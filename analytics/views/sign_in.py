"""Signing in and out. The answer to a wrong login and to a wrong password is the same, and takes the same time."""

import re

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField, PasswordField, StringField

from analytics.access.attempts import TooManyAttempts
from analytics.access.guard import StaffMember, note_use
from analytics.access.sessions import SignInRefused, account_of, sign_in, sign_out
from analytics.views.office import attempts, office

blueprint = Blueprint("sign_in", __name__)
_OWN_PAGE = re.compile(r"/(?:kk|ru|en)/[A-Za-z0-9/._-]*")


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Login and password; ``next`` is the page that was asked for."""

    login = StringField(_l("Login"))
    password = PasswordField(_l("Password"))
    next = HiddenField()


@blueprint.route("/<language:lang>/sign-in", methods=["GET", "POST"])
def form() -> AnyResponse:
    """The sign-in page."""
    page = SignInForm()
    if not page.next.data:
        page.next.data = request.args.get("next", "")
    if not page.is_submitted():
        return _page(page, None, 200)
    if not page.validate():
        return _page(page, _("This page was open for too long. Please try again."), 400)
    try:
        secret = sign_in(office(), attempts(), page.login.data or "", page.password.data or "")
    except SignInRefused:
        return _page(page, _("Login or password is wrong. Check both and try again."), 403)
    except TooManyAttempts:
        return _page(page, _("Too many failed attempts. Wait 15 minutes, then try again."), 429)
    return _enter(secret, page.next.data)


@blueprint.post("/<language:lang>/sign-out")
@login_required  # type: ignore[untyped-decorator]
def leave() -> AnyResponse:
    """End the session, on the server too."""
    sign_out(office(), current_user.secret)
    logout_user()
    session.clear()
    return redirect(url_for("sign_in.form"))


def _enter(secret: str, wanted: str | None) -> AnyResponse:
    account = account_of(office(), secret)
    if account is None:
        raise SignInRefused("the session ended as it began")
    session.clear()
    login_user(StaffMember(secret, account.login, account.role))
    note_use(office())
    target = wanted if wanted and _OWN_PAGE.fullmatch(wanted) else url_for("pages.home")
    return redirect(request.script_root + target if target == wanted else target)


def _page(page: SignInForm, problem: str | None, status: int) -> Response:
    return Response(render_template("sign_in.html", form=page, problem=problem), status)
