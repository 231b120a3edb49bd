"""The other two offices, played from outside: what an issuer and a collector would put into the exchange folder.

They use only the domain and the folder, as offices of other institutions do.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from analytics.campaigns.announcing import announce
from analytics.campaigns.certification import certify
from analytics.campaigns.creation import create_campaign, create_round
from analytics.campaigns.custody import keygen
from analytics.campaigns.openings import open_campaign_batch
from analytics.campaigns.reading import rounds
from analytics.office import AgencyOffice, open_agency
from config import agency_config
from survey_app.domain import blind_rsa, signing
from survey_app.domain.documents import from_payload, sign_document
from survey_app.domain.manifest import (
    Body,
    CampaignDraft,
    CampaignManifest,
    CollectorEnrolment,
    DrawnStatement,
    IssuerEnrolment,
    LocalisedText,
    Schedule,
)
from survey_app.web.exchange import (
    BATCH,
    BOARD,
    COLLECTOR_ENROLMENT,
    DRAFT,
    DRAWN,
    ISSUER_ENROLMENT,
    MANIFEST,
    Exchange,
)
from tests import builders
from tests.clock import FakeClock

PASSPHRASE = "correct horse battery"
HEAD = LocalisedText("Аппарат басшысы", "Руководитель аппарата", "Head of the apparatus")
PLEASED = (1,) * 14
RATHER = (1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1)
RATHER_NOT = (2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 2, 2, 2)
DISPLEASED = (3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 2, 2, 2)
SIXTY = [PLEASED] * 23 + [RATHER] * 17 + [RATHER_NOT] * 11 + [DISPLEASED] * 9
TWELVE = [PLEASED] * 7 + [DISPLEASED] * 5
EIGHT = [PLEASED] * 5 + [DISPLEASED] * 3
OPENS = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
SCHEDULE = Schedule(OPENS, OPENS + timedelta(days=5), OPENS + timedelta(days=7), OPENS + timedelta(days=14))
SINGLE_VISIT = replace(SCHEDULE, issuance_closes=SCHEDULE.collection_closes, collection_opens=OPENS)


@dataclass(frozen=True)
class Partners:
    """An issuer and a collector with their keys, and the folder that all offices share."""

    exchange: Exchange
    keys: builders.OfficeKeys

    def enrol(self, campaign_id: str, eligible: int) -> None:
        """Both answer the agency's draft."""
        draft = from_payload(CampaignDraft, signing.peek(self.exchange.get_text(campaign_id, DRAFT))[1])
        issuer = IssuerEnrolment(
            campaign_id=draft.campaign_id,
            eligible=eligible,
            roster_commitment=hashlib.sha256(b"roster").digest(),
            issuer_key=blind_rsa.spki(self.keys.signer.public_key),
            issuer_statement_key=signing.public_key_bytes(self.keys.issuer),
            issuer_url="http://127.0.0.1:8000/issuer",
            client=hashlib.sha256(b"issuer.js").digest(),
        )
        self.put_issuer_enrolment(issuer)
        collector = CollectorEnrolment(
            campaign_id=draft.campaign_id,
            collector_key=signing.public_key_bytes(self.keys.collector),
            collector_url="http://127.0.0.1:8000/collector",
            client=hashlib.sha256(b"collector.js").digest(),
        )
        self.put_collector_enrolment(collector)

    def put_issuer_enrolment(self, enrolment: IssuerEnrolment) -> None:
        document = sign_document(enrolment, self.keys.issuer)
        self.exchange.put_text(enrolment.campaign_id, ISSUER_ENROLMENT, document)

    def put_collector_enrolment(self, enrolment: CollectorEnrolment) -> None:
        document = sign_document(enrolment, self.keys.collector)
        self.exchange.put_text(enrolment.campaign_id, COLLECTOR_ENROLMENT, document)

    def manifest(self, campaign_id: str) -> CampaignManifest:
        text = self.exchange.get_text(campaign_id, MANIFEST)
        return from_payload(CampaignManifest, signing.peek(text)[1])

    def publish_drawn(self, campaign_id: str, drawn: int) -> None:
        fingerprint = signing.fingerprint(self.exchange.get_text(campaign_id, MANIFEST))
        statement = DrawnStatement(campaign_id, fingerprint, drawn, 0)
        self.exchange.put_text(campaign_id, DRAWN, sign_document(statement, self.keys.issuer))

    def close(self, campaign_id: str, answers: Sequence[Sequence[int]], drawn: int | None) -> None:
        """Respondents have sent ``answers``; the collector freezes the batch and signs the board."""
        manifest = self.manifest(campaign_id)
        questionnaire = builders.official_questionnaire()
        keys = self.keys
        envelopes = [builders.make_envelope(manifest, keys, questionnaire, row) for row in answers]
        text = self.exchange.get_text(campaign_id, MANIFEST)
        batch, board = builders.close(manifest, text, drawn, envelopes)
        self.exchange.put(campaign_id, BATCH, batch)
        self.exchange.put_text(campaign_id, BOARD, sign_document(board, self.keys.collector))


def body(code: str = "min-water") -> Body:
    """A fictional body."""
    return Body(code, LocalisedText(f"{code} министрлігі", f"Министерство {code}", f"Ministry {code}"))


def draft_campaign(
    office: AgencyOffice, code: str = "min-water", round_code: str = "2026", schedule: Schedule = SCHEDULE
) -> str:
    """A round if need be, and a campaign in it; gives its identifier."""
    if round_code not in {known.code for known in rounds(office)}:
        create_round(office, round_code)
    visits = "two" if schedule.issuance_closes <= schedule.collection_opens else "single"
    draft = create_campaign(office, round=round_code, body=body(code), head=HEAD, visits=visits, schedule=schedule)
    return draft.campaign_id


def announced_campaign(office: AgencyOffice, partners: Partners, eligible: int, **options: object) -> str:
    """A campaign with enrolments, key and manifest."""
    campaign_id = draft_campaign(office, **options)  # type: ignore[arg-type]
    partners.enrol(campaign_id, eligible)
    keygen(office, campaign_id, PASSPHRASE)
    announce(office, campaign_id)
    return campaign_id


def closed_campaign(
    office: AgencyOffice,
    partners: Partners,
    clock: FakeClock,
    answers: Sequence[Sequence[int]],
    eligible: int,
    **options: object,
) -> str:
    """A campaign whose batch waits to be opened."""
    campaign_id = announced_campaign(office, partners, eligible, **options)
    partners.publish_drawn(campaign_id, len(answers))
    clock.now = partners.manifest(campaign_id).schedule.collection_closes
    partners.close(campaign_id, answers, len(answers))
    return campaign_id


def opened_campaign(
    office: AgencyOffice,
    partners: Partners,
    clock: FakeClock,
    answers: Sequence[Sequence[int]],
    eligible: int,
    **options: object,
) -> str:
    """A campaign with a draft Release."""
    campaign_id = closed_campaign(office, partners, clock, answers, eligible, **options)
    open_campaign_batch(office, campaign_id, PASSPHRASE)
    return campaign_id


def build_world(instance: Path, environ: dict[str, str]) -> None:
    """Round 2026, certified: "large" (60 of 71 respond), "middling" (12 of 29, so provisional), "small" (8 of 13).

    Round 2027: "pending", opened with the same answers as "large" but not certified.
    """
    clock = FakeClock()
    office = open_agency(agency_config(instance, environ), clock)
    partners = Partners(office.exchange, builders.office_keys())
    for round_code, code, answers, eligible in (
        ("2026", "large", SIXTY, 71),
        ("2026", "middling", TWELVE, 29),
        ("2026", "small", EIGHT, 13),
        ("2027", "pending", SIXTY, 71),
    ):
        clock.now = OPENS
        campaign_id = opened_campaign(office, partners, clock, answers, eligible, code=code, round_code=round_code)
        if round_code == "2026":
            certify(office, campaign_id)
    office.database.dispose()
