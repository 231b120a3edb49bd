"""What the issuer refuses, and by which name."""

from survey_app.domain.errors import Malformed, PikirError


class UnknownCampaign(PikirError):
    """The issuer has accepted no manifest for this campaign (or, for the officer's steps, knows no draft)."""

    slug = "unknown-campaign"


class CampaignVoid(PikirError):
    """The agency declared the campaign void: nothing more happens to it here."""

    slug = "campaign-void"


class CodeMalformed(Malformed):
    """A text that can be no invitation code: not 26 base32 characters."""

    slug = "malformed-code"


class UnknownInvitation(PikirError):
    """No roster entry of this campaign has this code."""

    slug = "unknown-code"


class IssuingNotOpen(PikirError):
    """The issuing window has not opened yet."""

    slug = "issuing-not-open"


class IssuingClosed(PikirError):
    """The issuing window is over."""

    slug = "issuing-closed"


class AlreadyIssued(PikirError):
    """A token was drawn with this code before, for another blinded message."""

    slug = "already-issued"


class NothingToContest(PikirError):
    """A dispute about an entry for which nobody has drawn."""

    slug = "nothing-to-contest"


class ContestClosed(PikirError):
    """The number of disputes is signed and published already."""

    slug = "contest-closed"


class RecordsDeleted(PikirError):
    """The campaign is closed, and with it what the issuer knew about who has drawn."""

    slug = "records-deleted"


class DrawnNotPublished(PikirError):
    """M is not public before issuing closes."""

    slug = "drawn-not-published"


class KeyChanged(PikirError):
    """A document comes under another key than the one that was pinned first."""

    slug = "key-changed"


class DocumentChanged(PikirError):
    """A document differs from the one that was accepted before, or from what it must repeat."""

    slug = "document-changed"


class StepOutOfOrder(PikirError):
    """A step of the campaign's life comes too early or too late; the text says what is allowed and what is missing."""

    slug = "step-out-of-order"


class RosterUnreadable(PikirError):
    """A roster file is no UTF-8 CSV with a reference column; the text says how to save it."""

    slug = "roster-unreadable"


class ClientMissing(PikirError):
    """The script bundle that the manifest is to pin is not installed."""

    slug = "client-missing"


class MailNotConfigured(PikirError):
    """No mail server is named in this office's settings."""

    slug = "mail-not-configured"


class MailUnavailable(PikirError):
    """The mail server could not be reached, or asked to wait, for longer than we wait; sending can be resumed."""

    slug = "mail-unavailable"


class MailRefused(PikirError):
    """The mail server refuses us, not one recipient: certificate, password, sender or contents."""

    slug = "mail-refused"


class MailUnderWay(PikirError):
    """Another process or thread of this office is sending already."""

    slug = "mail-under-way"


class SendingStopped(PikirError):
    """An issuing officer stopped the mail of this campaign; nothing goes out until one goes on."""

    slug = "sending-stopped"


class UnknownEntry(PikirError):
    """No entry of the roster has this reference (or, for a new address, mail reaches the entry as far as known)."""

    slug = "unknown-entry"


class ReportUnreadable(PikirError):
    """A file is neither a report of failed delivery, nor a mailbox of such, nor a list of addresses."""

    slug = "report-unreadable"


class NoUpload(PikirError):
    """No uploaded table waits for the campaign."""

    slug = "no-upload"


class ColumnsUnclear(PikirError):
    """The choice of columns names no reference, or one column twice."""

    slug = "columns-unclear"


class ReasonNeeded(PikirError):
    """A file with everybody's link was handed out before; the second time needs a reason."""

    slug = "reason-needed"
