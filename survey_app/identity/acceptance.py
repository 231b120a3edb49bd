"""Accepting the manifest: it must be the agency's, and say of the draft and of us exactly what was agreed."""

from dataclasses import fields

from sqlalchemy.orm import Session

from survey_app.domain import documents
from survey_app.domain.manifest import CampaignDraft, CampaignManifest, IssuerEnrolment
from survey_app.identity.campaigns import find_accepted, pinned_agency_key, require_not_void, require_row
from survey_app.identity.errors import DocumentChanged, StepOutOfOrder
from survey_app.identity.models import CampaignRow
from survey_app.identity.office import AcceptedCampaign, IssuerOffice
from survey_app.web import exchange as folder


def accept(office: IssuerOffice, campaign_id: str) -> AcceptedCampaign:
    """Take manifest.jws from the exchange folder; from its issuing window on, people can draw. Again: nothing new.

    Raises StepOutOfOrder (not enrolled), DocumentMissing (not announced), SignatureInvalid (not under the agency's
    pinned key), DocumentChanged (something differs from the draft, from our enrolment, or from an earlier manifest),
    CampaignVoid.
    """
    require_not_void(office, campaign_id)
    with office.database.write() as session:
        row = require_row(session, campaign_id)
        _require_enrolled(row)
        document = office.exchange.get_text(campaign_id, folder.MANIFEST)
        check_manifest(session, row, document)
        row.manifest = document
    return find_accepted(office, campaign_id)


def check_manifest(session: Session, row: CampaignRow, document: str) -> None:
    """A compact JWS that can be accepted as the campaign's manifest. Raises as accept."""
    enrolment, agency_key = _require_enrolled(row), pinned_agency_key(session)
    if row.manifest not in (None, document):
        raise DocumentChanged("the manifest in the exchange folder is not the one that this office accepted")
    _require_unchanged(
        documents.read_document(CampaignManifest, document, agency_key),
        documents.read_document(CampaignDraft, row.draft, agency_key),
        documents.read_self_signed(IssuerEnrolment, enrolment, "issuer_statement_key"),
    )


def _require_enrolled(row: CampaignRow) -> str:
    if row.enrolment is None:
        raise StepOutOfOrder("this office has not enrolled in the campaign: pikir issuer enrol")
    return row.enrolment


def _require_unchanged(manifest: CampaignManifest, draft: CampaignDraft, enrolment: IssuerEnrolment) -> None:
    agreed = {field.name: getattr(draft, field.name) for field in fields(draft)}
    agreed |= {field.name: getattr(enrolment, field.name) for field in fields(enrolment) if field.name != "client"}
    changed = [name for name, value in agreed.items() if getattr(manifest, name) != value]
    if manifest.client.issuer != enrolment.client:
        changed.append("client.issuer")
    if changed:
        raise DocumentChanged(
            f"the manifest differs from what this office agreed to, in: {', '.join(changed)}. "
            "Do not go on; ask the agency to announce the campaign again"
        )
