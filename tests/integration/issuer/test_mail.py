"""Invitations and reminders by e-mail through a real mail server that refuses, delays, breaks off and rests."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from survey_app.identity import closing
from survey_app.identity.cli import issuer
from survey_app.identity.errors import MailRefused, MailUnavailable, ReportUnreadable, StepOutOfOrder, UnknownEntry
from survey_app.identity.invitations import Invitation
from survey_app.identity.mail.bounces import bounced, correct_address, read_report, take_report
from survey_app.identity.mail.plan import INVITATION, mailings, plan_reminders, suggested_days
from survey_app.identity.mail.queue import begin
from survey_app.identity.mail.relay import TryLater
from survey_app.identity.mail.sending import Pace, is_sending, send_all, send_mailing, sole_sender
from survey_app.identity.office import IssuerOffice
from survey_app.staff import journal
from survey_app.web.settings import Settings
from tests.integration.issuer.conftest import Respondent, make_world
from tests.integration.issuer.offices import TWO_VISITS, World
from tests.mail_server import MailServer

PEOPLE = 12
ADDRESS = "servant{}@body.example"
MAIL_TABLES = ("mailing", "mail_queue", "bounce")


@pytest.fixture
def world(tmp_path: Path, blind_signing_key, server: MailServer) -> World:
    made = make_world(tmp_path / "issuer", blind_signing_key)
    made.environ |= server.settings
    return made


@pytest.fixture
def office(world: World) -> Iterator[IssuerOffice]:
    opened = world.opens_office()
    yield opened
    opened.database.dispose()


@pytest.fixture
def invited(world: World, office: IssuerOffice, campaign_id: str) -> list[Invitation]:
    """Everybody with an address, two days before issuing opens."""
    world.clock.now = TWO_VISITS.issuance_opens - timedelta(days=2)
    return world.announces_campaign(office, campaign_id, PEOPLE)


def pace(during: Callable[[float], object] = lambda _seconds: None, waits: int = 3) -> Pace:
    """Nobody really waits in these tests; ``during`` is what happens in the meantime."""
    return Pace(together=5, most_waits=waits, wait=lambda seconds: during(seconds) if seconds >= 1 else None)


def invites(office: IssuerOffice, campaign_id: str, how: Pace | None = None) -> None:
    begin(office, campaign_id, INVITATION)
    for _ in send_mailing(office, campaign_id, INVITATION, how or pace()):
        pass


def rows(office: IssuerOffice, table: str) -> int:
    with office.database.read() as session:
        return session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608


def said(message, kind: str) -> str:
    return message.get_body([kind]).get_content()


class TestSending:
    def test_everyone_gets_his_own_link_in_his_language_as_text_and_html(self, office, invited, server, campaign_id):
        invites(office, campaign_id)

        assert server.counts() == {one.email: 1 for one in invited}
        for one in invited:
            (message,) = server.messages_to(one.email)
            for kind in ("plain", "html"):
                links = set(
                    re.findall(r"https://issuer\.example\S+?/draw#[A-Z2-7]{26}\.[0-9a-f]{64}", said(message, kind))
                )
                assert links == {one.link}
            assert message["Content-Language"] == one.language
            assert message["From"] == "Pikir <survey@issuer.example>"
            assert message["To"] == one.email
            assert message["Auto-Submitted"] == "auto-generated"
            assert "1414" in said(message, "plain")
        assert server.sign_ins >= 1

    def test_afterwards_the_database_knows_neither_who_got_it_nor_when(
        self, office, invited, server, campaign_id, world
    ):
        invites(office, campaign_id)

        assert rows(office, "mail_queue") == 0
        assert [(one.total, one.is_complete) for one in mailings(office, campaign_id)] == [(PEOPLE, True)]
        stored = (world.instance / "identity.sqlite").read_bytes()
        assert not [one.code for one in invited if one.code.encode() in stored]

    def test_sending_again_sends_nothing(self, office, invited, server, campaign_id):
        invites(office, campaign_id)
        invites(office, campaign_id)

        assert set(server.counts().values()) == {1}

    def test_refused_addresses_are_listed_and_a_corrected_one_is_served(self, office, invited, server, campaign_id):
        wrong, full, crafted = ADDRESS.format(3), ADDRESS.format(7), "=?utf-8?q??=@body.example"
        server.refusals = {wrong: "550 5.1.1 No such user here", full: "554 rejected for reasons with a@b.kz"}
        with office.database.write() as session:  # of a roster from before such addresses were refused
            session.execute(
                text("UPDATE roster_entry SET email = :crafted WHERE email = :plain"),
                {"crafted": crafted, "plain": ADDRESS.format(9)},
            )
        invites(office, campaign_id)

        found = {one.reference: (one.email, one.status) for one in bounced(office, campaign_id)}
        assert found == {"P-003": (wrong, "5.1.1"), "P-007": (full, "554"), "P-009": (crafted, "5.1.3")}

        correct_address(office, campaign_id, "P-003", "right@body.example")
        invites(office, campaign_id)
        assert [one.reference for one in bounced(office, campaign_id)] == ["P-007", "P-009"]
        (message,) = server.messages_to("right@body.example")
        assert next(one.link for one in invited if one.reference == "P-003") in said(message, "plain")
        assert len(server.received) == PEOPLE - 2

    def test_an_address_that_mail_reaches_is_not_changed(self, office, invited, server, campaign_id):
        invites(office, campaign_id)

        with pytest.raises(UnknownEntry):
            correct_address(office, campaign_id, "P-001", "thief@body.example")

    def test_a_server_that_breaks_off_and_rests_gets_the_rest_later(self, office, invited, server, campaign_id):
        server.breaks_after = 7
        rests = []

        def nap(seconds: float) -> None:
            rests.append(seconds)
            if len(rests) == 1:
                server.closes()
            if len(rests) == 3:
                server.opens()

        invites(office, campaign_id, pace(nap))

        assert server.counts() == {one.email: 1 for one in invited}
        assert rests == [2, 4, 8], "waits are doubled"

    def test_a_server_that_stays_away_stops_the_sending_which_is_resumed(self, office, invited, server, campaign_id):
        server.breaks_after = 5
        with pytest.raises(MailUnavailable):
            invites(office, campaign_id, pace(lambda _seconds: server.closes()))
        (invitation,) = mailings(office, campaign_id)
        assert (invitation.total, invitation.waiting) == (PEOPLE, PEOPLE - 5)

        server.opens()
        invites(office, campaign_id)
        assert server.counts() == {one.email: 1 for one in invited}

    def test_greylisted_recipients_have_another_turn(self, office, invited, server, campaign_id):
        server.greylisted = {ADDRESS.format(number): 2 for number in (1, 2, 3)}
        invites(office, campaign_id)

        assert server.counts() == {one.email: 1 for one in invited}
        assert bounced(office, campaign_id) == []

    def test_who_is_put_off_for_ever_waits_on(self, office, invited, server, campaign_id):
        server.greylisted = {ADDRESS.format(4): 1000}
        with pytest.raises(TryLater):
            invites(office, campaign_id)

        assert [one.waiting for one in mailings(office, campaign_id)] == [1]
        assert len(server.received) == PEOPLE - 1

    def test_a_server_that_refuses_all_is_no_reason_to_call_all_addresses_wrong(
        self, office, invited, server, campaign_id
    ):
        server.all_refused = "550 5.7.1 Relaying denied"
        with pytest.raises(MailRefused, match=r"5\.7\.1"):
            invites(office, campaign_id, Pace(together=20, wait=lambda _seconds: None))

        assert bounced(office, campaign_id) == []
        assert rows(office, "mail_queue") == PEOPLE

    @pytest.mark.parametrize(
        "wrong",
        [{"PIKIR_ISSUER_SMTP_PASSWORD": "another"}, {"PIKIR_ISSUER_SMTP_CA": ""}],
        ids=["password", "certificate"],
    )
    def test_nothing_is_sent_to_a_server_that_does_not_know_us_or_that_we_do_not_know(
        self, invited, server, campaign_id, world, wrong
    ):
        world.environ |= wrong
        other = world.opens_office()
        with pytest.raises(MailRefused):
            invites(other, campaign_id)
        other.database.dispose()

        assert server.received == []

    def test_two_do_not_send_at_once(self, office, invited, campaign_id):
        assert not is_sending(office)
        with sole_sender(office):
            assert is_sending(office)


class TestReminders:
    DAYS = (date(2026, 11, 5), date(2026, 11, 8))

    def test_days_are_proposed_inside_the_window(self):
        assert suggested_days(TWO_VISITS) == (date(2026, 11, 5), date(2026, 11, 8))

    def test_days_outside_of_it_are_refused(self, office, invited, campaign_id):
        with pytest.raises(StepOutOfOrder, match="2026-11-02 to 2026-11-09"):
            plan_reminders(office, campaign_id, [date(2026, 11, 10)])

    def test_they_are_alike_for_all_on_their_days_whoever_has_drawn(self, office, invited, server, campaign_id, world):
        plan_reminders(office, campaign_id, self.DAYS)
        invites(office, campaign_id)
        invitation_texts = {neutral(message) for _, message in server.received}
        server.received.clear()
        with pytest.raises(StepOutOfOrder, match="fixed"):
            plan_reminders(office, campaign_id, [date(2026, 11, 3)])

        world.clock.now = TWO_VISITS.issuance_opens
        draws(world, campaign_id, invited[:5])
        with pytest.raises(StepOutOfOrder, match="2026-11-05"):
            begin(office, campaign_id, 1)
        assert list(send_all(office, pace())) == []

        world.clock.now = TWO_VISITS.issuance_opens + timedelta(days=3)
        assert list(send_all(office, pace()))
        assert server.counts() == {one.email: 1 for one in invited}, "also those who have drawn"
        texts = {neutral(message) for _, message in server.received}
        assert {language for language, *_ in texts} == {"kk", "ru", "en"}
        assert len(texts) == 3, "one text a language"
        assert not texts & invitation_texts, "it says that it is a reminder"
        for one in invited:
            assert one.link in said(server.messages_to(one.email)[0], "plain")
        assert list(send_all(office, pace())) == [], "the second one is due later"

    def test_none_goes_out_when_issuing_is_over(self, office, invited, server, campaign_id, world):
        plan_reminders(office, campaign_id, self.DAYS)
        invites(office, campaign_id)
        server.received.clear()

        world.clock.now = TWO_VISITS.issuance_closes
        assert list(send_all(office, pace())) == []
        with pytest.raises(StepOutOfOrder, match="issuing is over"):
            begin(office, campaign_id, 1)
        assert server.received == []


class TestReports:
    def test_failures_are_read_from_reports_of_delivery(self, office, invited, campaign_id):
        mbox = b"From MAILER-DAEMON Mon Nov  2\n" + report(ADDRESS.format(1), "5.1.1") + b"\n"
        mbox += b"From MAILER-DAEMON Mon Nov  2\n" + report(ADDRESS.format(2), "4.2.2", "delayed") + b"\n"
        mbox += b"From MAILER-DAEMON Mon Nov  2\n" + report("stranger@other.example", "5.2.1")

        taken = take_report(office, campaign_id, mbox)

        assert (taken.new, taken.known, taken.foreign) == (1, 0, 1)
        assert [(one.reference, one.status) for one in bounced(office, campaign_id)] == [("P-001", "5.1.1")]
        assert take_report(office, campaign_id, mbox).known == 1

    def test_or_from_a_list_of_addresses(self, office, invited, campaign_id):
        taken = take_report(office, campaign_id, f"reference;email\nP-009;{ADDRESS.format(9).upper()}\n".encode())

        assert taken.new == 1
        assert [one.reference for one in bounced(office, campaign_id)] == ["P-009"]

    @pytest.mark.parametrize("data", [b"", b"nothing here", "әріп@".encode("utf-16")])
    def test_anything_else_is_refused(self, data):
        with pytest.raises(ReportUnreadable):
            list(read_report(data))


class TestForgetting:
    def test_all_of_it_goes_with_the_addresses_when_m_is_published(self, office, invited, server, campaign_id, world):
        plan_reminders(office, campaign_id, [date(2026, 11, 5)])
        server.refusals = {ADDRESS.format(3): "550 5.1.1 gone"}
        server.greylisted = {ADDRESS.format(4): 1000}
        with pytest.raises(TryLater):
            invites(office, campaign_id)
        assert all(rows(office, table) for table in MAIL_TABLES)

        world.clock.now = TWO_VISITS.issuance_closes
        closing.publish_drawn(office, campaign_id)

        assert [rows(office, table) for table in MAIL_TABLES] == [0, 0, 0]
        stored = (world.instance / "identity.sqlite").read_bytes()
        assert b"@body.example" not in stored
        assert b"5.1.1" not in stored

    def test_nothing_is_noted_of_messages_under_way(self, office, invited, server, campaign_id, world):
        def publishes() -> None:
            world.clock.now = TWO_VISITS.issuance_closes
            closing.publish_drawn(office, campaign_id)

        server.refusals = {ADDRESS.format(number): "550 5.1.1 gone" for number in (1, 2, 3)}
        server.at = (PEOPLE - 3, publishes)
        invites(office, campaign_id, Pace(wait=lambda _seconds: None))

        assert [rows(office, table) for table in MAIL_TABLES] == [0, 0, 0]


class TestOfficersCommands:
    def test_plan_send_list_correct_and_a_timer(self, invited, server, campaign_id, world, tmp_path):
        def types(*words: str) -> str:
            settings = Settings(world.instance, world.environ, world.clock)
            result = CliRunner().invoke(issuer, list(words), obj=settings)
            assert result.exit_code == 0, (result.output, result.exception)
            return result.output

        server.refusals = {ADDRESS.format(3): "550 5.1.1 gone"}
        days = ("--on", "2026-11-05", "--on", "2026-11-08")
        assert "2026-11-05" in types("plan-reminders", campaign_id, *days)
        assert f"{PEOPLE} of {PEOPLE} done; mail does not reach 1" in types("send-invitations", campaign_id)
        assert f"P-003  {ADDRESS.format(3)}  5.1.1" in types("bounces", campaign_id)
        report_file = tmp_path / "report.eml"
        report_file.write_bytes(report(ADDRESS.format(5), "5.4.4"))
        assert "1 new" in types("bounces", campaign_id, "--report", str(report_file), "--json")
        types("correct-address", campaign_id, "P-003", "right@body.example")
        assert "The invitation: 12 of 12" in types("send-mail")
        assert "Nothing waits" in types("send-mail")
        world.clock.now = TWO_VISITS.issuance_opens + timedelta(days=3)
        assert "Reminder 1: 11 of 11 done" in types("send-mail")

        assert "Cancelled: 1" in types("cancel-reminders", campaign_id)

        office = world.opens_office()
        with office.database.read() as session:
            noted = [(row.actor, row.action) for row in journal.entries(session)]
        office.database.dispose()
        wanted = [
            "plan-reminders",
            "send-mail",
            "take-bounces",
            "correct-address",
            "send-mail",
            "send-mail",
            "cancel-reminders",
        ]
        assert noted == [("command line", action) for action in wanted]


def neutral(message) -> tuple[str, str, str, str]:
    """A message's language, subject and both texts without the personal link."""
    link = re.compile(r"https://issuer\.example\S+?/draw#[A-Z2-7]{26}\.[0-9a-f]{64}")
    texts = (link.sub("LINK", said(message, kind)) for kind in ("plain", "html"))
    return message["Content-Language"], message["Subject"], *texts


def draws(world: World, campaign_id: str, people: list[Invitation]) -> None:
    from survey_app.issuer_app import create_issuer_app  # noqa: PLC0415

    app = create_issuer_app(world.config, world.clock)
    for one in people:
        respondent = Respondent(app.test_client(), campaign_id, one.code, world.blind_signing_key.public_key())
        assert respondent.draws(respondent.prepares()[1].message).status_code == 200
    app.extensions["pikir-office"].database.dispose()


def report(address: str, status: str, action: str = "failed") -> bytes:
    """A report of delivery as mail servers write them (RFC 3464)."""
    return f"""From: MAILER-DAEMON@mx.example
To: survey@issuer.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain

Sorry: {address} was not found.

--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 2 Nov 2026 09:00:00 +0500

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no

--=_b--
""".encode()
