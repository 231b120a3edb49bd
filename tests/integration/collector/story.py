"""The people and offices around the collector, each doing its part through the domain's own functions."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from werkzeug.test import TestResponse

from survey_app.domain import base64url, blind_rsa, sealing, signing, token
from survey_app.domain.answers import Answers, encode_answers
from survey_app.domain.batch import Envelope, Receipt, submission_message
from survey_app.domain.documents import read_document, read_self_signed, sign_document
from survey_app.domain.manifest import (
    CampaignManifest,
    ClientHashes,
    CollectorEnrolment,
    DrawnStatement,
    VoidStatement,
)
from survey_app.domain.questionnaire import Questionnaire
from survey_app.responses import enrolment
from survey_app.responses.office import CollectorOffice
from survey_app.web.exchange import COLLECTOR_ENROLMENT, DRAFT, DRAWN, MANIFEST, VOID, Exchange
from tests.builders import OfficeKeys, draft_of, make_manifest
from tests.clock import FakeClock

WIRE = {
    "token": "input_msg",
    "signature": "signature",
    "holder_key": "holder_key",
    "holder_signature": "holder_signature",
    "sealed": "sealed",
}


@dataclass(frozen=True)
class Surroundings:
    """What the other offices and the respondents of one campaign do; ``plan`` becomes the manifest."""

    exchange: Exchange
    keys: OfficeKeys
    questionnaire: Questionnaire
    plan: CampaignManifest

    @property
    def campaign_id(self) -> str:
        return self.plan.campaign_id

    def agency_sends_draft(self) -> None:
        self.exchange.put_text(self.campaign_id, DRAFT, sign_document(draft_of(self.plan), self.keys.agency))

    def agency_announces(self, key: Ed25519PrivateKey | None = None, **changes: Any) -> CampaignManifest:
        """Put the manifest with the collector's enrolment in it; ``changes`` are what a cheating agency alters."""
        manifest = replace(self._manifest(), **changes)
        self.exchange.put_text(self.campaign_id, MANIFEST, sign_document(manifest, key or self.keys.agency))
        return manifest

    def issuer_publishes_drawn(self, drawn: int, key: Ed25519PrivateKey | None = None, **changes: Any) -> None:
        text = self.exchange.get_text(self.campaign_id, MANIFEST)
        statement = DrawnStatement(self.campaign_id, signing.fingerprint(text), drawn, 0)
        document = sign_document(replace(statement, **changes), key or self.keys.issuer)
        self.exchange.put_text(self.campaign_id, DRAWN, document)

    def agency_voids(self, key: Ed25519PrivateKey | None = None, campaign_id: str | None = None) -> None:
        statement = VoidStatement(campaign_id or self.campaign_id, "the sealing key was lost")
        self.exchange.put_text(self.campaign_id, VOID, sign_document(statement, key or self.keys.agency))

    def respondent_seals(self, *answers: int) -> Envelope:
        """A drawn token, redeemed: the envelope that a browser would send."""
        return self.respondent_draws_token().seals(*answers)

    def respondent_draws_token(self) -> "TokenHolder":
        holder = token.new_holder_key()
        message = token.token_message(self.campaign_id, token.holder_key_bytes(holder))
        input_msg, signer = blind_rsa.prepare(message), self.keys.signer
        blinded = blind_rsa.blind(signer.public_key, input_msg)
        blind_signature = signer.blind_sign(blinded.message)
        signature = blind_rsa.finalize(signer.public_key, input_msg, blind_signature, blinded.inverse)
        return TokenHolder(self, holder, input_msg, signature)

    def up_to_collecting(self, office: CollectorOffice, clock: FakeClock, drawn: int = 20) -> None:
        """All steps until the collecting window opens."""
        self.agency_sends_draft()
        enrolment.enrol(office, self.campaign_id)
        self.agency_announces()
        enrolment.accept(office, self.campaign_id)
        clock.now = self.plan.schedule.issuance_closes
        self.issuer_publishes_drawn(drawn)
        enrolment.accept_drawn(office, self.campaign_id)
        clock.now = self.plan.schedule.collection_opens

    def _manifest(self) -> CampaignManifest:
        text = self.exchange.get_text(self.campaign_id, COLLECTOR_ENROLMENT)
        part = read_self_signed(CollectorEnrolment, text, "collector_key")
        client = ClientHashes(self.plan.client.issuer, part.client)
        return replace(self.plan, collector_key=part.collector_key, collector_url=part.collector_url, client=client)


@dataclass(frozen=True)
class TokenHolder:
    """A respondent with a token, who could seal as often as he likes."""

    story: Surroundings
    key: ec.EllipticCurvePrivateKey
    input_msg: bytes
    signature: bytes

    def seals(self, *answers: int) -> Envelope:
        """Positions of the first questions; the rest is blank."""
        filled = answers + (0,) * (len(self.story.questionnaire.questions) - len(answers))
        plaintext = encode_answers(self.story.questionnaire, Answers(filled))
        info = sealing.sealing_info(self.story.campaign_id, token.token_hash(self.input_msg))
        return self.signs(sealing.seal(self.story.keys.sealing.public_key(), info, plaintext))

    def signs(self, sealed: bytes) -> Envelope:
        """An envelope around any sealed bytes."""
        message = submission_message(self.story.campaign_id, token.token_hash(self.input_msg), sealed)
        signature = token.sign_as_holder(self.key, message)
        return Envelope(self.input_msg, self.signature, token.holder_key_bytes(self.key), signature, sealed)


def plan_campaign(folder: Path, keys: OfficeKeys, instrument: Questionnaire, **changes: Any) -> Surroundings:
    """A campaign of 20 eligible servants that is still only a plan; ``changes`` are fields of the manifest."""
    return Surroundings(Exchange(folder), keys, instrument, make_manifest(instrument, keys, eligible=20, **changes))


def wire(envelope: Envelope, **changes: bytes) -> dict[str, str]:
    """An envelope as JSON, some fields replaced."""
    return {name: base64url.encode(changes.get(name, getattr(envelope, field))) for name, field in WIRE.items()}


def post(app: Flask, campaign_id: str, body: object, headers: dict[str, str] | None = None) -> TestResponse:
    """Send a submission as the page does; ``body`` as JSON, or as it is if bytes."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return app.test_client(use_cookies=False).post(
        f"/c/{campaign_id}/responses", data=data, content_type="application/json", headers=headers
    )


def receipt_of(response: TestResponse, collector_key: bytes) -> Receipt:
    """The verified receipt in an answer."""
    return read_document(Receipt, response.get_json()["receipt"], collector_key)


def problem_of(response: TestResponse) -> tuple[int, str]:
    """(status, name) of a refusal."""
    assert response.mimetype == "application/problem+json", response.data
    problem = response.get_json()
    assert problem["status"] == response.status_code
    assert problem["title"]
    assert problem["detail"]
    return response.status_code, problem["type"].removeprefix("urn:pikir:problem:")
