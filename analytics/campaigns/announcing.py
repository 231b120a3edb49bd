"""Announcing: both enrolments and the sealing key become the manifest, in which nothing can change afterwards."""

from analytics import journal
from analytics.campaigns.custody import has_key_file
from analytics.campaigns.enrolments import Enrolments, read_enrolments
from analytics.campaigns.pins import pin
from analytics.campaigns.reading import campaign_row, read_campaign
from analytics.campaigns.state import Step, StepOutOfOrder, require
from analytics.office import AgencyOffice, signing_key
from survey_app.domain import signing
from survey_app.domain.documents import sign_document
from survey_app.domain.errors import PikirError
from survey_app.domain.manifest import CampaignDraft, CampaignManifest, ClientHashes
from survey_app.web.exchange import MANIFEST
from survey_app.web.keystore import KeyMissing


class EligibleDiffers(PikirError):
    """The issuer's N is not the number that the agency's staffing register has."""

    slug = "eligible-differs"


def announce(
    office: AgencyOffice,
    campaign_id: str,
    *,
    expected_eligible: int | None = None,
    actor: str = journal.COMMAND_LINE,
) -> bytes:
    """Sign and publish the manifest; returns its fingerprint, 32 bytes.

    ``expected_eligible`` is the body's number of servants by the staffing register. The offices' keys are pinned.
    Raises StepOutOfOrder, DocumentMissing, SignatureInvalid, Malformed, KeyChanged, EnrolmentRefused,
    EligibleDiffers, KeyMissing.
    """
    with office.database.write() as session:
        row = campaign_row(session, campaign_id)
        campaign = read_campaign(office, session, row)
        if campaign.doubts and campaign.manifest is None and row.sealing_key is not None:
            read_enrolments(session, office.exchange, campaign.draft)  # raises what is wrong with them
        require(Step.ANNOUNCE, campaign.situation)
        if office.clock() >= campaign.draft.schedule.issuance_closes:
            raise StepOutOfOrder("cannot announce: issuing would be over already. Allowed now: void. Missing: nothing.")
        enrolments = read_enrolments(session, office.exchange, campaign.draft)
        _check_eligible(enrolments.issuer.eligible, expected_eligible)
        if not has_key_file(office, campaign_id) or row.sealing_key is None:
            raise KeyMissing(f"the sealing key of campaign {campaign_id} is not in the key folder")
        key = signing_key(office)
        manifest = make_manifest(campaign.draft, enrolments, row.sealing_key)
        row.manifest = sign_document(manifest, key)
        pin(session, "issuer", enrolments.issuer.issuer_statement_key)
        pin(session, "collector", enrolments.collector.collector_key)
        fingerprint = signing.fingerprint(row.manifest)
        journal.record(
            session,
            office.clock,
            actor,
            Step.ANNOUNCE,
            campaign_id,
            fingerprint=fingerprint.hex(),
            eligible=manifest.eligible,
        )
        office.exchange.put_text(campaign_id, MANIFEST, row.manifest)
    return fingerprint


def make_manifest(draft: CampaignDraft, enrolments: Enrolments, sealing_key: bytes) -> CampaignManifest:
    """The manifest of a draft and what the offices put in; ``sealing_key`` is 65 bytes."""
    issuer, collector = enrolments.issuer, enrolments.collector
    return CampaignManifest(
        campaign_id=draft.campaign_id,
        round=draft.round,
        body=draft.body,
        head=draft.head,
        legal_basis=draft.legal_basis,
        questionnaire=draft.questionnaire,
        kpi_method=draft.kpi_method,
        minimum_group=draft.minimum_group,
        minimum_turnout=draft.minimum_turnout,
        appeal_days=draft.appeal_days,
        visits=draft.visits,
        eligible=issuer.eligible,
        roster_commitment=issuer.roster_commitment,
        schedule=draft.schedule,
        issuer_key=issuer.issuer_key,
        sealing_key=sealing_key,
        issuer_statement_key=issuer.issuer_statement_key,
        collector_key=collector.collector_key,
        agency_key=draft.agency_key,
        issuer_url=issuer.issuer_url,
        collector_url=collector.collector_url,
        client=ClientHashes(issuer=issuer.client, collector=collector.client),
    )


def _check_eligible(eligible: int, expected: int | None) -> None:
    if expected is not None and eligible != expected:
        raise EligibleDiffers(
            f"the issuer's roster has N = {eligible}, the staffing register {expected}; have the roster corrected"
        )
