"""An issuer on a fresh instance, and campaigns in their issuing window.

Opening key files costs a scrypt each time, so tests that only draw share one campaign and take a new person each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from flask import Flask

from survey_app.identity.invitations import Invitation
from survey_app.identity.office import IssuerOffice
from survey_app.identity.views import OFFICE
from survey_app.issuer_app import create_issuer_app
from survey_app.web.exchange import Exchange
from tests.clock import FakeClock
from tests.economy import less_stretched
from tests.integration.issuer.offices import TWO_VISITS, Agency, Respondent, World
from tests.mail_server import MailServer, mail_server

MANY = 80


@dataclass(frozen=True)
class Announced:
    """A campaign whose issuing window has just opened, with everyone's client."""

    world: World
    app: Flask
    campaign_id: str
    invitations: list[Invitation]
    respondents: list[Respondent]

    @property
    def office(self) -> IssuerOffice:
        return self.app.extensions[OFFICE]


def make_world(folder: Path, blind_signing_key: RSAPrivateKey) -> World:
    return World(folder, FakeClock(), Agency(Exchange(folder / "exchange")), blind_signing_key)


def announce(world: World, app: Flask, campaign_id: str, people: int) -> Announced:
    invitations = world.announces_campaign(app.extensions[OFFICE], campaign_id, people)
    public_key = world.blind_signing_key.public_key()
    respondents = [Respondent(app.test_client(), campaign_id, one.code, public_key) for one in invitations]
    return Announced(world, app, campaign_id, invitations, respondents)


@pytest.fixture(scope="module", autouse=True)
def cheap_keys() -> Iterator[None]:
    """For the tests of this folder only: the same process tests other folders afterwards."""
    with less_stretched():
        yield


@pytest.fixture
def world(tmp_path: Path, blind_signing_key: RSAPrivateKey) -> World:
    return make_world(tmp_path, blind_signing_key)


@pytest.fixture
def app(world: World) -> Iterator[Flask]:
    made = create_issuer_app(world.config, world.clock)
    yield made
    made.extensions[OFFICE].database.dispose()


@pytest.fixture
def office(app: Flask) -> IssuerOffice:
    return app.extensions[OFFICE]


@pytest.fixture
def announced(world: World, app: Flask, campaign_id: str) -> Announced:
    """Three people of one's own."""
    return announce(world, app, campaign_id, 3)


@pytest.fixture(scope="module")
def shared(
    tmp_path_factory: pytest.TempPathFactory, blind_signing_key: RSAPrivateKey, campaign_id: str
) -> Iterator[Announced]:
    """Many people, for all tests of a module."""
    world = make_world(tmp_path_factory.mktemp("shared"), blind_signing_key)
    made = create_issuer_app(world.config, world.clock)
    yield announce(world, made, campaign_id, MANY)
    made.extensions[OFFICE].database.dispose()


@pytest.fixture
def person(shared: Announced) -> Iterator[Respondent]:
    """Somebody of the shared campaign who has not drawn yet; the clock stands at the window's opening again."""
    shared.world.clock.now = TWO_VISITS.issuance_opens
    yield shared.respondents.pop()
    shared.world.clock.now = TWO_VISITS.issuance_opens


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    """A mail server for one test."""
    with mail_server(tmp_path / "mail") as opened:
        yield opened
