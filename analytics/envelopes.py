"""Opening sealed responses one by one, in one process or several: decoded answers out, and why others were rejected.

Imports nothing but the domain, so that a process for it starts at once and stays small. What passes between processes
goes through anonymous pipes; nothing is written anywhere.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from analytics.workers import map_in_processes
from survey_app.domain import blind_rsa, sealing
from survey_app.domain.answers import AnswersInvalid, decode_answers
from survey_app.domain.batch import EnvelopeRows, verify_envelope
from survey_app.domain.errors import Malformed, PikirError
from survey_app.domain.questionnaire import Questionnaire
from survey_app.domain.token import HolderSignatureInvalid, TokenInvalid

Progress = Callable[[int, int], None]
ENVELOPES_AT_ONCE = 2048


class NotASealingKey(PikirError):
    """A private key of another kind than those that seal answers."""

    slug = "not-a-sealing-key"


@dataclass(frozen=True)
class Opened:
    """``answers`` has one byte a question (0 = blank, 1..k = option) for each good envelope, in the batch's order.

    ``rejected`` counts the others by reason.
    """

    answers: bytes
    rejected: Counter[str]


def open_envelopes(
    campaign_id: str,
    envelopes: EnvelopeRows,
    issuer_key: bytes,
    sealing_key: ec.EllipticCurvePrivateKey,
    questionnaire: Questionnaire,
    *,
    processes: int = 1,
    at_once: int = ENVELOPES_AT_ONCE,
    progress: Progress | None = None,
) -> Opened:
    """Check each envelope's token and holder, decrypt it, read its answers; ``issuer_key`` is SPKI in DER.

    A bad envelope is counted by reason and the rest goes on. A process takes ``at_once`` of them at a time; a batch of
    no more is not worth starting one. ``progress(done, total)`` counts envelopes.
    """
    work = partial(_open_chunk, campaign_id, issuer_key, sealing_key_der(sealing_key), questionnaire)
    opened: dict[int, Opened] = {}
    if progress is not None:
        progress(0, len(envelopes))
    for index, one in map_in_processes(work, envelopes.chunks(at_once), processes):
        opened[index] = one
        if progress is not None:
            progress(min(len(opened) * at_once, len(envelopes)), len(envelopes))
    rejected = Counter[str]()
    for one in opened.values():
        rejected.update(one.rejected)
    return Opened(b"".join(opened[index].answers for index in sorted(opened)), rejected)


def sealing_key_der(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The key as unencrypted DER for another process of ours; it must never leave memory."""
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def sealing_key_from_der(der: bytes) -> ec.EllipticCurvePrivateKey:
    """The reverse of sealing_key_der. Raises NotASealingKey."""
    key = serialization.load_der_private_key(der, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise NotASealingKey("a sealing key is a point's private scalar on a curve")
    return key


def _open_chunk(
    campaign_id: str, issuer_key: bytes, sealing_key: bytes, questionnaire: Questionnaire, envelopes: EnvelopeRows
) -> Opened:
    """One worker's piece of the batch."""
    issuer, private = blind_rsa.public_key_from_spki(issuer_key), sealing_key_from_der(sealing_key)
    answers, rejected = bytearray(), Counter[str]()
    for envelope in envelopes:
        try:
            verify_envelope(campaign_id, envelope, issuer)
            info = sealing.sealing_info(campaign_id, envelope.token_hash)
            plaintext = sealing.open_sealed(private, info, envelope.sealed)
            answers += bytes(decode_answers(questionnaire, plaintext).positions)
        except AnswersInvalid as error:
            rejected[error.reason] += 1
        except (Malformed, TokenInvalid, HolderSignatureInvalid, sealing.CannotOpen) as error:
            rejected[error.slug] += 1
    return Opened(bytes(answers), rejected)
