"""A small rehearsal: everything of a round that `make rehearsal` does with 40 bodies, here with two."""

import pytest

from rehearsal.__main__ import rehearse
from survey_app.domain import keyfile


def test_a_round_of_two_bodies_with_everything_that_goes_wrong(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyfile, "SCRYPT_N", 2**10)

    ledger = rehearse(tmp_path, 2, 30, processes=1)

    assert ledger.figures["servants (N)"] == 30
    assert 15 <= ledger.figures["tokens drawn (M)"] <= 30
    assert ledger.figures["campaigns archived"] == 2
    assert "the issuer's enrolment" in ledger.incidents["a late roster"]
    assert ledger.incidents["a bounced mail"].endswith("5.1.1")
    assert "collecting is open until" in ledger.incidents["a refused close"]
    assert "missing" in ledger.incidents["too few custodians"]
