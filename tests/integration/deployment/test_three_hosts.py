"""A campaign on three hosts: three processes, databases and exchange folders, and nothing but HTTP between them.

The agency's clock is six minutes fast, the issuer's five minutes slow.
"""

import re
from collections.abc import Iterator

import pytest
import urllib3

from analytics.verify import verify_path
from survey_app.web import source
from tests.integration.deployment.story import MINUTES, PEOPLE, WINDOWS, Story, story


@pytest.fixture(scope="module")
def told(tmp_path_factory, questionnaire) -> Iterator[Story]:
    """The whole story, with looks on the way."""
    with pytest.MonkeyPatch.context() as patch, story(tmp_path_factory.mktemp("hosts"), questionnaire, {}) as teller:
        patch.setattr(source, "FIRST_PAUSE", 0.01)
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
        yield teller


def test_1_each_office_has_only_what_it_signed_or_took(told: Story) -> None:
    shared = {"draft.jws", "manifest.jws"}
    assert told.hosts.issuer.has(told.campaign_id) == shared | {"issuer-enrolment.jws", "drawn.jws"}
    assert told.hosts.collector.has(told.campaign_id) == shared | {
        *("issuer-enrolment.jws", "collector-enrolment.jws", "drawn.jws", "board.jws", "batch.bin"),
        *("release.jws", "scoring-record.jws", "staffing.jws"),
    }
    assert {"board.jws", "batch.bin", "drawn.jws", "release.jws"} <= told.hosts.agency.has(told.campaign_id)


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


def test_4_the_figures_are_those_of_the_people(told: Story, questionnaire) -> None:
    (campaign,) = told.hosts.agency.gets("status")
    assert campaign["state"] == "certified"
    report = verify_path(told.hosts.agency.instance / "exchange" / told.campaign_id, questionnaire)
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
