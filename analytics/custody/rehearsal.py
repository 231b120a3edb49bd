"""A mock campaign in memory: people who draw, answer and send under the real sealing key, and its opening.

It proves before anybody relies on it that the private key, from its file and by its custodians, opens what the
manifest will have people seal, and that what comes out is counted as it went in. Nothing of it is stored; its tokens
are worth nothing elsewhere, because an issuer's key made for the occasion signed them.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from analytics.custody.errors import RehearsalFailed
from analytics.evidence import Evidence
from analytics.opening import count_batch
from analytics.tally import counts_of
from survey_app.domain import blind_rsa, sealing, signing, token
from survey_app.domain.answers import Answers, encode_answers
from survey_app.domain.batch import Board, Envelope, board_root, pack_batch, submission_message
from survey_app.domain.documents import sign_document
from survey_app.domain.errors import PikirError
from survey_app.domain.manifest import CampaignDraft, CampaignManifest, ClientHashes, DrawnStatement
from survey_app.domain.questionnaire import Questionnaire

RESPONSES = 12
REPLAYED = 1
NOWHERE = "http://127.0.0.1"


@dataclass(frozen=True)
class Rehearsal:
    """What was proved: ``counted`` mock responses came out as they went in, ``rejected`` replays were turned away."""

    counted: int
    rejected: int
    totals: int


@dataclass(frozen=True)
class MockOffices:
    """Keys of offices made for the occasion; the signer's takes longer to make than all else in a rehearsal."""

    signer: blind_rsa.BlindSigner
    issuer: Ed25519PrivateKey
    collector: Ed25519PrivateKey
    agency: Ed25519PrivateKey


def mock_offices() -> MockOffices:
    """Offices for one rehearsal, or for several that follow each other."""
    return MockOffices(
        blind_rsa.BlindSigner(blind_rsa.generate_key()), *(Ed25519PrivateKey.generate() for _ in range(3))
    )


def rehearse(
    draft: CampaignDraft,
    public_key: bytes,
    private_key: ec.EllipticCurvePrivateKey,
    questionnaire: Questionnaire,
    offices: MockOffices | None = None,
) -> Rehearsal:
    """Run a mock campaign under ``public_key`` (65 bytes, as the manifest names it). Raises RehearsalFailed."""
    offices = offices or mock_offices()
    manifest = _mock_manifest(draft, public_key, offices)
    answers = [_answers(questionnaire, person) for person in range(RESPONSES)]
    envelopes = [_envelope(manifest, offices, encode_answers(questionnaire, given)) for given in answers]
    replayed = _envelope(manifest, offices, b"", copied=envelopes[0].sealed)
    evidence = _close(manifest, offices, [*envelopes, replayed])
    try:
        opened = count_batch(evidence, private_key, questionnaire)
    except PikirError as error:
        raise RehearsalFailed(f"the mock campaign cannot be opened: {error}") from error
    expected = _expected_counts(questionnaire, answers)
    if counts_of(opened.counted.tally) != expected:
        raise RehearsalFailed("the mock campaign's counts are not those of the answers that went in")
    if dict(opened.rejected) != {sealing.CannotOpen.slug: REPLAYED}:
        raise RehearsalFailed("a replayed envelope was not turned away")
    return Rehearsal(opened.counted.tally.n, REPLAYED, sum(map(len, expected.values())))


def _mock_manifest(draft: CampaignDraft, public_key: bytes, offices: MockOffices) -> CampaignManifest:
    same: dict[str, Any] = {field.name: getattr(draft, field.name) for field in fields(CampaignDraft)}
    nothing = hashlib.sha256(b"rehearsal").digest()
    mock: dict[str, Any] = {
        "eligible": RESPONSES + REPLAYED,
        "roster_commitment": nothing,
        "issuer_key": blind_rsa.spki(offices.signer.public_key),
        "sealing_key": public_key,
        "issuer_statement_key": signing.public_key_bytes(offices.issuer),
        "collector_key": signing.public_key_bytes(offices.collector),
        "agency_key": signing.public_key_bytes(offices.agency),
        "issuer_url": NOWHERE,
        "collector_url": NOWHERE,
        "client": ClientHashes(nothing, nothing),
    }
    return CampaignManifest(**{**same, **mock})


def _answers(questionnaire: Questionnaire, person: int) -> Answers:
    """Everybody answers every question, and no two questions are answered alike by all."""
    questions = questionnaire.questions
    return Answers(tuple(1 + (person * (q.number % 3 + 1) + q.number) % len(q.options) for q in questions))


def _envelope(
    manifest: CampaignManifest, offices: MockOffices, plaintext: bytes, *, copied: bytes | None = None
) -> Envelope:
    """One mock respondent's work; ``copied`` is somebody else's sealed response sent under one's own token."""
    holder, public_key = token.new_holder_key(), offices.signer.public_key
    holder_key = token.holder_key_bytes(holder)
    input_msg = blind_rsa.prepare(token.token_message(manifest.campaign_id, holder_key))
    blinded = blind_rsa.blind(public_key, input_msg)
    signature = blind_rsa.finalize(public_key, input_msg, offices.signer.blind_sign(blinded.message), blinded.inverse)
    token_hash = token.token_hash(input_msg)
    info = sealing.sealing_info(manifest.campaign_id, token_hash)
    sealed = copied or sealing.seal(sealing.sealing_key_from_bytes(manifest.sealing_key), info, plaintext)
    signed = token.sign_as_holder(holder, submission_message(manifest.campaign_id, token_hash, sealed))
    return Envelope(input_msg, signature, holder_key, signed, sealed)


def _close(manifest: CampaignManifest, offices: MockOffices, envelopes: Sequence[Envelope]) -> Evidence:
    manifest_jws = sign_document(manifest, offices.agency)
    fingerprint, batch = signing.fingerprint(manifest_jws), pack_batch(manifest.campaign_id, envelopes)
    drawn = DrawnStatement(manifest.campaign_id, fingerprint, len(envelopes), 0)
    board = Board(
        campaign_id=manifest.campaign_id,
        manifest=fingerprint,
        eligible=manifest.eligible,
        drawn=len(envelopes),
        received=len(envelopes),
        root=board_root(envelope.leaf for envelope in envelopes),
        batch=hashlib.sha256(batch).digest(),
    )
    return Evidence(manifest_jws, sign_document(board, offices.collector), sign_document(drawn, offices.issuer), batch)


def _expected_counts(questionnaire: Questionnaire, answers: Sequence[Answers]) -> dict[str, tuple[int, ...]]:
    """Counted from the answers themselves, by question and option."""
    chosen = Counter((q.id, given.positions[q.number - 1]) for given in answers for q in questionnaire.substantive)
    return {
        q.id: tuple(chosen[q.id, option] for option in range(1, len(q.options) + 1)) for q in questionnaire.substantive
    }
