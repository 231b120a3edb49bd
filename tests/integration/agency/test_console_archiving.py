"""Archiving in the console: when, why not yet, exactly what would be destroyed, and two officers for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from analytics.campaigns.archive_holds import hold
from analytics.campaigns.reading import campaigns, find_campaign
from analytics.campaigns.state import State
from analytics.campaigns.voiding import void
from analytics.office import AgencyOffice, signing_key, staff_desk
from survey_app.domain.archive import ArchiveCertificate, read_archive
from survey_app.domain.signing import public_key_bytes
from survey_app.staff import journal
from survey_app.staff.accounts import add_staff
from survey_app.web.exchange import BATCH
from tests.clock import FakeClock
from tests.integration.agency import partners as play
from tests.integration.agency.browsing import LOGIN, PASSWORD, Staff
from tests.integration.agency.conftest import agency_at, copied
from tests.integration.agency.forms import form_with, sends

SECOND = "bolat"
ROUND = "/en/console/rounds/2026"


@pytest.fixture
def world() -> str:
    """Which of the worlds: round 2026 certified body by body, or as a whole as well."""
    return "built_world"


@pytest.fixture
def office(
    world: str, request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock, environ: dict[str, str]
) -> Iterator[AgencyOffice]:
    instance: Path = request.getfixturevalue(world)
    clock.now = play.SCHEDULE.collection_closes
    opened = agency_at(copied(instance, tmp_path / "instance"), environ, clock)
    yield opened
    opened.database.dispose()


@dataclass
class Desk:
    """Two officers' browsers and what they have before them."""

    office: AgencyOffice
    clock: FakeClock
    first: Staff
    second: Staff

    def id_of(self, body: str) -> str:
        return next(one.campaign_id for one in campaigns(self.office) if one.draft.body.code == body)

    def state_of(self, body: str) -> State:
        return find_campaign(self.office, self.id_of(body)).situation.state

    def page_of(self, body: str, lang: str = "en") -> str:
        return self.first.page(f"/{lang}/console/campaigns/{self.id_of(body)}")

    def archive_page(self, lang: str = "en") -> str:
        return self.first.page(f"/{lang}/console/rounds/2026/archiving")

    def after_appeals(self) -> None:
        """The first moment at which nobody can appeal; both sign in again."""
        self.clock.now = find_campaign(self.office, self.id_of("large")).situation.until
        self.sign_in()

    def sign_in(self) -> None:
        answers = [self.first.sign_in(LOGIN), self.second.sign_in(SECOND)]
        assert [answer.status_code for answer in answers] == [302, 302]

    def approve(self, answer: TestResponse) -> TestResponse:
        assert answer.status_code == 302, answer.text
        path = answer.location.removeprefix("/agency")
        return sends(self.second, self.second.page(path), path)

    def certificate(self, campaign_id: str) -> ArchiveCertificate:
        text = self.office.exchange.get(campaign_id, "archive-agency.jws").decode()
        return read_archive(text, "agency", campaign_id, public_key_bytes(signing_key(self.office)))

    def entries(self) -> list[tuple[str, str, str]]:
        with self.office.database.read() as session:
            return [(row.actor, row.action, row.subject) for row in journal.entries(session)]


@pytest.fixture
def desk(app: Flask, office: AgencyOffice, clock: FakeClock) -> Desk:
    add_staff(staff_desk(office), SECOND, "officer", PASSWORD)
    both = Desk(office, clock, Staff(app.test_client()), Staff(app.test_client()))
    both.sign_in()
    return both


def keys_and_batches(office: AgencyOffice, campaign_id: str) -> list[bool]:
    return [(office.config.keys / f"sealing-{campaign_id}.key").exists(), office.exchange.has(campaign_id, BATCH)]


class TestOneCampaign:
    def test_the_page_says_when_and_what_and_offers_it_only_then(self, desk: Desk) -> None:
        """Certified on Tuesday, 17 November 2026: ten working days end on 1 December."""
        page = desk.page_of("large")
        assert "Due on 2 December 2026." in page
        assert "The result can be appealed until 1 December 2026." in page
        assert f"sealing-{desk.id_of('large')}.key" in page
        assert "Show what archiving will destroy" not in page
        early = sends(desk.first, desk.first.page(ROUND), "/dry-run", campaign=[desk.id_of("large")], step="archive")
        assert "It waits for: the end of the time for appeals" in early.text
        assert "Propose it" not in early.text

    def test_two_officers_archive_what_the_dry_run_listed(self, desk: Desk) -> None:
        """Alone in its round it waits for no figures of the round."""
        chosen = desk.id_of("large")
        for body in ("middling", "small"):
            void(desk.office, desk.id_of(body), "drafted twice")
        desk.after_appeals()
        shown = sends(desk.first, desk.page_of("large"), "/dry-run", step="archive")
        assert "It will be done for 1 campaign." in shown.text
        for name in (f"sealing-{chosen}.key", "batch.bin"):
            assert name in shown.text
        assert keys_and_batches(desk.office, chosen) == [True, True]

        done = desk.approve(sends(desk.first, shown.text, "/propose"))

        assert "Destroy every copy as well" in done.text
        assert keys_and_batches(desk.office, chosen) == [False, False]
        assert desk.state_of("large") is State.ARCHIVED
        assert {one.name for one in desk.certificate(chosen).destroyed} == {f"sealing-{chosen}.key", "batch.bin"}
        acts = [(actor, action) for actor, action, _ in desk.entries()]
        assert (LOGIN, "propose-archive") in acts
        assert acts[acts.index((SECOND, "approve-archive")) :] == [
            (SECOND, "approve-archive"),
            (SECOND, "archive"),
            (SECOND, "destroy-key"),
        ]
        assert "Put archiving on hold" not in desk.page_of("large")

    def test_nobody_archives_alone(self, desk: Desk) -> None:
        void(desk.office, desk.id_of("small"), "fraud")
        shown = sends(desk.first, desk.page_of("small"), "/dry-run", step="archive")
        path = sends(desk.first, shown.text, "/propose").location.removeprefix("/agency")
        digest = form_with(desk.second.page(path), path).find(".//input[@name='digest']").get("value")
        own = desk.first.page(path)
        alone = desk.first.post(path, {"csrf_token": desk.first.csrf_token(own), "digest": digest})
        assert alone.status_code == 400
        assert "Another officer" in alone.text
        assert keys_and_batches(desk.office, desk.id_of("small")) == [True, True]

    def test_what_broke_off_is_finished_by_a_second_time(self, desk: Desk) -> None:
        chosen = desk.id_of("small")
        batch = desk.office.exchange.get(chosen, BATCH)
        void(desk.office, chosen, "fraud")
        sent = sends(desk.first, desk.page_of("small"), "/dry-run", step="archive")
        desk.approve(sends(desk.first, sent.text, "/propose"))
        desk.office.exchange.put(chosen, BATCH, batch)  # as if the call had ended before it was erased
        assert "archiving broke off" in desk.archive_page()
        sent = sends(desk.first, desk.page_of("small"), "/dry-run", step="archive")
        assert "batch.bin" in sent.text
        assert f"sealing-{chosen}.key" not in sent.text
        desk.approve(sends(desk.first, sent.text, "/propose"))
        assert keys_and_batches(desk.office, chosen) == [False, False]


class TestHold:
    def test_a_hold_keeps_it_and_a_reason_lifts_it(self, desk: Desk) -> None:
        chosen = desk.id_of("large")
        refused = sends(desk.first, desk.page_of("large"), "/hold", hold__reason=" ")
        assert refused.status_code == 400
        assert "It is kept in the journal." in refused.text
        assert (
            sends(desk.first, desk.page_of("large"), "/hold", hold__reason="Appeal 17 of the body").status_code == 302
        )
        desk.after_appeals()
        for page in (desk.page_of("large"), desk.archive_page()):
            assert "On hold while an appeal is decided: Appeal 17 of the body" in page
        held = sends(desk.first, desk.first.page(ROUND), "/dry-run", campaign=[chosen], step="archive")
        assert "It waits for: the decision on an appeal" in held.text

        assert sends(desk.first, desk.page_of("large"), "/unhold", unhold__reason="").status_code == 400
        proposed = sends(desk.first, desk.page_of("large"), "/unhold", unhold__reason="Dismissed")
        assert "Propose to lift the hold" in desk.page_of("large"), "it stands until a second officer approves"
        shown = desk.second.page(proposed.location.removeprefix("/agency"))
        for said in ("Appeal 17 of the body", "Dismissed", "Due at once"):
            assert said in shown
        lifted = desk.approve(proposed)
        assert lifted.status_code == 302

        assert "Show what archiving will destroy" in desk.page_of("large")
        assert [entry for entry in desk.entries() if entry[1] in ("hold", "unhold")] == [
            (LOGIN, "hold", chosen),
            (SECOND, "unhold", chosen),
        ]

    def test_another_appeal_keeps_it_though_two_agreed_to_lift_the_first(self, desk: Desk) -> None:
        sends(desk.first, desk.page_of("large"), "/hold", hold__reason="Appeal 17 of the body")
        proposed = sends(desk.first, desk.page_of("large"), "/unhold", unhold__reason="Dismissed")
        hold(desk.office, desk.id_of("large"), "Appeal 18 of the head")
        answer = desk.approve(proposed)
        assert answer.status_code == 400
        assert "Something has changed since this was proposed" in answer.text
        assert "On hold while an appeal is decided: Appeal 18 of the head" in desk.page_of("large")

    def test_a_hold_after_the_proposal_stops_it(self, desk: Desk) -> None:
        void(desk.office, desk.id_of("small"), "fraud")
        shown = sends(desk.first, desk.page_of("small"), "/dry-run", step="archive")
        proposed = sends(desk.first, shown.text, "/propose")
        sends(
            desk.second, desk.second.page(f"/en/console/campaigns/{desk.id_of('small')}"), "/hold", hold__reason="New"
        )
        answer = desk.approve(proposed)
        assert answer.status_code == 400
        assert "Something has changed since this was proposed" in answer.text
        assert keys_and_batches(desk.office, desk.id_of("small")) == [True, True]

    def test_what_is_archived_cannot_be_held(self, desk: Desk) -> None:
        before = desk.page_of("small")
        void(desk.office, desk.id_of("small"), "fraud")
        shown = sends(desk.first, desk.page_of("small"), "/dry-run", step="archive")
        desk.approve(sends(desk.first, shown.text, "/propose"))
        answer = sends(desk.first, before, "/hold", hold__reason="Too late")
        assert answer.status_code == 400
        assert "archived already" in answer.text


class TestRound:
    def test_without_the_rounds_figures_it_is_done_only_by_hand(self, desk: Desk) -> None:
        desk.after_appeals()
        page = desk.archive_page()
        assert "Nothing is due now." in page
        assert "Not by itself before 2 March 2027" in page
        whole = desk.first.page(ROUND)
        assert "can be archived by hand: 3" in whole
        assert whole.count("open and certify all bodies together") == 3
        chosen = desk.id_of("large")
        shown = sends(desk.first, desk.first.page(ROUND), "/dry-run", campaign=[chosen], step="archive")
        assert "can never be opened without this batch" in shown.text
        reason = {f"reason-{chosen}": "The round is given up"}
        desk.approve(sends(desk.first, shown.text, "/propose", **reason))
        assert desk.state_of("large") is State.ARCHIVED
        assert desk.certificate(chosen).reason == "The round is given up"

    @pytest.mark.parametrize("world", ["round_world"])
    def test_everything_due_at_once(self, desk: Desk) -> None:
        assert "archiving is not due yet: 3" in desk.first.page(ROUND)
        sends(desk.first, desk.page_of("small"), "/hold", hold__reason="Appeal 17")
        desk.after_appeals()
        shown = sends(desk.first, desk.archive_page(), "/dry-run", step="archive")
        assert "It will be done for 2 campaigns." in shown.text
        assert all(f"sealing-{desk.id_of(body)}.key" in shown.text for body in ("large", "middling"))
        desk.approve(sends(desk.first, shown.text, "/propose"))
        assert [desk.state_of(body) for body in ("large", "middling", "small")] == [
            State.ARCHIVED,
            State.ARCHIVED,
            State.CERTIFIED,
        ]
        assert "Nothing is due now." in desk.archive_page()

    def test_its_page_in_three_languages(self, desk: Desk) -> None:
        found: Callable[[str], str] = desk.archive_page
        assert len({found(lang) for lang in ("kk", "ru", "en")}) == 3
        empty = desk.first.page("/en/console/rounds/2027/archiving")
        assert "1 campaign of the round is neither certified nor void" in empty
