"""Key files at rest: what opens them, and what must not."""

import hashlib
import json

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from survey_app.domain import base64url, keyfile
from survey_app.domain.errors import Malformed

SECRET = b"\x30\x82 a private key in DER"
LABEL = "receipts"


@pytest.fixture(scope="module")
def wrapping_key() -> keyfile.WrappingKey:
    return keyfile.stretch("кілт сөз", b"0123456789abcdef")


@pytest.fixture(scope="module")
def file(wrapping_key) -> bytes:
    return keyfile.wrap(SECRET, LABEL, wrapping_key)


def altered(file: bytes, change) -> bytes:
    document = json.loads(file)
    change(document)
    return json.dumps(document).encode()


def test_the_passphrase_opens_it(file):
    wrapping_key = keyfile.stretch("кілт сөз", keyfile.salt_of(file))

    assert keyfile.unwrap(file, LABEL, wrapping_key) == SECRET


def test_another_passphrase_does_not(file):
    with pytest.raises(keyfile.WrongPassphrase):
        keyfile.unwrap(file, LABEL, keyfile.stretch("кілт соз", keyfile.salt_of(file)))


def test_the_same_passphrase_with_another_salt_does_not(file):
    with pytest.raises(keyfile.WrongPassphrase):
        keyfile.unwrap(file, LABEL, keyfile.stretch("кілт сөз", keyfile.new_salt()))


def test_the_secret_is_not_in_the_file(file):
    assert SECRET not in file
    assert base64url.encode(SECRET) not in file.decode()


def test_two_files_of_one_secret_differ(wrapping_key, file):
    assert keyfile.wrap(SECRET, LABEL, wrapping_key) != file


def test_the_file_opens_with_nothing_of_ours(file, wrapping_key):
    """scrypt by hashlib and AES-GCM, from what the file itself says."""
    document = json.loads(file)
    kdf = document["kdf"]
    assert (kdf["name"], kdf["n"], kdf["r"], kdf["p"]) == ("scrypt", 131072, 8, 1)
    key = hashlib.scrypt(
        "кілт сөз".encode(), salt=base64url.decode(kdf["salt"]), n=2**17, r=8, p=1, maxmem=2**28, dklen=32
    )
    assert key == wrapping_key.key

    aad = b"pikir-key/1\x00receipts"
    opened = AESGCM(key).decrypt(base64url.decode(document["nonce"]), base64url.decode(document["ciphertext"]), aad)

    assert opened == SECRET


@pytest.mark.parametrize("field", ["nonce", "ciphertext"])
@pytest.mark.parametrize("position", [0, 5, -1])
def test_an_altered_byte_is_found(file, wrapping_key, field, position):
    def change(document):
        data = bytearray(base64url.decode(document[field]))
        data[position] ^= 1
        document[field] = base64url.encode(bytes(data))

    with pytest.raises(keyfile.WrongPassphrase):
        keyfile.unwrap(altered(file, change), LABEL, wrapping_key)


@pytest.mark.parametrize("ciphertext", ["", "AAAA"])
def test_a_ciphertext_without_room_for_a_tag_is_found(file, wrapping_key, ciphertext):
    with pytest.raises(keyfile.WrongPassphrase):
        keyfile.unwrap(altered(file, lambda d: d.update(ciphertext=ciphertext)), LABEL, wrapping_key)


def test_a_key_for_one_purpose_is_not_taken_for_another(file, wrapping_key):
    with pytest.raises(Malformed, match="receipts"):
        keyfile.unwrap(file, "scoring", wrapping_key)


def test_a_changed_label_is_found(file, wrapping_key):
    """The label is authenticated, not just compared."""
    with pytest.raises(keyfile.WrongPassphrase):
        keyfile.unwrap(altered(file, lambda d: d.update(label="scoring")), "scoring", wrapping_key)


@pytest.mark.parametrize("cost", [{"n": 2**10}, {"n": 2**30}, {"r": 1}, {"p": 2}, {"name": "pbkdf2"}])
def test_another_cost_is_refused_before_anything_is_computed(file, wrapping_key, cost):
    cheaper = altered(file, lambda d: d["kdf"].update(cost))

    with pytest.raises(Malformed):
        keyfile.salt_of(cheaper)
    with pytest.raises(Malformed):
        keyfile.unwrap(cheaper, LABEL, wrapping_key)


@pytest.mark.parametrize("field", ["format", "label", "kdf", "nonce", "ciphertext"])
def test_a_missing_field_is_refused(file, wrapping_key, field):
    with pytest.raises(Malformed):
        keyfile.unwrap(altered(file, lambda d: d.pop(field)), LABEL, wrapping_key)


def test_a_missing_salt_is_refused(file):
    with pytest.raises(Malformed):
        keyfile.salt_of(altered(file, lambda d: d["kdf"].pop("salt")))


@pytest.mark.parametrize("salt", ["", "AAAA", "A" * 43, 5, None])
def test_a_salt_of_another_length_is_refused(file, salt):
    with pytest.raises(Malformed):
        keyfile.salt_of(altered(file, lambda d: d["kdf"].update(salt=salt)))


@pytest.mark.parametrize("nonce", ["", "AAAA", 7, None])
def test_a_nonce_of_another_length_is_refused(file, wrapping_key, nonce):
    with pytest.raises(Malformed):
        keyfile.unwrap(altered(file, lambda d: d.update(nonce=nonce)), LABEL, wrapping_key)


@pytest.mark.parametrize("file", [b"", b"no json", b"\xff\xfe", b"[]", b"5", b"null", b"{}", b"[" * 100_000])
def test_other_bytes_are_no_key_file(file, wrapping_key):
    with pytest.raises(Malformed):
        keyfile.salt_of(file)
    with pytest.raises(Malformed):
        keyfile.unwrap(file, LABEL, wrapping_key)
