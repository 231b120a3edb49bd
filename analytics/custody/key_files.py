"""Sealing keys in files: under a passphrase (keyfile), or under a secret that custodians share (wrapped_key)."""

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from analytics.custody import wrapped_key
from analytics.custody.errors import RehearsalFailed, WrongCustody
from analytics.custody.plan import describe
from analytics.custody.shares import Share, combine
from survey_app.domain import keyfile, sealing
from survey_app.domain.answers import PLAINTEXT_BYTES
from survey_app.domain.errors import Malformed
from survey_app.web.keystore import KeyMissing

SPLIT_SUFFIX = ".split"


class SplitKeys:
    """Split sealing keys of one folder with the shares at hand, which are put together once for each secret."""

    def __init__(self, folder: Path, shares: Sequence[Share]) -> None:
        self._folder = folder
        self._shares = tuple(shares)
        self._secrets: dict[str, bytes] = {}

    def load(self, label: str) -> bytes:
        """A key. Raises KeyMissing, Malformed, WrongPassphrase, and what combining raises."""
        path = self._folder / f"{label}{SPLIT_SUFFIX}"
        if not path.exists():
            raise KeyMissing(f"there is no key file {path}")
        wrapped = wrapped_key.read(path.read_bytes())
        if wrapped.fingerprint not in self._secrets:
            self._secrets[wrapped.fingerprint] = combine(self._shares, wrapped.plan, wrapped.fingerprint)
        return wrapped_key.unwrap(wrapped, label, self._secrets[wrapped.fingerprint])


def label_of(campaign_id: str) -> str:
    """Name of a campaign's sealing key in the key folder."""
    return f"sealing-{campaign_id}"


def split_file(folder: Path, campaign_id: str) -> Path:
    """Where a split sealing key lies or would lie."""
    return folder / f"{label_of(campaign_id)}{SPLIT_SUFFIX}"


def to_der(key: ec.EllipticCurvePrivateKey) -> bytes:
    """PKCS #8, in the clear: for wrapping only."""
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def from_der(der: bytes) -> ec.EllipticCurvePrivateKey:
    """Raises Malformed."""
    try:
        key = load_der_private_key(der, password=None)
    except ValueError as error:
        raise Malformed("the key file does not hold a private key") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Malformed("the key file does not hold a P-256 key")
    return key


def read_key_file(
    file: bytes, campaign_id: str, shares: Sequence[Share], passphrase: Callable[[], str]
) -> ec.EllipticCurvePrivateKey:
    """The private key in a key file of either kind; ``passphrase()`` is asked for only if the file is under one.

    Raises WrongCustody, Malformed, WrongPassphrase, and what combining raises.
    """
    label = label_of(campaign_id)
    if wrapped_key.is_wrapped(file):
        wrapped = wrapped_key.read(file)
        if not shares:
            raise WrongCustody(f"this sealing key is split: it needs shares of {describe(wrapped.plan)} (--share)")
        secret = combine(shares, wrapped.plan, wrapped.fingerprint)
        return from_der(wrapped_key.unwrap(wrapped, label, secret))
    if shares:
        raise WrongCustody("this sealing key is not split: it needs its passphrase, no shares")
    salt = keyfile.salt_of(file)
    return from_der(keyfile.unwrap(file, label, keyfile.stretch(passphrase(), salt)))


def prove(private: ec.EllipticCurvePrivateKey, campaign_id: str) -> bytes:
    """The public key (65 bytes), once a test envelope went in and came out. Raises RehearsalFailed."""
    public = sealing.sealing_key_bytes(private.public_key())
    plaintext = secrets.token_bytes(PLAINTEXT_BYTES)
    info = sealing.sealing_info(campaign_id, bytes(32))
    envelope = sealing.seal(sealing.sealing_key_from_bytes(public), info, plaintext)
    if sealing.open_sealed(private, info, envelope) != plaintext:
        raise RehearsalFailed(f"the sealing key of campaign {campaign_id} does not open what it seals")
    return public
