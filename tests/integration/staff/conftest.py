"""An office of the agency's kind with its staff, second factors required."""

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from analytics.agency_app import create_agency_app
from analytics.office import AgencyOffice, open_agency, staff_desk
from config import agency_config, issuer_config
from survey_app.identity.office import IssuerOffice, open_issuer
from survey_app.staff.desk import StaffDesk
from tests.clock import FakeClock
from tests.economy import less_stretched
from tests.integration.staff.people import Person

SECRET = "0123456789abcdef"
ENVIRON = {
    "PIKIR_AGENCY_PASSPHRASE": SECRET,
    "PIKIR_AGENCY_SECRET_KEY": SECRET,
    "PIKIR_AGENCY_URL": "http://localhost/agency",
    "PIKIR_AGENCY_REQUESTS_PER_SECOND": "100000",  # the matrix asks faster than all officers together
}

ISSUER_ENVIRON = {
    "PIKIR_ISSUER_PASSPHRASE": SECRET,
    "PIKIR_ISSUER_SECRET_KEY": SECRET,
    "PIKIR_ISSUER_URL": "http://localhost/issuer",
}


@pytest.fixture(scope="module", autouse=True)
def cheap_keys() -> Iterator[None]:
    """For the tests of this folder only: the same process tests other folders afterwards."""
    with less_stretched():
        yield


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrated")
    open_agency(agency_config(folder, ENVIRON), FakeClock()).database.dispose()
    return folder / "agency.sqlite"


@pytest.fixture
def office(tmp_path: Path, migrated: Path, clock: FakeClock) -> Iterator[AgencyOffice]:
    shutil.copy(migrated, tmp_path / "agency.sqlite")
    opened = open_agency(agency_config(tmp_path, ENVIRON), clock)
    yield opened
    opened.database.dispose()


@pytest.fixture
def desk(office: AgencyOffice) -> StaffDesk:
    return staff_desk(office)


@pytest.fixture
def app(office: AgencyOffice, clock: FakeClock) -> Flask:
    application = create_agency_app(office.config, clock)
    application.testing = True
    return application


@pytest.fixture
def demonstration(office: AgencyOffice, clock: FakeClock) -> Flask:
    """The same office as a demonstration: no second factor needed."""
    return create_agency_app(dataclasses.replace(office.config, demo=True, second_factor_required=False), clock)


@pytest.fixture
def issuer(tmp_path: Path, clock: FakeClock) -> Iterator[IssuerOffice]:
    """An office of the other kind."""
    opened = open_issuer(issuer_config(tmp_path, ISSUER_ENVIRON), clock)
    yield opened
    opened.database.dispose()


@pytest.fixture
def officer(desk: StaffDesk, app: Flask, clock: FakeClock) -> Person:
    """An officer with an authenticator app, signed in."""
    person = Person.with_app(desk, app, clock, "aigerim", "officer")
    person.signs_in()
    return person


@pytest.fixture
def administrator(desk: StaffDesk, app: Flask, clock: FakeClock) -> Person:
    person = Person.with_app(desk, app, clock, "dana", "administrator")
    person.signs_in()
    return person


@pytest.fixture
def auditor(desk: StaffDesk, app: Flask, clock: FakeClock) -> Person:
    person = Person.with_app(desk, app, clock, "marat", "auditor")
    person.signs_in()
    return person
