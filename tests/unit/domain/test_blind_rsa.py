"""RFC 9474 against its own vector (RSA-4096), and what the functions refuse."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from survey_app.domain import blind_rsa
from survey_app.domain.errors import Malformed

VECTOR = json.loads(
    (Path(__file__).parents[2] / "data" / "rfc9474_rsabssa_sha384_pss_randomized.json").read_text(encoding="utf-8")
)[0]
BYTES = 512


def octets(name: str) -> bytes:
    return bytes.fromhex(VECTOR[name])


def integer(name: str) -> int:
    return int(VECTOR[name], 16)


def replay(*values: bytes):
    """A random source that gives these values, each of the length asked for."""
    waiting = iter(values)

    def random(length: int) -> bytes:
        value = next(waiting)
        assert len(value) == length
        return value

    return random


@pytest.fixture(scope="module")
def rfc_key() -> rsa.RSAPrivateKey:
    p, q, d = integer("p"), integer("q"), integer("d")
    public = rsa.RSAPublicNumbers(integer("e"), integer("n"))
    return rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public).private_key()


@pytest.fixture(scope="module")
def r() -> bytes:
    return pow(integer("inv"), -1, integer("n")).to_bytes(BYTES)


class TestRfcVector:
    def test_prepare(self):
        assert blind_rsa.prepare(octets("msg"), replay(octets("msg_prefix"))) == octets("input_msg")

    def test_blind(self, rfc_key, r):
        blinded = blind_rsa.blind(rfc_key.public_key(), octets("input_msg"), replay(octets("salt"), r))

        assert blinded.message == octets("blinded_msg")
        assert blinded.inverse == integer("inv")

    def test_blind_sign(self, rfc_key):
        assert blind_rsa.BlindSigner(rfc_key).blind_sign(octets("blinded_msg")) == octets("blind_sig")

    def test_finalize(self, rfc_key):
        signature = blind_rsa.finalize(rfc_key.public_key(), octets("input_msg"), octets("blind_sig"), integer("inv"))

        assert signature == octets("sig")

    def test_verify(self, rfc_key):
        blind_rsa.verify(rfc_key.public_key(), octets("input_msg"), octets("sig"))

    def test_r_is_drawn_again_until_it_lies_in_the_group(self, rfc_key, r):
        n = integer("n").to_bytes(BYTES)
        refused = (bytes(BYTES), n, b"\xff" * BYTES, octets("p").rjust(BYTES, b"\x00"))

        blinded = blind_rsa.blind(rfc_key.public_key(), octets("input_msg"), replay(octets("salt"), *refused, r))

        assert blinded.message == octets("blinded_msg")


class TestVerify:
    @pytest.mark.parametrize("position", [0, 1, 255, 510, 511])
    def test_an_altered_signature_is_refused(self, rfc_key, position):
        altered = bytearray(octets("sig"))
        altered[position] ^= 1

        with pytest.raises(blind_rsa.BlindSignatureInvalid):
            blind_rsa.verify(rfc_key.public_key(), octets("input_msg"), bytes(altered))

    @pytest.mark.parametrize("position", [0, 31, 32, 79])
    def test_an_altered_message_is_refused(self, rfc_key, position):
        altered = bytearray(octets("input_msg"))
        altered[position] ^= 1

        with pytest.raises(blind_rsa.BlindSignatureInvalid):
            blind_rsa.verify(rfc_key.public_key(), bytes(altered), octets("sig"))

    @pytest.mark.parametrize("change", [lambda s: s[:-1], lambda s: s + b"\x00", lambda s: b"\x00" + s, lambda _: b""])
    def test_a_signature_of_another_length_is_refused(self, rfc_key, change):
        with pytest.raises(blind_rsa.BlindSignatureInvalid):
            blind_rsa.verify(rfc_key.public_key(), octets("input_msg"), change(octets("sig")))

    def test_the_signature_plus_the_modulus_is_refused(self, rfc_key):
        """The same residue must not have two texts."""
        sum_ = integer("sig") + integer("n")
        assert sum_.bit_length() <= 8 * BYTES

        with pytest.raises(blind_rsa.BlindSignatureInvalid):
            blind_rsa.verify(rfc_key.public_key(), octets("input_msg"), sum_.to_bytes(BYTES))

    def test_another_issuers_signature_is_refused(self, rfc_key, blind_signer):
        with pytest.raises(blind_rsa.BlindSignatureInvalid):
            blind_rsa.verify(blind_signer.public_key, octets("input_msg"), octets("sig"))


class TestFinalize:
    def test_a_wrong_blind_signature_is_refused(self, rfc_key):
        wrong = (integer("blind_sig") ^ 1).to_bytes(BYTES)

        with pytest.raises(blind_rsa.BlindSignatureInvalid):
            blind_rsa.finalize(rfc_key.public_key(), octets("input_msg"), wrong, integer("inv"))

    def test_another_inverse_is_refused(self, rfc_key):
        with pytest.raises(blind_rsa.BlindSignatureInvalid):
            blind_rsa.finalize(rfc_key.public_key(), octets("input_msg"), octets("blind_sig"), integer("inv") + 1)

    @pytest.mark.parametrize("length", [0, BYTES - 1, BYTES + 1])
    def test_a_blind_signature_of_another_length_is_refused(self, rfc_key, length):
        with pytest.raises(blind_rsa.BlindSignatureInvalid):
            blind_rsa.finalize(rfc_key.public_key(), octets("input_msg"), b"\x01" * length, integer("inv"))


class TestBlindSign:
    @pytest.mark.parametrize("length", [0, 383, 385])
    def test_a_message_of_another_length_is_refused(self, blind_signer, length):
        with pytest.raises(Malformed):
            blind_signer.blind_sign(b"\x02" * length)

    @pytest.mark.parametrize(
        "value",
        [
            lambda n: 0,
            lambda n: 1,
            lambda n: n - 1,
            lambda n: n,
            lambda n: n + 1,
            lambda n: 2**3072 - 1,
        ],
        ids=["0", "1", "n-1", "n", "n+1", "largest"],
    )
    def test_a_value_outside_the_group_is_refused(self, blind_signer, value):
        n = blind_signer.public_key.public_numbers().n

        with pytest.raises(Malformed):
            blind_signer.blind_sign(value(n).to_bytes(384))

    @pytest.mark.parametrize("value", [lambda n: 2, lambda n: n - 2], ids=["2", "n-2"])
    def test_the_smallest_and_the_largest_accepted_value_are_signed(self, blind_signer, value):
        numbers = blind_signer.public_key.public_numbers()
        message = value(numbers.n)

        signature = blind_signer.blind_sign(message.to_bytes(384))

        assert pow(int.from_bytes(signature), numbers.e, numbers.n) == message

    def test_the_same_message_gets_the_same_signature(self, blind_signer):
        """Issuing is idempotent because of it, whatever the base blinding drew."""
        message = (12345).to_bytes(384)

        assert len({blind_signer.blind_sign(message) for _ in range(3)}) == 1

    def test_a_faulty_key_releases_nothing(self, blind_signing_key, monkeypatch):
        """A wrong half of the CRT would give the modulus' factors away (Boneh, DeMillo, Lipton 1997)."""
        signer = blind_rsa.BlindSigner(blind_signing_key)
        monkeypatch.setattr(signer, "_dp", signer._dp ^ 2)

        with pytest.raises(blind_rsa.SigningFault):
            signer.blind_sign((12345).to_bytes(384))


class TestPublicKey:
    def test_round_trip(self, blind_signer):
        der = blind_rsa.spki(blind_signer.public_key)

        assert blind_rsa.public_key_from_spki(der).public_numbers() == blind_signer.public_key.public_numbers()

    def test_a_fresh_key_has_the_pinned_shape(self, blind_signing_key):
        assert blind_signing_key.key_size == 3072
        assert blind_signing_key.public_key().public_numbers().e == 65537

    @pytest.mark.parametrize(("bits", "exponent"), [(2048, 65537), (4096, 65537), (3072, 3), (3072, 65539)])
    def test_another_size_or_exponent_is_refused(self, blind_signer, bits, exponent):
        n = blind_signer.public_key.public_numbers().n
        modulus = n if bits == 3072 else (n << 1024 | 1 if bits == 4096 else n >> 1024 | 1)
        key = rsa.RSAPublicNumbers(exponent, modulus).public_key()
        assert key.key_size == bits

        with pytest.raises(Malformed, match="RSA-3072"):
            blind_rsa.public_key_from_spki(blind_rsa.spki(key))

    @pytest.mark.parametrize(
        "private_key", [ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()]
    )
    def test_another_kind_of_key_is_refused(self, private_key):
        der = private_key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

        with pytest.raises(Malformed, match="RSA"):
            blind_rsa.public_key_from_spki(der)

    def test_a_key_of_an_unknown_algorithm_is_refused(self, blind_signer):
        rsa_oid, unknown_oid = bytes.fromhex("2a864886f70d010101"), bytes.fromhex("2a864886f70d01017f")
        der = blind_rsa.spki(blind_signer.public_key).replace(rsa_oid, unknown_oid)

        with pytest.raises(Malformed):
            blind_rsa.public_key_from_spki(der)

    @pytest.mark.parametrize("change", [lambda d: b"", lambda d: d[:-1], lambda d: d + b"\x00", lambda d: b"x" * 422])
    def test_other_bytes_are_refused(self, blind_signer, change):
        with pytest.raises(Malformed):
            blind_rsa.public_key_from_spki(change(blind_rsa.spki(blind_signer.public_key)))


def test_blinding_refuses_a_message_that_shares_a_factor_with_the_modulus():
    """It cannot happen with an honest key; with a dishonest one it must not go on."""
    powers_of_three = rsa.RSAPublicNumbers(65537, 3**1938).public_key()
    salt = bytes(48)  # with this one, the encoded message is a multiple of three

    with pytest.raises(blind_rsa.SigningFault):
        blind_rsa.blind(powers_of_three, b"message", replay(salt, (2).to_bytes(384)))
