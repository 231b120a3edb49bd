"""What the tests save on: each cost is paid once in the test that is about it, and not in every other one."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from survey_app.domain import keyfile
from survey_app.staff import passwords
from survey_app.web import database

STORAGE_RULES = database._PRAGMAS


@contextmanager
def less_stretched() -> Iterator[None]:
    """Key files of this process are stretched less. Their real cost: tests/unit/domain/test_keyfile.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyfile, "SCRYPT_N", 2**10)
        yield


@contextmanager
def quick_passwords() -> Iterator[None]:
    """New passwords are hashed cheaply. Their real cost: tests/unit/staff/test_passwords.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@contextmanager
def no_waiting_for_disks() -> Iterator[None]:
    """SQLite leaves it to the system when it writes: a test's database need not outlive a loss of power.

    The rules as they are: STORAGE_RULES, in tests/integration/collector/test_migrations.py.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_PRAGMAS", (*STORAGE_RULES, "synchronous=OFF"))
        yield


@contextmanager
def templates_compiled_once() -> Iterator[None]:
    """Every test makes an application of its own; they share what Jinja made of the templates."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(Flask.jinja_options, "bytecode_cache", _InMemory())
        yield


@contextmanager
def garbage_seldom_looked_for() -> Iterator[None]:
    """Each test leaves an application that refers to itself; looking for such took a seventh of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(20_000, 10, 10)
    yield
    gc.set_threshold(*usual)


class _InMemory(BytecodeCache):
    def __init__(self) -> None:
        self._known: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        known = self._known.get((bucket.key, bucket.checksum))
        if known is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key, bucket.checksum] = bucket.bytecode_to_string()
