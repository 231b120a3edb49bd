"""An officer stops a campaign's mail, and goes on."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from survey_app.identity.errors import SendingStopped, StepOutOfOrder
from survey_app.identity.mail.plan import INVITATION, mailings, plan_reminders
from survey_app.identity.mail.postman import Postman
from survey_app.identity.mail.queue import begin
from survey_app.identity.mail.sending import Pace, send_all, send_mailing
from survey_app.identity.mail.stopping import LeftOut, go_on_sending, stop_sending, stopped
from survey_app.identity.office import IssuerOffice
from tests.integration.issuer.conftest import make_world
from tests.integration.issuer.offices import TWO_VISITS, World
from tests.mail_server import MailServer

PEOPLE = 12
DAYS = (date(2026, 11, 5), date(2026, 11, 8))
ALMATY = ZoneInfo("Asia/Almaty")
QUICK = Pace(wait=lambda _seconds: None)


@pytest.fixture
def world(tmp_path: Path, blind_signing_key, server: MailServer) -> World:
    made = make_world(tmp_path / "issuer", blind_signing_key)
    made.environ |= server.settings
    made.clock.now = TWO_VISITS.issuance_opens - timedelta(days=2)
    return made


@pytest.fixture
def office(world: World, campaign_id: str) -> Iterator[IssuerOffice]:
    opened = world.opens_office()
    world.announces_campaign(opened, campaign_id, PEOPLE)
    yield opened
    opened.database.dispose()


def addresses() -> dict[str, int]:
    return {f"servant{number}@body.example": 1 for number in range(1, PEOPLE + 1)}


def test_nothing_goes_after_the_message_under_way_until_one_goes_on(office, server, campaign_id, world):
    plan_reminders(office, campaign_id, DAYS)
    begin(office, campaign_id, INVITATION)
    server.at = (5, lambda: stop_sending(office, campaign_id, "dana"))
    list(send_all(office, QUICK))
    assert len(server.received) == 5
    world.clock.now = datetime(2026, 11, 5, 11, tzinfo=ALMATY)
    postman = Postman(office, QUICK)
    postman.wake()
    postman.join()
    assert len(server.received) == 5, "neither a restart nor a reminder's hour goes on"
    for refused in (
        lambda: begin(office, campaign_id, 1),
        lambda: list(send_mailing(office, campaign_id, 0, QUICK)),
    ):
        with pytest.raises(SendingStopped, match="dana"):
            refused()
    assert stopped(office) == {campaign_id: "dana"}

    world.clock.now = datetime(2026, 11, 6, 8, tzinfo=ALMATY)
    assert go_on_sending(office, campaign_id) == LeftOut(1, 0), "the first reminder's day is over by then"
    postman.wake()
    postman.join()
    assert server.counts() == addresses()
    world.clock.now = datetime(2026, 11, 8, 9, tzinfo=ALMATY)
    postman.wake()
    postman.join()
    postman.rest()
    assert server.counts() == dict.fromkeys(addresses(), 2)


def test_a_reminder_goes_on_within_its_day_and_not_on_another(office, server, campaign_id, world):
    plan_reminders(office, campaign_id, DAYS)
    begin(office, campaign_id, INVITATION)
    list(send_all(office, QUICK))
    for day, goes_on, left_out, reached in (
        (5, datetime(2026, 11, 5, 23, 59, tzinfo=ALMATY), LeftOut(0, 0), PEOPLE),
        (8, datetime(2026, 11, 9, 0, 1, tzinfo=ALMATY), LeftOut(0, PEOPLE - 5), 5),
    ):
        server.received.clear()
        world.clock.now = datetime(2026, 11, day, 9, tzinfo=ALMATY)
        server.at = (5, lambda: stop_sending(office, campaign_id, "dana"))
        list(send_all(office, QUICK))
        assert len(server.received) == 5
        world.clock.now = goes_on
        assert go_on_sending(office, campaign_id) == left_out
        list(send_all(office, QUICK))
        assert set(server.counts().values()) == {1}
        assert len(server.received) == reached
    assert [(one.total, one.waiting) for one in mailings(office, campaign_id)] == [(12, 0), (12, 0), (5, 0)]


def test_what_is_not_under_way_cannot_be_stopped(office, campaign_id):
    with pytest.raises(StepOutOfOrder, match="nothing to stop"):
        stop_sending(office, campaign_id, "dana")
    with pytest.raises(StepOutOfOrder, match="not stopped"):
        go_on_sending(office, campaign_id)
