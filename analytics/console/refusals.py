"""Why something was refused and what to do, for every error that a page of the agency can show."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from analytics.campaigns.announcing import DifferenceReasonUnexpected, EligibleDiffers
from analytics.campaigns.archive_holds import HoldReasonMissing, NotOnHold
from analytics.campaigns.bulk import PreviewOutdated
from analytics.campaigns.certification import ReasonMissing, ReasonUnexpected
from analytics.campaigns.certified import StoredReleaseUnreadable
from analytics.campaigns.certified_rounds import RoundNotCertified
from analytics.campaigns.creation import CampaignExists, RoundExists
from analytics.campaigns.drafts import DraftRefused
from analytics.campaigns.enrolments import EnrolmentRefused
from analytics.campaigns.hand_ins import ColumnsUnknown
from analytics.campaigns.moments import ZoneOutdated
from analytics.campaigns.pins import KeyChanged
from analytics.campaigns.reading import UnknownCampaign, UnknownRound
from analytics.campaigns.second_institutions import (
    InstitutionUnknown,
    NoCountersignature,
    NotASecondInstitution,
    NothingOpened,
    OtherManifest,
)
from analytics.campaigns.staffing import RegisterEmpty
from analytics.campaigns.state import NotAsAgreed, StepOutOfOrder
from analytics.console.errors import (
    CodeMistyped,
    FieldUnusable,
    NotCompared,
    NothingChosen,
    NothingDue,
    PassphraseUnusable,
)
from analytics.console.memory import NotInMemory
from analytics.console.openings import OpeningBroke
from analytics.console.wording import COLUMNS
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
from analytics.evidence import EvidenceInconsistent
from analytics.methods import NoKpi, UnknownMethod
from analytics.release import NotAttackedTogether
from analytics.score_tables import PercentOutOfRange, TableAnomaly, UnknownRow
from analytics.scoring import NothingToScore
from analytics.views.codes import AWAITED, STATES
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
from survey_app.web.exchange import DocumentExists, DocumentMissing
from survey_app.web.keystore import KeyExists, KeyMissing
from survey_app.web.postgresql import DatabaseBusy
from survey_app.web.questionnaires import UnknownQuestionnaire
from survey_app.web.spreadsheet import SpreadsheetRefused, explain
from survey_app.web.uploads import FileMissing

_BROKEN = _l(
    "Something does not fit together inside the program. Nothing was stored. Do not go on; tell who maintains it, with "
    "the time and the server's log."
)
REFUSALS: Mapping[type[PikirError], LazyString] = {
    EligibleDiffers: _l(
        "N of the roster is not the staffing register's number. Have one of them corrected, or say why."
    ),
    DifferenceReasonUnexpected: _l("The two numbers do not differ, so there is no reason to give."),
    PreviewOutdated: _l("Something has changed since this was shown. Look at it again, then confirm."),
    ReasonMissing: _l("A reason is needed. It is signed and published."),
    HoldReasonMissing: _l("A reason is needed. It is kept in the journal."),
    NotOnHold: _l("Nothing is on hold here any more, so there is nothing to lift."),
    AlreadyArchived: _l("The campaign is archived already: its key and its batch are destroyed."),
    ReasonUnexpected: _l("This is the first Release of the campaign: it corrects nothing, so give no reason."),
    CampaignExists: _l("The body has a campaign in this round already. Declare that one void first."),
    RoundExists: _l("There is a round with this code already. Choose another code, or open that round in the list."),
    DraftRefused: _l("The file is not the draft that was opened for this campaign, or its hash was mistyped."),
    EnrolmentRefused: _l("An office's enrolment says something that cannot stand in a manifest. Ask that office."),
    KeyChanged: _l("An office signs with another key than before. Ask it by telephone before you go on."),
    NotASecondInstitution: _l("This is the agency's own card. A second institution signs with its own key."),
    RegisterEmpty: _l(
        "No row of the register can be taken; nothing was changed. It needs the columns code and servants, a "
        "body a line."
    ),
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
    ShareForeign: _l("This share belongs to another key. Bring the one that names this round and campaign."),
    ShareNotGenuine: _l("These shares do not give the key, so one of them is not genuine. Nothing was opened."),
    ShareRepeated: _l("Each custodian brings his own share, once."),
    SharesMissing: _l("Shares are still missing. Let more custodians bring theirs."),
    WrongCustody: _l("This key is held in another way: under a passphrase, or by custodians with shares."),
    WrongPassphrase: _l("The passphrase is wrong. Check it and type it again."),
    ScheduleInvalid: _l(
        "The times are not in an order that is allowed. With two visits issuing closes before collecting opens."
    ),
    SignatureInvalid: _l("A document's signature does not hold. Ask the office that it comes from."),
    DocumentMissing: _l(
        "A document is not in the exchange folder yet. Ask the office that it comes from, or try again when it "
        "has arrived."
    ),
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
    UnknownProposal: _l("There is no such proposal. Choose one from the round's page."),
    FileMissing: _l("No file was chosen. Choose one and try again."),
    StepOutOfOrder: _l(
        "This step is not possible now. The page of the campaign or of the round says what is next and what is missing."
    ),
    Malformed: _l("Something that was entered cannot be used. Check it and try again."),
    UnknownCampaign: _l("There is no such campaign in this round. Choose one from the round's page."),
    UnknownRound: _l("There is no such round. Choose one from the list of rounds."),
    UnknownMethod: _l("There is no such KPI method. Choose one from the list."),
    UnknownQuestionnaire: _l(
        "This version of the program does not have the campaign's questionnaire. Install the version that it was made "
        "with."
    ),
    ZoneOutdated: _l(
        "The time zones of this server are older than 2024, so times would be an hour off. Have the package tzdata "
        "brought up to date, then try again."
    ),
    RoundNotCertified: _l(
        "The figures of all bodies together are not certified yet. Open them together and certify them first."
    ),
    NotAttackedTogether: _l(
        "This would show more than was attacked together with the figures of the round. Open the round as a whole "
        "again, then certify what comes out."
    ),
    NothingToScore: _l("Nobody's response counts in this campaign, so there is no KPI to score."),
    StoredReleaseUnreadable: _l(
        "A stored Release was altered, or made by a newer version. Compare the database with the signed files before "
        "you go on."
    ),
    EvidenceInconsistent: _l(
        "The manifest, the board and the batch do not fit together, so nothing was opened. Ask the collector to hand "
        "over the batch and the board again; if it is the same then, find out why before you go on."
    ),
    NoKpi: _l("Nobody answered a question that the KPI rests on, so there is none to certify."),
    DocumentExists: _l(
        "A document of this name is in the exchange folder already, and says something else. It was not overwritten. "
        "Find out who put it there before you go on."
    ),
    KeyExists: _l("A key of this name was made before. Keys are never overwritten; rehearse it, or ask who made it."),
    DatabaseBusy: _l("The database is being read by somebody else, perhaps a backup. Try again in some minutes."),
    PercentOutOfRange: _BROKEN,
    TableAnomaly: _BROKEN,
    UnknownRow: _BROKEN,
}
# By their slugs: refusals of modules that bring pandas, which the web pages do without.
LATE: Mapping[str, LazyString] = {
    "questionnaire-mismatch": _l(
        "The batch was answered on another version of the questionnaire than this program has. Install the version "
        "that the campaign was made with."
    ),
    "wrong-sealing-key": _l(
        "This key is not the one that the manifest names. Bring the right key file back from its copy."
    ),
    "not-a-sealing-key": _l("The key file holds no sealing key. Bring the right one back from its copy."),
    "more-responses-than-eligible": _l(
        "More responses count than people are on the roster. Ask the issuer and the collector before you go on."
    ),
    "round-inconsistent": _l(
        "The campaigns do not fit together as one round: another method, questionnaire or minimum group, or a "
        "certified Release that does not say what its batch does. Open that campaign alone first and find out why, or "
        "leave it out."
    ),
    "contradiction": _BROKEN,
}


def known_text(kind: type[PikirError]) -> LazyString | None:
    """The text of an error's class, or of the nearest class above it that has one."""
    for one in kind.__mro__:
        found = REFUSALS.get(one) or LATE.get(getattr(one, "slug", ""))
        if found is not None:
            return found
    return None


def explained(error: PikirError) -> str:
    """In the page's language."""
    if isinstance(error, SpreadsheetRefused):
        return explain(error)
    if isinstance(error, ColumnsUnknown):
        return columns_refusal(error)
    if isinstance(error, StepOutOfOrder) and error.present is not None:
        waiting = "; ".join(str(AWAITED[what]) for what in error.present.missing)
        state = STATES[error.present.state]
        return str(
            _("Not now: the state is “%(state)s”. It waits for: %(waiting)s.", state=state, waiting=waiting)
            if waiting
            else _("Not now: the state is “%(state)s”.", state=state)
        )
    return str(known_text(type(error)) or _BROKEN)


def doubted(error: PikirError) -> str:
    """Why a document of another office is not accepted: nobody has entered anything."""
    if known_text(type(error)) is REFUSALS[Malformed]:
        return str(_("It does not have the form that it must have. Ask the office that it comes from for it again."))
    return explained(error)


def columns_refusal(error: ColumnsUnknown) -> str:
    """Which columns are missing or twice."""
    names = ", ".join(str(COLUMNS[name]) for name in error.missing or error.repeated)
    if error.missing:
        return str(_("The first row must name the columns. Missing: %(names)s.", names=names))
    return str(_("The first row names a column twice: %(names)s.", names=names))
