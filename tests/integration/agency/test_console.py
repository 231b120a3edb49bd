"""The console as two officers use it: a round from a table to certified figures, and everything that is refused."""

import hashlib
import io
import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from analytics.campaigns.custody import unlock
from analytics.campaigns.dry_run import agreed, foresee, run
from analytics.campaigns.openings import evidence_of, open_campaign_batch
from analytics.campaigns.reading import campaigns, find_campaign
from analytics.campaigns.round_reading import round_standing
from analytics.campaigns.second_institutions import known_institutions
from analytics.campaigns.staffing import import_register, register_of
from analytics.campaigns.state import NotAsAgreed, State, Step
from analytics.custody.countersigning import make_card
from analytics.office import AgencyOffice, staff_desk
from analytics.opening import open_campaign
from analytics.release import release_bytes
from survey_app.domain.documents import sign_document
from survey_app.domain.manifest import LocalisedText
from survey_app.staff import journal, passwords
from survey_app.staff.accounts import add_staff
from survey_app.web.exchange import BATCH, BOARD
from tests import builders
from tests.clock import FakeClock
from tests.integration.agency import partners as play
from tests.integration.agency.browsing import LOGIN, PASSWORD, Staff
from tests.integration.agency.forms import sends
from tests.integration.agency.partners import EIGHT, PASSPHRASE, TWELVE, Partners

TABLE = """code;name_kk;name_ru;name_en;minimum_turnout
min-water;Су министрлігі;Министерство воды;Ministry of Water;
min-air;Ауа министрлігі;Министерство воздуха;Ministry of Air;60
min air;Қате;Ошибка;Mistake;
"""
TIMES = {
    "issuance_opens": "2026-11-03T09:00",
    "issuance_closes": "2026-11-08T18:00",
    "collection_opens": "2026-11-09T09:00",
    "collection_closes": "2026-11-16T18:00",
}
SECOND = "bolat"


@dataclass
class Officers:
    """Two officers, each with a browser; the console's own way through a step."""

    first: Staff
    second: Staff

    def round_page(self, round_code: str = "2026", lang: str = "en") -> str:
        return self.first.page(f"/{lang}/console/rounds/{round_code}")

    def sees_dry_run(self, step: str, chosen: list[str], round_code: str = "2026") -> str:
        page = self.round_page(round_code)
        response = sends(self.first, page, "/dry-run", campaign=chosen, step=step)
        assert response.status_code == 200
        return response.text

    def proposes(self, step: str, chosen: list[str], round_code: str = "2026", **more: str) -> str:
        """The path of the proposal."""
        response = sends(self.first, self.sees_dry_run(step, chosen, round_code), "/propose", **more)
        assert response.status_code == 302, response.text
        return response.location.removeprefix("/agency")

    def approves(self, path: str, **more: str):
        return sends(self.second, self.second.page(path), path, **more)

    def sign_in_again(self) -> None:
        """Two weeks later."""
        self.first.sign_in(LOGIN)
        self.second.sign_in(SECOND)

    def first_makes_key(self, campaign_id: str) -> None:
        page = self.sees_dry_run("keygen", [campaign_id])
        made = sends(self.first, page, "/keys/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)
        assert made.status_code == 302


@pytest.fixture(scope="module", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Argon2 itself is tested elsewhere, with its real cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture
def officers(app: Flask, office: AgencyOffice) -> Officers:
    add_staff(staff_desk(office), SECOND, "officer", PASSWORD)
    both = Staff(app.test_client()), Staff(app.test_client())
    assert [one.sign_in(login).status_code for one, login in zip(both, (LOGIN, SECOND), strict=True)] == [302, 302]
    return Officers(*both)


def ids(office: AgencyOffice) -> dict[str, str]:
    return {one.draft.body.code: one.campaign_id for one in campaigns(office)}


def waits_for_opening(staff: Staff, path: str) -> str:
    for _ in range(600):
        if staff.get(f"{path}/progress").json["ended"]:
            return staff.page(path)
        time.sleep(0.05)
    raise AssertionError("the opening does not end")


class TestMainWay:
    def test_from_a_table_with_a_bad_row_to_certified_figures(
        self, officers: Officers, office: AgencyOffice, partners: Partners, clock: FakeClock
    ) -> None:
        self.creates_round_from_table(officers, office)
        known = ids(office)
        assert set(known) == {"min-water", "min-air"}
        self.announce_with_a_reason(officers, office, partners, known)
        for code, answers in (("min-water", TWELVE), ("min-air", EIGHT)):
            partners.publish_drawn(known[code], len(answers))
        clock.now = partners.manifest(known["min-water"]).schedule.collection_closes
        for code, answers in (("min-water", TWELVE), ("min-air", EIGHT)):
            partners.close(known[code], answers, len(answers))
        officers.sign_in_again()
        self.open_after_a_wrong_passphrase(officers, office, list(known.values()))
        self.certify(officers, office, known)
        self.opens_and_certifies_all_together(officers, office)

    def creates_round_from_table(self, officers: Officers, office: AgencyOffice) -> None:
        first = officers.first
        made = sends(first, first.page("/en/console"), "/console", code="2026", title="Annual")
        assert made.location.endswith("/console/rounds/2026")
        form = first.page("/en/console/rounds/2026/campaigns")
        shown = sends(first, form, "/preview", file=(io.BytesIO(TABLE.encode()), "bodies.csv"), **TIMES)
        assert "2 campaigns." in shown.text
        assert "1 row is left out" in shown.text
        assert "min air" in shown.text
        assert campaigns(office) == ()
        assert sends(first, shown.text, "/create").status_code == 302

    def announce_with_a_reason(
        self, officers: Officers, office: AgencyOffice, partners: Partners, known: dict[str, str]
    ) -> None:
        chosen = list(known.values())
        page = officers.sees_dry_run("keygen", chosen)
        made = sends(officers.first, page, "/keys/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)
        assert made.status_code == 302
        for code, eligible in (("min-water", 15), ("min-air", 9)):
            partners.enrol(known[code], eligible)
        import_register(office, "2026", {"min-water": 15, "min-air": 10})
        seen = officers.sees_dry_run("announce", chosen)
        assert "N = 15 by the roster" in seen
        assert "The staffing register says 10." in seen
        reason = {f"reason__{known['min-air']}": "one retired"}
        path = officers.proposes("announce", chosen, campaign=chosen, **reason)
        mine = officers.first.page(path)
        assert "another officer must approve it" in mine
        assert f'action="/agency{path}"' not in mine
        assert officers.approves(path).status_code == 200
        assert {one.situation.state for one in campaigns(office)} == {State.ANNOUNCED}
        assert "one retired" in officers.first.page(f"/en/campaigns/{known['min-air']}")

    def open_after_a_wrong_passphrase(self, officers: Officers, office: AgencyOffice, chosen: list[str]) -> None:
        path = officers.proposes("open", chosen)
        wrong = officers.approves(path, passphrase="not this one")
        assert wrong.status_code == 400
        assert "The passphrase is wrong" in wrong.text
        begun = officers.approves(path, passphrase=PASSPHRASE)
        assert begun.status_code == 302, begun.text
        ended = waits_for_opening(officers.second, begun.location.removeprefix("/agency"))
        assert "The opening has ended" in ended
        assert {one.situation.state for one in campaigns(office)} == {State.OPENED}

    def certify(self, officers: Officers, office: AgencyOffice, known: dict[str, str]) -> None:
        chosen = list(known.values())
        assert "12 of 15 count" in officers.sees_dry_run("certify", chosen)
        assert officers.approves(officers.proposes("certify", chosen)).status_code == 200
        assert {one.situation.state for one in campaigns(office)} == {State.CERTIFIED}
        assert "Signed reason: one retired" in officers.first.page("/en/turnout/2026")
        page = officers.first.page(f"/en/console/campaigns/{known['min-air']}")
        names = zipfile.ZipFile(io.BytesIO(sends(officers.first, page, "/export").data)).namelist()
        assert {"manifest.jws", "release.jws", "scoring-record.jws", "staffing.jws"} <= set(names)
        with office.database.read() as session:
            entries = {(entry.actor, entry.action) for entry in journal.entries(session)}
        assert {(LOGIN, "propose-certify"), (SECOND, "approve-certify"), (SECOND, "certify")} <= entries

    def opens_and_certifies_all_together(self, officers: Officers, office: AgencyOffice) -> None:
        path = sends(officers.first, officers.round_page(), "/whole", step="open-round").location
        path = path.removeprefix("/agency")
        assert "another officer must approve it" in officers.first.page(path)
        assert officers.approves(path, passphrase="not this one").status_code == 400
        begun = officers.approves(path, passphrase=PASSPHRASE)
        assert "The opening has ended" in waits_for_opening(officers.second, begun.location.removeprefix("/agency"))
        assert "opened together, not certified" in officers.round_page()
        path = sends(officers.first, officers.round_page(), "/whole", step="certify-round").location
        assert officers.approves(path.removeprefix("/agency")).status_code == 302
        assert round_standing(office, "2026").certified is not None
        assert "certified together" in officers.round_page()


@pytest.fixture
def drafted(officers: Officers, office: AgencyOffice, partners: Partners) -> str:
    """A campaign that both offices have enrolled for; only the key is missing."""
    campaign_id = play.draft_campaign(office)
    partners.enrol(campaign_id, 12)
    return campaign_id


class TestSplitKey:
    def holders(self, app: Flask, office: AgencyOffice, logins: tuple[str, ...]) -> dict[str, Staff]:
        found = {}
        for login in logins:
            add_staff(staff_desk(office), login, "custodian", PASSWORD)
            found[login] = Staff(app.test_client())
            assert found[login].sign_in(login).status_code == 302
        return found

    def test_custodians_take_show_and_bring_their_shares(
        self, app: Flask, officers: Officers, partners: Partners, clock: FakeClock, drafted: str
    ) -> None:
        office = app.extensions["agency"]
        people = self.holders(app, office, ("dana", "erlan", "farida"))
        page = officers.sees_dry_run("keygen", [drafted])
        begun = sends(
            officers.first,
            page,
            "/keys/split",
            institution__1="agency",
            needed__1="2",
            holders__1=["dana", "erlan", "farida"],
        )
        assert begun.status_code == 302, begun.text
        path = begun.location.removeprefix("/agency")
        files = {}
        for login, person in people.items():
            assert path in person.page("/en/console/custody")
            mine = person.page(path)
            own = "a passphrase of mine" if login == "dana" else ""
            sheet = sends(person, mine, "/share", passphrase=own, again=own)
            assert sheet.headers["Content-Disposition"].startswith("attachment")
            files[login] = (sheet.data, own)
            assert find_campaign(office, drafted).situation.allowed[0] == "keygen", "not in force before all have shown"
        strange = sends(people["dana"], people["dana"].page(path), "/back", share=(io.BytesIO(files["erlan"][0]), "s"))
        assert strange.status_code == 400
        assert "belongs to another key" in strange.text
        for login, person in people.items():
            data, own = files[login]
            shown = sends(person, person.page(path), "/back", share=(io.BytesIO(data), "s.txt"), passphrase=own)
        assert "The key is in force" in shown.text
        assert list(office.config.keys.glob("share-*")) == []

        officers.approves(officers.proposes("announce", [drafted]))
        partners.publish_drawn(drafted, 12)
        clock.now = partners.manifest(drafted).schedule.collection_closes
        partners.close(drafted, TWELVE, 12)
        for login, person in {LOGIN: officers.first, SECOND: officers.second, **people}.items():
            person.sign_in(login)
        gathering = officers.approves(officers.proposes("open", [drafted])).location.removeprefix("/agency")
        dana, erlan = people["dana"], people["erlan"]
        self.brings(dana, gathering, *files["dana"])
        again = sends(erlan, erlan.page(gathering), gathering, share=(io.BytesIO(b"not a share"), "s.txt"))
        assert "The share is damaged" in again.text
        self.nothing_opens_that_is_not_as_approved(office, partners, drafted, (erlan, gathering, files["erlan"][0]))
        last = self.brings(erlan, gathering, *files["erlan"])
        assert "/console/openings/" in last.location
        assert "opened" in waits_for_opening(officers.first, last.location.removeprefix("/agency"))
        assert find_campaign(office, drafted).situation.state is State.OPENED
        assert officers.first.get(gathering).status_code == 404

    def nothing_opens_that_is_not_as_approved(
        self, office: AgencyOffice, partners: Partners, campaign_id: str, last: tuple[Staff, str, bytes]
    ) -> None:
        """The collector puts another batch and board into their place while shares are brought."""
        person, gathering, data = last
        files = [office.exchange.path(campaign_id, name) for name in (BATCH, BOARD)]
        approved = {file: file.read_bytes() for file in files}
        for file in files:
            file.unlink()
        partners.close(campaign_id, TWELVE[:-1], 12)
        answer = sends(person, person.page(gathering), gathering, share=(io.BytesIO(data), "s.txt"))
        assert "Something has changed since this was proposed" in answer.text
        for file, content in approved.items():
            file.write_bytes(content)

    def brings(self, person: Staff, path: str, data: bytes, own: str):
        answer = sends(person, person.page(path), path, share=(io.BytesIO(data), "s.txt"), passphrase=own)
        assert answer.status_code == 302, answer.text
        return answer

    def test_a_ceremony_ends_by_itself_and_leaves_nothing(
        self, app: Flask, officers: Officers, office: AgencyOffice, clock: FakeClock, drafted: str
    ) -> None:
        self.holders(app, office, ("dana", "erlan"))
        page = officers.sees_dry_run("keygen", [drafted])
        alone = sends(officers.first, page, "/keys/split", institution__1="agency", needed__1="1", holders__1=["dana"])
        assert alone.status_code == 400
        begun = sends(
            officers.first, page, "/keys/split", institution__1="agency", needed__1="2", holders__1=["dana", "erlan"]
        )
        path = begun.location.removeprefix("/agency")
        clock.now += timedelta(hours=2)
        officers.first.sign_in(LOGIN)
        assert officers.first.get(path).status_code == 404
        assert list(office.config.keys.glob("*sealing*")) == []


class TestRefusals:
    def test_nobody_approves_his_own_proposal(self, officers: Officers, office: AgencyOffice, drafted: str) -> None:
        officers.first_makes_key(drafted)
        path = officers.proposes("announce", [drafted])
        page = officers.second.page(path)
        digest = re.search(r'name="digest" value="([0-9a-f]+)"', page)[1]
        token = officers.first.csrf_token(officers.first.page(path))
        answer = officers.first.post(path, {"csrf_token": token, "digest": digest})
        assert answer.status_code == 400
        assert "Another officer" in answer.text
        assert find_campaign(office, drafted).manifest is None

    def test_what_changed_since_it_was_proposed_is_not_done(
        self, officers: Officers, office: AgencyOffice, drafted: str
    ) -> None:
        officers.first_makes_key(drafted)
        path = officers.proposes("announce", [drafted])
        import_register(office, "2026", {"min-water": 12})
        answer = officers.approves(path)
        assert "Something has changed since this was proposed" in answer.text
        assert find_campaign(office, drafted).manifest is None
        assert sends(officers.first, officers.first.page(path), "/withdraw").status_code == 302

    def test_what_changes_after_the_approval_is_not_done_either(
        self, officers: Officers, office: AgencyOffice, drafted: str
    ) -> None:
        officers.first_makes_key(drafted)
        approved = agreed(Step.ANNOUNCE, foresee(office, Step.ANNOUNCE, [drafted]), {})
        import_register(office, "2026", {"min-water": 12})
        (done,) = run(office, Step.ANNOUNCE, approved["campaigns"], {}, SECOND)
        assert isinstance(done.refused, NotAsAgreed)
        assert find_campaign(office, drafted).manifest is None

    def test_a_draft_that_one_officer_handed_in_is_shown_as_such_until_it_is_opened_here_too(
        self, officers: Officers, office: AgencyOffice, partners: Partners, clock: FakeClock
    ) -> None:
        campaign_id = play.closed_campaign(office, partners, clock, TWELVE, 15)
        evidence = evidence_of(office, find_campaign(office, campaign_id))
        key = unlock(office, campaign_id, PASSPHRASE)
        draft = release_bytes(open_campaign(evidence, key, builders.official_questionnaire()))
        digest = hashlib.sha256(draft).hexdigest()
        officers.sign_in_again()
        page = officers.first.page(f"/en/console/campaigns/{campaign_id}/offline")
        sent = sends(officers.first, page, "/offline", draft=(io.BytesIO(draft), "draft.json"), digits=digest[:20])
        assert sent.status_code == 302
        path = officers.proposes("certify", [campaign_id])
        seen = officers.second.page(path)
        assert f"{LOGIN} handed it in" in seen
        assert digest in seen
        open_campaign_batch(office, campaign_id, PASSPHRASE)
        assert "handed it in" not in officers.sees_dry_run("certify", [campaign_id])
        assert "Something has changed" in officers.approves(path).text

    def test_what_one_officer_does_alone_is_not_proposed(self, officers: Officers, drafted: str) -> None:
        page = officers.sees_dry_run("keygen", [drafted])
        token = officers.first.csrf_token(page)
        fields = {"csrf_token": token, "step": "keygen", "campaign": drafted}
        assert officers.first.post("/en/console/rounds/2026/propose", fields).status_code == 400

    def test_a_passphrase_is_in_no_page_that_asks_for_the_second_factor(
        self, officers: Officers, clock: FakeClock, drafted: str
    ) -> None:
        officers.first_makes_key(drafted)
        path = officers.proposes("announce", [drafted])
        page = officers.second.page(path)
        clock.advance(minutes=6)
        asked = sends(officers.second, page, path, passphrase=PASSPHRASE)
        assert asked.status_code == 403
        assert 'name="digest"' in asked.text, "what else was sent is kept"
        assert PASSPHRASE not in asked.text
        assert "type it again" in asked.text

    def test_a_needless_file_gives_no_longer_time(
        self, officers: Officers, office: AgencyOffice, clock: FakeClock, drafted: str
    ) -> None:
        page = officers.first.page(f"/en/console/campaigns/{drafted}")
        clock.advance(minutes=6)
        file = (io.BytesIO(b"x"), "x.txt")
        asked = sends(officers.first, page, "/void", reason="fraud", code="min-water", file=file)
        assert asked.status_code == 403
        assert find_campaign(office, drafted).void is None

    def test_a_step_out_of_order_is_left_out_with_its_reason(self, officers: Officers, drafted: str) -> None:
        page = officers.sees_dry_run("announce", [drafted])
        assert "left out" in page
        assert "It waits for: the sealing key" in page
        assert "Propose it" not in page

    def test_unusable_fields_and_files_keep_what_was_typed(self, officers: Officers, office: AgencyOffice) -> None:
        first = officers.first
        sends(first, first.page("/ru/console"), "/console", code="2027")
        form = first.page("/ru/console/rounds/2027/campaigns")
        answer = sends(first, form, "/preview", file=(io.BytesIO("код\nx".encode("cp1251")), "b.csv"), **TIMES)
        assert answer.status_code == 400
        assert "Windows-1251" in answer.text
        assert 'value="2026-11-03T09:00"' in answer.text
        bad = sends(first, form, "/preview", file=(io.BytesIO(b"code\nx"), "b.csv"), **{**TIMES, "issuance_opens": ""})
        assert bad.status_code == 400
        assert "govuk-input--error" in bad.text
        assert sends(first, form, "/preview", **TIMES).status_code == 400
        assert sends(first, first.page("/ru/console"), "/console", code="2027").status_code == 400
        assert campaigns(office) == ()

    def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(self, officers: Officers, clock: FakeClock) -> None:
        for _ in range(2):
            clock.advance(minutes=8)
            officers.second.page("/en/console")
            officers.first.get(f"/en/console/openings/{'0' * 32}/progress")
        assert officers.second.get("/en/console").status_code == 200
        assert officers.first.get("/en/console").status_code == 302

    def test_two_passphrases_that_differ_make_no_key(
        self, officers: Officers, office: AgencyOffice, drafted: str
    ) -> None:
        page = officers.sees_dry_run("keygen", [drafted])
        answer = sends(officers.first, page, "/keys/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE + "x")
        assert answer.status_code == 400
        assert PASSPHRASE not in answer.text
        assert list(office.config.keys.glob("*sealing*")) == []

    def test_void_needs_the_code_and_a_reason(self, officers: Officers, office: AgencyOffice, drafted: str) -> None:
        first, path = officers.first, f"/en/console/campaigns/{drafted}"
        assert sends(first, first.page(path), "/void", reason="fraud", code="min-air").status_code == 400
        assert sends(first, first.page(path), "/void", reason=" ", code="min-water").status_code == 400
        assert find_campaign(office, drafted).void is None
        assert sends(first, first.page(path), "/void", reason="fraud", code="min-water").status_code == 302
        assert find_campaign(office, drafted).void.reason == "fraud"

    def test_only_officers_come_in_and_custodians_only_to_their_shares(self, app: Flask, office: AgencyOffice) -> None:
        for login, role in (("ana", "analyst"), ("dana", "custodian"), ("audit", "auditor")):
            add_staff(staff_desk(office), login, role, PASSWORD)
            person = Staff(app.test_client())
            person.sign_in(login)
            assert person.get("/en/console").status_code == 403
            assert person.get("/en/console/custody").status_code == (200 if role == "custodian" else 403)
        assert Staff(app.test_client()).get("/en/console").status_code == 302


class TestPages:
    def test_a_key_is_rehearsed_before_anybody_relies_on_it(self, officers: Officers, drafted: str) -> None:
        officers.first_makes_key(drafted)
        path = f"/en/console/campaigns/{drafted}"
        wrong = sends(officers.first, officers.first.page(path), "/rehearse", passphrase="not this one")
        assert wrong.status_code == 400
        assert "The passphrase is wrong" in wrong.text
        proved = sends(officers.first, officers.first.page(path), "/rehearse", passphrase=PASSPHRASE)
        assert "The key works." in proved.text

    def test_register_is_compared_before_it_counts(
        self, officers: Officers, office: AgencyOffice, drafted: str
    ) -> None:
        first, path = officers.first, "/kk/console/rounds/2026/staffing"
        register = io.BytesIO(b"code;servants\nmin-water;13\nx;0\n")
        shown = sends(first, first.page(path), "/staffing", file=(register, "r.csv"))
        assert register_of(office, "2026") == {}
        assert sends(first, shown.text, "/keep").status_code == 302
        assert register_of(office, "2026") == {"min-water": 13}

    def test_a_register_that_no_table_could_bring_is_not_kept(
        self, officers: Officers, office: AgencyOffice, drafted: str
    ) -> None:
        token = officers.first.csrf_token(officers.round_page())
        for servants in ('{"min-water": -1}', '{"min-water": 99999999999999999999}', '{"<b>": 5}', '{"min-water": []}'):
            fields = {"csrf_token": token, "servants": servants}
            assert officers.first.post("/en/console/rounds/2026/staffing/keep", fields).status_code == 400
        assert register_of(office, "2026") == {}

    def test_one_body_by_hand(self, officers: Officers, office: AgencyOffice) -> None:
        first = officers.first
        sends(first, first.page("/en/console"), "/console", code="2026")
        form = first.page("/en/console/rounds/2026/campaign")
        names = {"name_kk": "Су", "name_ru": "Вода", "name_en": "Water"}
        assert sends(first, form, "/preview", code="min water", **names, **TIMES).status_code == 400
        shown = sends(first, form, "/preview", code="min-water", **names, **TIMES)
        assert sends(first, shown.text, "/create").status_code == 302
        (campaign,) = campaigns(office)
        assert campaign.draft.body.name.ru == "Вода"

    def test_every_page_of_a_round_and_campaign_in_three_languages(
        self, officers: Officers, office: AgencyOffice, drafted: str
    ) -> None:
        for lang in ("kk", "ru", "en"):
            round_path, path = f"/{lang}/console/rounds/2026", f"/{lang}/console/campaigns/{drafted}"
            for one in (f"/{lang}/console", round_path, f"{round_path}/campaigns", f"{round_path}/campaign", path):
                officers.first.page(one)
            for one in (f"{path}/questionnaire", f"{path}/offline", f"/{lang}/console/institutions"):
                officers.first.page(one)
        asked = officers.first.page(f"/ru/console/campaigns/{drafted}/questionnaire")
        assert asked.count('class="pk-question"') == 14

    def test_a_poster_once_the_campaign_is_announced(
        self, officers: Officers, office: AgencyOffice, partners: Partners
    ) -> None:
        campaign_id = play.announced_campaign(office, partners, 12)
        path = f"/en/console/campaigns/{campaign_id}"
        answer = officers.first.get(f"{path}/poster?language=kk&paper=a4&help_desk=1414")
        assert answer.data.startswith(b"%PDF")

    def test_a_late_campaign_is_named(self, officers: Officers, clock: FakeClock, drafted: str) -> None:
        clock.now = play.SCHEDULE.issuance_opens + timedelta(hours=1)
        officers.first.sign_in(LOGIN)
        assert "1 campaign is late" in officers.round_page()

    def test_an_institution_is_known_only_after_its_key_was_compared(
        self, officers: Officers, office: AgencyOffice
    ) -> None:
        key = Ed25519PrivateKey.generate()
        names = LocalisedText("Омбудсмен", "Омбудсмен", "Ombudsman")
        card = sign_document(make_card(names, key), key).encode()
        first, path = officers.first, "/en/console/institutions"
        shown = sends(first, first.page(path), "/institutions", card=(io.BytesIO(card), "countersigner.jws"))
        assert sends(first, shown.text, "/trust").status_code == 200
        assert known_institutions(office) == ()
        assert sends(first, shown.text, "/trust", compared="yes").status_code == 302
        assert [one.institution.en for one in known_institutions(office)] == ["Ombudsman"]
