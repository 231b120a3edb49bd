"""Sentences about archiving: when it is due, what it waits for, and how many campaigns of a round stand where."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from analytics.campaigns.archiving import PlannedArchive
from analytics.campaigns.state import Missing, State, Step
from survey_app.web.languages import format_day

DAY = timedelta(days=1)


class Standing(StrEnum):
    """Where a campaign stands on its way to the archive."""

    UNFINISHED = "unfinished"
    DUE = "due"
    DUE_BY_HAND = "due-by-hand"
    HELD = "held"
    WAITS = "waits"
    ARCHIVED = "archived"


STANDINGS: Mapping[Standing, LazyString] = {
    Standing.UNFINISHED: _l("archiving broke off"),
    Standing.DUE: _l("archiving is due"),
    Standing.DUE_BY_HAND: _l("can be archived by hand"),
    Standing.HELD: _l("archiving is on hold"),
    Standing.WAITS: _l("archiving is not due yet"),
    Standing.ARCHIVED: _l("archived"),
}


def standing(planned: PlannedArchive) -> Standing:
    """Of one campaign."""
    if planned.done:
        return Standing.UNFINISHED if planned.is_unfinished else Standing.ARCHIVED
    if planned.hold is not None:
        return Standing.HELD
    if planned.is_due:
        return Standing.DUE if planned.is_due_by_itself else Standing.DUE_BY_HAND
    return Standing.WAITS


def archive_counts(planned: Sequence[PlannedArchive]) -> Mapping[Standing, int]:
    """How many campaigns stand where, in the order of Standing."""
    counted = Counter(standing(one) for one in planned)
    return {one: counted[one] for one in Standing if counted[one]}


def reasons(planned: PlannedArchive) -> tuple[str, ...]:
    """What archiving waits for, a sentence each."""
    if planned.done:
        return (str(_("What is left is destroyed by archiving it again.")),) if planned.is_unfinished else ()
    present, said = planned.situation, []
    if planned.hold is not None:
        said.append(_("On hold while an appeal is decided: %(reason)s", reason=planned.hold))
    if Missing.APPEALS in present.missing and planned.due is not None:
        said.append(_("The result can be appealed until %(day)s.", day=format_day(planned.due - DAY)))
    if present.state is State.CERTIFIED and Step.CERTIFY in present.allowed:
        said.append(_("A draft waits to be certified."))
    if present.state not in (State.CERTIFIED, State.VOIDED):
        said.append(_("Only a certified or void campaign is archived."))
    if planned.round_until is not None:
        day = format_day(planned.round_until + DAY)
        said.append(_("Not by itself before %(day)s: the figures of the round as a whole need this batch.", day=day))
    return tuple(str(one) for one in said)
