"""Key files of the offices that are attacked are cheap: none of these attacks is on a passphrase."""

from collections.abc import Iterator

import pytest

from tests.economy import less_stretched, quick_passwords


@pytest.fixture(scope="module", autouse=True)
def cheap_secrets() -> Iterator[None]:
    """For the tests of this folder only: the same process tests other folders afterwards."""
    with less_stretched(), quick_passwords():
        yield
