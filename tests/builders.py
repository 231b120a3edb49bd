"""A complete campaign's documents, made in memory through the domain's own functions, for any test to use.

campaign = make_campaign([(1, 2, 1, ...), ...], eligible=20)
open_campaign(campaign.evidence, campaign.keys.sealing, campaign.questionnaire)
campaign.write(folder)                          # as the exchange holds it
campaign.with_envelopes(envelopes)              # the board and batch that a collector would make of others
"""

import functools
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from analytics.evidence import Evidence
from survey_app.domain import blind_rsa, sealing, signing, token
from survey_app.domain.answers import Answers, encode_answers
from survey_app.domain.batch import Board, Envelope, Receipt, board_root, pack_batch, submission_message
from survey_app.domain.documents import from_payload, sign_document
from survey_app.domain.manifest import (
    Body,
    CampaignDraft,
    CampaignManifest,
    ClientHashes,
    CollectorEnrolment,
    DrawnStatement,
    IssuerEnrolment,
    LocalisedText,
    Schedule,
)
from survey_app.domain.questionnaire import Questionnaire, parse_questionnaire

ROOT = Path(__file__).resolve().parent.parent
CAMPAIGN_ID = "00112233445566778899aabbccddeeff"
OPENS = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class OfficeKeys:
    """Every private key of a campaign's three offices."""

    signer: blind_rsa.BlindSigner
    issuer: Ed25519PrivateKey
    collector: Ed25519PrivateKey
    agency: Ed25519PrivateKey
    sealing: ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class BuiltCampaign:
    """A closed campaign: documents as compact JWS, and what respondents sent."""

    questionnaire: Questionnaire
    keys: OfficeKeys
    manifest: CampaignManifest
    draft_jws: str
    issuer_enrolment_jws: str
    collector_enrolment_jws: str
    manifest_jws: str
    drawn_jws: str | None
    board_jws: str
    batch: bytes
    envelopes: tuple[Envelope, ...]

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.manifest_jws, self.board_jws, self.drawn_jws, self.batch)

    @property
    def drawn(self) -> int | None:
        return None if self.drawn_jws is None else _payload(DrawnStatement, self.drawn_jws).drawn

    def receipt_jws(self, envelope: Envelope) -> str:
        return sign_document(Receipt(self.manifest.campaign_id, envelope.leaf), self.keys.collector)

    def with_envelopes(self, envelopes: Iterable[Envelope]) -> "BuiltCampaign":
        """The same campaign, closed by its collector over other envelopes."""
        rows = tuple(envelopes)
        batch, board = close(self.manifest, self.manifest_jws, self.drawn, rows)
        return replace(self, envelopes=rows, batch=batch, board_jws=sign_document(board, self.keys.collector))

    def write(self, folder: Path) -> Path:
        """The campaign's folder of the exchange."""
        folder.mkdir(parents=True, exist_ok=True)
        texts = {
            "draft.jws": self.draft_jws,
            "issuer-enrolment.jws": self.issuer_enrolment_jws,
            "collector-enrolment.jws": self.collector_enrolment_jws,
            "manifest.jws": self.manifest_jws,
            "drawn.jws": self.drawn_jws,
            "board.jws": self.board_jws,
        }
        for name, text in texts.items():
            if text is not None:
                (folder / name).write_text(text, encoding="ascii")
        (folder / "batch.bin").write_bytes(self.batch)
        return folder


@functools.cache
def office_keys() -> OfficeKeys:
    """One set of keys a session: an RSA-3072 key takes a while."""
    return OfficeKeys(
        signer=blind_rsa.BlindSigner(blind_rsa.generate_key()),
        issuer=Ed25519PrivateKey.generate(),
        collector=Ed25519PrivateKey.generate(),
        agency=Ed25519PrivateKey.generate(),
        sealing=sealing.generate_sealing_key(),
    )


@functools.cache
def official_questionnaire() -> Questionnaire:
    """Appendix 7 as fielded."""
    return parse_questionnaire((ROOT / "survey_app/questionnaires/appendix7.json").read_bytes())


@functools.cache
def three_questions() -> Questionnaire:
    """A questionnaire of its own: 2, 3 and 4 options, two blocks, one demographic question."""
    return parse_questionnaire((ROOT / "tests/data/three_questions.json").read_bytes())


def make_manifest(questionnaire: Questionnaire, keys: OfficeKeys, eligible: int, **changes: Any) -> CampaignManifest:
    """A manifest with plausible contents; ``changes`` override its fields."""
    day = timedelta(days=1)
    defaults: dict[str, Any] = {
        "campaign_id": CAMPAIGN_ID,
        "round": "2026",
        "body": Body("min-water", LocalisedText("Су министрлігі", "Министерство воды", "Ministry of Water")),
        "head": LocalisedText("Аппарат басшысы", "Руководитель аппарата", "Head of apparatus"),
        "legal_basis": "Order No. 13, point 16",
        "questionnaire": questionnaire.reference,
        "kpi_method": "fav_share/1",
        "minimum_group": 10,
        "minimum_turnout": 50,
        "appeal_days": 10,
        "visits": "two",
        "eligible": eligible,
        "roster_commitment": hashlib.sha256(b"roster").digest(),
        "schedule": Schedule(OPENS, OPENS + day, OPENS + day, OPENS + 2 * day),
        "issuer_key": blind_rsa.spki(keys.signer.public_key),
        "sealing_key": sealing.sealing_key_bytes(keys.sealing.public_key()),
        "issuer_statement_key": signing.public_key_bytes(keys.issuer),
        "collector_key": signing.public_key_bytes(keys.collector),
        "agency_key": signing.public_key_bytes(keys.agency),
        "issuer_url": "http://127.0.0.1/issuer",
        "collector_url": "http://127.0.0.1/collector",
        "client": ClientHashes(hashlib.sha256(b"issuer").digest(), hashlib.sha256(b"collector").digest()),
    }
    return CampaignManifest(**(defaults | changes))


def make_campaign(
    answers: Sequence[Sequence[int]],
    *,
    eligible: int,
    drawn: int | None = -1,
    questionnaire: Questionnaire | None = None,
    keys: OfficeKeys | None = None,
    **changes: Any,
) -> BuiltCampaign:
    """A closed campaign in which each of ``answers`` was sealed and sent by somebody with a token.

    ``answers`` are option positions of all questions (a shorter row is filled with blanks). ``drawn`` is M, as
    many as responded by default; None if it was never stated. ``changes`` override fields of the manifest.
    """
    questionnaire, keys = questionnaire or official_questionnaire(), keys or office_keys()
    manifest = make_manifest(questionnaire, keys, eligible, **changes)
    manifest_jws = sign_document(manifest, keys.agency)
    fingerprint = signing.fingerprint(manifest_jws)
    envelopes = tuple(make_envelope(manifest, keys, questionnaire, row) for row in answers)
    m = len(envelopes) if drawn == -1 else drawn
    statement = None if m is None else DrawnStatement(manifest.campaign_id, fingerprint, m, 0)
    batch, board = close(manifest, manifest_jws, m, envelopes)
    return BuiltCampaign(
        questionnaire=questionnaire,
        keys=keys,
        manifest=manifest,
        draft_jws=sign_document(draft_of(manifest), keys.agency),
        issuer_enrolment_jws=sign_document(issuer_enrolment_of(manifest), keys.issuer),
        collector_enrolment_jws=sign_document(collector_enrolment_of(manifest), keys.collector),
        manifest_jws=manifest_jws,
        drawn_jws=None if statement is None else sign_document(statement, keys.issuer),
        board_jws=sign_document(board, keys.collector),
        batch=batch,
        envelopes=envelopes,
    )


def make_envelope(
    manifest: CampaignManifest, keys: OfficeKeys, questionnaire: Questionnaire, answers: Sequence[int]
) -> Envelope:
    """One respondent's work: draw a token, seal the answers, sign the envelope."""
    filled = tuple(answers) + (0,) * (len(questionnaire.questions) - len(answers))
    return envelope_of(manifest, keys, encode_answers(questionnaire, Answers(filled)))


def envelope_of(manifest: CampaignManifest, keys: OfficeKeys, plaintext: bytes) -> Envelope:
    """An envelope around any 64 bytes."""
    campaign_id, holder = manifest.campaign_id, token.new_holder_key()
    holder_key = token.holder_key_bytes(holder)
    public_key = keys.signer.public_key
    input_msg = blind_rsa.prepare(token.token_message(campaign_id, holder_key))
    blinded = blind_rsa.blind(public_key, input_msg)
    signature = blind_rsa.finalize(public_key, input_msg, keys.signer.blind_sign(blinded.message), blinded.inverse)
    token_hash = token.token_hash(input_msg)
    sealing_key = sealing.sealing_key_from_bytes(manifest.sealing_key)
    sealed = sealing.seal(sealing_key, sealing.sealing_info(campaign_id, token_hash), plaintext)
    signed = token.sign_as_holder(holder, submission_message(campaign_id, token_hash, sealed))
    return Envelope(input_msg, signature, holder_key, signed, sealed)


def close(
    manifest: CampaignManifest, manifest_jws: str, drawn: int | None, envelopes: Sequence[Envelope]
) -> tuple[bytes, Board]:
    """Batch file and board over some envelopes."""
    batch = pack_batch(manifest.campaign_id, envelopes)
    board = Board(
        campaign_id=manifest.campaign_id,
        manifest=signing.fingerprint(manifest_jws),
        eligible=manifest.eligible,
        drawn=drawn,
        received=len(envelopes),
        root=board_root(envelope.leaf for envelope in envelopes),
        batch=hashlib.sha256(batch).digest(),
    )
    return batch, board


def draft_of(manifest: CampaignManifest) -> CampaignDraft:
    """The draft from which a manifest came."""
    return CampaignDraft(**{name: getattr(manifest, name) for name in _names(CampaignDraft)})


def issuer_enrolment_of(manifest: CampaignManifest) -> IssuerEnrolment:
    """The issuer's part of a manifest."""
    names = [name for name in _names(IssuerEnrolment) if name != "client"]
    return IssuerEnrolment(**{name: getattr(manifest, name) for name in names}, client=manifest.client.issuer)


def collector_enrolment_of(manifest: CampaignManifest) -> CollectorEnrolment:
    """The collector's part of a manifest."""
    names = [name for name in _names(CollectorEnrolment) if name != "client"]
    return CollectorEnrolment(**{name: getattr(manifest, name) for name in names}, client=manifest.client.collector)


def _payload(kind: type[Any], text: str) -> Any:
    return from_payload(kind, signing.peek(text)[1])


def _names(kind: type[Any]) -> list[str]:
    return [field.name for field in fields(kind)]
