"""The agency's signed request for a batch: for this document, at this office, about now."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey_app.domain.signing import public_key_bytes
from survey_app.web.asking import HEADER, RequestRefused, check_request, sign_request

CAMPAIGN, BATCH, ADDRESS = "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "batch.bin", "https://collector.example"


@pytest.fixture(scope="module")
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture
def check(key, clock):
    header = sign_request(CAMPAIGN, BATCH, ADDRESS, key, clock)[HEADER]
    mine = public_key_bytes(key)

    def run(header=header, wanted=(CAMPAIGN, BATCH), address=ADDRESS, public_key=mine) -> None:
        check_request(header, wanted, address, public_key, clock)

    return run


@pytest.mark.parametrize("minutes", [-15, -6, 0, 6, 15])
def test_clocks_may_differ_by_a_quarter_of_an_hour(check, clock, minutes):
    clock.advance(minutes=minutes)
    check()


@pytest.mark.parametrize("minutes", [-16, 16])
def test_beyond_that_the_refusal_names_the_clocks(check, clock, minutes):
    clock.advance(minutes=minutes)
    with pytest.raises(RequestRefused, match="clocks"):
        check()


@pytest.mark.parametrize(
    "changes",
    [
        {"header": None},
        {"header": "x"},
        {"wanted": ("f" * 32, BATCH)},
        {"wanted": (CAMPAIGN, "board.jws")},
        {"address": "https://other.example"},
        {"public_key": public_key_bytes(Ed25519PrivateKey.generate())},
    ],
    ids=["none", "garbage", "other campaign", "other document", "other office", "other agency"],
)
def test_any_other_request_is_refused(check, changes):
    with pytest.raises(RequestRefused):
        check(**changes)
