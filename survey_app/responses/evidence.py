"""Everything public about one campaign in one file, for `pikir verify` on a computer without a network.

The batch of sealed envelopes is not in it: a sealed answer stays readable to whoever holds the agency's key, now or
ever, so it goes from the collector to the agency and to institutions that open it again, and not to everybody.
"""

import io
import json
import re
import zipfile

from survey_app.domain import base64url
from survey_app.responses.batch import public_board
from survey_app.responses.campaign import Campaign
from survey_app.responses.office import CollectorOffice
from survey_app.web import exchange as folder

BOARD_LIST = "board.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PUBLISHED = re.compile(
    r"(draft|issuer-enrolment|collector-enrolment|drawn|staffing|void|destruction|archive-[a-z]+|release(-\d+)?)\.jws|scoring-record(-\d+)?\.(jws|json|csv)"
)


def evidence_zip(office: CollectorOffice, campaign: Campaign) -> bytes:
    """The bundle: a folder named after the campaign with its public files under their names in the exchange folder.

    The same files give the same bytes: no time is written.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data in sorted(public_files(office, campaign).items()):
            entry = zipfile.ZipInfo(f"{campaign.manifest.campaign_id}/{name}", _EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            bundle.writestr(entry, data)
    return packed.getvalue()


def public_files(office: CollectorOffice, campaign: Campaign) -> dict[str, bytes]:
    """Name to contents: what this office signed or accepted itself, and what others published."""
    campaign_id = campaign.manifest.campaign_id
    place = office.exchange.path(campaign_id, folder.MANIFEST).parent
    found = {path.name: path.read_bytes() for path in place.glob("*") if _PUBLISHED.fullmatch(path.name)}
    found[folder.MANIFEST] = campaign.document.encode("ascii")
    if campaign.board_document is not None:
        found[folder.BOARD] = campaign.board_document.encode("ascii")
        if not campaign.is_archived:
            found[BOARD_LIST] = board_list(office, campaign_id)
    return found


def board_list(office: CollectorOffice, campaign_id: str) -> bytes:
    """board.json: the signed board and all leaves. Raises UnknownCampaign, BoardNotReady."""
    statement, leaves = public_board(office, campaign_id)
    return json.dumps({"statement": statement, "leaves": [base64url.encode(leaf) for leaf in leaves]}).encode()
