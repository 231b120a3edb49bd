"""Invitations by e-mail on PostgreSQL: when a mailing is complete, the queue's files tell nobody who got it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from survey_app.identity.closing import publish_drawn
from survey_app.identity.mail.bounces import bounced
from survey_app.identity.mail.plan import INVITATION, mailings
from survey_app.identity.mail.queue import begin
from survey_app.identity.mail.sending import Pace, send_mailing
from survey_app.identity.office import IssuerOffice
from survey_app.identity.situation import situation
from tests.integration.issuer.conftest import make_world
from tests.integration.issuer.offices import TWO_VISITS, World
from tests.mail_server import MailServer, mail_server
from tests.postgres.conftest import Databases

PEOPLE = 8


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    with mail_server(tmp_path / "mail") as opened:
        yield opened


@pytest.fixture
def world(databases: Databases, tmp_path: Path, blind_signing_key: RSAPrivateKey, server: MailServer) -> World:
    made = make_world(tmp_path, blind_signing_key)
    made.environ |= server.settings | {"PIKIR_IDENTITY_DATABASE": databases.urls["identity"]}
    return made


@pytest.fixture
def office(world: World) -> Iterator[IssuerOffice]:
    opened = world.opens_office()
    yield opened
    opened.database.dispose()


def test_a_mailing_leaves_bounces_until_m_is_published_and_nothing_after(
    databases: Databases, world: World, office: IssuerOffice, server: MailServer, campaign_id: str
) -> None:
    world.announces_campaign(office, campaign_id, PEOPLE)
    server.refusals = {"servant3@body.example": "550 5.1.1 gone"}
    server.breaks_after = 3
    begin(office, campaign_id, INVITATION)
    assert list(send_mailing(office, campaign_id, INVITATION, Pace(together=2, wait=lambda _seconds: None)))[-1] == 0

    assert set(server.counts().values()) == {1}
    assert len(server.received) == PEOPLE - 1
    assert [one.reference for one in bounced(office, campaign_id)] == ["P-003"]
    assert mailings(office, campaign_id)[0].is_complete
    assert situation(office, campaign_id).is_invited
    assert databases.identity.administer("SELECT pg_relation_size('mail_queue')", database="pikir_identity") == [(0,)]

    world.clock.now = TWO_VISITS.issuance_closes
    publish_drawn(office, campaign_id)
    for table in ("mailing", "mail_queue", "bounce"):
        assert databases.identity.administer(f"SELECT count(*) FROM {table}", database="pikir_identity") == [(0,)]  # noqa: S608
    assert not [path for path, content in databases.identity.contents().items() if b"@body.example" in content]
