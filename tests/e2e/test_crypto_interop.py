"""The served bundles in a real Chromium against the Python domain: the same bytes, in both directions."""

import functools
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, Error, Page

from survey_app.domain import answers, base64url, batch, blind_rsa, documents, merkle, sealing, signing, token
from survey_app.web.questionnaires import default_questionnaire

ROOT = Path(__file__).resolve().parents[2]
BUNDLES = {
    "/issuer.js": ROOT / "survey_app/identity/static/issuer.js",
    "/blinding.js": ROOT / "survey_app/identity/static/blinding.js",
    "/collector.js": ROOT / "survey_app/responses/static/collector.js",
    "/sealing.js": ROOT / "survey_app/responses/static/sealing.js",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'"
)
pytestmark = [pytest.mark.browser, pytest.mark.crypto]

CAMPAIGN = "00112233445566778899aabbccddeeff"
FINGERPRINT = bytes(range(32))
b64 = base64url.encode

# Byte arguments travel as {"b64": …} and come back the same way.
CALL = """async ([bundle, name, args]) => {
  const module = {...await import(bundle), ...globalThis.pikirBlinding, ...globalThis.pikirSealing};
  const decode = (v) => v && v.b64 !== undefined
    ? Uint8Array.from(atob(v.b64.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0))
    : Array.isArray(v) ? v.map(decode)
    : v && typeof v === "object" ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, decode(x)])) : v;
  const encode = (v) => v instanceof Uint8Array
    ? {b64: btoa(String.fromCharCode(...v)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}
    : Array.isArray(v) ? v.map(encode)
    : v && typeof v === "object" ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, encode(x)])) : v;
  return encode(await module[name](...args.map(decode)));
}"""


class Handler(BaseHTTPRequestHandler):
    """An empty page under the product's policy, and the scripts."""

    def do_GET(self) -> None:
        bundle = BUNDLES.get(self.path)
        body = bundle.read_bytes() if bundle else b"<!doctype html><html lang=en><title>Interoperability</title>"
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if bundle else "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = chromium.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/")
    yield page
    page.close()
    server.shutdown()
    server.server_close()


def call(page: Page, bundle: str, name: str, *arguments: Any) -> Any:
    return _decode(page.evaluate(CALL, [f"/{bundle}.js", name, _encode(list(arguments))]))


def _encode(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"b64": b64(value)}
    if isinstance(value, list):
        return [_encode(item) for item in value]
    return {key: _encode(item) for key, item in value.items()} if isinstance(value, dict) else value


def _decode(value: Any) -> Any:
    if isinstance(value, list):
        return [_decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    return base64url.decode(value["b64"]) if set(value) == {"b64"} else {k: _decode(v) for k, v in value.items()}


@pytest.fixture(scope="module")
def signer() -> blind_rsa.BlindSigner:
    return blind_rsa.BlindSigner(blind_rsa.generate_key())


@functools.cache
def some_token(signer: blind_rsa.BlindSigner) -> token.Token:
    """A token drawn by Python alone."""
    holder = token.new_holder_key()
    input_msg = blind_rsa.prepare(token.token_message(CAMPAIGN, token.holder_key_bytes(holder)))
    blinded = blind_rsa.blind(signer.public_key, input_msg)
    signature = blind_rsa.finalize(signer.public_key, input_msg, signer.blind_sign(blinded.message), blinded.inverse)
    return token.Token(CAMPAIGN, FINGERPRINT, input_msg, signature, token.holder_scalar(holder))


def test_a_token_drawn_in_the_browser_verifies_in_python(page: Page, signer: blind_rsa.BlindSigner) -> None:
    issuer_key = b64(blind_rsa.spki(signer.public_key))
    asking = call(page, "blinding", "beginDraw", CAMPAIGN, issuer_key)
    signature = call(page, "blinding", "finishDraw", asking, signer.blind_sign(asking["blinded"]), issuer_key)
    holder_key = token.holder_key_bytes(token.holder_key_from_scalar(asking["scalar"]))
    token.verify_token(CAMPAIGN, asking["inputMsg"], signature, holder_key, signer.public_key)
    # once more with the library that the collector's auditors would use, not with our module
    pss = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=48)
    signer.public_key.verify(signature, asking["inputMsg"], pss, hashes.SHA384())


def test_the_browser_refuses_a_wrong_blind_signature(page: Page, signer: blind_rsa.BlindSigner) -> None:
    issuer_key = b64(blind_rsa.spki(signer.public_key))
    asking = call(page, "blinding", "beginDraw", CAMPAIGN, issuer_key)
    with pytest.raises(Error, match="invalid signature"):
        call(page, "blinding", "finishDraw", asking, bytes(383) + b"\x02", issuer_key)


@pytest.mark.parametrize(("exponent", "bits"), [(3, 3072), (65537, 2048)])
def test_the_browser_pins_exponent_and_length_of_the_issuers_key(page: Page, exponent: int, bits: int) -> None:
    weak = rsa.generate_private_key(exponent, bits).public_key()
    with pytest.raises(Error, match="RSA-3072"):
        call(page, "blinding", "beginDraw", CAMPAIGN, b64(blind_rsa.spki(weak)))


def test_a_token_drawn_by_python_verifies_in_the_browser(page: Page, signer: blind_rsa.BlindSigner) -> None:
    carried = call(page, "collector", "unpackToken", token.pack_token(some_token(signer)))
    call(page, "collector", "verifyToken", carried, blind_rsa.spki(signer.public_key))
    stranger = blind_rsa.generate_key().public_key()
    with pytest.raises(Error, match="not signed"):
        call(page, "collector", "verifyToken", carried, blind_rsa.spki(stranger))
    another_holder = {**carried, "scalar": token.holder_scalar(token.new_holder_key())}
    with pytest.raises(Error, match="not signed"):
        call(page, "collector", "verifyToken", another_holder, blind_rsa.spki(signer.public_key))


@pytest.mark.parametrize("bundle", ["issuer", "collector"])
def test_a_token_is_packed_to_the_same_text(page: Page, signer: blind_rsa.BlindSigner, bundle: str) -> None:
    expected = some_token(signer)
    packed = token.pack_token(expected)
    carried = call(page, bundle, "unpackToken", packed)
    assert carried == {
        "campaignId": CAMPAIGN,
        "fingerprint": FINGERPRINT,
        "inputMsg": expected.input_msg,
        "signature": expected.signature,
        "scalar": expected.holder_private_key,
    }
    assert call(page, bundle, "packToken", carried) == packed


@pytest.mark.parametrize(
    "damage", [lambda t: t[:-1], lambda t: t + "A", lambda t: t[:-1] + "=", lambda t: t[:-1] + "+"]
)
def test_a_damaged_token_is_refused(page: Page, signer: blind_rsa.BlindSigner, damage: Any) -> None:
    with pytest.raises(Error):
        call(page, "collector", "unpackToken", damage(token.pack_token(some_token(signer))))


def test_the_public_point_is_that_of_the_curve(page: Page) -> None:
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    for scalar in (1, 2, 3, order - 1, order - 2, 0x1234567890ABCDEF << 190):
        key = ec.derive_private_key(scalar, ec.SECP256R1())
        assert call(page, "collector", "publicPoint", scalar.to_bytes(32)) == token.holder_key_bytes(key)


def test_a_submission_made_in_the_browser_is_accepted_and_opens_in_python(
    page: Page, signer: blind_rsa.BlindSigner
) -> None:
    questionnaire, sealing_key = default_questionnaire(), sealing.generate_sealing_key()
    chosen = (*(len(question.options) for question in questionnaire.questions[:-1]), answers.BLANK)
    carried = call(page, "collector", "unpackToken", token.pack_token(some_token(signer)))
    made = call(
        page,
        "sealing",
        "makeSubmission",
        carried,
        sealing.sealing_key_bytes(sealing_key.public_key()),
        list(chosen),
    )
    body = {name: base64url.decode(text) for name, text in made["body"].items()}
    envelope = batch.Envelope(
        body["token"], body["signature"], body["holder_key"], body["holder_signature"], body["sealed"]
    )
    batch.verify_envelope(CAMPAIGN, envelope, signer.public_key)
    assert envelope.leaf == made["leaf"]
    info = sealing.sealing_info(CAMPAIGN, envelope.token_hash)
    plaintext = sealing.open_sealed(sealing_key, info, envelope.sealed)
    assert answers.decode_answers(questionnaire, plaintext) == answers.Answers(chosen)
    assert plaintext == answers.encode_answers(questionnaire, answers.Answers(chosen))


def test_what_python_seals_opens_with_the_browsers_library(page: Page) -> None:
    key, info = sealing.generate_sealing_key(), sealing.sealing_info(CAMPAIGN, bytes(32))
    plaintext = bytes([1, *range(63)])
    sealed = sealing.seal(key.public_key(), info, plaintext)
    numbers = key.private_numbers()
    jwk = {"kty": "EC", "crv": "P-256", "ext": True, "key_ops": ["deriveBits"]} | {
        "d": b64(numbers.private_value.to_bytes(32)),
        "x": b64(numbers.public_numbers.x.to_bytes(32)),
        "y": b64(numbers.public_numbers.y.to_bytes(32)),
    }
    assert call(page, "sealing", "open", sealed, info, jwk) == plaintext
    with pytest.raises(Error):
        call(page, "sealing", "open", sealed, sealing.sealing_info(CAMPAIGN, bytes(31) + b"\x01"), jwk)


def test_a_holder_signature_of_the_browser_verifies_in_python(page: Page, signer: blind_rsa.BlindSigner) -> None:
    scalar = some_token(signer).holder_private_key
    holder_key = token.holder_key_bytes(token.holder_key_from_scalar(scalar))
    signature = call(page, "collector", "signAsHolder", scalar, b"message")
    token.verify_holder_signature(holder_key, b"message", signature)
    with pytest.raises(token.HolderSignatureInvalid):
        token.verify_holder_signature(holder_key, b"another", signature)


def test_a_receipt_of_python_is_verified_in_the_browser(page: Page) -> None:
    key = Ed25519PrivateKey.generate()
    receipt = documents.sign_document(batch.Receipt(CAMPAIGN, bytes(64)), key)
    read = call(page, "collector", "readDocument", receipt, "pikir-receipt/1", signing.public_key_bytes(key))
    assert read == {"format": "pikir-receipt/1", "campaign_id": CAMPAIGN, "leaf": b64(bytes(64))}
    stranger = signing.public_key_bytes(Ed25519PrivateKey.generate())
    with pytest.raises(Error, match="does not verify"):
        call(page, "collector", "readDocument", receipt, "pikir-receipt/1", stranger)
    with pytest.raises(Error, match="expected a document"):
        call(page, "collector", "readDocument", receipt, "pikir-board/1", signing.public_key_bytes(key))


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13])
def test_the_browser_grows_the_same_tree(page: Page, size: int) -> None:
    leaves = [bytes([number]) * 64 for number in range(size)]
    expected = [merkle.leaf_hash(leaf) for leaf in leaves]
    hashed = [call(page, "issuer", "leafHash", leaf) for leaf in leaves]
    assert hashed == expected
    root = merkle.tree_root(expected)
    assert call(page, "issuer", "treeRoot", hashed) == root
    for index in range(size):
        proof = merkle.inclusion_proof(expected, index)
        assert call(page, "issuer", "inclusionPath", hashed, index) == list(proof.path)
        assert call(page, "issuer", "rootFromPath", hashed[index], index, size, list(proof.path)) == root


def test_the_browser_checks_the_whole_board(page: Page) -> None:
    key = Ed25519PrivateKey.generate()
    leaves = sorted(bytes([number]) * 64 for number in (9, 4, 7))
    statement = batch.Board(CAMPAIGN, FINGERPRINT, 10, 4, 3, batch.board_root(leaves), bytes(32))
    manifest = {"campaign_id": CAMPAIGN, "collector_key": b64(signing.public_key_bytes(key))}
    board = {"statement": documents.sign_document(statement, key), "leaves": [b64(leaf) for leaf in leaves]}
    assert call(page, "collector", "readBoard", board, manifest, FINGERPRINT.hex())["leaves"] == leaves
    dropped = {**board, "leaves": board["leaves"][:-1]}
    with pytest.raises(Error, match="not what the collector signed"):
        call(page, "collector", "readBoard", dropped, manifest, FINGERPRINT.hex())


def test_the_collectors_bundle_refuses_what_python_refuses(page: Page, signer: blind_rsa.BlindSigner) -> None:
    """A signature over a neighbouring message is no token, on either side."""
    drawn = some_token(signer)
    other = bytes([drawn.input_msg[0] ^ 1]) + drawn.input_msg[1:]
    pss = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=48)
    with pytest.raises(InvalidSignature):
        signer.public_key.verify(drawn.signature, other, pss, hashes.SHA384())
    carried = {"campaignId": CAMPAIGN, "fingerprint": FINGERPRINT, "inputMsg": other}
    carried |= {"signature": drawn.signature, "scalar": drawn.holder_private_key}
    with pytest.raises(Error, match="not signed"):
        call(page, "collector", "verifyToken", carried, blind_rsa.spki(signer.public_key))
