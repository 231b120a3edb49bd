"""What an opening rests on: the public documents of a campaign and its batch, checked before anything is opened.

Each check is a function that raises a named error, so that `pikir verify` can run them one by one.
"""

import hashlib
from dataclasses import dataclass

from survey_app.domain import signing
from survey_app.domain.batch import Board, EnvelopeRows, board_root, unpack_batch
from survey_app.domain.documents import read_document, read_self_signed
from survey_app.domain.errors import PikirError
from survey_app.domain.manifest import CampaignManifest, DrawnStatement


class EvidenceInconsistent(PikirError):
    """The documents of a campaign do not belong together."""

    slug = "evidence-inconsistent"


class FingerprintMismatch(EvidenceInconsistent):
    """A document names another manifest, or another campaign."""

    slug = "fingerprint-mismatch"


class BatchMismatch(EvidenceInconsistent):
    """The batch is not the one that the board was signed over: other bytes, or another number of envelopes."""

    slug = "batch-mismatch"


class RootMismatch(EvidenceInconsistent):
    """The batch's Merkle root is not the board's."""

    slug = "root-mismatch"


class CountsImplausible(EvidenceInconsistent):
    """N >= M >= K does not hold: more tokens than people, or more responses than tokens."""

    slug = "counts-implausible"


@dataclass(frozen=True)
class Evidence:
    """Documents as compact JWS, and the batch file's bytes. ``drawn`` is None if M was never stated."""

    manifest: str
    board: str
    drawn: str | None
    batch: bytes


@dataclass(frozen=True)
class CheckedEvidence:
    """The same, verified and read; ``fingerprint`` is the manifest's."""

    manifest: CampaignManifest
    fingerprint: bytes
    board: Board
    drawn: DrawnStatement | None
    envelopes: EnvelopeRows


def check_evidence(evidence: Evidence) -> CheckedEvidence:
    """Read everything that an opening rests on.

    Raises Malformed, SignatureInvalid, FingerprintMismatch, BatchMismatch, RootMismatch, CountsImplausible,
    EvidenceInconsistent.
    """
    manifest = read_self_signed(CampaignManifest, evidence.manifest, "agency_key")
    fingerprint = signing.fingerprint(evidence.manifest)
    board = read_board(evidence.board, manifest, fingerprint)
    drawn = None if evidence.drawn is None else read_drawn(evidence.drawn, manifest, fingerprint)
    check_counts(manifest, drawn, board)
    envelopes = read_batch(evidence.batch, board)
    check_root(envelopes, board)
    return CheckedEvidence(manifest, fingerprint, board, drawn, envelopes)


def read_board(text: str, manifest: CampaignManifest, fingerprint: bytes) -> Board:
    """The board, signed by the manifest's collector for this manifest. Raises as check_evidence."""
    board = read_document(Board, text, manifest.collector_key)
    _check_campaign("board", board.campaign_id, board.manifest, manifest, fingerprint)
    return board


def read_drawn(text: str, manifest: CampaignManifest, fingerprint: bytes) -> DrawnStatement:
    """The drawn statement, signed by the manifest's issuer for this manifest. Raises as check_evidence."""
    drawn = read_document(DrawnStatement, text, manifest.issuer_statement_key)
    _check_campaign("drawn statement", drawn.campaign_id, drawn.manifest, manifest, fingerprint)
    return drawn


def check_counts(manifest: CampaignManifest, drawn: DrawnStatement | None, board: Board) -> None:
    """N >= M >= K >= 0, and the same N and M everywhere. Raises CountsImplausible, EvidenceInconsistent."""
    if board.eligible != manifest.eligible:
        raise CountsImplausible(f"the board says N = {board.eligible}, the manifest {manifest.eligible}")
    if board.drawn is not None and drawn is None:
        raise EvidenceInconsistent("the board names M, but the issuer's signed statement of it is missing")
    if board.drawn is not None and drawn is not None and board.drawn != drawn.drawn:
        raise CountsImplausible(f"the board says M = {board.drawn}, the issuer {drawn.drawn}")
    between = manifest.eligible if drawn is None else drawn.drawn
    if not manifest.eligible >= between >= board.received >= 0:
        stated = "not stated" if drawn is None else str(drawn.drawn)
        raise CountsImplausible(f"N >= M >= K fails: N = {manifest.eligible}, M = {stated}, K = {board.received}")


def read_batch(data: bytes, board: Board) -> EnvelopeRows:
    """The envelopes of the batch that the board was signed over. Raises BatchMismatch, Malformed."""
    if hashlib.sha256(data).digest() != board.batch:
        raise BatchMismatch("the batch file's hash is not the board's")
    campaign_id, envelopes = unpack_batch(data)
    if campaign_id != board.campaign_id:
        raise BatchMismatch("the batch is of another campaign")
    if len(envelopes) != board.received:
        raise BatchMismatch(f"the board says K = {board.received}, the batch holds {len(envelopes)}")
    return envelopes


def check_root(envelopes: EnvelopeRows, board: Board) -> None:
    """The envelopes' leaves give the board's Merkle root. Raises RootMismatch."""
    if board_root(envelopes.leaves()) != board.root:
        raise RootMismatch("the batch's Merkle root is not the board's")


def _check_campaign(what: str, campaign_id: str, named: bytes, manifest: CampaignManifest, fingerprint: bytes) -> None:
    if campaign_id != manifest.campaign_id or named != fingerprint:
        raise FingerprintMismatch(f"the {what} belongs to another campaign or another manifest")
