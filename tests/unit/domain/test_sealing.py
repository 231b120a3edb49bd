"""The seal against an implementation of RFC 9180 of our own, which is itself held against the RFC's vectors."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from survey_app.domain import sealing
from survey_app.domain.errors import Malformed
from tests.unit.domain import rfc9180

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "hpke_p256_base.json").read_text(encoding="utf-8"))
TOKEN_HASH = bytes(range(32))
PLAINTEXT = bytes(range(100, 164))


def private_key(scalar: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int(scalar, 16), ec.SECP256R1())


@pytest.fixture(scope="module")
def info(campaign_id) -> bytes:
    return sealing.sealing_info(campaign_id, TOKEN_HASH)


@pytest.fixture(scope="module")
def sealed(sealing_key, info) -> bytes:
    return sealing.seal(sealing_key.public_key(), info, PLAINTEXT)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
class TestVectorsOfTheSecondImplementation:
    def test_both_ends_agree_on_the_secret(self, vector):
        sender, recipient = private_key(vector["skEm"]), private_key(vector["skRm"])

        assert rfc9180.point(recipient.public_key()).hex() == vector["pkRm"]
        assert tuple(map(bytes.hex, rfc9180.encap(recipient.public_key(), sender))) == (
            vector["shared_secret"],
            vector["enc"],
        )
        assert rfc9180.decap(bytes.fromhex(vector["enc"]), recipient).hex() == vector["shared_secret"]

    def test_key_schedule(self, vector):
        context = rfc9180.key_schedule(
            bytes.fromhex(vector["shared_secret"]), bytes.fromhex(vector["info"]), vector["aead_id"]
        )

        assert context.key.hex() == vector["key"]
        assert context.base_nonce.hex() == vector["base_nonce"]

    def test_ciphertext(self, vector):
        sealed = rfc9180.seal(
            private_key(vector["skRm"]).public_key(),
            bytes.fromhex(vector["info"]),
            bytes.fromhex(vector["pt"]),
            ephemeral=private_key(vector["skEm"]),
            aead_id=vector["aead_id"],
            aad=bytes.fromhex(vector["aad"]),
        )

        assert sealed.hex() == vector["enc"] + vector["ct"]


class TestInterop:
    def test_the_second_implementation_opens_ours(self, sealing_key, info, sealed):
        assert rfc9180.open_sealed(sealing_key, info, sealed) == PLAINTEXT

    def test_we_open_the_second_implementations(self, sealing_key, info):
        sealed = rfc9180.seal(
            sealing_key.public_key(), info, PLAINTEXT, ephemeral=ec.generate_private_key(ec.SECP256R1())
        )

        assert sealing.open_sealed(sealing_key, info, sealed) == PLAINTEXT


def test_info(campaign_id):
    expected = b"pikir/sealed-response/1\x00" + bytes.fromhex(campaign_id) + TOKEN_HASH

    assert sealing.sealing_info(campaign_id, TOKEN_HASH) == expected
    assert len(expected) == 72


def test_every_sealed_response_is_equally_long(sealing_key, info):
    plaintexts = [bytes(64), b"\x01" * 64, b"\xff" * 64]

    assert {len(sealing.seal(sealing_key.public_key(), info, p)) for p in plaintexts} == {145}
    assert sealing.SEALED_BYTES == 145


def test_the_same_answers_are_never_sealed_alike(sealing_key, info, sealed):
    again = sealing.seal(sealing_key.public_key(), info, PLAINTEXT)

    assert again[:65] != sealed[:65]
    assert again[65:] != sealed[65:]


@pytest.mark.parametrize("position", [0, 1, 33, 64, 65, 100, 128, 129, 144])
def test_an_altered_byte_does_not_open(sealing_key, info, sealed, position):
    altered = bytearray(sealed)
    altered[position] ^= 1

    with pytest.raises(sealing.CannotOpen):
        sealing.open_sealed(sealing_key, info, bytes(altered))


@pytest.mark.parametrize("change", [lambda s: s[:-1], lambda s: s + b"\x00", lambda s: s[:80], lambda s: s[:64]])
def test_another_length_does_not_open(sealing_key, info, sealed, change):
    with pytest.raises(sealing.CannotOpen):
        sealing.open_sealed(sealing_key, info, change(sealed))


@pytest.mark.parametrize("sealed", [b"", bytes(145), b"\x04" + bytes(144), b"\xff" * 145])
def test_other_bytes_do_not_open(sealing_key, info, sealed):
    with pytest.raises(sealing.CannotOpen):
        sealing.open_sealed(sealing_key, info, sealed)


def test_it_does_not_open_under_another_token(sealing_key, campaign_id, sealed):
    with pytest.raises(sealing.CannotOpen):
        sealing.open_sealed(sealing_key, sealing.sealing_info(campaign_id, bytes(32)), sealed)


def test_it_does_not_open_in_another_campaign(sealing_key, sealed):
    with pytest.raises(sealing.CannotOpen):
        sealing.open_sealed(sealing_key, sealing.sealing_info("00" * 16, TOKEN_HASH), sealed)


def test_it_does_not_open_with_another_key(info, sealed):
    with pytest.raises(sealing.CannotOpen):
        sealing.open_sealed(sealing.generate_sealing_key(), info, sealed)


class TestKeyBytes:
    def test_round_trip(self, sealing_key):
        point = sealing.sealing_key_bytes(sealing_key.public_key())

        assert len(point) == 65
        assert sealing.sealing_key_from_bytes(point).public_numbers() == sealing_key.public_key().public_numbers()

    @pytest.mark.parametrize("point", [b"", b"\x00", b"\x04" + bytes(64), b"\x04" + b"\xff" * 64, b"\x05" * 65])
    def test_what_is_no_point(self, point):
        with pytest.raises(Malformed):
            sealing.sealing_key_from_bytes(point)

    def test_one_key_has_one_text(self, sealing_key):
        compressed = sealing_key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)

        with pytest.raises(Malformed):
            sealing.sealing_key_from_bytes(compressed)
