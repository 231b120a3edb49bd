"""What the collector refuses, and by which name."""

from survey_app.domain.errors import Malformed, PikirError


class UnknownCampaign(PikirError):
    """The collector has accepted no manifest for this campaign (or, for the officer's steps, no draft)."""

    slug = "unknown-campaign"


class CampaignVoid(PikirError):
    """The agency declared the campaign void: nothing more happens to it here."""

    slug = "campaign-void"


class CollectionNotOpen(PikirError):
    """The collecting window has not opened yet."""

    slug = "collection-not-open"


class DrawnNotPublished(PikirError):
    """With two visits, M must be public before the first response is taken."""

    slug = "drawn-not-published"


class CollectionClosed(PikirError):
    """The collecting window is over, or the batch is frozen."""

    slug = "collection-closed"


class TokenAlreadySpent(PikirError):
    """The token was redeemed with another envelope."""

    slug = "token-already-spent"


class IdentifyingHeader(PikirError):
    """A submission carries a cookie or credentials; it must carry nothing that could tell who sent it."""

    slug = "identifying-header"


class NotJson(Malformed):
    """A submission is application/json and nothing else."""

    slug = "not-json"


class BoardNotReady(PikirError):
    """There is no board before the batch is closed."""

    slug = "board-not-ready"


class BoardArchived(PikirError):
    """The list of envelopes was destroyed at archiving; the signed board stays."""

    slug = "board-archived"


class KeyChanged(PikirError):
    """A document comes under another key than the one that was pinned first."""

    slug = "key-changed"


class DocumentChanged(PikirError):
    """A document differs from the one that was accepted before, or from what it must repeat."""

    slug = "document-changed"


class StepOutOfOrder(PikirError):
    """A step of the campaign's life comes too early; the text says what is missing and what is allowed now."""

    slug = "step-out-of-order"


class TooManyResponses(PikirError):
    """K > M: more tokens were redeemed than the issuer says were drawn."""

    slug = "too-many-responses"


class ClientMissing(PikirError):
    """The script bundle that the manifest is to pin is not installed."""

    slug = "client-missing"
