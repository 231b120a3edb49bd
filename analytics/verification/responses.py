"""Drawn statement, board, batch, receipts: that nobody stuffed, dropped, swapped or replayed an envelope."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from analytics import evidence
from analytics.verification import files as names
from analytics.verification.files import Files, jws_text
from analytics.verification.findings import ClaimFalse, Finding, attempt, failed, impossible, ok, require_equal
from analytics.verification.setting import Setting
from survey_app.domain import base64url, blind_rsa, signing
from survey_app.domain.batch import Board, EnvelopeRows, Receipt, board_root, verify_envelope
from survey_app.domain.documents import read_document
from survey_app.domain.errors import Malformed, PikirError
from survey_app.domain.manifest import DrawnStatement
from survey_app.domain.token import HolderSignatureInvalid, TokenInvalid

T = TypeVar("T")
Progress = Callable[[int, int], None]
PROGRESS_EVERY = 256
TOKEN, HOLDER, MALFORMED = TokenInvalid.slug, HolderSignatureInvalid.slug, Malformed.slug


@dataclass(frozen=True)
class Responses:
    """What verified of a campaign's responses; None where the file is not here or does not hold.

    ``board_hash`` is the SHA-256 of the board's JWS; ``bad`` counts envelopes that are rejected unopened, by reason.
    """

    drawn: DrawnStatement | None
    board: Board | None
    board_hash: bytes | None
    leaves: frozenset[bytes] | None
    bad: Counter[str] | None


def check_responses(
    files: Files, setting: Setting, progress: Progress, destroyed: str | None = None
) -> tuple[Responses, list[Finding]]:
    """Every check on drawn statement, board, batch and receipts that the files allow.

    ``destroyed`` is when the batch was, if that is certified.
    """
    drawn, found = _check_statement(files, names.DRAWN, "drawn", lambda text: _read_drawn(text, setting))
    board, more = _check_statement(files, names.BOARD, "board", lambda text: _read_board(text, setting))
    found += more
    listed, more = _check_list(files, setting)
    found += more
    board = board or (None if listed is None else listed[0])
    if board is not None:
        found.append(_check_counts(setting, drawn, board[0], names.DRAWN in files.contents))
    envelopes, more = _check_batch(files, None if board is None else board[0], destroyed)
    found += more
    bad, more = _check_envelopes(setting, envelopes, progress)
    found += more
    leaves = None if envelopes is None else frozenset(envelopes.leaves())
    if leaves is None and listed is not None:
        leaves = listed[1]
    found += _check_receipts(files, setting, leaves)
    statement, board_hash = board or (None, None)
    return Responses(drawn, statement, board_hash, leaves, bad), found


def _check_statement(files: Files, name: str, check: str, read: Callable[[str], T]) -> tuple[T | None, list[Finding]]:
    data = files.contents.get(name)
    if data is None:
        return None, [impossible(check, "missing", file=name)] if files.whole else []
    value, finding = attempt(check, lambda: read(jws_text(data)))
    return value, [finding]


def _read_drawn(text: str, setting: Setting) -> DrawnStatement:
    return evidence.read_drawn(text, setting.manifest, setting.fingerprint)


def _read_board(text: str, setting: Setting) -> tuple[Board, bytes]:
    return evidence.read_board(text, setting.manifest, setting.fingerprint), signing.fingerprint(text)


def _check_list(
    files: Files, setting: Setting
) -> tuple[tuple[tuple[Board, bytes], frozenset[bytes]] | None, list[Finding]]:
    """board.json as the collector serves it: the signed board and every leaf."""
    data = files.contents.get(names.BOARD_LIST)
    if data is None:
        return None, []
    value, finding = attempt("board-list", lambda: _read_list(data, setting))
    return value, [finding]


def _read_list(data: bytes, setting: Setting) -> tuple[tuple[Board, bytes], frozenset[bytes]]:
    try:
        document = json.loads(data)
        statement, texts = document["statement"], list(document["leaves"])
    except (ValueError, KeyError, TypeError) as error:
        raise Malformed("not a list of a board's leaves") from error
    board = _read_board(jws_text(str(statement).encode()), setting)
    leaves = [base64url.decode(text) for text in texts]
    require_equal("K", board[0].received, len(leaves))
    require_equal("order", leaves, sorted(set(leaves)))
    require_equal("root", board[0].root, board_root(leaves))
    return board, frozenset(leaves)


def _check_counts(setting: Setting, drawn: DrawnStatement | None, board: Board, drawn_is_here: bool) -> Finding:
    if drawn is None and board.drawn is not None and not drawn_is_here:
        return impossible("counts", "missing", file=names.DRAWN)
    _, finding = attempt("counts", lambda: evidence.check_counts(setting.manifest, drawn, board))
    if finding.status != "ok":
        return finding
    stated = "-" if drawn is None else drawn.drawn
    return ok("counts", "counts", N=setting.manifest.eligible, M=stated, K=board.received)


def _check_batch(files: Files, board: Board | None, destroyed: str | None) -> tuple[EnvelopeRows | None, list[Finding]]:
    data = files.contents.get(names.BATCH)
    if data is None and destroyed is not None:
        gone = ("batch", "root", "token-signatures", "holder-signatures")
        return None, [impossible(check, "batch_destroyed", moment=destroyed) for check in gone]
    if data is None:
        return None, [impossible("batch", "missing", file=names.BATCH)] if files.whole else []
    if board is None:
        return None, [impossible("batch", "needs_board")]
    envelopes, finding = attempt("batch", lambda: evidence.read_batch(data, board))
    if envelopes is None:
        return None, [finding]
    return envelopes, [finding, attempt("root", lambda: evidence.check_root(envelopes, board))[1]]


def _check_envelopes(
    setting: Setting, envelopes: EnvelopeRows | None, progress: Progress
) -> tuple[Counter[str] | None, list[Finding]]:
    """Signature of the issuer and of the holder on each envelope."""
    if envelopes is None:
        return None, []
    try:
        issuer_key = blind_rsa.public_key_from_spki(setting.manifest.issuer_key)
    except PikirError as error:
        return None, [failed("token-signatures", error)]
    bad, first = Counter[str](), dict[str, str]()
    for done, envelope in enumerate(envelopes):
        if done % PROGRESS_EVERY == 0:
            progress(done, len(envelopes))
        try:
            verify_envelope(setting.manifest.campaign_id, envelope, issuer_key)
        except PikirError as error:
            bad[error.slug] += 1
            first.setdefault(error.slug, base64url.encode(envelope.token_hash))
    progress(len(envelopes), len(envelopes))
    checks = {"token-signatures": (TOKEN,), "holder-signatures": (HOLDER, MALFORMED)}
    return bad, [_envelopes_finding(check, slugs, bad, first, len(envelopes)) for check, slugs in checks.items()]


def _envelopes_finding(
    check: str, slugs: tuple[str, ...], bad: Counter[str], first: dict[str, str], total: int
) -> Finding:
    count = sum(bad[slug] for slug in slugs)
    if not count:
        return ok(check, "all_envelopes", total=total)
    example = next(first[slug] for slug in slugs if slug in first)
    return failed(check, ClaimFalse("bad_envelopes", count=count, total=total, first=example))


def _check_receipts(files: Files, setting: Setting, leaves: frozenset[bytes] | None) -> list[Finding]:
    return [_check_receipt(name, data, setting, leaves) for name, data in files.receipts.items()]


def _check_receipt(name: str, data: bytes, setting: Setting, leaves: frozenset[bytes] | None) -> Finding:
    receipt, finding = attempt("receipt", lambda: _read_receipt(data, setting), subject=name)
    if receipt is None:
        return finding
    if leaves is None:
        return impossible("receipt", "needs_leaves", subject=name)
    if receipt.leaf not in leaves:
        return failed("receipt", ClaimFalse("dropped"), subject=name)
    return finding


def _read_receipt(data: bytes, setting: Setting) -> Receipt:
    receipt = read_document(Receipt, jws_text(data), setting.manifest.collector_key)
    require_equal("campaign_id", receipt.campaign_id, setting.manifest.campaign_id)
    return receipt
