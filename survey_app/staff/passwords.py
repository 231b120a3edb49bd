"""Passwords of staff: Argon2id, one computation at a time so that sign-ins cannot exhaust the server's memory."""

import threading

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from survey_app.domain.errors import Malformed

LEAST_CHARACTERS = 12
MOST_CHARACTERS = 200
_HASHER = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1, type=Type.ID)
_ONE_AT_A_TIME = threading.Lock()
# Of a password that nobody knows: an unknown login costs the same time as a known one.
_NOBODY = "$argon2id$v=19$m=32768,t=3,p=1$xjFy0ofURvCdEbc2dQFw/w$o5RrRaAWpuqiTMjDve/XpLR6fm3cH3TQwcnrQYhjF+k"


def hash_password(password: str) -> str:
    """Argon2id hash, 32 MiB and three passes (RFC 9106). Raises Malformed for a short or endless password."""
    if not LEAST_CHARACTERS <= len(password) <= MOST_CHARACTERS:
        raise Malformed(f"a password has {LEAST_CHARACTERS} to {MOST_CHARACTERS} characters")
    with _ONE_AT_A_TIME:
        return _HASHER.hash(password)


def is_password(stored: str | None, password: str) -> bool:
    """Whether ``password`` is the one; ``stored`` is None for an unknown login, which takes just as long."""
    with _ONE_AT_A_TIME:
        try:
            return _HASHER.verify(stored or _NOBODY, password[:MOST_CHARACTERS]) and stored is not None
        except (VerificationError, InvalidHashError):
            return False
