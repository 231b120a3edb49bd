"""A campaign that went its whole way: opened, certified, its public files in one folder."""

from pathlib import Path

from analytics.opening import open_campaign
from analytics.record_files import record_csv, record_json
from analytics.release import Release
from analytics.scoring import make_record
from analytics.staffing_statement import StaffingStatement
from survey_app.domain import signing
from survey_app.domain.documents import sign_document
from tests.builders import BuiltCampaign


def open_built(campaign: BuiltCampaign) -> Release:
    """The draft Release."""
    return open_campaign(campaign.evidence, campaign.keys.sealing, campaign.questionnaire)


def certified_files(campaign: BuiltCampaign, release: Release | None = None) -> dict[str, bytes]:
    """Release and scoring record as published, by name."""
    jws = sign_document(release or open_built(campaign), campaign.keys.agency)
    record = sign_document(make_record(jws), campaign.keys.agency)
    return {
        "release.jws": jws.encode(),
        "scoring-record.jws": record.encode(),
        "scoring-record.json": record_json(record),
        "scoring-record.csv": record_csv(record),
    }


def write_certified(campaign: BuiltCampaign, folder: Path, release: Release | None = None) -> Path:
    """The campaign's whole folder, with a receipt for its first envelope."""
    campaign.write(folder)
    for name, data in certified_files(campaign, release).items():
        (folder / name).write_bytes(data)
    manifest, fingerprint = campaign.manifest, signing.fingerprint(campaign.manifest_jws)
    staffing = StaffingStatement(manifest.campaign_id, fingerprint, manifest.eligible, manifest.eligible, None)
    (folder / "staffing.jws").write_text(sign_document(staffing, campaign.keys.agency), encoding="ascii")
    (folder / "receipts").mkdir(exist_ok=True)
    (folder / "receipts" / "mine.jws").write_text(campaign.receipt_jws(campaign.envelopes[0]), encoding="ascii")
    return folder
