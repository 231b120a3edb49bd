"""Step-up: before an action that counts, the second factor is asked for again if the last one is not fresh."""

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar, cast

from flask import Response, render_template, request, url_for

from survey_app.staff.proofs import PROOFS, offer, prove, refusal_text
from survey_app.staff.sessions import FRESH, confirm, is_fresh
from survey_app.staff.who import current_secret, current_session, desk
from survey_app.web.uploads import takes_files

SECRETS = ("passphrase", "password", "again")
UPLOADING = timedelta(minutes=15)
View = TypeVar("View", bound=Callable[..., Any])


def step_up_required(view: View) -> View:
    """Ask for the second factor again if the last one is older than five minutes, then go on with the same form.

    Apply it below ``roles_allowed``. The form's fields travel through the page that asks, in its HTML; secrets never
    do. Where a form takes a secret or a file, put it on the page that shows the form as well, so that it is asked
    before anything is typed; files cannot travel, and a view that takes them gives fifteen minutes instead of five.
    """

    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        limit = UPLOADING if request.method == "POST" and takes_files(view) else FRESH
        if is_fresh(desk(), current_session(), limit):
            return view(*args, **kwargs)
        if request.method != "POST" or not any(request.form.get(name) for name in PROOFS):
            return confirmation_page(None)
        problem = try_to_confirm()
        return view(*args, **kwargs) if problem is None else confirmation_page(problem)

    return cast("View", guarded)


def try_to_confirm() -> str | None:
    """Take the proof that came with the form; what was wrong with it, for people, or None."""
    try:
        prove(desk(), current_session().account, request.form)
    except tuple(refusal_text) as error:
        return str(refusal_text[type(error)])
    confirm(desk(), current_secret())
    return None


def confirmation_page(problem: str | None, wanted: str | None = None) -> Response:
    """Asks for the second factor, and carries what was sent."""
    is_form = request.method == "POST" and wanted is None
    dropped = (*PROOFS, *SECRETS, "csrf_token")
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in dropped]
    page = render_template(
        "staff_confirm.html",
        problem=problem,
        target=request.script_root + request.full_path.rstrip("?") if is_form else url_for("staff.confirm_again"),
        kept=kept if is_form else [("next", wanted or request.full_path.rstrip("?"))],
        **offer(desk(), current_session().account),
        has_files=bool(is_form and request.files),
        has_secrets=is_form and any(request.form.get(name) for name in SECRETS),
    )
    return Response(page, 403)
