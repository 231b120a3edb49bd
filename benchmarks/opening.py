"""How many sealed responses one core opens a second, over a batch made for the purpose."""

import hashlib
import random
import time
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from analytics.evidence import Evidence
from analytics.opening import open_campaign
from simulation.respondent import seal_envelope
from survey_app.domain import blind_rsa, signing
from survey_app.domain import token as tokens
from survey_app.domain.answers import Answers, encode_answers
from survey_app.domain.batch import Board, Envelope, board_root, pack_batch
from survey_app.domain.documents import sign_document
from survey_app.domain.manifest import CampaignManifest, DrawnStatement
from survey_app.domain.questionnaire import Questionnaire
from survey_app.domain.sealing import generate_sealing_key, sealing_key_bytes

_PSS = padding.PSS(padding.MGF1(hashes.SHA384()), blind_rsa.SALT_BYTES)


@dataclass(frozen=True)
class Opening:
    """One measured opening, checks and figures included; seconds of this process' CPU and of the clock."""

    responses: int
    cpu_seconds: float
    seconds: float
    per_cpu_second: float


def measure_opening(model: CampaignManifest, questionnaire: Questionnaire, responses: int) -> Opening:
    """Open a batch of ``responses``; ``model`` lends the fields that do not matter here."""
    issuer_key, sealing_key = blind_rsa.generate_key(), generate_sealing_key()
    agency, collector = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    issuer = Ed25519PrivateKey.generate()
    manifest = replace(
        model,
        eligible=responses,
        issuer_key=blind_rsa.spki(issuer_key.public_key()),
        sealing_key=sealing_key_bytes(sealing_key.public_key()),
        agency_key=signing.public_key_bytes(agency),
        collector_key=signing.public_key_bytes(collector),
        issuer_statement_key=signing.public_key_bytes(issuer),
        questionnaire=questionnaire.reference,
    )
    document = sign_document(manifest, agency)
    fingerprint = signing.fingerprint(document)
    envelopes = [_envelope(manifest, fingerprint, questionnaire, issuer_key) for _ in range(responses)]
    evidence = _evidence(manifest, document, envelopes, collector, issuer)
    cpu, began = time.process_time(), time.monotonic()
    release = open_campaign(evidence, sealing_key, questionnaire)
    cpu, seconds = time.process_time() - cpu, time.monotonic() - began
    if release.received != responses or release.rejected:
        raise AssertionError("the measured opening lost responses")
    return Opening(responses, round(cpu, 3), round(seconds, 3), round(responses / cpu, 1))


def _envelope(
    manifest: CampaignManifest, fingerprint: bytes, questionnaire: Questionnaire, issuer_key: rsa.RSAPrivateKey
) -> Envelope:
    """Signed directly: the same bytes as a blind signature gives, without the blinding."""
    holder = tokens.new_holder_key()
    message = tokens.token_message(manifest.campaign_id, tokens.holder_key_bytes(holder))
    input_msg = blind_rsa.prepare(message)
    signature = issuer_key.sign(input_msg, _PSS, hashes.SHA384())
    token = tokens.Token(manifest.campaign_id, fingerprint, input_msg, signature, tokens.holder_scalar(holder))
    positions = tuple(random.randint(0, len(question.options)) for question in questionnaire.questions)  # noqa: S311
    return seal_envelope(manifest, token, encode_answers(questionnaire, Answers(positions)))


def _evidence(
    manifest: CampaignManifest,
    document: str,
    envelopes: list[Envelope],
    collector: Ed25519PrivateKey,
    issuer: Ed25519PrivateKey,
) -> Evidence:
    count, fingerprint = len(envelopes), signing.fingerprint(document)
    batch = pack_batch(manifest.campaign_id, envelopes)
    board = Board(
        campaign_id=manifest.campaign_id,
        manifest=fingerprint,
        eligible=count,
        drawn=count,
        received=count,
        root=board_root(envelope.leaf for envelope in envelopes),
        batch=hashlib.sha256(batch).digest(),
    )
    drawn = sign_document(DrawnStatement(manifest.campaign_id, fingerprint, count, 0), issuer)
    return Evidence(document, sign_document(board, collector), drawn, batch)
