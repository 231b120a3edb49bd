"""What the collector shows of what it stores and of what became of it: all of it, and in earnest nobody's."""

import html
import io
import json
import re
import zipfile
from dataclasses import replace
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from survey_app.domain import base64url, signing
from survey_app.domain.batch import Envelope, verify_envelope
from survey_app.domain.token import TokenInvalid
from survey_app.responses import batch
from survey_app.responses.campaigns import find_campaign
from survey_app.responses.models import ResponseRow
from survey_app.responses.outcome import ReleaseWrong, read_outcome
from survey_app.responses.specimens import stored_response
from survey_app.web.exchange import RELEASE
from tests.integration.collector.story import post, wire
from tests.integration.collector.test_pages import fetch, page_data

LANGUAGES = ("kk", "ru", "en")
COLUMNS = list(ResponseRow.__table__.columns.keys())


@pytest.fixture(scope="module")
def received(collecting: SimpleNamespace) -> SimpleNamespace:
    """Three responses are in."""
    for _ in range(3):
        post(collecting.app, collecting.story.campaign_id, wire(collecting.story.respondent_seals(1)))
    return collecting


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_is_there_and_explained(received, language):
    page = fetch(received, f"/{language}/c/{received.story.campaign_id}/stored")
    shown = re.findall(r'<dt><code translate="no">([a-z_]+)</code> (.*?)</dt>', page)
    assert [name for name, _ in shown] == COLUMNS
    assert all(meaning.strip() for _, meaning in shown)


def test_in_earnest_no_received_row_is_shown(received):
    with received.office.database.read() as session:
        rows = session.scalars(select(ResponseRow)).all()
    real = {getattr(row, name).hex() for row in rows for name in COLUMNS if name != "campaign_id"}
    page = fetch(received, f"/en/c/{received.story.campaign_id}/stored")
    assert len(real) == 3 * (len(COLUMNS) - 1)
    assert not [value for value in real if value in page]
    assert "An example, made for this page just now." in page


def test_the_example_has_the_real_shape_and_admits_nobody(received):
    """Given the example's values, every length is a real one's, and the collector would refuse it."""
    campaign = find_campaign(received.office, received.story.campaign_id)
    is_live, (specimen,) = stored_response(received.office, campaign)
    values = {field.column: field.value for field in specimen.fields}
    with received.office.database.read() as session:
        row = session.scalars(select(ResponseRow).limit(1)).one()
    assert not is_live
    lengths = {name: len(values[name]) // 2 for name in COLUMNS if name != "campaign_id"}
    assert lengths == {name: len(getattr(row, name)) for name in lengths}
    names = ("input_msg", "signature", "holder_key", "holder_signature", "sealed")
    envelope = Envelope(*(bytes.fromhex(values[name]) for name in names))
    with pytest.raises(TokenInvalid):
        verify_envelope(received.story.campaign_id, envelope, campaign.issuer_key)


def test_a_demonstration_shows_a_row_of_its_database(received):
    office = replace(received.office, config=replace(received.office.config, demo=True))
    is_live, (specimen,) = stored_response(office, find_campaign(office, received.story.campaign_id))
    with received.office.database.read() as session:
        row = session.get(ResponseRow, bytes.fromhex(specimen.fields[0].value))
    assert is_live
    assert {field.column: field.value for field in specimen.fields}["sealed"] == row.sealed.hex()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_the_offices_time(received, language):
    for path in ("", "/board", "/stored", "/lost"):
        data = page_data(fetch(received, f"/{language}/c/{received.story.campaign_id}{path}"))
        assert data["now"] == received.clock.now.isoformat().replace("+00:00", "Z")


@pytest.fixture(scope="module")
def closed(received: SimpleNamespace) -> SimpleNamespace:
    received.clock.now = received.story.plan.schedule.collection_closes
    batch.close(received.office, received.story.campaign_id)
    return received


class TestAfterClose:
    """In the order of a campaign's end; the module's campaign is closed here."""

    def release(self, closed, key=None, **changes):
        """A Release as far as the board reads it, signed by the agency."""
        campaign = find_campaign(closed.office, closed.story.campaign_id)
        fields = {
            "format": "pikir-release/1",
            "campaign_id": closed.story.campaign_id,
            "manifest": base64url.encode(campaign.fingerprint),
            "board": base64url.encode(signing.fingerprint(campaign.board_document)),
            "n": 1,
            "unusable": 1,
            "rejected": {"cannot-open": 1},
        }
        payload = json.dumps(fields | changes).encode()
        document = signing.sign(payload, "pikir-release/1", key or closed.story.keys.agency)
        path = closed.office.exchange.path(closed.story.campaign_id, RELEASE)
        path.write_text(document)
        return campaign

    def test_before_certification_there_is_no_outcome(self, closed):
        campaign = find_campaign(closed.office, closed.story.campaign_id)
        assert read_outcome(closed.office, campaign) is None

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_rejections_are_told_by_reason(self, closed, language):
        self.release(closed)
        page = fetch(closed, f"/{language}/c/{closed.story.campaign_id}/board")
        reason = {"kk": "конверт ашылмайды", "ru": "конверт не вскрывается", "en": "the envelope does not open"}
        assert reason[language] in page
        assert re.findall(r'value">(\d+)</dd>', page) == ["1", "1", "1"]

    def test_another_signature_board_or_campaign_is_refused(self, closed):
        for change in ({"key": closed.story.keys.collector}, {"board": "AA"}, {"campaign_id": "0" * 32}, {"n": "x"}):
            campaign = self.release(closed, **change)
            with pytest.raises(ReleaseWrong):
                read_outcome(closed.office, campaign)
        assert "The release is not the agency’s" in fetch(closed, f"/en/c/{closed.story.campaign_id}/board")

    def test_the_bundle_is_the_same_each_time_and_holds_no_envelope(self, closed):
        self.release(closed)
        path = f"/c/{closed.story.campaign_id}/evidence.zip"
        first, second = (closed.app.test_client().get(path) for _ in range(2))
        assert first.data == second.data
        assert first.mimetype == "application/zip"
        with zipfile.ZipFile(io.BytesIO(first.data)) as packed:
            names = {name.removeprefix(closed.story.campaign_id + "/") for name in packed.namelist()}
        assert {"manifest.jws", "board.jws", "board.json", "drawn.jws", RELEASE} <= names
        assert not [name for name in names if name.endswith(".bin")]
        with closed.office.database.read() as session:
            sealed = [row.sealed for row in session.scalars(select(ResponseRow))]
        unpacked = b"".join(zipfile.ZipFile(io.BytesIO(first.data)).read(info) for info in packed.infolist())
        assert not [one for one in sealed if one in unpacked or base64url.encode(one).encode() in unpacked]


def test_a_void_campaign_tells_the_agencys_reason(plan, office, clock, config):
    from survey_app.collector_app import create_collector_app  # noqa: PLC0415

    story = plan()
    story.up_to_collecting(office, clock)
    story.agency_voids()
    app = create_collector_app(config, clock)
    page = html.unescape(fetch(SimpleNamespace(app=app), f"/ru/c/{story.campaign_id}/board"))
    app.extensions["collector"].database.dispose()
    assert "the sealing key was lost" in page
    assert "evidence.zip" in page
