"""An office's key folder: whose passphrase the process remembers, and whose it forgets."""

import secrets
from pathlib import Path

import pytest

from survey_app.domain import keyfile
from survey_app.web.keystore import KeyStore


@pytest.fixture
def stretched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every passphrase that is stretched, in order; cheaply, since scrypt itself is tested elsewhere."""
    found: list[str] = []
    original = keyfile.stretch

    def stretch(passphrase: str, salt: bytes) -> keyfile.WrappingKey:
        found.append(passphrase)
        return original(passphrase, salt)

    monkeypatch.setattr(keyfile, "SCRYPT_N", 2**10)
    monkeypatch.setattr(keyfile, "stretch", stretch)
    return found


@pytest.mark.parametrize(("typed", "times"), [(False, 1), (True, 2)])
def test_nothing_of_a_typed_passphrase_outlives_its_store(
    tmp_path: Path, stretched: list[str], typed: bool, times: int
) -> None:
    passphrase = secrets.token_hex(16)
    first = KeyStore(tmp_path, passphrase, typed=typed)
    first.create("one", b"secret 1")
    first.create("two", b"secret 2")
    assert [first.load(label) for label in ("one", "two")] == [b"secret 1", b"secret 2"]
    assert stretched == [passphrase], "one store stretches once"
    assert KeyStore(tmp_path, passphrase, typed=typed).load("two") == b"secret 2"
    assert stretched == [passphrase] * times
