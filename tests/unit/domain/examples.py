"""One filled example of every document class of the domain."""

import hashlib
from datetime import UTC, datetime

from survey_app.domain.archive import ArchiveCertificate, Destroyed
from survey_app.domain.batch import Board, Receipt
from survey_app.domain.documents import Document
from survey_app.domain.manifest import (
    Body,
    CampaignDraft,
    CampaignManifest,
    ClientHashes,
    CollectorEnrolment,
    DrawnStatement,
    IssuerEnrolment,
    LocalisedText,
    QuestionnaireReference,
    Schedule,
    VoidStatement,
)

CAMPAIGN = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
NAME = LocalisedText("Су министрлігі", "Министерство воды", "Ministry of Water")
HEAD = LocalisedText("Аппарат басшысы", "Руководитель аппарата", "Head of the apparatus")
SCHEDULE = Schedule(
    issuance_opens=datetime(2026, 11, 2, 4, 0, tzinfo=UTC),
    issuance_closes=datetime(2026, 11, 6, 13, 0, tzinfo=UTC),
    collection_opens=datetime(2026, 11, 9, 4, 0, tzinfo=UTC),
    collection_closes=datetime(2026, 11, 20, 13, 0, tzinfo=UTC),
)


def digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


DRAFT = CampaignDraft(
    campaign_id=CAMPAIGN,
    round="2026",
    body=Body("min-water", NAME),
    head=HEAD,
    legal_basis="Order No. 13, Appendix 7",
    questionnaire=QuestionnaireReference("appendix7", "2025-07-28.121", digest("questionnaire")),
    kpi_method="fav_share/1",
    minimum_group=10,
    minimum_turnout=50,
    appeal_days=10,
    visits="two",
    schedule=SCHEDULE,
    agency_key=digest("agency"),
)
MANIFEST = CampaignManifest(
    campaign_id=CAMPAIGN,
    round=DRAFT.round,
    body=DRAFT.body,
    head=DRAFT.head,
    legal_basis=DRAFT.legal_basis,
    questionnaire=DRAFT.questionnaire,
    kpi_method=DRAFT.kpi_method,
    minimum_group=DRAFT.minimum_group,
    minimum_turnout=DRAFT.minimum_turnout,
    appeal_days=DRAFT.appeal_days,
    visits=DRAFT.visits,
    eligible=120,
    roster_commitment=digest("roster"),
    schedule=DRAFT.schedule,
    issuer_key=b"0\x82" + bytes(420),
    sealing_key=b"\x04" + bytes(64),
    issuer_statement_key=digest("issuer"),
    collector_key=digest("collector"),
    agency_key=DRAFT.agency_key,
    issuer_url="https://issuer.example",
    collector_url="https://collector.example",
    client=ClientHashes(digest("issuer client"), digest("collector client")),
)
DOCUMENTS: tuple[Document, ...] = (
    DRAFT,
    MANIFEST,
    IssuerEnrolment(
        campaign_id=CAMPAIGN,
        eligible=120,
        roster_commitment=digest("roster"),
        issuer_key=b"0\x82" + bytes(420),
        issuer_statement_key=digest("issuer"),
        issuer_url="https://issuer.example",
        client=digest("issuer client"),
    ),
    CollectorEnrolment(CAMPAIGN, digest("collector"), "https://collector.example", digest("collector client")),
    DrawnStatement(CAMPAIGN, digest("manifest"), drawn=97, disputes=1),
    VoidStatement(CAMPAIGN, "Кілт жоғалды"),
    Receipt(CAMPAIGN, digest("token") + digest("sealed")),
    Board(CAMPAIGN, digest("manifest"), eligible=120, drawn=97, received=90, root=digest("root"), batch=digest("b")),
    Board(CAMPAIGN, digest("manifest"), eligible=120, drawn=None, received=90, root=digest("root"), batch=digest("b")),
    ArchiveCertificate(
        campaign_id=CAMPAIGN,
        manifest=digest("manifest"),
        office="issuer",
        destroyed=(Destroyed("key", "blind", 1, digest("key file")), Destroyed("rows", "roster_entry", 120, None)),
        moment=datetime(2026, 12, 1, 4, 30, tzinfo=UTC),
        reason="the time for appeals is over",
    ),
    ArchiveCertificate(CAMPAIGN, None, "collector", (), datetime(2026, 12, 1, tzinfo=UTC), "Жарамсыз"),
)
