"""What the console refuses: one officer alone, what was not agreed on, what cannot be used."""

import hashlib
import io
import re

from flask import Flask

from analytics.campaigns.creation import create_round
from analytics.campaigns.custody import unlock
from analytics.campaigns.dry_run import agreed, foresee, run
from analytics.campaigns.openings import evidence_of, open_campaign_batch
from analytics.campaigns.reading import campaigns, find_campaign
from analytics.campaigns.staffing import import_register
from analytics.campaigns.state import NotAsAgreed, Step
from analytics.office import AgencyOffice, staff_desk
from analytics.opening import open_campaign
from analytics.release import release_bytes
from survey_app.staff.accounts import add_staff, disable
from survey_app.staff.approvals import pending
from tests import builders
from tests.clock import FakeClock
from tests.integration.agency import partners as play
from tests.integration.agency.browsing import LOGIN, PASSWORD, Staff
from tests.integration.agency.forms import sends
from tests.integration.agency.officers import SECOND, TIMES, Officers
from tests.integration.agency.partners import PASSPHRASE, TWELVE, Partners


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
        import_register(office, "2026", {"min-water": 12}, actor=SECOND)
        assert f"{SECOND} handed that number in." not in officers.sees_dry_run("announce", [drafted]), (
            "it was 12 before"
        )
        import_register(office, "2026", {"min-water": 15}, actor=SECOND)
        import_register(office, "2026", {"min-water": 12, "min-air": 9}, actor=LOGIN)
        seen = officers.second.page(officers.proposes("announce", [drafted]))
        assert "The staffing register says the same." in seen
        assert f"{LOGIN} handed that number in, in place of 15." in seen, "one officer's word, which the other weighs"

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

    def test_a_campaign_of_another_round_is_not_slipped_in_and_many_reasons_are_not_too_long(
        self, officers: Officers, office: AgencyOffice, drafted: str
    ) -> None:
        """What the second officer reads names the round of the page, and the body, which takes part in each."""
        officers.first_makes_key(drafted)
        create_round(office, "2027")
        reasons = {f"reason-{number:032x}": "Штат изменился после сверки. " * 10 for number in range(40)}
        fields = {"csrf_token": officers.first.csrf_token(officers.round_page()), "step": "announce"}
        answers = [
            officers.first.post(f"/en/console/rounds/{code}/{path}", fields | reasons | {"campaign": drafted})
            for code, path in (("2027", "dry-run"), ("2027", "propose"), ("2026", "dry-run"), ("2026", "propose"))
        ]
        assert [one.status_code for one in answers] == [404, 404, 200, 302]
        assert [one.subject for one in pending(staff_desk(office))] == ["2026"]

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

    def test_why_a_document_is_not_accepted_is_said_in_the_pages_language(
        self, officers: Officers, office: AgencyOffice, partners: Partners, strangers: Partners
    ) -> None:
        campaign_id = play.announced_campaign(office, partners, 12)
        strangers.publish_drawn(campaign_id, 12)
        page = officers.first.page(f"/ru/campaigns/{campaign_id}")
        assert "drawn.jws" in page
        assert "Подпись документа не" in page
        assert "does not hold" not in page

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

    def test_void_takes_two(self, officers: Officers, office: AgencyOffice, drafted: str) -> None:
        first, path = officers.first, f"/en/console/campaigns/{drafted}"
        proposed = sends(first, first.page(path), "/void", reason="fraud", code="min-water")
        assert proposed.status_code == 302
        assert find_campaign(office, drafted).void is None, "one officer alone voids nothing"
        where = proposed.location.removeprefix("/agency")
        for page in ("/en/console", "/en/console/rounds/2026", path):
            assert "Declare the campaign void: min-water" in officers.second.page(page)
        own = first.page(where)
        assert "another officer must approve it" in own
        assert f"from the console: {SECOND}." in own
        token = first.csrf_token(own)
        assert first.post(where, {"csrf_token": token}).status_code == 400
        assert find_campaign(office, drafted).void is None
        seen = officers.second.page(where)
        assert "fraud" in seen
        assert "cannot be undone" in seen
        assert officers.approves(where).status_code == 302
        assert find_campaign(office, drafted).void.reason == "fraud"

    def test_a_proposal_of_who_was_disabled_is_refused_in_every_language(
        self, officers: Officers, office: AgencyOffice, drafted: str
    ) -> None:
        first, path = officers.first, f"/en/console/campaigns/{drafted}"
        proposed = sends(first, first.page(path), "/void", reason="fraud", code="min-water")
        where = proposed.location.removeprefix("/agency")
        open_page = officers.second.page(where)
        disable(staff_desk(office), LOGIN)
        for lang, said in (
            ("en", "was disabled, or has another role now"),
            ("ru", "отключена или теперь имеет другую роль"),
            ("kk", "ажыратылған немесе қазір рөлі басқа"),
        ):
            assert said in officers.second.page(where.replace("/en/", f"/{lang}/"))
        answer = sends(officers.second, open_page, where)
        assert answer.status_code == 400
        assert find_campaign(office, drafted).void is None
        assert sends(officers.second, answer.text, "/withdraw").status_code == 302

    def test_only_officers_come_in_and_custodians_only_to_their_shares(self, app: Flask, office: AgencyOffice) -> None:
        for login, role in (("ana", "analyst"), ("dana", "custodian"), ("audit", "auditor")):
            add_staff(staff_desk(office), login, role, PASSWORD)
            person = Staff(app.test_client())
            person.sign_in(login)
            assert person.get("/en/console").status_code == 403
            assert person.get("/en/console/custody").status_code == (200 if role == "custodian" else 403)
        assert Staff(app.test_client()).get("/en/console").status_code == 302
