"""The console as two officers use it: a round from a table to certified figures, and everything that is refused."""

import io
import re
import zipfile
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from analytics.campaigns.reading import campaigns, find_campaign
from analytics.campaigns.round_reading import round_standing
from analytics.campaigns.second_institutions import known_institutions
from analytics.campaigns.staffing import import_register, register_of
from analytics.campaigns.state import State
from analytics.custody.countersigning import make_card
from analytics.office import AgencyOffice, staff_desk
from survey_app.domain.documents import sign_document
from survey_app.domain.manifest import LocalisedText
from survey_app.staff import journal
from survey_app.staff.accounts import add_staff
from survey_app.web.exchange import BATCH, BOARD
from tests.clock import FakeClock
from tests.integration.agency import partners as play
from tests.integration.agency.browsing import LOGIN, PASSWORD, Staff
from tests.integration.agency.forms import sends
from tests.integration.agency.officers import SECOND, TIMES, Officers, ids, waits_for_opening
from tests.integration.agency.partners import EIGHT, PASSPHRASE, TWELVE, Partners

TABLE = """code;name_kk;name_ru;name_en;minimum_turnout
min-water;Су министрлігі;Министерство воды;Ministry of Water;
min-air;Ауа министрлігі;Министерство воздуха;Ministry of Air;60
min air;Қате;Ошибка;Mistake;
"""


def waiting(page: str) -> dict[str, int]:
    """How many campaigns wait for each step, by the numbers on the round's buttons."""
    found = re.findall(r'name="step" value="([a-z-]+)">[^<]*<span class="co-count">(\d+)', page)
    return {step: int(count) for step, count in found}


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
        assert waiting(officers.round_page()) == {"certify": 2}
        assert "12 of 15 count" in officers.sees_dry_run("certify", chosen)
        assert officers.approves(officers.proposes("certify", chosen)).status_code == 200
        assert {one.situation.state for one in campaigns(office)} == {State.CERTIFIED}
        assert waiting(officers.round_page()) == {}, "opening again is possible, but nothing waits for it"
        assert "Signed reason: one retired" in officers.first.page("/en/turnout/2026")
        page = officers.first.page(f"/en/console/campaigns/{known['min-air']}")
        names = zipfile.ZipFile(io.BytesIO(sends(officers.first, page, "/export").data)).namelist()
        assert {"manifest.jws", "release.jws", "scoring-record.jws", "staffing.jws"} <= set(names)
        with office.database.read() as session:
            entries = {(entry.actor, entry.action) for entry in journal.entries(session)}
        assert {(LOGIN, "propose-certify"), (SECOND, "approve-certify"), (SECOND, "certify")} <= entries

    def opens_and_certifies_all_together(self, officers: Officers, office: AgencyOffice) -> None:
        assert "/console/rounds/2026/opening" in officers.round_page()
        shown = officers.first.page("/en/console/rounds/2026/opening")
        path = sends(officers.first, shown, "/whole").location.removeprefix("/agency")
        assert "another officer must approve it" in officers.first.page(path)
        assert officers.approves(path, passphrase="not this one").status_code == 400
        begun = officers.approves(path, passphrase=PASSPHRASE)
        assert "The opening has ended" in waits_for_opening(officers.second, begun.location.removeprefix("/agency"))
        assert "opened together, not certified" in officers.round_page()
        path = sends(officers.first, officers.round_page(), "/whole", step="certify-round").location
        assert officers.approves(path.removeprefix("/agency")).status_code == 302
        assert round_standing(office, "2026").certified is not None
        assert "certified together" in officers.round_page()


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

        self.the_key_is_rehearsed_again(officers, drafted, people, files)
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

    def the_key_is_rehearsed_again(
        self, officers: Officers, campaign_id: str, people: dict[str, Staff], files: dict[str, tuple[bytes, str]]
    ) -> None:
        page = f"/en/console/campaigns/{campaign_id}"
        assert "It has not been rehearsed since it was made." in officers.first.page(page)
        path = sends(officers.first, officers.first.page(page), "/rehearse").location.removeprefix("/agency")
        assert "to a rehearsal" in officers.round_page()
        assert "bring your share to a rehearsal" in people["erlan"].page("/en/console/custody")
        self.brings(people["erlan"], path, *files["erlan"])
        farida = people["farida"]
        data, own = files["farida"]
        share = (io.BytesIO(data), "s.txt")
        proved = sends(farida, farida.page(path), path, share=share, passphrase=own)
        assert "The shares open the keys" in proved.text
        assert "12 mock responses" in proved.text
        assert farida.get(path).status_code == 404, "the shares are forgotten"
        assert f"by {LOGIN}." in officers.first.page(page)

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
        holiday = {**TIMES, "collection_closes": "2026-12-16T18:00"}
        assert "Independence Day" in sends(first, form, "/preview", code="min-water", **names, **holiday).text
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
        proposed = sends(first, shown.text, "/trust", compared="yes")
        assert proposed.status_code == 302
        assert known_institutions(office) == (), "one officer alone trusts nobody"
        assert "Trust a second institution: Ombudsman" in officers.second.page("/en/console")
        where = proposed.location.removeprefix("/agency")
        seen = officers.second.page(where)
        assert make_card(names, key).key.hex() in seen
        uncompared = officers.approves(where)
        assert uncompared.status_code == 400
        assert "Compare the key with the institution" in uncompared.text
        assert known_institutions(office) == ()
        assert officers.approves(where, compared="yes").status_code == 302
        assert [one.institution.en for one in known_institutions(office)] == ["Ombudsman"]
