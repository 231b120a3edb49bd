"""An agency on its own instance folder, with partners that share its exchange folder."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.office import AgencyOffice, open_agency
from config import agency_config
from survey_app.domain import keyfile
from tests import builders
from tests.clock import FakeClock
from tests.integration.agency.partners import Partners

SECRET = "0123456789abcdef"
ENVIRON = {"PIKIR_AGENCY_PASSPHRASE": SECRET, "PIKIR_AGENCY_SECRET_KEY": SECRET}


@pytest.fixture(autouse=True)
def cheap_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Key files of these tests are stretched less: scrypt itself is tested elsewhere, with its real cost."""
    monkeypatch.setattr(keyfile, "SCRYPT_N", 2**10)


@pytest.fixture
def environ() -> dict[str, str]:
    return dict(ENVIRON)


@pytest.fixture
def office(tmp_path: Path, clock: FakeClock, environ: dict[str, str]) -> Iterator[AgencyOffice]:
    opened = open_agency(agency_config(tmp_path, environ), clock)
    yield opened
    opened.database.dispose()


@pytest.fixture
def partners(office: AgencyOffice) -> Partners:
    return Partners(office.exchange, builders.office_keys())


@pytest.fixture
def strangers(office: AgencyOffice) -> Partners:
    """Offices with other keys."""
    keys = builders.office_keys()
    return Partners(office.exchange, dataclasses.replace(keys, issuer=keys.collector, collector=keys.agency))
