"""Sealing keys made in the browser: under a passphrase, or split between custodians who each take a share."""

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from analytics.campaigns.custody import LEAST_PASSPHRASE_CHARACTERS, keygen
from analytics.campaigns.dry_run import foresee
from analytics.campaigns.key_ceremony import begin_ceremony, finish_ceremony, share_sheet, show_share
from analytics.campaigns.reading import find_round
from analytics.campaigns.state import Step
from analytics.console.desk import Ceremony, actor, chosen_campaigns, console
from analytics.console.errors import PassphraseUnusable
from analytics.console.rendering import page
from analytics.console.sending import download
from analytics.custody import share_file
from analytics.custody.errors import PlanInvalid
from analytics.custody.plan import Group, check_plan
from analytics.views.office import office
from survey_app.domain.errors import PikirError
from survey_app.staff.accounts import accounts
from survey_app.staff.guard import desk
from survey_app.web.uploads import takes_upload, uploaded

MOST_INSTITUTIONS = 3
HOLDERS = ("officer", "custodian")


def make_under_passphrase(round_code: str) -> AnyResponse:
    """Keys for the chosen campaigns under a passphrase that was typed twice."""
    chosen, typed = chosen_campaigns(round_code), request.form.get("passphrase", "")
    try:
        if len(typed) < LEAST_PASSPHRASE_CHARACTERS or typed != request.form.get("again", ""):
            raise PassphraseUnusable("the passphrases differ or are too short")
        keygen(office(), chosen, typed, actor=actor())
    except PikirError as error:
        return key_form(round_code, chosen, error)
    return redirect(url_for("console.round_page", round_code=round_code))


def begin_split(round_code: str) -> AnyResponse:
    """A ceremony in which custodians take their shares."""
    chosen = chosen_campaigns(round_code)
    try:
        key = begin_ceremony(office(), chosen, _plan())
    except PikirError as error:
        return key_form(round_code, chosen, error)
    return redirect(url_for("console.ceremony", key=console().ceremonies.keep(Ceremony(round_code, actor(), key))))


def my_custody() -> Response:
    """Answer: in which ceremonies and openings am I awaited as a custodian."""
    return page(
        "console_custody.html",
        me=actor(),
        ceremonies=[(key, one) for key, one in console().ceremonies.items() if actor() in one.key.shares],
        gatherings=[(key, one) for key, one in console().gatherings.items() if one.keys.is_split],
    )


def ceremony(key: str) -> Response:
    """Answer: who has taken his share, and what have I to do."""
    return _show(key, None)


def take_share(key: str) -> AnyResponse:
    """My share as a file, under a passphrase of my own if I gave one."""
    found = console().ceremonies.find(key)
    own = request.form.get("passphrase", "")
    try:
        if own and (len(own) < LEAST_PASSPHRASE_CHARACTERS or own != request.form.get("again", "")):
            raise PassphraseUnusable("the passphrases differ or are too short")
        name, text = share_sheet(found.key, actor(), own or None)
    except PikirError as error:
        return _show(key, error)
    return download(name, text.encode(), "text/plain; charset=utf-8")


@takes_upload
def bring_back(key: str) -> AnyResponse:
    """I have my share, and here it is again; with the last one the key is rehearsed and put in force."""
    try:
        data, _ = uploaded("share")
        share = share_file.read(data.decode("utf-8", "replace"), lambda _: request.form.get("passphrase", ""))
        found = console().ceremonies.change(
            key, lambda one: Ceremony(one.round_code, one.officer, show_share(one.key, actor(), share))
        )
        if found.key.awaited:
            return redirect(url_for("console.ceremony", key=key))
        finish_ceremony(office(), found.key, actor=found.officer)
    except PikirError as error:
        return _show(key, error)
    console().ceremonies.forget(key)
    return page("console_key_made.html", ceremony=found)


def abandon(key: str) -> AnyResponse:
    """Forget a ceremony and everything in it."""
    found = console().ceremonies.find(key)
    console().ceremonies.forget(key)
    return redirect(url_for("console.round_page", round_code=found.round_code))


def key_form(round_code: str, chosen: list[str], problem: PikirError | None) -> Response:
    """The dry run of making keys, with the two ways to make them."""
    seen = foresee(office(), Step.KEYGEN, chosen)
    return page(
        "console_keys.html",
        200 if problem is None else 400,
        round=find_round(office(), round_code),
        step=Step.KEYGEN,
        seen=seen,
        ready=[one for one in seen if one.refused is None],
        holders=[one for one in accounts(desk()) if one.role in HOLDERS],
        institutions=range(1, MOST_INSTITUTIONS + 1),
        entered=request.form,
        problem=problem,
    )


def _plan() -> tuple[Group, ...]:
    """Each institution that has custodians, with its threshold. Raises PlanInvalid."""
    groups = []
    for number in range(1, MOST_INSTITUTIONS + 1):
        holders = request.form.getlist(f"holders-{number}")
        if not holders:
            continue
        needed = request.form.get(f"needed-{number}", "")
        if not needed.isdecimal():
            raise PlanInvalid("say how many shares are needed")
        groups.append(Group(request.form.get(f"institution-{number}", "").strip(), int(needed), tuple(holders)))
    return check_plan(groups)


def _show(key: str, problem: PikirError | None) -> Response:
    found = console().ceremonies.find(key)
    return page(
        "console_ceremony.html",
        200 if problem is None else 400,
        key=key,
        ceremony=found,
        me=actor(),
        holds=actor() in found.key.shares,
        until=console().ceremonies.until(key),
        problem=problem,
    )
