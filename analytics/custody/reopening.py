"""A second institution's own opening of a batch, and its word for what came out; needs the sealing key."""

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from analytics.custody.countersigning import Countersignature, Countersigner, opened_sha256
from analytics.evidence import Evidence
from analytics.opening import open_campaign
from analytics.release import Release
from survey_app.domain import signing
from survey_app.domain.errors import PikirError
from survey_app.domain.questionnaire import Questionnaire


class ReopenedDiffers(PikirError):
    """The batch, opened again, gives another Release than the agency's; nothing is countersigned."""

    slug = "reopened-differs"


def countersign(  # noqa: PLR0917 (all of them needed)
    evidence: Evidence,
    sealing_key: ec.EllipticCurvePrivateKey,
    questionnaire: Questionnaire,
    claimed: Release | None,
    superseded: Mapping[bytes, Release],
    card: Countersigner,
    key: Ed25519PrivateKey,
) -> Countersignature:
    """Open the batch again and vouch for the result, which must be ``claimed`` if the agency has certified one.

    ``superseded`` are the Releases certified before that, by the SHA-256 of their JWS: an opening depends on them.
    Raises ReopenedDiffers, and what an opening raises.
    """
    release = open_campaign(evidence, sealing_key, questionnaire, superseded=superseded)
    if claimed is not None and opened_sha256(claimed) != opened_sha256(release):
        differing = [name for name in vars(release) if getattr(release, name) != getattr(claimed, name)]
        raise ReopenedDiffers(
            "the batch opened again gives another Release than the agency certified; nothing was signed. They differ "
            f"in: {', '.join(sorted(set(differing) - {'supersedes', 'reason'}))}"
        )
    return Countersignature(
        campaign_id=release.campaign_id,
        manifest=release.manifest,
        release=opened_sha256(release),
        institution=card.institution,
        key=signing.public_key_bytes(key),
    )
