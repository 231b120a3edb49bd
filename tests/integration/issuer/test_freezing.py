"""Work that takes long: many rosters frozen with one click, whatever happens to the process; uploads that queue."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from survey_app.domain import documents
from survey_app.domain.manifest import Body, CampaignDraft, LocalisedText
from survey_app.identity.enrolment import enrol
from survey_app.identity.errors import KeyChanged
from survey_app.identity.freezing import Freezing, freezings, want
from survey_app.identity.invitations import derive_code, hash_code, invitation_key_label
from survey_app.identity.models import RosterEntryRow
from survey_app.identity.roster import import_roster
from survey_app.identity.situation import situation
from survey_app.issuer_app import create_issuer_app
from survey_app.staff import journal
from survey_app.web.spreadsheet import taking_turn
from tests.integration.issuer.console import OTHER, OWN, Console, file, make_console
from tests.integration.issuer.offices import Agency, roster_csv
from tests.mail_server import MailServer

CAMPAIGNS = [f"{number:032x}" for number in range(1, 15)]


@pytest.fixture
def console(tmp_path, blind_signing_key) -> Iterator[Console]:
    """Fourteen bodies with their rosters; of two more nothing is here yet."""
    made = make_console(tmp_path / "issuer", blind_signing_key, MailServer(tmp_path, port=1))
    made.app.extensions["pikir-postman"].rest()
    for number, campaign in enumerate(CAMPAIGNS):
        name = f"Body {number}"
        made.world.agency.drafts(campaign, body=Body(f"body-{number}", LocalisedText(name, name, name)))
        import_roster(made.office, campaign, roster_csv(2))
        made.world.provides_blind_key(made.office, campaign)
    yield made
    made.office.database.dispose()


def frozen(console: Console) -> list[str]:
    return [one for one in CAMPAIGNS if situation(console.office, one).is_frozen]


def test_all_are_offered_and_frozen_with_one_click(console: Console):
    asked = console.issuing.reads("together/enrol")
    assert asked.count('name="campaign"') == len(CAMPAIGNS)

    sent = console.issuing.posts("together/enrol", campaign=[*CAMPAIGNS, OWN])
    assert sent.status_code == 303
    assert sent.location.endswith("/en/staff/freezing?total=14"), "one without a roster is not counted"
    console.app.extensions["pikir-freezer"].join()

    assert frozen(console) == CAMPAIGNS
    page = console.issuing.reads("freezing?total=14")
    assert "14 of 14" in page
    assert "Done." in page
    told = json.loads(console.issuing.gets("freezing/progress?total=14").data)
    assert told == {"bars": [{"number": 0, "total": 14, "waiting": 0}], "working": False}
    with console.office.database.read() as session:
        noted = [(row.actor, row.action, row.subject) for row in journal.entries(session) if row.action == "enrol"]
    assert sorted(noted) == [("issuing", "enrol", campaign) for campaign in CAMPAIGNS]


def test_with_the_first_ones_the_agencys_key_is_compared(console: Console):
    key = documents.read_self_signed(
        CampaignDraft, console.office.exchange.get_text(CAMPAIGNS[0], "draft.jws"), "agency_key"
    ).agency_key.hex()
    assert key in console.issuing.reads("together/enrol")
    console.issuing.posts("together/enrol", campaign=CAMPAIGNS[:2])
    console.app.extensions["pikir-freezer"].join()

    assert key not in console.issuing.reads("together/enrol")


def test_drafts_under_another_key_are_not_frozen_with_them_nor_instead_of_them(console: Console):
    stranger = Agency(console.office.exchange)
    for campaign in CAMPAIGNS[1:]:
        console.office.exchange.path(campaign, "draft.jws").unlink()
        stranger.drafts(campaign)
    with pytest.raises(KeyChanged, match="replaced"):
        enrol(console.office, CAMPAIGNS[1])

    for campaign in CAMPAIGNS[1:]:
        import_roster(console.office, campaign, roster_csv(2))
    page = console.issuing.reads("together/enrol")
    assert [campaign for campaign in CAMPAIGNS if campaign in page] in (CAMPAIGNS[:1], CAMPAIGNS[1:])


def test_one_that_fails_stops_no_other_and_says_why(console: Console):
    console.world.agency.voids(CAMPAIGNS[3])
    console.issuing.posts("together/enrol", campaign=CAMPAIGNS[:6])
    console.app.extensions["pikir-freezer"].join()

    assert frozen(console) == [*CAMPAIGNS[:3], *CAMPAIGNS[4:6]]
    assert freezings(console.office) == [Freezing(CAMPAIGNS[3], "campaign-void")]
    page = console.issuing.reads("freezing?total=6")
    assert "5 of 5" in page
    assert "Body 3" in page
    assert "The agency declared this campaign void." in page
    assert console.issuing.posts("together/enrol", campaign=[OTHER]).status_code in (302, 409), "nothing to freeze"


def test_what_was_wanted_when_a_process_ended_is_done_by_the_next_one(console: Console):
    want(console.office, CAMPAIGNS[:3], "issuing")
    assert "3 still wait" in console.issuing.reads("campaigns")
    assert console.issuing.reads("together/enrol").count('name="campaign"') == len(CAMPAIGNS) - 3, "not offered again"

    another = create_issuer_app(console.world.config, console.world.clock)
    another.extensions["pikir-freezer"].join()
    another.extensions["pikir-postman"].rest()
    another.extensions["pikir-office"].database.dispose()

    assert frozen(console) == CAMPAIGNS[:3]
    assert freezings(console.office) == []


def test_it_goes_on_once_what_was_in_the_way_is_gone(console: Console):
    freezer = console.app.extensions["pikir-freezer"]
    freezer.look_again = 0.01
    lock = console.world.config.keys / ".freezing.lock"
    lock.mkdir()
    console.issuing.posts("together/enrol", campaign=CAMPAIGNS[:3])
    assert frozen(console) == []

    lock.rmdir()
    freezer.join()
    assert frozen(console) == CAMPAIGNS[:3]


def test_of_several_who_freeze_the_same_at_once_all_get_the_same_and_the_codes_fit(console: Console):
    for campaign in CAMPAIGNS:
        start = Barrier(4)

        def enrols(_: int, start: Barrier = start, campaign: str = campaign) -> bytes:
            start.wait()
            return enrol(console.office, campaign).roster_commitment

        with ThreadPoolExecutor(4) as threads:
            assert len(set(threads.map(enrols, range(4)))) == 1

    another = console.world.opens_office()
    with another.database.read() as session:
        entries = session.scalars(select(RosterEntryRow)).all()
    for one in entries:
        key = another.keys.load(invitation_key_label(one.campaign_id))
        assert one.code_hash == hash_code(derive_code(key, one.campaign_id, one.entry_id))
    another.database.dispose()


def test_a_table_that_comes_while_others_are_read_is_asked_for_again(console: Console):
    with taking_turn(), taking_turn():
        busy = console.personnel.posts(f"c/{OWN}/roster/upload", table=file(b"reference\nP-1\n", "roster.csv"))
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "15")
    text = busy.get_data(as_text=True)
    assert "Other files are being read just now. Try again in a minute." in text
    assert "The roster is as it was." in text
    again = console.personnel.posts(f"c/{OWN}/roster/upload", table=file(b"reference\nP-1\n", "roster.csv"))
    assert again.status_code == 303
    console.personnel.posts(f"c/{OWN}/roster/columns", what="withdraw")
