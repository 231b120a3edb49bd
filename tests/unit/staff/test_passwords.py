"""Passwords at their real cost; tests/economy.py makes them cheap for the tests of pages."""

import pytest

from survey_app.domain.errors import Malformed
from survey_app.staff.passwords import hash_password, is_password


def test_a_hash_has_the_cost_that_the_documents_promise_and_opens_to_its_password_only() -> None:
    stored = hash_password("қҰпия сөз 2026")
    assert stored.startswith("$argon2id$v=19$m=32768,t=3,p=1$")
    assert is_password(stored, "қҰпия сөз 2026")
    assert not is_password(stored, "қҰпия сөз 2027")


@pytest.mark.parametrize("password", ["eleven char", "x" * 201])
def test_a_short_or_endless_password_is_refused(password: str) -> None:
    with pytest.raises(Malformed):
        hash_password(password)
