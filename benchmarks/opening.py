"""How fast sealed responses are opened, over batches made for the purpose, and how fast decoded answers are counted.

Each opening runs in a process of its own, so that its memory is its own: `python -m benchmarks.opening FOLDER N`.
"""

import hashlib
import json
import multiprocessing
import random
import resource
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import gmpy2
import numpy as np
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

from analytics.envelopes import sealing_key_der, sealing_key_from_der
from analytics.evidence import Evidence
from analytics.opening import count_responses, open_campaign
from survey_app.domain import blind_rsa, signing
from survey_app.domain import token as tokens
from survey_app.domain.answers import Answers, encode_answers
from survey_app.domain.batch import BATCH_MAGIC, ENVELOPE_BYTES, Board, Envelope, board_root, submission_message
from survey_app.domain.documents import sign_document
from survey_app.domain.manifest import CampaignManifest, DrawnStatement
from survey_app.domain.questionnaire import Questionnaire
from survey_app.domain.sealing import generate_sealing_key, seal, sealing_info, sealing_key_bytes
from survey_app.web.questionnaires import default_questionnaire

ROOT = Path(__file__).resolve().parents[1]
PRIMES, E = 8, blind_rsa.PUBLIC_EXPONENT
AT_ONCE = 2000
MIB = 1024


@dataclass(frozen=True)
class Opening:
    """One measured opening, checks, figures and attack included.

    Seconds of CPU over all its processes and of the clock; the largest resident memory of all of them together, in MiB.
    """

    responses: int
    processes: int
    cpu_seconds: float
    seconds: float
    per_cpu_second: float
    memory: int


@dataclass(frozen=True)
class Counting:
    """Counting decoded answers, without decrypting them."""

    responses: int
    seconds: float


def measure_openings(model: CampaignManifest, responses: int, processes: Iterable[int]) -> list[Opening]:
    """Open one batch of ``responses`` with each number of processes; ``model`` lends fields that do not matter here."""
    with tempfile.TemporaryDirectory(dir=ROOT / "build", prefix="bench-opening-") as folder:
        _write_batch(Path(folder), model, responses)
        return [_opened(Path(folder), number) for number in processes]


def measure_counting(responses: int) -> Counting:
    """Count random answers of so many people."""
    questionnaire = default_questionnaire()
    highest = np.array(questionnaire.option_counts)
    rows = np.random.default_rng(1).integers(0, highest + 1, (responses, len(highest)), dtype=np.uint8)
    began = time.monotonic()
    counted = count_responses(questionnaire, rows, responses)
    seconds = time.monotonic() - began
    if counted.tally.n + counted.tally.unusable != responses:
        raise AssertionError("the measured counting lost responses")
    return Counting(responses, round(seconds, 2))


def _opened(folder: Path, processes: int) -> Opening:
    command = [sys.executable, "-m", "benchmarks.opening", str(folder), str(processes)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    return Opening(**json.loads(done.stdout))


def main() -> None:
    """Open what _write_batch left in a folder, and print what it cost."""
    folder, processes = Path(sys.argv[1]), int(sys.argv[2])
    evidence, sealing_key = _read_batch(folder)
    meter = _MemoryMeter()
    before, began = time.process_time(), time.monotonic()
    release = open_campaign(evidence, sealing_key, default_questionnaire(), processes=processes)
    seconds = time.monotonic() - began
    if release.received != release.eligible or release.rejected:
        raise AssertionError("the measured opening lost responses")
    workers = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = time.process_time() - before + workers.ru_utime + workers.ru_stime
    figures = Opening(
        release.received, processes, round(cpu, 2), round(seconds, 2), round(release.received / cpu, 1), meter.most()
    )
    print(json.dumps(asdict(figures)))


class _MemoryMeter:
    """Resident memory of this process and its children together, looked at ten times a second."""

    def __init__(self) -> None:
        self._most, self._ended = 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def most(self) -> int:
        """MiB, at most so far; ends the watch."""
        self._ended.set()
        self._thread.join()
        return self._most // MIB**2

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            children = Path("/proc/self/task").glob("*/children")
            processes = ["self", *(pid for file in children for pid in file.read_text().split())]
            self._most = max(self._most, sum(map(_resident_bytes, processes)))


def _resident_bytes(process: str) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * resource.getpagesize()
    except (OSError, IndexError):  # it has just ended
        return 0


class _FastIssuer:
    """An RSA key of eight primes: signs several times faster than one of two, and nobody can tell from outside.

    So a million tokens are ready in minutes. For measuring only.
    """

    def __init__(self, primes: tuple[int, ...]) -> None:
        self._primes = tuple(gmpy2.mpz(prime) for prime in primes)
        self._n = gmpy2.mpz(1)
        for prime in self._primes:
            self._n *= prime
        self._exponents = tuple(gmpy2.invert(E, prime - 1) for prime in self._primes)
        self._bases = tuple(
            self._n // prime * gmpy2.invert(self._n // prime % prime, prime) % self._n for prime in self._primes
        )
        self.public_key = RSAPublicNumbers(E, int(self._n)).public_key()

    def draw(self, input_msg: bytes) -> bytes:
        """The finished signature of a token's message, by the protocol's own steps."""
        blinded = blind_rsa.blind(self.public_key, input_msg)
        return blind_rsa.finalize(self.public_key, input_msg, self._sign(blinded.message), blinded.inverse)

    def _sign(self, blinded_msg: bytes) -> bytes:
        m, s = gmpy2.mpz(int.from_bytes(blinded_msg)), gmpy2.mpz(0)
        for prime, exponent, base in zip(self._primes, self._exponents, self._bases, strict=True):
            s += gmpy2.powmod(m % prime, exponent, prime) * base
        return int(s % self._n).to_bytes(blind_rsa.MODULUS_BITS // 8)


def _new_primes() -> tuple[int, ...]:
    """Each begins with four ones, so that their product has all of the modulus' bits."""
    bits = blind_rsa.MODULUS_BITS // PRIMES
    found: set[int] = set()
    while len(found) < PRIMES:
        prime = int(gmpy2.next_prime(0b1111 << bits - 4 | secrets.randbits(bits - 4)))
        if (prime - 1) % E:
            found.add(prime)
    return tuple(found)


def _write_batch(folder: Path, model: CampaignManifest, responses: int) -> None:
    sealing_key, primes = generate_sealing_key(), _new_primes()
    agency, issuer, collector = (Ed25519PrivateKey.generate() for _ in range(3))
    manifest = replace(
        model,
        eligible=responses,
        issuer_key=blind_rsa.spki(_FastIssuer(primes).public_key),
        sealing_key=sealing_key_bytes(sealing_key.public_key()),
        agency_key=signing.public_key_bytes(agency),
        collector_key=signing.public_key_bytes(collector),
        issuer_statement_key=signing.public_key_bytes(issuer),
        questionnaire=default_questionnaire().reference,
    )
    rows = _rows(manifest, primes, responses)
    batch = BATCH_MAGIC + bytes.fromhex(manifest.campaign_id) + b"".join(rows)
    document = sign_document(manifest, agency)
    fingerprint = signing.fingerprint(document)
    board = Board(
        campaign_id=manifest.campaign_id,
        manifest=fingerprint,
        eligible=responses,
        drawn=responses,
        received=responses,
        root=board_root(tokens.token_hash(row[:94]) + hashlib.sha256(row[-145:]).digest() for row in rows),
        batch=hashlib.sha256(batch).digest(),
    )
    drawn = sign_document(DrawnStatement(manifest.campaign_id, fingerprint, responses, 0), issuer)
    (folder / "batch.bin").write_bytes(batch)
    (folder / "sealing.der").write_bytes(sealing_key_der(sealing_key))
    documents = {"manifest": document, "board": sign_document(board, collector), "drawn": drawn}
    (folder / "documents.json").write_text(json.dumps(documents), encoding="ascii")


def _read_batch(folder: Path) -> tuple[Evidence, ec.EllipticCurvePrivateKey]:
    documents = json.loads((folder / "documents.json").read_text(encoding="ascii"))
    return (
        Evidence(**documents, batch=(folder / "batch.bin").read_bytes()),
        sealing_key_from_der((folder / "sealing.der").read_bytes()),
    )


def _rows(manifest: CampaignManifest, primes: tuple[int, ...], responses: int) -> list[bytes]:
    """The batch's rows, sorted, made by all cores."""
    pieces = [min(AT_ONCE, responses - start) for start in range(0, responses, AT_ONCE)]
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        made = pool.map(_some_rows, [manifest] * len(pieces), [primes] * len(pieces), pieces)
        rows = [data[start : start + ENVELOPE_BYTES] for data in made for start in range(0, len(data), ENVELOPE_BYTES)]
    return sorted(rows, key=lambda row: tokens.token_hash(row[: tokens.INPUT_MSG_BYTES]))


def _some_rows(manifest: CampaignManifest, primes: tuple[int, ...], count: int) -> bytes:
    issuer, questionnaire = _FastIssuer(primes), default_questionnaire()
    sealing_key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), manifest.sealing_key)
    return b"".join(_row(manifest.campaign_id, issuer, sealing_key, questionnaire) for _ in range(count))


def _row(
    campaign_id: str, issuer: _FastIssuer, sealing_key: ec.EllipticCurvePublicKey, questionnaire: Questionnaire
) -> bytes:
    holder = tokens.new_holder_key()
    holder_key = tokens.holder_key_bytes(holder)
    input_msg = blind_rsa.prepare(tokens.token_message(campaign_id, holder_key))
    token_hash = tokens.token_hash(input_msg)
    answers = Answers(tuple(random.randint(0, count) for count in questionnaire.option_counts))  # noqa: S311
    sealed = seal(sealing_key, sealing_info(campaign_id, token_hash), encode_answers(questionnaire, answers))
    signature = tokens.sign_as_holder(holder, submission_message(campaign_id, token_hash, sealed))
    envelope = Envelope(input_msg, issuer.draw(input_msg), holder_key, signature, sealed)
    return b"".join(
        (
            envelope.input_msg,
            envelope.signature,
            envelope.holder_key,
            envelope.holder_signature,
            envelope.sealed,
        )
    )


if __name__ == "__main__":
    main()
