"""An agency on its own instance folder, with partners that share its exchange folder."""

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from analytics.agency_app import create_agency_app
from analytics.campaigns.round_certification import certify_round
from analytics.campaigns.round_keys import round_keys
from analytics.campaigns.round_openings import open_round_batches
from analytics.office import AgencyOffice, open_agency, staff_desk
from config import agency_config
from survey_app.staff.accounts import add_staff
from survey_app.web.settings import Settings
from tests import builders
from tests.clock import FakeClock
from tests.economy import less_stretched
from tests.integration.agency import partners as play
from tests.integration.agency.browsing import LOGIN, PASSWORD, Staff
from tests.integration.agency.custodians import People
from tests.integration.agency.officers import SECOND, Officers
from tests.integration.agency.partners import PASSPHRASE, SCHEDULE, Partners, build_world

SECRET = "0123456789abcdef"
ENVIRON = {
    "PIKIR_AGENCY_PASSPHRASE": SECRET,
    "PIKIR_AGENCY_SECRET_KEY": SECRET,
    "PIKIR_AGENCY_REQUESTS_PER_SECOND": "100000",  # tests ask faster than all officers together
}


@pytest.fixture(scope="module", autouse=True)
def cheap_keys() -> Iterator[None]:
    """For the tests of this folder only: the same process tests other folders afterwards."""
    with less_stretched():
        yield


@pytest.fixture
def environ() -> dict[str, str]:
    return dict(ENVIRON)


@pytest.fixture
def office(tmp_path: Path, clock: FakeClock, environ: dict[str, str]) -> Iterator[AgencyOffice]:
    opened = agency_at(tmp_path, environ, clock)
    yield opened
    opened.database.dispose()


def agency_at(instance: Path, environ: dict[str, str], clock: FakeClock) -> AgencyOffice:
    """The agency of an instance, without a second factor, which tests/integration/staff is about."""
    config = dataclasses.replace(agency_config(instance, environ), second_factor_required=False)
    return open_agency(config, clock)


@pytest.fixture
def partners(office: AgencyOffice) -> Partners:
    return Partners(office.exchange, builders.office_keys())


@pytest.fixture
def strangers(office: AgencyOffice) -> Partners:
    """Offices with other keys."""
    keys = builders.office_keys()
    return Partners(office.exchange, dataclasses.replace(keys, issuer=keys.collector, collector=keys.agency))


@pytest.fixture
def app(office: AgencyOffice, clock: FakeClock) -> Flask:
    """The web application over the same database and folders."""
    add_staff(staff_desk(office), LOGIN, "officer", PASSWORD)
    application = create_agency_app(office.config, clock)
    application.testing = True
    return application


@pytest.fixture
def visitor(app: Flask) -> Staff:
    """A browser that has not signed in."""
    return Staff(app.test_client())


@pytest.fixture
def staff(visitor: Staff) -> Staff:
    """A browser that has."""
    assert visitor.sign_in().status_code == 302
    return visitor


@pytest.fixture(scope="session")
def built_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with certified figures, built once; each test gets a copy. See partners.build_world."""
    instance = tmp_path_factory.mktemp("world")
    with less_stretched():
        build_world(instance, ENVIRON)
    return instance


@pytest.fixture(scope="session")
def round_world(tmp_path_factory: pytest.TempPathFactory, built_world: Path) -> Path:
    """The same with round 2026 opened and certified as a whole."""
    instance = copied(built_world, tmp_path_factory.mktemp("round") / "instance")
    with less_stretched():
        office = open_agency(agency_config(instance, ENVIRON), FakeClock(SCHEDULE.collection_closes))
        open_round_batches(office, "2026", round_keys(office, [PASSPHRASE]))
        certify_round(office, "2026")
        office.database.dispose()
    return instance


@pytest.fixture
def office_with_figures(
    tmp_path: Path, built_world: Path, clock: FakeClock, environ: dict[str, str]
) -> Iterator[AgencyOffice]:
    """The agency of the built world, on a copy of its own."""
    clock.now = SCHEDULE.collection_closes
    opened = agency_at(copied(built_world, tmp_path / "instance"), environ, clock)
    yield opened
    opened.database.dispose()


def copied(instance: Path, target: Path) -> Path:
    """A copy for one test."""
    shutil.copytree(instance, target)
    return target


@pytest.fixture
def people(
    tmp_path: Path, environ: dict[str, str], office: AgencyOffice, partners: Partners, clock: FakeClock
) -> People:
    return People(Settings(tmp_path, environ, clock), office, partners, clock)


@pytest.fixture
def officers(app: Flask, office: AgencyOffice) -> Officers:
    add_staff(staff_desk(office), SECOND, "officer", PASSWORD)
    both = Staff(app.test_client()), Staff(app.test_client())
    assert [one.sign_in(login).status_code for one, login in zip(both, (LOGIN, SECOND), strict=True)] == [302, 302]
    return Officers(*both)


@pytest.fixture
def drafted(officers: Officers, office: AgencyOffice, partners: Partners) -> str:
    """A campaign that both offices have enrolled for; only the key is missing."""
    campaign_id = play.draft_campaign(office)
    partners.enrol(campaign_id, 12)
    return campaign_id
