"""What the agency has published of a closed campaign, as far as the board tells it: rejections, or why it is void."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.domain import base64url, signing
from survey_app.domain.documents import read_document
from survey_app.domain.errors import PikirError
from survey_app.domain.manifest import VoidStatement
from survey_app.responses.campaign import Campaign
from survey_app.responses.models import CampaignRow
from survey_app.responses.office import CollectorOffice
from survey_app.web.exchange import RELEASE

FORMAT = "pikir-release/1"


class ReleaseWrong(PikirError):
    """What stands in the Release's place is not the agency's, or is of another campaign."""

    slug = "release-wrong"


@dataclass(frozen=True)
class Outcome:
    """Of a certified Release: ``counted`` responses, ``unusable`` ones (too few answers), others rejected by reason."""

    counted: int
    unusable: int
    rejected: Mapping[str, int]


def read_outcome(office: CollectorOffice, campaign: Campaign) -> Outcome | None:
    """What the certified Release says; None before there is one. Raises ReleaseWrong."""
    campaign_id = campaign.manifest.campaign_id
    if campaign.board_document is None or not office.exchange.has(campaign_id, RELEASE):
        return None
    return check_release(campaign, office.exchange.get_text(campaign_id, RELEASE))


def check_release(campaign: Campaign, document: str) -> Outcome:
    """What a certified Release of this closed campaign says. Raises ReleaseWrong."""
    campaign_id = campaign.manifest.campaign_id
    try:
        release = json.loads(signing.verify(document, FORMAT, campaign.manifest.agency_key))
        named = (release["campaign_id"], release["manifest"], release["board"])
        outcome = Outcome(int(release["n"]), int(release["unusable"]), dict(release["rejected"]))
    except (PikirError, ValueError, KeyError, TypeError) as error:
        raise ReleaseWrong("the release in the exchange folder is not the agency's") from error
    board = signing.fingerprint(campaign.board_document or "")
    if named != (campaign_id, base64url.encode(campaign.fingerprint), base64url.encode(board)):
        raise ReleaseWrong("the release in the exchange folder is of another campaign or board")
    return outcome


def void_reason(office: CollectorOffice, campaign: Campaign) -> str | None:
    """Why the agency declared the campaign void; None if it did not."""
    if not campaign.is_void:
        return None
    with office.database.read() as session:
        document = session.get_one(CampaignRow, campaign.manifest.campaign_id).void
    return None if document is None else read_document(VoidStatement, document, campaign.manifest.agency_key).reason
