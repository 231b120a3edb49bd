"""Asking an office for what it does not hand out to everybody: the request is signed by who may have it.

Sealed envelopes stay readable to whoever has the agency's key, now or ever, so the batch goes to the agency only.
A request names its document, its addressee and its time; clocks may differ by a quarter of an hour. Whoever catches
one (TLS keeps it from most) can only ask for the same document again, until it is too old.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey_app.domain.documents import read_document, sign_document
from survey_app.domain.errors import PikirError
from survey_app.web.clock import Clock

HEADER = "Pikir-Request"
TOLERANCE = timedelta(minutes=15)


class RequestRefused(PikirError):
    """A document was asked for by nobody who may have it, or too long ago by this office's clock."""

    slug = "request-refused"


@dataclass(frozen=True)
class DocumentRequest:
    """``audience`` is the public address of the office that is asked."""

    format: ClassVar[str] = "pikir-request/1"

    campaign_id: str
    document: str
    audience: str
    moment: datetime


def sign_request(
    campaign_id: str, document: str, audience: str, key: Ed25519PrivateKey, clock: Clock
) -> dict[str, str]:
    """The header that goes with asking."""
    return {HEADER: sign_document(DocumentRequest(campaign_id, document, audience, clock()), key)}


def check_request(header: str | None, wanted: tuple[str, str], audience: str, public_key: bytes, clock: Clock) -> None:
    """Raise RequestRefused unless ``public_key``'s owner asks for ``wanted`` (campaign, document), here and now."""
    try:
        request = read_document(DocumentRequest, header or "", public_key)
    except PikirError as error:
        raise RequestRefused("this document is given to the agency only, which signs its request") from error
    if (request.campaign_id, request.document, request.audience) != (*wanted, audience):
        raise RequestRefused("the request is for another document or another office")
    if abs(request.moment - clock()) > TOLERANCE:
        raise RequestRefused("the clocks of the two offices differ by more than 15 minutes, or the request is old")
