"""Announcing: both enrolments and the sealing key become the manifest, in which nothing can change afterwards."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from analytics.campaigns.custody import has_key_file
from analytics.campaigns.enrolments import Enrolments, read_enrolments
from analytics.campaigns.pins import pin
from analytics.campaigns.reading import campaign_row, read_campaign
from analytics.campaigns.staffing import Origin, register_origin, registered_number
from analytics.campaigns.state import NotAsAgreed, Step, StepOutOfOrder, require
from analytics.models import CampaignRow, StaffingStatementRow
from analytics.office import AgencyOffice, signing_key
from analytics.staffing_statement import LONGEST_REASON, STAFFING, StaffingStatement
from survey_app.domain import signing
from survey_app.domain.documents import sign_document
from survey_app.domain.errors import Malformed, PikirError
from survey_app.domain.manifest import CampaignDraft, CampaignManifest, ClientHashes
from survey_app.staff import journal
from survey_app.web.exchange import MANIFEST
from survey_app.web.keystore import KeyMissing

Values = Mapping[str, str | int | list[str] | None]


class EligibleDiffers(PikirError):
    """The issuer's N is not the number that the agency's staffing register has, and nobody has said why."""

    slug = "eligible-differs"

    def __init__(self, eligible: int, register: int) -> None:
        super().__init__(
            f"the issuer's roster has N = {eligible}, the staffing register {register}; have the roster corrected, or "
            "give the reason (--difference-reason)"
        )
        self.eligible = eligible
        self.register = register


class DifferenceReasonUnexpected(PikirError):
    """A reason for a difference was given where there is none, or nothing to compare with."""

    slug = "difference-reason-unexpected"


@dataclass(frozen=True)
class Announceable:
    """What would be signed: the manifest, and the staffing register's number if there is one, with whose it is."""

    manifest: CampaignManifest
    register: int | None
    origin: Origin | None = None

    @property
    def values(self) -> Values:
        """What two officers agree on: N, the register's number and whose it is, SHA-256 (hex) of the manifest."""
        return {
            "eligible": self.manifest.eligible,
            "register": self.register,
            "register_by": None if self.origin is None else self.origin.login,
            "replaced": None if self.origin is None else self.origin.replaced,
            "manifest": hashlib.sha256(repr(self.manifest).encode()).hexdigest(),
        }


def announce(
    office: AgencyOffice,
    campaign_id: str,
    *,
    expected_eligible: int | None = None,
    difference_reason: str | None = None,
    agreed: Values | None = None,
    actor: str = journal.COMMAND_LINE,
) -> bytes:
    """Sign and publish the manifest; returns its fingerprint, 32 bytes.

    ``expected_eligible`` is the body's number of servants, by the staffing register that was handed in if it is not
    given. Where there is such a number, a signed statement with both and the ``difference_reason`` is published
    beside the manifest. The offices' keys are pinned. ``agreed`` are the values that two officers agreed on, if they
    did. Raises StepOutOfOrder, DocumentMissing, SignatureInvalid, Malformed, KeyChanged, EnrolmentRefused,
    EligibleDiffers, DifferenceReasonUnexpected, KeyMissing, NotAsAgreed.
    """
    with office.database.write() as session:
        row = campaign_row(session, campaign_id)
        ready = check_announcing(office, session, row, expected_eligible, difference_reason)
        if agreed is not None and ready.values != dict(agreed):
            raise NotAsAgreed("what would be announced is not what two officers agreed on")
        key, manifest = signing_key(office), ready.manifest
        row.manifest = sign_document(manifest, key)
        pin(session, "issuer", manifest.issuer_statement_key)
        pin(session, "collector", manifest.collector_key)
        fingerprint = signing.fingerprint(row.manifest)
        statement = _statement(ready, fingerprint, difference_reason)
        details: dict[str, str | int] = {"fingerprint": fingerprint.hex(), "eligible": manifest.eligible}
        if statement is not None:
            details |= {"register": statement.register, "difference": statement.reason or ""}
            document = sign_document(statement, key)
            session.add(StaffingStatementRow(campaign_id=campaign_id, jws=document))
            office.exchange.put_text(campaign_id, STAFFING, document)
        journal.record(session, office.clock, actor, Step.ANNOUNCE, campaign_id, **details)
        office.exchange.put_text(campaign_id, MANIFEST, row.manifest)
    return fingerprint


def check_announcing(
    office: AgencyOffice,
    session: Session,
    row: CampaignRow,
    expected_eligible: int | None = None,
    difference_reason: str | None = None,
) -> Announceable:
    """Everything that announcing checks, changing nothing. Raises as announce."""
    campaign = read_campaign(office, session, row)
    if campaign.doubts and campaign.manifest is None and row.sealing_key is not None:
        read_enrolments(session, office.exchange, campaign.draft)  # raises what is wrong with them
    require(Step.ANNOUNCE, campaign.situation)
    if office.clock() >= campaign.draft.schedule.issuance_closes:
        raise StepOutOfOrder("cannot announce: issuing would be over already. Allowed now: void. Missing: nothing.")
    enrolments = read_enrolments(session, office.exchange, campaign.draft)
    register, origin = expected_eligible, None
    if register is None:
        place = (campaign.draft.round, campaign.draft.body.code)
        register, origin = registered_number(session, *place), register_origin(session, *place)
    _check_eligible(enrolments.issuer.eligible, register, difference_reason)
    if not has_key_file(office, row.campaign_id) or row.sealing_key is None:
        raise KeyMissing(f"the sealing key of campaign {row.campaign_id} is not in the key folder")
    return Announceable(make_manifest(campaign.draft, enrolments, row.sealing_key), register, origin)


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


def _check_eligible(eligible: int, register: int | None, reason: str | None) -> None:
    differs = register is not None and eligible != register
    if register is not None and differs and not (reason or "").strip():
        raise EligibleDiffers(eligible, register)
    if (reason or "").strip() and not differs:
        raise DifferenceReasonUnexpected("N does not differ from a staffing register, so there is no reason to give")
    if len(reason or "") > LONGEST_REASON:
        raise Malformed(f"the reason for the difference is longer than {LONGEST_REASON} characters")


def _statement(ready: Announceable, fingerprint: bytes, reason: str | None) -> StaffingStatement | None:
    if ready.register is None:
        return None
    said, manifest = (reason or "").strip() or None, ready.manifest
    return StaffingStatement(manifest.campaign_id, fingerprint, ready.register, manifest.eligible, said)
