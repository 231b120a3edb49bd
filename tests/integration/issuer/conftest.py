"""An issuer on a fresh instance, and one with an announced campaign in its issuing window."""

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
from tests.integration.issuer.offices import Agency, Respondent, World


@pytest.fixture
def world(tmp_path: Path, clock: FakeClock, blind_signing_key: RSAPrivateKey) -> World:
    return World(tmp_path, clock, Agency(Exchange(tmp_path / "exchange")), blind_signing_key)


@pytest.fixture
def app(world: World) -> Iterator[Flask]:
    made = create_issuer_app(world.config, world.clock)
    yield made
    made.extensions[OFFICE].database.dispose()


@pytest.fixture
def office(app: Flask) -> IssuerOffice:
    return app.extensions[OFFICE]


@dataclass(frozen=True)
class Announced:
    """A campaign of three people whose issuing window has just opened."""

    campaign_id: str
    office: IssuerOffice
    invitations: list[Invitation]
    respondents: list[Respondent]


@pytest.fixture
def announced(world: World, app: Flask, office: IssuerOffice, campaign_id: str) -> Announced:
    invitations = world.announces_campaign(office, campaign_id)
    public_key = world.blind_signing_key.public_key()
    respondents = [Respondent(app.test_client(), campaign_id, one.code, public_key) for one in invitations]
    return Announced(campaign_id, office, invitations, respondents)
