"""A whole round in the console: bodies left out with a reason, and keys that are held in different ways."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from analytics.campaigns.announcing import announce
from analytics.campaigns.custody import keygen
from analytics.campaigns.round_reading import round_standing
from analytics.console import openings
from analytics.office import AgencyOffice, staff_desk
from survey_app.staff import journal
from survey_app.staff.accounts import add_staff
from tests.clock import FakeClock
from tests.integration.agency import partners as play
from tests.integration.agency.browsing import PASSWORD, Staff
from tests.integration.agency.custodians import THREE_OF_FIVE, TWO_INSTITUTIONS, closed_under_split
from tests.integration.agency.forms import sends
from tests.integration.agency.officers import Officers, waits_for_opening
from tests.integration.agency.partners import PASSPHRASE, TWELVE, Partners

OTHER = "quite another passphrase"
PAGE = "/en/console/rounds/2026/opening"
WHY = "Its servants were on strike."


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting workers takes longer than opening these few answers."""
    monkeypatch.setattr(openings, "processes", lambda: 1)


Under = Callable[[str, str], str]


@pytest.fixture
def under(office: AgencyOffice, partners: Partners, clock: FakeClock) -> Under:
    """Gives a closed campaign whose key is under a passphrase of its own."""

    def close(code: str, passphrase: str) -> str:
        clock.now = play.OPENS
        campaign_id = announced(office, partners, code, passphrase)
        partners.publish_drawn(campaign_id, 12)
        clock.now = play.SCHEDULE.collection_closes
        partners.close(campaign_id, TWELVE, 12)
        return campaign_id

    return close


def announced(office: AgencyOffice, partners: Partners, code: str, passphrase: str) -> str:
    campaign_id = play.draft_campaign(office, code)
    partners.enrol(campaign_id, 15)
    keygen(office, campaign_id, passphrase)
    announce(office, campaign_id)
    return campaign_id


@pytest.fixture
def late(office: AgencyOffice, partners: Partners) -> str:
    """A campaign of the round that will not be closed."""
    return announced(office, partners, "min-late", OTHER)


def custodians(app: Flask, logins: tuple[str, ...]) -> list[Staff]:
    found = []
    for login in logins:
        add_staff(staff_desk(app.extensions["agency"]), login, "custodian", PASSWORD)
        found.append(Staff(app.test_client()))
        assert found[-1].sign_in(login).status_code == 302
    return found


def proposes_without(officers: Officers, campaign_id: str) -> str:
    page = officers.first.page(PAGE)
    shown = sends(officers.first, page, "/whole", do="look", **{f"without__{campaign_id}": WHY})
    assert "1 body is left out for good." in shown.text
    answer = sends(officers.first, shown.text, "/whole", do="propose")
    assert answer.status_code == 302, answer.text
    return answer.location.removeprefix("/agency")


class TestLeavingOut:
    def test_nothing_is_proposed_while_a_body_is_not_closed_or_its_key_is_lost(
        self, officers: Officers, office: AgencyOffice, late: str, under: Under
    ) -> None:
        air, _ = under("min-air", PASSPHRASE), under("min-water", PASSPHRASE)
        officers.sign_in_again()
        page = officers.first.page(PAGE)
        assert "not closed yet" in page
        assert "Propose it" not in page
        key_file = office.config.keys / f"sealing-{air}.key"
        away = key_file.rename(key_file.with_suffix(".away"))
        shown = sends(officers.first, page, "/whole", do="propose", **{f"without__{late}": WHY}).text
        assert "its sealing key is missing" in shown
        assert "Propose it" not in shown
        both = sends(officers.first, shown, "/whole", do="look", **{f"without__{air}": "Its key was lost."}).text
        path = sends(officers.first, both, "/whole", do="propose").location.removeprefix("/agency")
        seen = officers.second.page(path)
        assert WHY in seen
        assert "Its key was lost." in seen
        away.rename(key_file)
        unseen = sends(officers.first, both, "/whole", do="propose", **{f"without__{air}": ""})
        assert "1 body is left out for good." in unseen.text, "what was not shown is not proposed"


class TestKeysOfEveryKind:
    def test_a_passphrase_is_typed_and_shares_of_two_splits_brought_until_every_key_opens(  # noqa: PLR0917
        self,
        app: Flask,
        officers: Officers,
        office: AgencyOffice,
        partners: Partners,
        clock: FakeClock,
        tmp_path: Path,
        late: str,
        under: Under,
    ) -> None:
        under("min-water", PASSPHRASE)
        sheets = {}
        for code, plan in (("min-fire", THREE_OF_FIVE), ("min-earth", TWO_INSTITUTIONS)):
            clock.now = play.OPENS
            _, made = closed_under_split(office, partners, clock, tmp_path / code, plan, code, TWELVE[-2:])
            sheets[code] = [file.read_bytes() for file in made.files]
        people = custodians(app, ("c0", "c1", "c2"))
        officers.sign_in_again()
        path = proposes_without(officers, late)
        assert "held in different ways" in officers.second.page(path)
        gathering = officers.approves(path).location.removeprefix("/agency")
        for passphrase, status in ((OTHER, 400), (PASSPHRASE, 302)):
            page = officers.second.page(gathering)
            typed = sends(officers.second, page, "/passphrase", key__passphrase=passphrase)
            assert typed.status_code == status, passphrase
        assert "A passphrase of these keys" not in officers.second.page(gathering)
        assert gathering in people[0].page("/en/console/custody")
        for code, numbers in (("min-fire", (0, 1, 2)), ("min-earth", (0, 1, 3))):
            for person, number in zip(people, numbers, strict=True):
                share = (io.BytesIO(sheets[code][number]), "s.txt")
                last = sends(person, person.page(gathering), gathering, share=share)
                assert last.status_code == 302, last.text
        assert "/console/openings/" in last.location
        waits_for_opening(officers.second, last.location.removeprefix("/agency"))
        draft = round_standing(office, "2026").draft
        assert {body.code for body in draft.bodies} == {"min-water", "min-fire", "min-earth"}
        with office.database.read() as session:
            (entry,) = journal.entries_about(session, "open-round", "2026")
        assert late in entry.details
        assert WHY in entry.details
        assert "opened together, not certified" in officers.round_page()

    def test_campaigns_under_different_passphrases_are_opened_in_one_step(
        self, officers: Officers, under: Under
    ) -> None:
        chosen = [under("min-water", PASSPHRASE), under("min-air", OTHER)]
        officers.sign_in_again()
        path = officers.proposes("open", chosen)
        gathering = officers.approves(path, passphrase=PASSPHRASE).location.removeprefix("/agency")
        page = officers.first.page(gathering)
        again = sends(officers.first, page, "/passphrase", key__passphrase=PASSPHRASE)
        assert again.status_code == 400
        last = sends(officers.first, page, "/passphrase", key__passphrase=OTHER)
        ended = waits_for_opening(officers.second, last.location.removeprefix("/agency"))
        assert ended.count(">opened</strong>") == 2
