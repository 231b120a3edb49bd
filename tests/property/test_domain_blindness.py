"""Perfect blindness: whoever issued which token cannot be told, by any amount of computing.

Given one issuance (the blinded message that the issuer saw) and any token of the same key, there is exactly one r with
which this issuance would have given this token: r^e = blinded / m (mod n), where m is the token's encoded message, and
x -> x^e is a permutation because gcd(e, (p-1)(q-1)) = 1. So every issuance fits every token equally well.
"""

import secrets
from dataclasses import dataclass
from math import gcd

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.domain import blind_rsa

LENGTH = 384
heavy = settings(max_examples=settings().max_examples // 5)


@dataclass(frozen=True)
class Drawn:
    """One respondent's draw: what the issuer saw, and what the collector sees."""

    blinded_message: bytes
    blind_signature: bytes
    input_msg: bytes
    signature: bytes
    salt: bytes


def draw(signer: blind_rsa.BlindSigner, message: bytes) -> Drawn:
    taken: list[bytes] = []

    def random(length: int) -> bytes:
        taken.append(secrets.token_bytes(length))
        return taken[-1]

    input_msg = blind_rsa.prepare(message)
    blinded = blind_rsa.blind(signer.public_key, input_msg, random)
    blind_signature = signer.blind_sign(blinded.message)
    signature = blind_rsa.finalize(signer.public_key, input_msg, blind_signature, blinded.inverse)
    return Drawn(blinded.message, blind_signature, input_msg, signature, salt=taken[0])


def explaining_r(key: rsa.RSAPrivateKey, issuance: Drawn, token: Drawn) -> int:
    """The one r, found with the private key: ((blinded / m) ^ d mod n), with m = signature ^ e mod n."""
    numbers = key.private_numbers()
    n, e = numbers.public_numbers.n, numbers.public_numbers.e
    m = pow(int.from_bytes(token.signature), e, n)
    return pow(int.from_bytes(issuance.blinded_message) * pow(m, -1, n) % n, numbers.d, n)


def blind_with(key: rsa.RSAPublicKey, token: Drawn, r: int) -> blind_rsa.BlindedMessage:
    values = iter([token.salt, r.to_bytes(LENGTH)])
    return blind_rsa.blind(key, token.input_msg, lambda _: next(values))


@pytest.fixture(scope="module")
def draws(blind_signer) -> list[Drawn]:
    return [draw(blind_signer, f"message {i}".encode()) for i in range(4)]


def test_every_issuance_explains_every_token(blind_signing_key, blind_signer, draws):
    n = blind_signer.public_key.public_numbers().n

    for issuance in draws:
        for token in draws:
            r = explaining_r(blind_signing_key, issuance, token)
            assert 0 < r < n

            replayed = blind_with(blind_signer.public_key, token, r)
            signature = blind_rsa.finalize(
                blind_signer.public_key, token.input_msg, issuance.blind_signature, replayed.inverse
            )

            assert replayed.message == issuance.blinded_message
            assert signature == token.signature


def test_there_is_no_second_r(blind_signing_key, blind_signer):
    """x -> x^e is one to one on the numbers below n."""
    numbers = blind_signing_key.private_numbers()

    assert gcd(numbers.public_numbers.e, (numbers.p - 1) * (numbers.q - 1)) == 1


@heavy
@given(st.lists(st.integers(min_value=1, max_value=2**3060), min_size=2, max_size=2, unique=True))
def test_another_r_gives_another_blinded_message(blind_signer, draws, values):
    n = blind_signer.public_key.public_numbers().n

    first, second = (blind_with(blind_signer.public_key, draws[0], r) for r in values)

    assert first.message != second.message
    assert [first.inverse * values[0] % n, second.inverse * values[1] % n] == [1, 1]


@heavy
@given(st.binary(max_size=200))
def test_any_message_can_be_signed_blindly(blind_signer, message):
    drawn = draw(blind_signer, message)

    blind_rsa.verify(blind_signer.public_key, drawn.input_msg, drawn.signature)
    assert drawn.input_msg[32:] == message
    assert drawn.signature != drawn.blind_signature


@heavy
@given(st.binary(max_size=50))
def test_the_same_message_twice_shares_nothing_that_the_issuer_sees(blind_signer, message):
    first, second = draw(blind_signer, message), draw(blind_signer, message)

    assert first.blinded_message != second.blinded_message
    assert first.input_msg != second.input_msg
