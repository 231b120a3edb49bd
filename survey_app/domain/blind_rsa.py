"""Blind RSA signatures, RSABSSA-SHA384-PSS-Randomized (RFC 9474). Function names are the RFC's.

Integers never leave this module: keys are objects, messages and signatures are bytes of the modulus' length.
Random sources are arguments with a secure default, so that tests can replay the RFC's vectors.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import gmpy2
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from survey_app.domain.errors import Malformed, PikirError

MODULUS_BITS = 3072
PUBLIC_EXPONENT = 65537
PREFIX_BYTES = 32
SALT_BYTES = 48
_HASH = hashlib.sha384
_SHA384 = hashes.SHA384()
_PSS = padding.PSS(mgf=padding.MGF1(_SHA384), salt_length=SALT_BYTES)

RandomBytes = Callable[[int], bytes]


class BlindSignatureInvalid(PikirError):
    """A signature does not verify under the issuer's public key."""

    slug = "bad-signature"


class SigningFault(PikirError):
    """The signer's own check failed: nothing was released (a faulty CRT signature would leak the key)."""

    slug = "signing-fault"


@dataclass(frozen=True)
class BlindedMessage:
    """What the issuer sees (``message``), and the client's secret that undoes it (``inverse``)."""

    message: bytes
    inverse: int


def generate_key(bits: int = MODULUS_BITS) -> rsa.RSAPrivateKey:
    """A fresh blind-signing key, e = 65537."""
    return rsa.generate_private_key(PUBLIC_EXPONENT, bits)


def public_key_from_spki(der: bytes) -> rsa.RSAPublicKey:
    """The issuer's public key from SubjectPublicKeyInfo DER, with e and the modulus' length pinned.

    Raises Malformed for another kind of key, another exponent or another size.
    """
    try:
        key = serialization.load_der_public_key(der)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Malformed("not a SubjectPublicKeyInfo") from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise Malformed("not an RSA key")
    if key.key_size != MODULUS_BITS or key.public_numbers().e != PUBLIC_EXPONENT:
        raise Malformed(f"the issuer's key must be RSA-{MODULUS_BITS} with e = {PUBLIC_EXPONENT}")
    return key


def spki(key: rsa.RSAPublicKey) -> bytes:
    """SubjectPublicKeyInfo DER of a public key."""
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def prepare(message: bytes, random: RandomBytes = secrets.token_bytes) -> bytes:
    """input_msg: 32 random bytes || message (RFC 9474, section 4.1, PrepareRandomize)."""
    return random(PREFIX_BYTES) + message


def blind(public_key: rsa.RSAPublicKey, input_msg: bytes, random: RandomBytes = secrets.token_bytes) -> BlindedMessage:
    """Blind a prepared message (RFC 9474, section 4.2). ``random`` gives the salt, then r."""
    numbers = public_key.public_numbers()
    n, length = gmpy2.mpz(numbers.n), _length(public_key)
    encoded = _emsa_pss_encode(input_msg, public_key.key_size - 1, random(SALT_BYTES))
    m = gmpy2.mpz(int.from_bytes(encoded))
    if gmpy2.gcd(m, n) != 1:
        raise SigningFault("the encoded message shares a factor with the modulus")
    r = _uniform_below(n, random)
    blinded = m * gmpy2.powmod(r, numbers.e, n) % n
    return BlindedMessage(int(blinded).to_bytes(length), int(gmpy2.invert(r, n)))


class BlindSigner:
    """The issuer's private key, ready to sign: CRT, base blinding and a check of every result."""

    def __init__(self, private_key: rsa.RSAPrivateKey) -> None:
        numbers = private_key.private_numbers()
        public = numbers.public_numbers
        self.public_key = private_key.public_key()
        self._n, self._e = gmpy2.mpz(public.n), gmpy2.mpz(public.e)
        self._p, self._q = gmpy2.mpz(numbers.p), gmpy2.mpz(numbers.q)
        self._dp, self._dq = gmpy2.mpz(numbers.dmp1), gmpy2.mpz(numbers.dmq1)
        self._q_inverse = gmpy2.mpz(numbers.iqmp)

    def blind_sign(self, blinded_msg: bytes) -> bytes:
        """Sign what cannot be read (RFC 9474, section 4.3); a function of the message alone.

        Raises Malformed for a wrong length or a value outside (1, n - 1), SigningFault if the check fails.
        """
        self.check(blinded_msg)
        m = gmpy2.mpz(int.from_bytes(blinded_msg))
        s = self._private_operation(m)
        if gmpy2.powmod(s, self._e, self._n) != m:
            raise SigningFault("the signature does not check")
        return int(s).to_bytes(_length(self.public_key))

    def check(self, blinded_msg: bytes) -> None:
        """Refuse what could never be signed, before anything is recorded for it. Raises Malformed as above."""
        length = _length(self.public_key)
        if len(blinded_msg) != length:
            raise Malformed(f"a blinded message has {length} bytes")
        if not 1 < int.from_bytes(blinded_msg) < self._n - 1:
            raise Malformed("the blinded message is outside the group")

    def _private_operation(self, m: gmpy2.mpz) -> gmpy2.mpz:
        r = _uniform_below(self._n, secrets.token_bytes)
        masked = m * gmpy2.powmod(r, self._e, self._n) % self._n
        with gmpy2.context(gmpy2.get_context(), allow_release_gil=True):
            s_p = gmpy2.powmod_sec(masked % self._p, self._dp, self._p)
            s_q = gmpy2.powmod_sec(masked % self._q, self._dq, self._q)
        s = s_q + self._q * (self._q_inverse * (s_p - s_q) % self._p)
        return s * gmpy2.invert(r, self._n) % self._n


def finalize(public_key: rsa.RSAPublicKey, input_msg: bytes, blind_sig: bytes, inverse: int) -> bytes:
    """The finished signature (RFC 9474, section 4.4), verified before it is returned.

    Raises BlindSignatureInvalid, upon which the client must stop for good: the issuer misbehaves.
    """
    length = _length(public_key)
    if len(blind_sig) != length:
        raise BlindSignatureInvalid(f"a blind signature has {length} bytes")
    s = int.from_bytes(blind_sig) * inverse % public_key.public_numbers().n
    signature = s.to_bytes(length)
    verify(public_key, input_msg, signature)
    return signature


def verify(public_key: rsa.RSAPublicKey, input_msg: bytes, signature: bytes) -> None:
    """Check a finished signature (RFC 9474, section 4.5): RSASSA-PSS, SHA-384, MGF1, salt 48 bytes.

    Raises BlindSignatureInvalid.
    """
    try:
        public_key.verify(signature, input_msg, _PSS, _SHA384)
    except InvalidSignature as error:
        raise BlindSignatureInvalid("the token's signature does not verify") from error


def _length(public_key: rsa.RSAPublicKey) -> int:
    return (public_key.key_size + 7) // 8


def _uniform_below(n: gmpy2.mpz, random: RandomBytes) -> gmpy2.mpz:
    """Uniform and invertible in [1, n), by rejection."""
    length = (n.bit_length() + 7) // 8
    while True:
        r = gmpy2.mpz(int.from_bytes(random(length)))
        if 0 < r < n and gmpy2.gcd(r, n) == 1:
            return r


def _emsa_pss_encode(message: bytes, em_bits: int, salt: bytes) -> bytes:
    """RFC 8017, section 9.1.1, with SHA-384 and MGF1-SHA-384."""
    em_len = (em_bits + 7) // 8
    digest = _HASH(b"\x00" * 8 + _HASH(message).digest() + salt).digest()
    db = b"\x00" * (em_len - len(salt) - len(digest) - 2) + b"\x01" + salt
    masked = bytearray(a ^ b for a, b in zip(db, _mgf1(digest, len(db)), strict=True))
    masked[0] &= 0xFF >> (8 * em_len - em_bits)
    return bytes(masked) + digest + b"\xbc"


def _mgf1(seed: bytes, length: int) -> bytes:
    """RFC 8017, appendix B.2.1, with SHA-384."""
    blocks = range((length + 47) // 48)
    return b"".join(_HASH(seed + i.to_bytes(4)).digest() for i in blocks)[:length]
