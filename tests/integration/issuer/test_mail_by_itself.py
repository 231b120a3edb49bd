"""The issuer's server sends by itself: after a restart, after a crash, at a reminder's hour; and nothing twice."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from survey_app.domain import keyfile
from survey_app.identity.errors import MailRefused, StepOutOfOrder
from survey_app.identity.handouts import count_handout
from survey_app.identity.invitations import invitation_key_label
from survey_app.identity.mail.bounces import bounced, correct_address
from survey_app.identity.mail.handover import take_in_hand
from survey_app.identity.mail.plan import INVITATION, cancel_reminders, mailings, plan_reminders
from survey_app.identity.mail.postman import Postman
from survey_app.identity.mail.queue import begin, due_reminders, waiting_entries
from survey_app.identity.mail.relay import TryLater
from survey_app.identity.mail.sending import Pace, send_all, send_mailing
from survey_app.identity.office import IssuerOffice, open_issuer
from survey_app.issuer_app import create_issuer_app
from survey_app.staff import journal
from survey_app.web.keystore import KeyMissing
from tests.clock import FakeClock
from tests.integration.issuer.conftest import make_world
from tests.integration.issuer.offices import TWO_VISITS, World
from tests.mail_server import MailServer

PEOPLE = 12
DAYS = (date(2026, 11, 5), date(2026, 11, 8))
ALMATY = ZoneInfo("Asia/Almaty")
QUICK = Pace(wait=lambda _seconds: None)
BEFORE = TWO_VISITS.issuance_opens - timedelta(days=2)


@pytest.fixture
def world(tmp_path: Path, blind_signing_key, server: MailServer) -> World:
    made = make_world(tmp_path / "issuer", blind_signing_key)
    made.environ |= server.settings
    made.clock.now = BEFORE
    return made


@pytest.fixture
def office(world: World, campaign_id: str) -> Iterator[IssuerOffice]:
    opened = world.opens_office()
    world.announces_campaign(opened, campaign_id, PEOPLE)
    yield opened
    opened.database.dispose()


@pytest.fixture
def starts(world: World) -> Iterator[Callable[[], Postman]]:
    """Starts a server of the office on the same database, and gives its postman; all are at rest at the end."""
    made = []

    def start() -> Postman:
        made.append(create_issuer_app(world.config, world.clock))
        return made[-1].extensions["pikir-postman"]

    yield start
    for app in made:
        app.extensions["pikir-postman"].rest()
        app.extensions["pikir-office"].database.dispose()


def addresses() -> dict[str, int]:
    return {f"servant{number}@body.example": 1 for number in range(1, PEOPLE + 1)}


def sends(folder: Path, environ: dict[str, str], campaign_id: str) -> None:
    """Another process of the office, at work until it dies."""
    keyfile.SCRYPT_N = 2**10
    office = open_issuer(World(folder, FakeClock(BEFORE), None, None, environ).config, FakeClock(BEFORE))
    for _ in send_mailing(office, campaign_id, INVITATION, QUICK):
        pass


def serves(folder: Path, environ: dict[str, str]) -> None:
    """A server of the office, at work until it is asked to end."""
    keyfile.SCRYPT_N = 2**10
    ends = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ends.set())
    world = World(folder, FakeClock(BEFORE), None, None, environ)
    create_issuer_app(world.config, world.clock)
    (folder / "served").write_text(str(os.getpid()))
    ends.wait()


def forks_a_server(folder: Path, environ: dict[str, str]) -> None:
    """As granian does on Linux: a process that ends like that runs no atexit handlers before Python 3.14."""
    worker = multiprocessing.get_context("fork").Process(target=serves, args=(folder, environ))
    worker.start()
    worker.join()


class TestAfterAStop:
    def test_a_server_that_is_asked_to_end_waits_for_the_answer(self, office, server, campaign_id, world):
        begin(office, campaign_id, INVITATION)
        process = multiprocessing.get_context("spawn").Process(
            target=forks_a_server, args=(world.instance, world.environ)
        )

        def ends() -> None:
            until(served.exists)
            os.kill(int(served.read_text()), signal.SIGTERM)
            process.join(0.5)

        served = world.instance / "served"
        server.at = (5, ends)
        process.start()
        process.join()

        assert len(server.received) == 5
        assert mailings(office, campaign_id)[0].waiting == PEOPLE - 5
        for _ in send_all(office, QUICK):
            pass
        assert server.counts() == addresses()
        assert bounced(office, campaign_id) == [], "nothing was left unclear"

    def test_a_restarted_server_goes_on_where_the_other_one_ended(self, office, server, campaign_id, starts):
        first = starts()
        first.join()
        server.at = (5, lambda: first.rest(0))
        begin(office, campaign_id, INVITATION)
        first.wake()
        first.join()
        assert len(server.received) == 5, "what the mail server had was answered and noted, and no other begun"

        starts().join()

        assert server.counts() == addresses()
        assert bounced(office, campaign_id) == []
        assert mailings(office, campaign_id)[0].is_complete

    def test_what_a_process_had_in_hand_when_it_died_is_not_sent_again(
        self, office, server, campaign_id, starts, world
    ):
        plan_reminders(office, campaign_id, DAYS[:1])
        begin(office, campaign_id, INVITATION)
        process = multiprocessing.get_context("spawn").Process(
            target=sends, args=(world.instance, world.environ, campaign_id)
        )
        server.at = (5, lambda: os.kill(process.pid, signal.SIGKILL))
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL

        postman = starts()
        postman.join()

        assert server.counts() == addresses()
        (unclear,) = bounced(office, campaign_id)
        assert (unclear.email, unclear.is_unclear) == (server.received[4][0], True)
        assert mailings(office, campaign_id)[0].is_complete
        correct_address(office, campaign_id, unclear.reference, unclear.email)
        postman.wake()
        postman.join()
        assert server.counts()[unclear.email] == 2, "an officer wanted it"
        assert bounced(office, campaign_id) == []

    def test_of_reminders_that_were_missed_only_the_last_goes(self, office, server, campaign_id, world, starts):
        plan_reminders(office, campaign_id, DAYS)
        begin(office, campaign_id, INVITATION)
        list(send_all(office, QUICK))
        server.received.clear()

        world.clock.now = datetime(2026, 11, 8, 10, tzinfo=ALMATY)
        starts().join()
        assert server.counts() == addresses()
        assert [(one.number, one.is_complete) for one in mailings(office, campaign_id)] == [(0, True), (2, True)]

    def test_who_may_not_have_got_the_invitation_gets_the_reminder(self, office, server, campaign_id, world, starts):
        plan_reminders(office, campaign_id, DAYS[:1])
        begin(office, campaign_id, INVITATION)
        with office.database.write() as session:
            session.connection().exec_driver_sql(
                "UPDATE mail_queue SET is_in_hand = 1 WHERE entry_id = (SELECT min(entry_id) FROM mail_queue)"
            )
        postman = starts()
        postman.join()
        assert sum(server.counts().values()) == PEOPLE - 1
        assert [one.is_unclear for one in bounced(office, campaign_id)] == [True]

        server.received.clear()
        world.clock.now = datetime(2026, 11, 5, 9, tzinfo=ALMATY)
        postman.wake()
        postman.join()
        assert server.counts() == addresses()
        assert bounced(office, campaign_id) == []

    def test_a_mail_server_that_is_away_is_tried_again_by_itself(self, office, server, campaign_id, starts):
        server.closes()
        postman = starts()
        postman.join()
        postman.pace, postman.after_trouble = Pace(first_wait=0.01, most_waits=1), 0.05
        begin(office, campaign_id, INVITATION)
        postman.wake()
        postman.join()
        assert postman.problem is not None

        server.opens()
        until(lambda: server.counts() == addresses())

    def test_whatever_goes_wrong_it_says_so_and_goes_on_afterwards(self, office, server, campaign_id, world, starts):
        lock = world.config.keys / ".sending.lock"
        lock.mkdir()
        begin(office, campaign_id, INVITATION)
        postman = starts()
        postman.join()
        assert isinstance(postman.problem, OSError)

        lock.rmdir()
        postman.wake()
        postman.join()
        assert postman.problem is None
        assert server.counts() == addresses()

    def test_what_one_sender_has_in_hand_no_other_takes(self, office, campaign_id):
        begin(office, campaign_id, INVITATION)
        one, *_ = waiting_entries(office, campaign_id, INVITATION)

        assert [take_in_hand(office, campaign_id, INVITATION, one) for _ in range(2)] == [True, False]

    def test_one_that_refuses_us_waits_for_an_officer(self, office, server, campaign_id, starts):
        server.all_refused = "550 5.7.1 Relaying denied"
        postman = starts()
        postman.join()
        postman.look_again = postman.after_trouble = 0.01
        begin(office, campaign_id, INVITATION)
        postman.wake()
        postman.join()
        assert postman._pause() is None, "no password is sent again and again"

        server.all_refused = ""
        postman.wake()
        postman.join()
        assert server.counts() == addresses()


class TestManyCampaigns:
    """One campaign's trouble is its own."""

    @pytest.fixture
    def both(self, office, campaign_id, world) -> tuple[str, str]:
        other = f"1{campaign_id[1:]}"
        world.announces_campaign(office, other, PEOPLE)
        for one in (campaign_id, other):
            begin(office, one, INVITATION)
        return campaign_id, other

    def test_a_mailbox_that_stays_full_holds_up_no_other_campaign(self, office, server, both):
        server.greylisted = {"servant4@body.example": 1000}
        with pytest.raises(TryLater):
            list(send_all(office, QUICK))

        assert [mailings(office, one)[0].waiting for one in both] == [1, 1]
        assert len(server.received) == 2 * (PEOPLE - 1)

    def test_nor_does_one_of_which_the_server_says_so_only_after_the_message(self, office, server, both):
        server.late_refusals = {
            "servant4@body.example": "552 5.2.2 mailbox full for good",
            "servant5@body.example": "452 4.2.2 mailbox full",
        }
        with pytest.raises(TryLater):
            list(send_all(office, QUICK))

        assert [mailings(office, one)[0].waiting for one in both] == [1, 1]
        assert [(one.email, one.status) for one in bounced(office, both[0])] == [("servant4@body.example", "5.2.2")]
        assert len(server.received) == 2 * (PEOPLE - 2)

    def test_what_it_says_of_the_sender_stops_all(self, office, server, both):
        server.late_refusals = {"servant4@body.example": "550 5.1.8 sender's domain unknown"}
        with pytest.raises(MailRefused):
            list(send_all(office, QUICK))

        assert bounced(office, both[0]) == bounced(office, both[1]) == []

    def test_nor_does_a_missing_key(self, office, server, both, world):
        first, other = sorted(both)
        office.keys.destroy(invitation_key_label(first))
        with pytest.raises(KeyMissing):
            list(send_all(office, QUICK))

        assert [mailings(office, one)[0].waiting for one in (first, other)] == [PEOPLE, 0]


class TestReminders:
    def test_one_goes_out_at_nine_without_anybody(self, office, server, campaign_id, world, starts):
        plan_reminders(office, campaign_id, DAYS)
        begin(office, campaign_id, INVITATION)
        postman = starts()
        postman.join()
        server.received.clear()
        world.clock.now = datetime(2026, 11, 5, 8, 59, 59, tzinfo=ALMATY)
        assert due_reminders(office) == []

        postman.look_again = 0.05
        postman.wake()
        world.clock.now = datetime(2026, 11, 5, 9, tzinfo=ALMATY)
        until(lambda: server.counts() == addresses())

        with office.database.read() as session:
            (noted,) = [row for row in journal.entries(session) if row.action == "send-mail"]
        assert (noted.actor, noted.subject) == ("server", campaign_id)

    @pytest.mark.parametrize("what", ["letters", "links", "drawing is open", "mail"])
    def test_their_days_are_fixed_when_the_first_may_draw(self, office, campaign_id, world, what):
        plan_reminders(office, campaign_id, DAYS)
        if what == "mail":
            begin(office, campaign_id, INVITATION)
        elif what == "drawing is open":
            world.clock.now = TWO_VISITS.issuance_opens
        else:
            count_handout(office, campaign_id, what)

        with pytest.raises(StepOutOfOrder, match="fixed"):
            plan_reminders(office, campaign_id, [])
        assert [one.day for one in mailings(office, campaign_id)[1:]] == list(DAYS)

    def test_those_whose_hour_is_over_when_the_invitation_goes_out_are_left_out(self, office, campaign_id, world):
        plan_reminders(office, campaign_id, DAYS)
        world.clock.now = datetime(2026, 11, 5, 9, tzinfo=ALMATY)
        begin(office, campaign_id, INVITATION)

        assert [one.day for one in mailings(office, campaign_id)[1:]] == [DAYS[1]]

    def test_all_can_be_cancelled_and_those_under_way_go_to_their_end(self, office, server, campaign_id, world):
        plan_reminders(office, campaign_id, DAYS)
        begin(office, campaign_id, INVITATION)
        world.clock.now = datetime(2026, 11, 5, 9, tzinfo=ALMATY)
        begin(office, campaign_id, 1)

        assert cancel_reminders(office, campaign_id) == 1
        with pytest.raises(StepOutOfOrder, match="none to cancel"):
            cancel_reminders(office, campaign_id)
        world.clock.now = datetime(2026, 11, 8, 9, tzinfo=ALMATY)
        assert {number for _, number, _ in send_all(office, QUICK)} == {0, 1}
        assert server.counts() == dict.fromkeys(addresses(), 2)


def until(is_so: Callable[[], bool]) -> None:
    """Wait until it is; a minute at most."""
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
