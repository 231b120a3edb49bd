"""A campaign on three hosts: three processes, databases and exchange folders, and nothing but HTTP between them.

The agency's clock is six minutes fast, the issuer's five minutes slow. At the end keys, roster and batch are destroyed
at each office, and figures after three years: what must be gone is first shown to be there, so that the search is known
to find it.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import urllib3

from analytics.office import open_agency
from analytics.verify import verify_path
from config import agency_config, issuer_config
from survey_app.domain.errors import PikirError
from survey_app.domain.token import token_hash
from survey_app.identity.office import open_issuer
from survey_app.identity.situation import situation
from survey_app.staff import journal
from survey_app.web import source
from tests.integration.deployment.retention import contents_of, each_is_held, holders_of, none_is_held
from tests.integration.deployment.story import (
    APPEALS_OVER,
    LAST_DAY_OF_APPEALS,
    MINUTES,
    PEOPLE,
    WINDOWS,
    Story,
    story,
)

REFERENCES = [f"servant-{number}".encode() for number in range(PEOPLE)]


def secrets_of(teller: Story) -> list[bytes]:
    """What each response consists of, and what the board's list knows it by."""
    parts = [(token.input_msg, token.signature, token_hash(token.input_msg)) for token in teller.tokens]
    return [secret for three in parts for secret in three]


@pytest.fixture(scope="module")
def told(tmp_path_factory, questionnaire) -> Iterator[Story]:
    """The whole story, with looks on the way."""
    with pytest.MonkeyPatch.context() as patch, story(tmp_path_factory.mktemp("hosts"), questionnaire, {}) as teller:
        patch.setattr(source, "FIRST_PAUSE", 0.01)
        live_until_certified(teller)
        archive(teller)
        yield teller


def live_until_certified(teller: Story) -> None:
    hosts, seen = teller.hosts, teller.seen
    teller.agency_drafts()
    hosts.collector.goes_down()
    teller.offices_enrol()
    seen.one_down = hosts.agency.types("pull")
    seen.taken_meanwhile = hosts.agency.has(teller.campaign_id)
    hosts.collector.goes_up()
    hosts.collector.is_up()
    teller.agency_announces()
    teller.offices_accept()
    teller.people_draw()
    hosts.set_clocks(WINDOWS[1] + 2 * MINUTES)
    seen.too_early = hosts.issuer.types("publish-drawn", teller.campaign_id)
    teller.issuer_publishes_drawn()
    teller.collector_accepts_drawn()
    teller.people_answer()
    teller.offices_close()
    seen.asked_by_nobody = urllib3.request(
        "GET", f"{hosts.collector.url}/exchange/{teller.campaign_id}/batch.bin", retries=False
    )
    teller.agency_certifies()
    seen.again = hosts.agency.succeeds("pull")
    hosts.collector.succeeds("pull")
    seen.status = hosts.agency.gets("status")
    seen.report = verify_path(hosts.agency.instance / "exchange" / teller.campaign_id, teller.questionnaire)
    seen.held_when_certified = {host.role: host.has(teller.campaign_id) for host in hosts.all}


def archive(teller: Story) -> None:
    """The end, each office in its turn; whatever is to go is looked for before and after."""
    agency, issuer, collector = teller.hosts.all
    seen, campaign_id = teller.seen, teller.campaign_id
    (issuer.instance / "roster.csv").unlink()  # an officer's own file, which no program knows of
    seen.key_file = next(agency.instance.glob(f"keys/agency/*{campaign_id}*"))
    seen.key = seen.key_file.read_bytes()
    teller.hosts.set_clocks(LAST_DAY_OF_APPEALS)
    seen.archived_too_early = agency.types("archive", campaign_id, "--yes")
    seen.plan = agency.gets("archive-due", "--dry-run")
    teller.appeals_end()
    seen.before = {host.role: contents_of(host.instance) for host in teller.hosts.all}
    seen.agency_plan = agency.succeeds("archive", campaign_id, "--dry-run")
    seen.issuer_early = issuer.types("archive", campaign_id, "--yes")
    seen.collector_early = collector.types("archive", campaign_id, "--yes")
    agency.succeeds("hold", campaign_id, "--reason", "an appeal of 19 November")
    seen.held = agency.succeeds("archive-due")
    agency.succeeds("unhold", campaign_id)
    seen.untouched = contents_of(agency.instance)
    seen.agency = agency.gets("archive", campaign_id, "--yes")
    for host in (issuer, collector):
        host.succeeds("pull")
    seen.issuer_plan = json.loads(issuer.succeeds("archive-due", "--dry-run", "--json"))
    seen.collector_plan = json.loads(collector.succeeds("archive-due", "--dry-run", "--json"))
    seen.issuer = issuer.succeeds("archive", campaign_id, "--yes")
    seen.collector = collector.succeeds("archive-due")
    agency.succeeds("pull")
    seen.after = {host.role: contents_of(host.instance) for host in teller.hosts.all}


def test_1_each_office_has_only_what_it_signed_or_took(told: Story) -> None:
    shared = {"draft.jws", "manifest.jws"}
    assert told.seen.held_when_certified["issuer"] == shared | {"issuer-enrolment.jws", "drawn.jws"}
    assert told.seen.held_when_certified["collector"] == shared | {
        *("issuer-enrolment.jws", "collector-enrolment.jws", "drawn.jws", "board.jws", "batch.bin"),
        *("release.jws", "scoring-record.jws", "staffing.jws"),
    }
    assert {"board.jws", "batch.bin", "drawn.jws", "release.jws"} <= told.seen.held_when_certified["agency"]


def test_2_an_office_that_is_down_delays_only_what_it_has(told: Story) -> None:
    assert told.seen.one_down.exit_code == 1
    assert "the collector at" in told.seen.one_down.output
    assert "does not answer" in told.seen.one_down.output
    assert "issuer-enrolment.jws" in told.seen.taken_meanwhile
    assert "collector-enrolment.jws" not in told.seen.taken_meanwhile


def test_3_a_step_waits_for_the_clock_of_its_own_office(told: Story) -> None:
    """By true time issuing is over; the issuer's clock is five minutes slow, and it is the issuer's step."""
    assert told.seen.too_early.exit_code == 1
    assert "issuing closes at" in str(told.seen.too_early.exception)


def test_4_the_figures_are_those_of_the_people(told: Story) -> None:
    (campaign,) = told.seen.status
    assert campaign["state"] == "certified"
    report = told.seen.report
    assert report.passed
    counts = next(finding for finding in report.findings if finding.check == "counts")
    assert dict(counts.values) == {"N": PEOPLE, "M": PEOPLE - 1, "K": PEOPLE - 1}


def test_5_sealed_answers_go_to_the_agency_only(told: Story) -> None:
    assert told.seen.asked_by_nobody.status == 403
    assert told.seen.asked_by_nobody.headers["Content-Type"].startswith("application/problem+json")


def test_6_pulling_again_takes_nothing(told: Story) -> None:
    assert "Took" not in told.seen.again


def test_7_the_index_bears_no_time_and_no_order(told: Story) -> None:
    for host in told.hosts.all:
        answer = urllib3.request("GET", f"{host.url}/exchange/index.json", retries=False)
        assert list(answer.json()["campaigns"]) == [told.campaign_id]
        assert not re.search(rb"20\d\d-", answer.data)
        assert "Last-Modified" not in answer.headers
        assert "Set-Cookie" not in answer.headers


def test_8_it_waits_for_the_last_day_of_appeals(told: Story) -> None:
    assert "waits for" not in str(told.seen.archived_too_early.exception)
    assert "the end of the time for appeals" in str(told.seen.archived_too_early.exception)
    (plan,) = told.seen.plan["campaigns"]
    assert (plan["is_due"], plan["due"]) == (False, "2026-11-21")
    assert told.seen.key_file.name in {path.rpartition("/")[2] for path in plan["files"]}


def test_9_a_dry_run_names_everything_and_destroys_nothing(told: Story) -> None:
    told_to_officer = told.seen.agency_plan
    assert "due now" in told_to_officer
    assert str(told.seen.key_file) in told_to_officer
    assert "batch.bin" in told_to_officer
    assert holders_of(told.seen.key, told.seen.untouched)


def test_10_a_hold_keeps_it_from_being_destroyed(told: Story) -> None:
    assert told.seen.held.strip() == "Nothing is due."


def test_11_issuer_and_collector_wait_for_the_agencys_certificate(told: Story) -> None:
    for result in (told.seen.issuer_early, told.seen.collector_early):
        assert isinstance(result.exception, PikirError)
        assert "archive-agency.jws" in str(result.exception)
    (issuers,), (collectors,) = told.seen.issuer_plan, told.seen.collector_plan
    assert issuers["is_due"]
    assert issuers["rows"] == {"roster_entry": PEOPLE}
    assert collectors["responses"] == len(told.tokens)


def test_12_keys_and_batch_are_gone_at_the_agency(told: Story) -> None:
    each_is_held([told.seen.key, *(token.signature for token in told.tokens)], told.seen.before["agency"])
    none_is_held([told.seen.key, *secrets_of(told)], told.seen.after["agency"])
    assert not list(told.hosts.agency.instance.glob(f"keys/agency/*{told.campaign_id}*"))


def test_13_the_roster_is_gone_at_the_issuer(told: Story) -> None:
    each_is_held(REFERENCES, told.seen.before["issuer"])
    none_is_held(REFERENCES, told.seen.after["issuer"])
    assert not list(told.hosts.issuer.instance.glob(f"keys/issuer/*{told.campaign_id}*"))
    assert f"destroyed: {PEOPLE} rows of roster_entry" in told.seen.issuer


def test_14_the_responses_are_gone_at_the_collector(told: Story) -> None:
    each_is_held(secrets_of(told)[:2], told.seen.before["collector"])
    none_is_held(secrets_of(told), told.seen.after["collector"])


def test_15_the_figures_stay_and_verify_says_what_nobody_can_check_now(told: Story, questionnaire) -> None:
    (campaign,) = told.hosts.agency.gets("status")
    assert (campaign["state"], campaign["missing"]) == ("archived", [])
    report = verify_path(told.hosts.agency.instance / "exchange" / told.campaign_id, questionnaire)
    found = {(finding.check, finding.subject): finding for finding in report.findings}
    assert report.passed
    for office in ("agency", "issuer", "collector"):
        assert found["archive", f"archive-{office}.jws"].status == "ok"
    for check in ("batch", "root", "token-signatures", "holder-signatures"):
        assert (found[check, None].status, found[check, None].message) == ("impossible", "batch_destroyed")
    assert {finding.status for (check, _), finding in found.items() if check == "release-board"} == {"ok"}


def test_16_the_board_says_so_and_looks_up_nothing(told: Story) -> None:
    base = f"{told.hosts.collector.url}/en/c/{told.campaign_id}/board"
    page = urllib3.request("GET", base, retries=False)
    assert b"destroyed the sealed envelopes" in page.data
    assert b'id="receipt-text"' not in page.data
    gone = urllib3.request("GET", f"{told.hosts.collector.url}/c/{told.campaign_id}/board.json", retries=False)
    assert (gone.status, gone.json()["type"]) == (410, "urn:pikir:problem:board-archived")
    evidence = urllib3.request("GET", f"{told.hosts.collector.url}/c/{told.campaign_id}/evidence.zip", retries=False)
    assert evidence.status == 200


def test_17_archiving_again_changes_nothing(told: Story) -> None:
    assert told.hosts.agency.gets("archive", told.campaign_id, "--yes") == told.seen.agency
    for host in told.hosts.all:
        assert "Nothing is due." in host.succeeds("archive-due")
    (at_issuer,), (at_collector,) = told.hosts.issuer.gets("list"), told.hosts.collector.gets("status")
    assert (at_issuer["state"], at_issuer["entries"]) == ("archived", 0)
    assert at_collector["archived"]
    host = told.hosts.issuer
    office = open_issuer(issuer_config(host.instance, host.environ), host.clock)
    one = situation(office, told.campaign_id)
    office.database.dispose()
    assert (one.state(host.clock()), one.next_step(host.clock())) == ("archived", None)
    assert contents_of(told.hosts.collector.instance / "exchange") == {
        name.removeprefix("exchange/"): data
        for name, data in told.seen.after["collector"].items()
        if name.startswith("exchange/")
    }


def test_18_the_journal_has_the_holds_and_the_archiving(told: Story) -> None:

    host = told.hosts.agency
    office = open_agency(agency_config(host.instance, host.environ), host.clock)
    with office.database.read() as session:
        rows = journal.entries(session)
        journal.check_chain(rows)
        actions = [row.action for row in rows][-4:]
    office.database.dispose()
    assert actions == ["hold", "unhold", "archive", "destroy-key"]


def test_19_figures_stay_three_years_and_no_longer(told: Story, questionnaire) -> None:
    agency, collector = told.hosts.agency, told.hosts.collector
    told.hosts.set_clocks(datetime(2029, 11, 6, 12, 0, tzinfo=UTC))
    assert "Nothing is due." in agency.succeeds("archive-due")
    release = (agency.instance / "exchange" / told.campaign_id / "release.jws").read_bytes()
    told.hosts.set_clocks(datetime(2029, 11, 7, 12, 0, tzinfo=UTC))

    assert "Deleted the figures" in agency.succeeds("archive-due")
    assert holders_of(release.split(b".")[1], contents_of(agency.instance)) == set()
    (campaign,) = agency.gets("status")
    assert campaign["state"] == "archived"
    told.hosts.set_clocks(APPEALS_OVER + timedelta(days=3 * 365 + 3))
    assert "Archived" in collector.succeeds("archive-due")
    assert holders_of(release.split(b".")[1], contents_of(collector.instance)) == set()
