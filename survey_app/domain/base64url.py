"""base64url without padding (RFC 4648, section 5), strict: one text for one value."""

import base64
import binascii

from survey_app.domain.errors import Malformed


def encode(data: bytes) -> str:
    """Text of ``data``, 4 characters for 3 bytes, no padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: object, length: int | None = None) -> bytes:
    """Bytes of ``text``; ``length``, if given, is how many there must be.

    Raises Malformed for anything but the one canonical text of those bytes.
    """
    if not isinstance(text, str):
        raise Malformed("expected base64url text")
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise Malformed("not base64url") from error
    if encode(data) != text:
        raise Malformed("not canonical base64url")
    if length is not None and len(data) != length:
        raise Malformed(f"expected {length} bytes, got {len(data)}")
    return data
