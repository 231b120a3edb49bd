"""Where the bytes are: what archiving must destroy, looked for in every form in everything that an office keeps."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from survey_app.domain import base64url

Contents = Mapping[str, bytes]


def forms(secret: bytes) -> tuple[bytes, ...]:
    return secret, secret.hex().encode(), base64url.encode(secret).encode()


def holders_of(secret: bytes, contents: Contents) -> set[str]:
    """Names of what has the secret in any form."""
    return {name for name, data in contents.items() if any(form in data for form in forms(secret))}


def contents_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder: databases, their journals, keys, exchange."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def none_is_held(secrets: Iterable[bytes], contents: Contents) -> None:
    assert {secret[:16]: found for secret in secrets if (found := holders_of(secret, contents))} == {}


def each_is_held(secrets: Iterable[bytes], contents: Contents) -> None:
    assert [secret[:16] for secret in secrets if not holders_of(secret, contents)] == []
