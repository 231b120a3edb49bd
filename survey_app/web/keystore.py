"""An office's private keys: one encrypted file each, in a folder that no database backup includes.

Stretching a passphrase takes 0.4 s and 128 MiB. It is done once for a folder and process, by a server before it has
loaded anything else (``prepare``), so that its memory never holds both.
"""

import functools
import threading
from pathlib import Path

from survey_app.domain import keyfile
from survey_app.domain.errors import PikirError
from survey_app.web.exchange import write_durably

MOST_REMEMBERED = 16
_ONE_AT_A_TIME = threading.Lock()


class KeyMissing(PikirError):
    """A private key is not in the key folder (never made, or destroyed)."""

    slug = "key-missing"


class KeyExists(PikirError):
    """A private key of that name was made before; keys are never overwritten."""

    slug = "key-exists"


def prepare(folder: Path, passphrase: str) -> None:
    """Stretch the passphrase of a folder's keys now, of an empty folder's first one too."""
    _stretched(passphrase, _salt(folder))


class KeyStore:
    """Key files of one folder under one passphrase, which is stretched only when first needed.

    The process remembers an office's own passphrase for its other stores; of one that a person typed (``typed``)
    nothing outlives the store.
    """

    def __init__(self, folder: Path, passphrase: str, *, typed: bool = False) -> None:
        self._stretched = functools.cache(_stretched_anew) if typed else _stretched
        self._folder = folder
        self._passphrase = passphrase
        self._lock = threading.Lock()
        self._secrets: dict[str, bytes] = {}

    def create(self, label: str, secret: bytes) -> None:
        """Store a new secret. Raises KeyExists."""
        target = self._path(label)
        if target.exists():
            raise KeyExists(f"{target} exists")
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        wrapping_key = self._stretched(self._passphrase, _salt(self._folder))
        write_durably(target, keyfile.wrap(secret, label, wrapping_key), 0o600)

    def load(self, label: str) -> bytes:
        """The secret. Raises KeyMissing, WrongPassphrase, Malformed."""
        with self._lock:
            if label in self._secrets:
                return self._secrets[label]
        target = self._path(label)
        if not target.exists():
            raise KeyMissing(f"there is no key file {target}")
        file = target.read_bytes()
        secret = keyfile.unwrap(file, label, self._stretched(self._passphrase, keyfile.salt_of(file)))
        with self._lock:
            self._secrets[label] = secret
        return secret

    def has(self, label: str) -> bool:
        """Whether such a key file exists."""
        return self._path(label).exists()

    def destroy(self, label: str) -> None:
        """Forget a key for good; one that is gone already is fine."""
        with self._lock:
            self._secrets.pop(label, None)
        self._path(label).unlink(missing_ok=True)

    def _path(self, label: str) -> Path:
        return self._folder / f"{label}.key"


def _salt(folder: Path) -> bytes:
    """That of any key file in the folder, else one for its first."""
    first = next(iter(sorted(folder.glob("*.key"))), None)
    return _first_salt(folder.resolve()) if first is None else keyfile.salt_of(first.read_bytes())


@functools.cache
def _first_salt(_folder: Path) -> bytes:
    return keyfile.new_salt()


def _stretched(passphrase: str, salt: bytes) -> keyfile.WrappingKey:
    with _ONE_AT_A_TIME:
        return _stretch(passphrase, salt)


def _stretched_anew(passphrase: str, salt: bytes) -> keyfile.WrappingKey:
    with _ONE_AT_A_TIME:
        return keyfile.stretch(passphrase, salt)


@functools.lru_cache(maxsize=MOST_REMEMBERED)
def _stretch(passphrase: str, salt: bytes) -> keyfile.WrappingKey:
    return keyfile.stretch(passphrase, salt)
