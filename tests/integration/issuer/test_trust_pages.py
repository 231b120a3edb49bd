"""What the issuer shows of what it stores: all of it, and in earnest nobody's."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from config import DEMO_MARKER
from survey_app.identity.models import IssuanceRow, RosterEntryRow
from survey_app.issuer_app import create_issuer_app
from survey_app.web.assets import bundle_sha256
from survey_app.web.fingerprint import comparable
from tests.integration.issuer.conftest import Announced
from tests.integration.issuer.test_pages import fetch, page_data

LANGUAGES = ("kk", "ru", "en")


def people_of(office):
    """Everything in the database that is about one person: references, hashes, leaves."""
    with office.database.read() as session:
        rows = [*session.scalars(select(RosterEntryRow)), *session.scalars(select(IssuanceRow))]
        values = [getattr(row, name) for row in rows for name in row.__table__.columns.keys()]  # noqa: SIM118
    secret = [value for value in values if value not in ("kk", "ru", "en", None)]
    return {value.hex() if isinstance(value, bytes) else value for value in secret}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_of_both_tables_is_there_and_explained(announced: Announced, language):
    page = html.unescape(fetch(announced.app.test_client(), f"/{language}/c/{announced.campaign_id}/stored"))
    shown = re.findall(r'<dt><code translate="no">([a-z_]+)</code> (.*?)</dt>', page)
    columns = [name for kind in (RosterEntryRow, IssuanceRow) for name in kind.__table__.columns.keys()]  # noqa: SIM118

    assert [name for name, _ in shown] == columns
    assert all(meaning.strip() for _, meaning in shown)
    assert announced.office.memory.accepted[announced.campaign_id].manifest.client.issuer.hex() in page


def test_in_earnest_nobodys_row_is_shown(announced: Announced):
    announced.respondents[0].draws(announced.respondents[0].prepares()[1].message)
    client, path = announced.app.test_client(), f"/en/c/{announced.campaign_id}/stored"
    first, second = fetch(client, path), fetch(client, path)

    real = people_of(announced.office) - {announced.campaign_id}
    assert len(real) > 10
    assert not [value for value in real if value in first]
    assert "An example, made for this page just now." in first
    assert first != second, "made anew for each visit"


def test_a_demonstration_shows_a_row_of_its_database(announced: Announced, tmp_path):
    announced.respondents[0].draws(announced.respondents[0].prepares()[1].message)
    announced.office.database.dispose()
    (tmp_path / DEMO_MARKER).write_text("")
    world = announced.world
    from dataclasses import replace  # noqa: PLC0415

    app = create_issuer_app(replace(world.config, demo=True), world.clock)
    page = fetch(app.test_client(), f"/en/c/{announced.campaign_id}/stored")
    office = app.extensions["pikir-office"]
    with office.database.read() as session:
        issuance = session.scalars(select(IssuanceRow)).one()

    assert "From this demonstration’s database" in page
    assert issuance.blinded_hash.hex() in page
    assert issuance.entry_id in page
    office.database.dispose()


@pytest.mark.parametrize("visits", ["two", "single"])
def test_what_remains_possible_depends_on_the_visits(announced: Announced, visits):
    page = fetch(announced.app.test_client(), f"/en/c/{announced.campaign_id}/stored")
    has = announced.office.memory.accepted[announced.campaign_id].manifest.visits == visits
    sentence = {"two": "This survey has two visits", "single": "This survey is a single visit"}[visits]
    assert (sentence in page) == has


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_for_a_lost_token(announced: Announced, language):
    page = fetch(announced.app.test_client(), f"/{language}/c/{announced.campaign_id}/lost")
    assert f"pikir-token-{announced.campaign_id[:8]}" in page


def test_every_page_of_a_campaign_has_the_offices_time_and_the_whole_fingerprint(announced: Announced):
    world, campaign = announced.world, announced.campaign_id
    world.clock.now += timedelta(hours=3)
    for name in ("draw", "stored"):
        page = fetch(announced.app.test_client(), f"/ru/c/{campaign}/{name}")
        assert page_data(page)["now"] == world.clock.now.isoformat().replace("+00:00", "Z")
        groups = comparable(announced.office.memory.accepted[campaign].fingerprint)
        found = re.findall(r"<span>([0-9a-f]{4})</span>", page)
        assert found == list(groups) * (len(found) // len(groups))
        assert found


def test_a_changed_script_is_told(announced: Announced, monkeypatch):
    from survey_app.identity import views  # noqa: PLC0415

    path = f"/en/c/{announced.campaign_id}/stored"
    assert "the two hashes are the same" in fetch(announced.app.test_client(), path)
    monkeypatch.setattr(views, "STATIC", views.STATIC.parent.parent / "responses" / "static")
    monkeypatch.setattr(views, "CLIENT", "collector.js")
    page = fetch(announced.app.test_client(), path)
    assert "is not the one that the signed manifest names" in page
    assert bundle_sha256(views.STATIC, "collector.js").hex() in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_address_speaks_the_language_of_its_path(app, language):
    fetch(app.test_client(), f"/{language}/no/such/page", status=404)
