"""The issuer's surroundings in these tests: an agency with its key, a world with a clock, a respondent's client."""

import csv
import io
import json
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import IssuerConfig, issuer_config
from survey_app.domain import base64url, blind_rsa, documents, signing
from survey_app.domain.manifest import (
    Body,
    CampaignDraft,
    CampaignManifest,
    ClientHashes,
    IssuerEnrolment,
    LocalisedText,
    QuestionnaireReference,
    Schedule,
    VoidStatement,
)
from survey_app.identity.acceptance import accept
from survey_app.identity.enrolment import enrol
from survey_app.identity.invitations import Invitation, invitations
from survey_app.identity.office import IssuerOffice, open_issuer
from survey_app.identity.roster import import_roster
from survey_app.web.exchange import Exchange
from tests.clock import FakeClock

TWO_VISITS = Schedule(
    issuance_opens=datetime(2026, 11, 2, 4, 0, tzinfo=UTC),
    issuance_closes=datetime(2026, 11, 9, 13, 0, tzinfo=UTC),
    collection_opens=datetime(2026, 11, 10, 4, 0, tzinfo=UTC),
    collection_closes=datetime(2026, 11, 16, 13, 0, tzinfo=UTC),
)
WATER = Body("min-water", LocalisedText("Су министрлігі", "Министерство воды", "Ministry of Water"))
FIRE = Body("min-fire", LocalisedText("Өрт министрлігі", "Министерство огня", "Ministry of Fire"))
ENVIRONMENT = {
    "PIKIR_ISSUER_PASSPHRASE": "a passphrase of these tests",
    "PIKIR_ISSUER_SECRET_KEY": "a secret key of these tests",
    "PIKIR_ISSUER_URL": "https://issuer.example",
}


class Agency:
    """Signs drafts, manifests and declarations, as the real one does, into an exchange folder."""

    def __init__(self, exchange: Exchange) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.exchange = exchange

    def drafts(
        self, campaign_id: str, schedule: Schedule = TWO_VISITS, visits: str = "two", body: Body = WATER
    ) -> CampaignDraft:
        draft = CampaignDraft(
            campaign_id=campaign_id,
            round="2026",
            body=body,
            head=LocalisedText("Аппарат басшысы", "Руководитель аппарата", "Head of apparatus"),
            legal_basis="Order No. 13, point 16",
            questionnaire=QuestionnaireReference("appendix7", "1", b"q" * 32),
            kpi_method="fav_share/1",
            minimum_group=10,
            minimum_turnout=50,
            appeal_days=10,
            visits=visits,
            schedule=schedule,
            agency_key=signing.public_key_bytes(self.key),
        )
        self.exchange.put_text(campaign_id, "draft.jws", documents.sign_document(draft, self.key))
        return draft

    def manifest_of(self, draft: CampaignDraft, enrolment: IssuerEnrolment, **changes: object) -> CampaignManifest:
        agreed = {one.name: getattr(draft, one.name) for one in fields(draft)}
        sealing_key = generate_private_key(SECP256R1()).public_key()
        manifest = CampaignManifest(
            **agreed,
            eligible=enrolment.eligible,
            roster_commitment=enrolment.roster_commitment,
            issuer_key=enrolment.issuer_key,
            sealing_key=sealing_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
            issuer_statement_key=enrolment.issuer_statement_key,
            collector_key=b"c" * 32,
            issuer_url=enrolment.issuer_url,
            collector_url="https://collector.example",
            client=ClientHashes(enrolment.client, b"h" * 32),
        )
        return replace(manifest, **changes)

    def announces(self, draft: CampaignDraft, enrolment: IssuerEnrolment, **changes: object) -> str:
        document = documents.sign_document(self.manifest_of(draft, enrolment, **changes), self.key)
        self.exchange.put_text(draft.campaign_id, "manifest.jws", document)
        return document

    def voids(self, campaign_id: str, reason: str = "the sealing key was lost") -> None:
        document = documents.sign_document(VoidStatement(campaign_id, reason), self.key)
        self.exchange.put_text(campaign_id, "void.jws", document)


@dataclass
class World:
    """One issuer's instance folder, its agency and its clock. The blind-signing key is the session's, to save time."""

    instance: Path
    clock: FakeClock
    agency: Agency
    blind_signing_key: blind_rsa.rsa.RSAPrivateKey
    environ: dict[str, str] = field(default_factory=lambda: dict(ENVIRONMENT))

    @property
    def config(self) -> IssuerConfig:
        return issuer_config(self.instance, self.environ)

    def opens_office(self) -> IssuerOffice:
        return open_issuer(self.config, self.clock)

    def provides_blind_key(self, office: IssuerOffice, campaign_id: str) -> None:
        """As if an enrolment had been interrupted after the key was made."""
        der = self.blind_signing_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        office.keys.create(f"issuer-{campaign_id}", der)

    def announces_campaign(
        self, office: IssuerOffice, campaign_id: str, people: int = 3, schedule: Schedule = TWO_VISITS
    ) -> list[Invitation]:
        """From draft to accepted manifest; the invitations."""
        draft = self.agency.drafts(campaign_id, schedule)
        import_roster(office, campaign_id, roster_csv(people))
        self.provides_blind_key(office, campaign_id)
        self.agency.announces(draft, enrol(office, campaign_id))
        accept(office, campaign_id)
        return invitations(office, campaign_id)


@dataclass
class Respondent:
    """A client of the issuer's HTTP interface, with the blinding that a browser does."""

    client: FlaskClient
    campaign_id: str
    code: str
    public_key: blind_rsa.rsa.RSAPublicKey

    def prepares(self) -> tuple[bytes, blind_rsa.BlindedMessage]:
        """(input_msg, blinded message and its inverse) for a fresh token."""
        input_msg = blind_rsa.prepare(b"a token's message")
        return input_msg, blind_rsa.blind(self.public_key, input_msg)

    def draws(self, blinded_message: bytes, **headers: str) -> TestResponse:
        fields = {"code": self.code, "blinded_message": base64url.encode(blinded_message)}
        return self.posts("issue", fields, **headers)

    def posts(self, path: str, fields: object, **headers: str) -> TestResponse:
        return self.client.post(f"/c/{self.campaign_id}/{path}", json=fields, headers=headers)


def roster_csv(people: int) -> bytes:
    """A clean roster: P-001;servant1@body.example;kk and so on, languages in turn."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["reference", "email", "language"])
    for number in range(1, people + 1):
        writer.writerow([f"P-{number:03}", f"servant{number}@body.example", ("kk", "ru", "en")[number % 3]])
    return text.getvalue().encode()


def problem(response: TestResponse) -> tuple[int, str]:
    """(status, problem's name) of an RFC 9457 document, whose shape is checked."""
    assert response.content_type == "application/problem+json"
    document = json.loads(response.data)
    assert set(document) == {"type", "title", "status", "detail"}
    assert document["status"] == response.status_code
    assert document["title"]
    assert document["detail"]
    assert document["type"].startswith("urn:pikir:problem:")
    return response.status_code, document["type"].removeprefix("urn:pikir:problem:")
