"""A small rehearsal: everything of a round that `make rehearsal` does with 40 bodies, here with two."""

import pytest

from rehearsal.__main__ import rehearse
from rehearsal.ledger import Ledger
from tests.economy import less_stretched


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> Ledger:
    ledger = Ledger()
    with less_stretched():
        rehearse(tmp_path_factory.mktemp("rehearsal"), 2, 30, ledger, processes=1)
    return ledger


def test_a_round_of_two_bodies_goes_from_the_draft_to_the_archive(told: Ledger) -> None:
    figures = told.figures
    assert (figures["bodies"], figures["servants (N)"]) == (2, 30)
    assert 15 <= figures["tokens drawn (M)"] <= 30
    assert figures["responses received (K)"] == figures["tokens drawn (M)"]
    assert (figures["custodians"], figures["countersignatures"], figures["campaigns archived"]) == (5, 2, 2)


def test_officers_did_it_in_the_two_consoles(told: Ledger) -> None:
    report = told.report()
    for office in ("agency", "issuer"):
        assert report["figures"][f"requests to the {office}'s console"] > 50
    assert report["figures"]["second factors given"] > report["figures"]["staff accounts"]
    assert report["seconds"] == pytest.approx(sum(report["phases"].values()), abs=0.1)
    assert len(report["slowest pages"]) == 10


def test_every_incident_is_told_as_the_office_said_it(told: Ledger) -> None:
    said = told.incidents
    assert said["a late roster"].startswith("left out")
    assert "the issuer's enrolment" in said["a late roster"]
    assert said["a bounced mail"].endswith("@pikir.example 5.1.1")
    assert said["a dispute"].endswith(" 1")
    assert "collecting is open until" in said["a refused close at the collector"]
    assert "Nothing was changed" in said["a refused close at the issuer"]
    assert "damaged" in said["a lost share"]
    assert "ombudsman: 0 of 1" in said["too few custodians"]
