"""Sentences of the console: what comes next, what is unusual, why a row, a step or a share is refused."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import LazyString, format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from analytics.campaigns.announcing import DifferenceReasonUnexpected, EligibleDiffers
from analytics.campaigns.archive_holds import HoldReasonMissing, NotOnHold
from analytics.campaigns.bulk import PreviewOutdated
from analytics.campaigns.calendar_checks import CalendarWarning, Concern
from analytics.campaigns.certification import ReasonMissing, ReasonUnexpected
from analytics.campaigns.creation import CampaignExists, RoundExists
from analytics.campaigns.drafts import DraftRefused
from analytics.campaigns.enrolments import EnrolmentRefused
from analytics.campaigns.hand_ins import BadRow, ColumnsUnknown, Reason
from analytics.campaigns.outlook import Next
from analytics.campaigns.pins import KeyChanged
from analytics.campaigns.round_dry_run import Fate
from analytics.campaigns.round_state import RoundMissing, RoundState, RoundStep
from analytics.campaigns.second_institutions import (
    InstitutionUnknown,
    NoCountersignature,
    NotASecondInstitution,
    NothingOpened,
    OtherManifest,
)
from analytics.campaigns.staffing import RegisterEmpty
from analytics.campaigns.state import Missing, NotAsAgreed, State, Step, StepOutOfOrder
from analytics.console.errors import (
    CodeMistyped,
    FieldUnusable,
    NotCompared,
    NothingChosen,
    NothingDue,
    PassphraseUnusable,
)
from analytics.console.holiday_wording import holiday_name
from analytics.console.memory import NotInMemory
from analytics.console.openings import OpeningBroke
from analytics.custody.countersigning import CountersignatureMismatch
from analytics.custody.errors import (
    KeyDestroyed,
    PlanInvalid,
    RehearsalFailed,
    ShareDamaged,
    ShareForeign,
    ShareNotGenuine,
    ShareRepeated,
    SharesMissing,
    WrongCustody,
)
from survey_app.domain.archive import AlreadyArchived
from survey_app.domain.errors import Malformed, PikirError
from survey_app.domain.keyfile import WrongPassphrase
from survey_app.domain.manifest import ScheduleInvalid
from survey_app.domain.signing import SignatureInvalid
from survey_app.staff.errors import (
    AccountChangedSince,
    NoSecondOfficer,
    ProposalChanged,
    ProposalOver,
    ProposerGone,
    SameOfficer,
    UnknownProposal,
)
from survey_app.web.exchange import DocumentMissing
from survey_app.web.keystore import KeyMissing
from survey_app.web.languages import current_language
from survey_app.web.spreadsheet import SpreadsheetRefused, explain
from survey_app.web.uploads import FileMissing

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
_PLAIN: Mapping[type[PikirError], LazyString] = {
    EligibleDiffers: _l(
        "N of the roster is not the staffing register's number. Have one of them corrected, or say why."
    ),
    DifferenceReasonUnexpected: _l("The two numbers do not differ, so there is no reason to give."),
    PreviewOutdated: _l("Something has changed since this was shown. Look at it again, then confirm."),
    ReasonMissing: _l("A reason is needed. It is signed and published."),
    HoldReasonMissing: _l("A reason is needed. It is kept in the journal."),
    NotOnHold: _l("Nothing is on hold here any more."),
    AlreadyArchived: _l("The campaign is archived already: its key and its batch are destroyed."),
    ReasonUnexpected: _l("This is the first Release of the campaign: it corrects nothing, so give no reason."),
    CampaignExists: _l("The body has a campaign in this round already. Declare that one void first."),
    RoundExists: _l("There is a round with this code already."),
    DraftRefused: _l("The file is not the draft that was opened for this campaign, or its hash was mistyped."),
    EnrolmentRefused: _l("An office's enrolment says something that cannot stand in a manifest. Ask that office."),
    KeyChanged: _l("An office signs with another key than before. Ask it by telephone before you go on."),
    NotASecondInstitution: _l("This is the agency's own card. A second institution signs with its own key."),
    RegisterEmpty: _l("No row of the register can be taken; nothing was changed."),
    NotInMemory: _l("It is not kept any more: its time was over, it ended, or the server was restarted. Begin again."),
    OpeningBroke: _l("The opening broke off; nothing was stored. Begin it again; if it happens again, see the log."),
    CountersignatureMismatch: _l("A second institution got another Release than the agency. Find out why first."),
    InstitutionUnknown: _l("Its key is not known here. Let two officers take in the institution's card first."),
    NoCountersignature: _l("The file is no countersignature. Choose what “pikir countersign sign” wrote."),
    OtherManifest: _l("It is of another manifest than the one that was announced. Ask the institution."),
    NothingOpened: _l("This batch was not opened here yet. Open it first, then hand the file in again."),
    KeyDestroyed: _l("The sealing key was destroyed; nobody can open this batch any more."),
    PlanInvalid: _l("The key cannot be split in this way. At least two shares must be needed, each by another person."),
    RehearsalFailed: _l("The rehearsal failed, so the key must not be used. Nothing was kept; begin again."),
    ShareDamaged: _l("The share is damaged: a word is wrong, missing or out of place, or the file is no share."),
    ShareForeign: _l("This share belongs to another key."),
    ShareNotGenuine: _l("These shares do not give the key, so one of them is not genuine. Nothing was opened."),
    ShareRepeated: _l("Each custodian brings his own share, once."),
    SharesMissing: _l("Shares are still missing."),
    WrongCustody: _l("This key is held in another way: under a passphrase, or by custodians with shares."),
    WrongPassphrase: _l("The passphrase is wrong. Check it and type it again."),
    ScheduleInvalid: _l(
        "The times are not in an order that is allowed. With two visits issuing closes before collecting opens."
    ),
    SignatureInvalid: _l("A document's signature does not hold. Ask the office that it comes from."),
    DocumentMissing: _l("A document is not in the exchange folder yet."),
    KeyMissing: _l("The key file is not in the agency's key folder. Bring it back from its copy."),
    CodeMistyped: _l("The body's code was not typed as it stands. Nothing was done."),
    NotCompared: _l("Compare the key with the institution by telephone first, and say so. Nothing was done."),
    FieldUnusable: _l("A field is empty or cannot be used. It is marked below."),
    NothingChosen: _l("Choose at least one campaign, then the step."),
    NothingDue: _l("No figures are older than three years, so there is nothing to delete."),
    PassphraseUnusable: _l("The two passphrases differ, or have fewer than 8 characters."),
    NotAsAgreed: _l("Something has changed since this was proposed. Take it back and propose it again."),
    ProposalOver: _l("It was decided already, or its time is over. Propose it again if it is still wanted."),
    SameOfficer: _l("Another officer than the one who proposed it must approve."),
    NoSecondOfficer: _l(
        "Nobody else could approve it: yours is the only officer's account. Ask whoever administers the accounts of "
        "this office to invite a second officer, then propose it."
    ),
    ProposerGone: _l(
        "The account of who proposed this was disabled, or has another role now, so it cannot be approved. Refuse it; "
        "if it is still wanted, propose it yourself and let another officer approve."
    ),
    AccountChangedSince: _l(
        "Your account was made or reset after this was proposed, so you cannot approve it. Another officer can; or it "
        "is taken back and proposed again, then you can."
    ),
    ProposalChanged: _l("What was shown is not what was proposed. Look at it again."),
    UnknownProposal: _l("There is no such proposal."),
    FileMissing: _l("No file was chosen. Choose one and try again."),
}


def refusal(error: PikirError, awaited: Mapping[Missing, LazyString], states: Mapping[State, LazyString]) -> str:
    """Why something was refused and what to do, in the page's language; English where there is no text for it."""
    if isinstance(error, SpreadsheetRefused):
        return explain(error)
    if isinstance(error, ColumnsUnknown):
        return columns_refusal(error)
    if isinstance(error, StepOutOfOrder) and error.present is not None:
        waiting = "; ".join(str(awaited[what]) for what in error.present.missing)
        state = states[error.present.state]
        return str(
            _("Not now: the state is “%(state)s”. It waits for: %(waiting)s.", state=state, waiting=waiting)
            if waiting
            else _("Not now: the state is “%(state)s”.", state=state)
        )
    known = next((_PLAIN[kind] for kind in type(error).__mro__ if kind in _PLAIN), None)
    if known is None and isinstance(error, Malformed):
        known = _l("Something that was entered cannot be used. Check it and try again.")
    return str(known or _("This was refused. What the program says: %(error)s", error=error))


def columns_refusal(error: ColumnsUnknown) -> str:
    """Which columns are missing or twice."""
    names = ", ".join(str(COLUMNS[name]) for name in error.missing or error.repeated)
    if error.missing:
        return str(_("The first row must name the columns. Missing: %(names)s.", names=names))
    return str(_("The first row names a column twice: %(names)s.", names=names))


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
