"""What the console keeps in its process."""

from datetime import timedelta

import pytest

from analytics.console.memory import Memory, NotInMemory
from tests.clock import FakeClock


def test_what_one_has_taken_no_other_gets(clock: FakeClock) -> None:
    memory: Memory[str] = Memory(clock, timedelta(hours=2))
    key = memory.keep("shares of a key")

    assert memory.take(key) == "shares of a key"
    with pytest.raises(NotInMemory):
        memory.take(key)
