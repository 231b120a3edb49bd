"""Rounds, and one round with the state of every campaign on one page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from analytics.campaigns.archiving import plan_round
from analytics.campaigns.creation import create_round
from analytics.campaigns.outlook import Next, Outlook, outlook
from analytics.campaigns.reading import Campaign, campaigns, find_round, rounds
from analytics.campaigns.round_reading import round_standing
from analytics.campaigns.staffing import register_of
from analytics.campaigns.state import State, Step
from analytics.console import archive_wording
from analytics.console.desk import actor, console
from analytics.console.proposals import proposals_of
from analytics.console.rendering import page
from analytics.office import AgencyOffice
from analytics.views.office import office
from survey_app.domain.errors import PikirError
from survey_app.staff import approvals
from survey_app.staff.guard import desk
from survey_app.web.languages import current_language

ROUND_STEPS = {
    Step.KEYGEN: Next.MAKE_KEY,
    Step.ANNOUNCE: Next.ANNOUNCE,
    Step.OPEN: Next.OPEN,
    Step.CERTIFY: Next.CERTIFY,
    Step.ARCHIVE: Next.ARCHIVE,
}


@dataclass(frozen=True)
class Line:
    """A campaign with what comes next; ``register`` is the staffing register's number for its body."""

    campaign: Campaign
    outlook: Outlook
    register: int | None


def round_list() -> Response:
    """Answer: which rounds are there, and where is something to do."""
    return _list(None)


def begin_round() -> AnyResponse:
    """A new round from the form."""
    code = request.form.get("code", "").strip()
    try:
        create_round(office(), code, request.form.get("title", ""), actor=actor())
    except PikirError as error:
        return _list(error)
    return redirect(url_for("console.round_page", round_code=code))


def round_page(round_code: str) -> Response:
    """Answer: where does every campaign of this round stand, and what is next."""
    return show_round(round_code)


def show_round(round_code: str, problem: PikirError | None = None) -> Response:
    """The round's page, with what was refused just now."""
    members = campaigns(office(), round_code)
    plans = plan_round(office(), members)
    lines = lines_of(office(), round_code, members, {one.campaign_id for one in plans if one.round_until is not None})
    states = {state: sum(line.campaign.situation.state is state for line in lines) for state in State}
    return page(
        "console_round.html",
        200 if problem is None else 400,
        round=find_round(office(), round_code),
        lines=lines,
        states={state: count for state, count in states.items() if count},
        late=[line for line in lines if line.outlook.late is not None],
        steps={step: sum(line.outlook.next is coming for line in lines) for step, coming in ROUND_STEPS.items()},
        proposals=proposals_of(round_code),
        openings=[(key, one) for key, one in console().openings.items() if one.round_code == round_code],
        ceremonies=[(key, one) for key, one in console().ceremonies.items() if one.round_code == round_code],
        gatherings=[(key, one) for key, one in console().gatherings.items() if one.round_code == round_code],
        whole=round_standing(office(), round_code),
        bodies={one.draft.body.code: one.draft.body.name[current_language()] for one in members},
        archive_words=archive_wording,
        archives=archive_wording.archive_counts(plans),
        problem=problem,
    )


def lines_of(
    office: AgencyOffice, round_code: str, members: Sequence[Campaign], round_waits: Collection[str]
) -> tuple[Line, ...]:
    """The campaigns of a round by body, void ones last; the round's figures wait for the batches of ``round_waits``."""
    register, now = register_of(office, round_code), office.clock()
    found = [
        Line(
            one,
            outlook(one, now, round_waits=one.campaign_id in round_waits),
            register.get(one.draft.body.code),
        )
        for one in members
    ]
    return tuple(sorted(found, key=lambda line: line.campaign.situation.state is State.VOIDED))


def _list(problem: PikirError | None) -> Response:
    now = office().clock()
    known = []
    for one in rounds(office()):
        members = campaigns(office(), one.code)
        looks = [outlook(campaign, now) for campaign in members]
        ours, late = sum(look.is_ours for look in looks), sum(look.late is not None for look in looks)
        known.append((one, len(members), ours, late))
    entered = {"code": request.form.get("code", ""), "title": request.form.get("title", "")}
    status = 200 if problem is None else 400
    waiting = approvals.pending(desk())
    return page("console_rounds.html", status, rounds=known, waiting=waiting, problem=problem, entered=entered)
