"""What every test may ask for."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import HealthCheck, settings

from survey_app.domain import blind_rsa
from survey_app.domain.questionnaire import Questionnaire, parse_questionnaire
from tests import economy
from tests.clock import FakeClock
from tests.loud_skips import pytest_runtest_makereport, pytest_terminal_summary

__all__ = ["pytest_runtest_makereport", "pytest_terminal_summary"]

ROOT = Path(__file__).resolve().parent.parent
QUESTIONNAIRE = ROOT / "survey_app" / "questionnaires" / "appendix7.json"

settings.register_profile(
    "fast", max_examples=50, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("verify", settings.get_profile("fast"), max_examples=2000)
settings.load_profile("verify" if os.environ.get("PIKIR_VERIFY") == "1" else "fast")


@pytest.fixture(scope="session", autouse=True)
def economies() -> Iterator[None]:
    """What nobody could tell from a test's result."""
    with economy.no_waiting_for_disks(), economy.templates_compiled_once(), economy.garbage_seldom_looked_for():
        yield


@pytest.fixture(scope="session")
def questionnaire() -> Questionnaire:
    """The official questionnaire, as fielded."""
    return parse_questionnaire(QUESTIONNAIRE.read_bytes())


@pytest.fixture(scope="session")
def blind_signing_key() -> rsa.RSAPrivateKey:
    """One RSA-3072 key a session: making one costs seconds."""
    return blind_rsa.generate_key()


@pytest.fixture(scope="session")
def blind_signer(blind_signing_key: rsa.RSAPrivateKey) -> blind_rsa.BlindSigner:
    """The issuer's signer over that key."""
    return blind_rsa.BlindSigner(blind_signing_key)


@pytest.fixture(scope="session")
def campaign_id() -> str:
    return "0f1e2d3c4b5a69788796a5b4c3d2e1f0"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
