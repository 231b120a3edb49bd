"""An office's private keys: one encrypted file each, in a folder that no database backup includes."""

import threading
from pathlib import Path

from survey_app.domain import keyfile
from survey_app.domain.errors import PikirError
from survey_app.web.exchange import write_durably


class KeyMissing(PikirError):
    """A private key is not in the key folder (never made, or destroyed)."""

    slug = "key-missing"


class KeyExists(PikirError):
    """A private key of that name was made before; keys are never overwritten."""

    slug = "key-exists"


class KeyStore:
    """Key files of one folder under one passphrase, stretched once and only when first needed."""

    def __init__(self, folder: Path, passphrase: str) -> None:
        self._folder = folder
        self._passphrase = passphrase
        self._lock = threading.Lock()
        self._wrapping_keys: dict[bytes, keyfile.WrappingKey] = {}
        self._secrets: dict[str, bytes] = {}

    def create(self, label: str, secret: bytes) -> None:
        """Store a new secret. Raises KeyExists."""
        target = self._path(label)
        if target.exists():
            raise KeyExists(f"{target} exists")
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        wrapping_key = self._stretched(self._salt())
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
        secret = keyfile.unwrap(file, label, self._stretched(keyfile.salt_of(file)))
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

    def _salt(self) -> bytes:
        """The folder's salt: that of any key file in it, else a new one."""
        first = next(iter(sorted(self._folder.glob("*.key"))), None)
        if first is not None:
            return keyfile.salt_of(first.read_bytes())
        return next(iter(self._wrapping_keys), None) or keyfile.new_salt()

    def _stretched(self, salt: bytes) -> keyfile.WrappingKey:
        with self._lock:
            if salt not in self._wrapping_keys:
                self._wrapping_keys[salt] = keyfile.stretch(self._passphrase, salt)
            return self._wrapping_keys[salt]
