"""Signing in with a digital signature: the office gives a challenge, the person signs it, an adapter says who signed.

``DigitalSignature`` is the seam: an institution whose signatures are of another kind (a national gateway, another
middleware) gives the desk another adapter. ``cms_signatures`` is the one that comes with the product.
"""

from datetime import datetime
from typing import Protocol

from config import SignatureConfig


class DigitalSignature(Protocol):
    """Says who signed a challenge."""

    def subject_of(self, challenge: bytes, signature: bytes, moment: datetime) -> str:
        """The signer as an account is bound to it ("certificate:…"). Raises SignatureRefused."""
        ...


def adapter_for(config: SignatureConfig | None) -> DigitalSignature | None:
    """The adapter that the settings ask for; its libraries are loaded only then."""
    if config is None:
        return None
    from survey_app.staff.cms_signatures import CmsSignatures  # noqa: PLC0415 (see above)

    return CmsSignatures(config)
