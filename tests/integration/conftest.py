"""What holds for every test of offices as they are put together."""

from collections.abc import Iterator

import pytest

from tests import economy


@pytest.fixture(scope="module", autouse=True)
def quick_passwords() -> Iterator[None]:
    """For the tests of this folder only: the same process tests other folders afterwards."""
    with economy.quick_passwords():
        yield
