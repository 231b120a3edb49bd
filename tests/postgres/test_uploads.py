"""An uploaded table on PostgreSQL: what it held, names above all, is in no file of the cluster once it is gone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from survey_app.identity.enrolment import enrol
from survey_app.identity.models import RosterUploadRow
from survey_app.identity.office import IssuerOffice
from survey_app.identity.roster import import_roster, replace_roster
from survey_app.identity.roster_rows import RosterRow
from survey_app.identity.roster_table import drop_upload, keep_upload
from survey_app.web.spreadsheet import Row, Table
from tests.integration.issuer.conftest import make_world
from tests.integration.issuer.offices import World, roster_csv
from tests.postgres.conftest import Databases

OTHER = "b" * 32
TABLE = Table(tuple(Row(line, (f"P-{line}", f"Family name {line * 7919}", "kk")) for line in range(1, 2000)))


@pytest.fixture
def world(databases: Databases, tmp_path: Path, blind_signing_key: RSAPrivateKey, campaign_id: str) -> World:
    made = make_world(tmp_path, blind_signing_key)
    made.environ["PIKIR_IDENTITY_DATABASE"] = databases.urls["identity"]
    for campaign in (campaign_id, OTHER):
        made.agency.drafts(campaign)
    return made


@pytest.fixture
def office(world: World) -> Iterator[IssuerOffice]:
    opened = world.opens_office()
    yield opened
    opened.database.dispose()


def test_nothing_of_it_stays_in_the_files(
    databases: Databases, world: World, office: IssuerOffice, campaign_id: str
) -> None:
    def enrols() -> None:
        world.provides_blind_key(office, campaign_id)
        enrol(office, campaign_id)

    ways: list[Callable[[], object]] = [
        lambda: drop_upload(office, campaign_id),
        lambda: keep_upload(office, campaign_id, Table((Row(1, ("P-1",)),))),
        lambda: replace_roster(office, campaign_id, [RosterRow("P-1", None, "kk")]),
        lambda: import_roster(office, campaign_id, roster_csv(3)),
        enrols,
    ]
    keep_upload(office, OTHER, Table((Row(1, ("of another body",)),)))
    for way in ways:
        keep_upload(office, campaign_id, TABLE)
        with office.database.read() as session:
            content = session.get_one(RosterUploadRow, campaign_id).content
        databases.identity.administer("CHECKPOINT")
        assert holders(databases, content), "it lies in the cluster's files while it waits"

        way()
        assert holders(databases, content) == []
    with office.database.read() as session:
        assert session.get(RosterUploadRow, OTHER) is not None


def holders(databases: Databases, content: bytes) -> list[str]:
    """Files with a part of the content; 40 bytes of it from five places."""
    parts = [content[start : start + 40] for start in range(0, len(content) - 40, len(content) // 5)]
    return [path for path, data in databases.identity.contents().items() if any(part in data for part in parts)]
