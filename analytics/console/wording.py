"""Sentences of the console: what comes next, what is unusual, why a row, a step or a share is refused."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import LazyString, format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from analytics.campaigns.calendar_checks import CalendarWarning, Concern
from analytics.campaigns.hand_ins import BadRow, Reason
from analytics.campaigns.outlook import Next
from analytics.campaigns.round_dry_run import Fate
from analytics.campaigns.round_state import RoundMissing, RoundState, RoundStep
from analytics.campaigns.state import Step
from analytics.console.holiday_wording import holiday_name
from survey_app.web.languages import current_language

NEXT: Mapping[Next, LazyString] = {
    Next.MAKE_KEY: _l("make the sealing key"),
    Next.ENROL: _l("the issuer and the collector enrol"),
    Next.ANNOUNCE: _l("announce"),
    Next.WAIT: _l("nothing to do until then"),
    Next.STATE_DRAWN: _l("the issuer states how many tokens were drawn"),
    Next.CLOSE: _l("the collector closes and hands over the batch"),
    Next.DELIVER_BATCH: _l("the collector hands over the batch"),
    Next.OPEN: _l("open the batch"),
    Next.CERTIFY: _l("certify the draft"),
    Next.WHOLE_ROUND: _l("open and certify all bodies together"),
    Next.DECIDE_APPEAL: _l("decide the appeal: archiving is on hold"),
    Next.ARCHIVE: _l("archive"),
    Next.NOTHING: _l("nothing more"),
}
DOING: Mapping[Step, LazyString] = {
    Step.KEYGEN: _l("Make the sealing key"),
    Step.ANNOUNCE: _l("Announce"),
    Step.OPEN: _l("Open"),
    Step.CERTIFY: _l("Certify"),
    Step.ARCHIVE: _l("Archive"),
}
FORESEEN: Mapping[Step, LazyString] = {
    Step.KEYGEN: _l("What making the sealing key will do"),
    Step.ANNOUNCE: _l("What announcing will do"),
    Step.OPEN: _l("What opening will do"),
    Step.CERTIFY: _l("What certifying will do"),
    Step.ARCHIVE: _l("What archiving will destroy"),
}
MEANING: Mapping[Step, LazyString] = {
    Step.KEYGEN: _l("A new sealing key is made for each campaign. Respondents will seal their answers for it."),
    Step.ANNOUNCE: _l("The manifest is signed and published. Nothing in it can change afterwards."),
    Step.OPEN: _l(
        "All envelopes are decrypted, counted, protected and attacked in memory. Only a draft Release is kept."
    ),
    Step.CERTIFY: _l("The Release and its scoring record are signed and published. Figures are frozen."),
    Step.ARCHIVE: _l(
        "What could open or count a batch again is destroyed for good, and a signed certificate says so. It lets the "
        "issuer and the collector destroy theirs. Certified figures stay."
    ),
}
WHOLE_DOING: Mapping[str, LazyString] = {
    RoundStep.OPEN: _l("Open all bodies together"),
    RoundStep.CERTIFY: _l("Certify the figures of all bodies together"),
}
WHOLE_MEANING: Mapping[str, LazyString] = {
    RoundStep.OPEN: _l(
        "The batches of all bodies are opened in one computation in memory, so that the figures of the whole round can "
        "be attacked together with each body's. Certified bodies keep their Releases. A round's figures are published "
        "once."
    ),
    RoundStep.CERTIFY: _l("The figures of the whole round are signed and published. They never change again."),
}
WHOLE_STATES: Mapping[RoundState, LazyString] = {
    RoundState.UNDER_WAY: _l("under way"),
    RoundState.CLOSED: _l("all closed"),
    RoundState.OPENED: _l("opened together, not certified"),
    RoundState.CERTIFIED: _l("certified together"),
    RoundState.OUTDATED: _l("certified, but a body has changed since"),
}
WHOLE_MISSING: Mapping[RoundMissing, LazyString] = {
    RoundMissing.CLOSED_BATCH: _l("the close of all bodies"),
    RoundMissing.BATCH_AGAIN: _l("the choice to leave out bodies whose batch is destroyed"),
    RoundMissing.ANY_BATCH: _l("a campaign that is closed"),
    RoundMissing.OPENED: _l("the opening of all together"),
    RoundMissing.CERTIFIED: _l("the certification of each body"),
    RoundMissing.OPENED_AGAIN: _l("another opening of all together, since bodies have changed"),
}
FATES: Mapping[Fate, LazyString] = {
    Fate.OPENED: _l("is opened"),
    Fate.LEFT_OUT: _l("left out for good"),
    Fate.VOID: _l("left out"),
    Fate.NOT_CLOSED: _l("not closed yet"),
    Fate.BATCH_GONE: _l("its batch is destroyed"),
    Fate.KEY_DESTROYED: _l("its sealing key is destroyed"),
    Fate.KEY_MISSING: _l("its sealing key is missing"),
}
FATE_ADVICE: Mapping[Fate, LazyString] = {
    Fate.NOT_CLOSED: _l("Wait until it is closed, declare it void, or leave it out for good."),
    Fate.BATCH_GONE: _l("It can only be left out."),
    Fate.KEY_DESTROYED: _l("It can only be left out."),
    Fate.KEY_MISSING: _l("Bring the key file back from its copy into the agency's key folder, or leave the body out."),
}
COLUMNS: Mapping[str, LazyString] = {
    "code": _l("code"),
    "servants": _l("servants"),
    "name_kk": _l("name in Kazakh"),
    "name_ru": _l("name in Russian"),
    "name_en": _l("name in English"),
    "head_kk": _l("post in Kazakh"),
    "head_ru": _l("post in Russian"),
    "head_en": _l("post in English"),
    "visits": _l("visits"),
    "issuance_opens": _l("issuing opens"),
    "issuance_closes": _l("issuing closes"),
    "collection_opens": _l("collecting opens"),
    "collection_closes": _l("collecting closes"),
    "kpi_method": _l("KPI method"),
    "minimum_group": _l("minimum group"),
    "minimum_turnout": _l("minimum turnout"),
}
CONCERNS: Mapping[Concern, LazyString] = {
    Concern.WEEKEND: _l("falls on a weekend"),
    Concern.HOLIDAY: _l("falls on a public holiday or a moved day off"),
    Concern.NIGHT: _l("is outside working hours, when no help desk answers"),
    Concern.PAST: _l("has gone by already"),
    Concern.SHORT: _l("leaves fewer than three working days"),
    Concern.SINGLE_VISIT: _l("protects less: with a single visit drawing and answering overlap"),
}
ROW_REASONS: Mapping[Reason, LazyString] = {
    Reason.FORMULA: _l("A formula stands here. Replace it by its result."),
    Reason.EXTRA_CELLS: _l("The row has more cells than the header."),
    Reason.CODE: _l("A code has 1 to 40 Latin letters, digits, dots, lines or hyphens."),
    Reason.REPEATED: _l("The code stands in an earlier line already."),
    Reason.MISSING: _l("A value is missing."),
    Reason.TOO_LONG: _l("The text is longer than 300 characters."),
    Reason.CONTROL: _l("The text contains a control character. Type it again."),
    Reason.NUMBER: _l("This is no whole number in the range that is allowed."),
    Reason.TIME: _l("This is no time such as 2026-11-02 09:00."),
    Reason.VISITS: _l("Visits are either “two” or “single”."),
    Reason.METHOD: _l("There is no such KPI method."),
    Reason.SCHEDULE: _l("The times are not in an order that is allowed."),
    Reason.EXISTS: _l("The body has a campaign in this round already."),
}


def row_reason(row: BadRow) -> str:
    """Why a row of a table is not taken."""
    return str(ROW_REASONS[row.reason])


def row_detail(row: BadRow) -> str:
    """What the reason is about: a column by its name, a value as it stands."""
    name, colon, value = row.detail.partition(": ")
    if row.reason is Reason.REPEATED:
        return str(_("line %(line)s", line=row.detail))
    if row.reason is Reason.SCHEDULE:
        return ""
    if name in COLUMNS:
        return f"{COLUMNS[name]}{colon}{value}"
    return row.detail


def warning(found: CalendarWarning) -> str:
    """A warning of the calendar as a sentence without its date."""
    names = f" ({'; '.join(map(holiday_name, found.holidays))})" if found.holidays else ""
    return f"{COLUMNS[found.window]}: {CONCERNS[found.concern]}{names}"


def columns(names: Sequence[str]) -> str:
    """Columns by their names in the page's language."""
    return ", ".join(str(COLUMNS[name]) for name in names)


def day(moment: date) -> str:
    """A date as people write it."""
    pattern = "EEE, d MMMM yyyy" if current_language() != "kk" else "yyyy 'ж'. d MMMM, EEE"
    return str(format_date(moment, pattern))
