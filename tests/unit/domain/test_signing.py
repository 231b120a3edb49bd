"""Compact JWS, against one made by hand with Ed25519 alone, and every way of tampering with it."""

import base64
import hashlib
import json

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from survey_app.domain import signing
from survey_app.domain.errors import Malformed

# The key pair of RFC 8037, appendix A.1
KEY = Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="))
PUBLIC_KEY = base64.urlsafe_b64decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
TYP = "pikir-example/1"
PAYLOAD = '{"format":"pikir-example/1","text":"пікір"}'.encode()


def segment(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def by_hand(header: dict, payload: bytes = PAYLOAD, key: Ed25519PrivateKey = KEY) -> str:
    """RFC 7515, section 7.1, with `cryptography` alone."""
    text = f"{segment(json.dumps(header, separators=(',', ':')).encode())}.{segment(payload)}"
    return f"{text}.{segment(key.sign(text.encode()))}"


@pytest.fixture(scope="module")
def document() -> str:
    return signing.sign(PAYLOAD, TYP, KEY)


class TestInterop:
    def test_the_key_of_the_rfc(self):
        assert signing.public_key_bytes(KEY) == PUBLIC_KEY

    def test_the_signature_of_the_rfc(self):
        """RFC 8037, appendix A.4: its document has no type, so its parts are compared here, not the whole."""
        text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
        signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"

        assert by_hand({"alg": "EdDSA"}, b"Example of Ed25519 signing") == f"{text}.{signature}"

    def test_ours_is_the_text_made_by_hand(self, document):
        assert document == by_hand({"alg": "EdDSA", "typ": TYP})

    def test_we_read_what_was_made_by_hand(self):
        assert signing.verify(by_hand({"typ": TYP, "alg": "EdDSA"}), TYP, PUBLIC_KEY) == PAYLOAD

    def test_ours_verifies_with_nothing_of_ours(self, document):
        text, signature = document.rsplit(".", 1)
        key = Ed25519PublicKey.from_public_bytes(PUBLIC_KEY)

        key.verify(base64.urlsafe_b64decode(signature + "=="), text.encode())
        with pytest.raises(InvalidSignature):
            key.verify(base64.urlsafe_b64decode(signature + "=="), text.encode() + b"x")


class TestTampering:
    def test_no_character_can_be_changed(self, document):
        """Also not the last one, whose unused bits a lenient decoder would ignore."""
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        last = len(document) - 1
        changes = [
            (position, alphabet[(alphabet.find(document[position]) + step) % 64])
            for position in range(len(document))
            for step in (range(1, 64) if position == last else (1, 32))
        ]

        for position, character in changes:
            if document[position] != character:
                with pytest.raises((signing.SignatureInvalid, Malformed)):
                    signing.verify(document[:position] + character + document[position + 1 :], TYP, PUBLIC_KEY)

    @pytest.mark.parametrize("character", list(" \n=+/.\x00ж"))
    def test_no_character_can_be_added(self, document, character):
        middle = document.index(".") + 3
        for changed in (document + character, character + document, document[:middle] + character + document[middle:]):
            with pytest.raises((signing.SignatureInvalid, Malformed)):
                signing.verify(changed, TYP, PUBLIC_KEY)

    @pytest.mark.parametrize("length", [1, 2, 86, 87])
    def test_the_signature_cannot_be_cut(self, document, length):
        with pytest.raises((signing.SignatureInvalid, Malformed)):
            signing.verify(document[:-length], TYP, PUBLIC_KEY)

    def test_another_payload(self, document):
        header, _, signature = document.split(".")

        with pytest.raises(signing.SignatureInvalid):
            signing.verify(f"{header}.{segment(b'{}')}.{signature}", TYP, PUBLIC_KEY)


class TestRefusals:
    def test_another_type(self, document):
        with pytest.raises(Malformed, match="pikir-other/1"):
            signing.verify(document, "pikir-other/1", PUBLIC_KEY)

    def test_another_key(self, document):
        with pytest.raises(signing.SignatureInvalid):
            signing.verify(document, TYP, signing.public_key_bytes(Ed25519PrivateKey.generate()))

    @pytest.mark.parametrize("key", [b"", bytes(31), bytes(32), bytes(33)])
    def test_what_is_no_key(self, document, key):
        with pytest.raises(signing.SignatureInvalid):
            signing.verify(document, TYP, key)

    @pytest.mark.parametrize("algorithm", ["none", "HS256", "Ed25519", "eddsa", 5, None])
    def test_another_algorithm(self, algorithm):
        with pytest.raises((signing.SignatureInvalid, Malformed)):
            signing.verify(by_hand({"alg": algorithm, "typ": TYP}), TYP, PUBLIC_KEY)

    def test_the_public_key_as_a_shared_secret(self):
        """The classic confusion of a verifier that lets the header choose."""
        text = f"{segment(json.dumps({'alg': 'HS256', 'typ': TYP}).encode())}.{segment(PAYLOAD)}"
        forged = f"{text}.{segment(hashlib.sha256(PUBLIC_KEY + text.encode()).digest())}"

        with pytest.raises(signing.SignatureInvalid):
            signing.verify(forged, TYP, PUBLIC_KEY)

    @pytest.mark.parametrize("header", [{}, {"typ": TYP}, {"alg": "EdDSA"}, {"alg": "EdDSA", "typ": [TYP]}])
    def test_a_header_without_algorithm_or_type(self, header):
        with pytest.raises(Malformed):
            signing.verify(by_hand(header), TYP, PUBLIC_KEY)

    @pytest.mark.parametrize("critical", [["x"], [5], [[]], 5, None, {}])
    def test_a_critical_header_that_nobody_knows_or_that_is_none(self, critical):
        with pytest.raises((signing.SignatureInvalid, Malformed)):
            signing.verify(by_hand({"alg": "EdDSA", "typ": TYP, "crit": critical, "x": 1}), TYP, PUBLIC_KEY)

    @pytest.mark.parametrize(
        "text",
        ["", ".", "..", "...", "a.b.c", "W10.e30.AA", "bnVsbA.e30.AA", "NQ.e30.AA", "ж.ж.ж", '{"payload":"e30"}'],
    )
    def test_what_is_no_jws(self, text):
        with pytest.raises(Malformed):
            signing.verify(text, TYP, PUBLIC_KEY)
        with pytest.raises(Malformed):
            signing.peek(text)


def test_peek_does_not_verify(document):
    assert signing.peek(document[:-4] + "AAAA") == (TYP, PAYLOAD)


def test_the_fingerprint(document):
    assert signing.fingerprint(document) == hashlib.sha256(document.encode()).digest()
