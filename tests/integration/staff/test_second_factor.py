"""The second factor: obligatory, encrypted, good once, counted, replaceable; and asked for again before what counts."""

import re

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.staff import journal
from survey_app.staff.accounts import add_staff, change_role, disable, find_account, invite, reset_second_factor
from survey_app.staff.desk import StaffDesk
from survey_app.staff.models import RecoveryCodeRow, StaffRow
from tests.clock import FakeClock
from tests.integration.agency.browsing import Staff
from tests.integration.staff.people import PASSWORD, Person, text_of


def actions(desk: StaffDesk) -> list[str]:
    with desk.database.read() as session:
        return [row.action for row in journal.entries(session)]


class TestFirstSignIn:
    def test_an_invited_person_chooses_a_password_and_sets_up_an_app(
        self, desk: StaffDesk, app: Flask, clock: FakeClock
    ) -> None:
        person = Person(Staff(app.test_client()), clock, "bolat", invite(desk, "bolat", "analyst"))

        assert person.types_password().location == "/agency/en/sign-in/new-password"
        assert not person.is_in()
        refused = person.sends("/en/sign-in/new-password", password="too short", again="too short")
        assert refused.status_code == 400
        assert "at least 12 characters" in text_of(refused.text)
        assert person.sends("/en/sign-in/new-password", password=PASSWORD, again="another").status_code == 400
        chosen = person.sends("/en/sign-in/new-password", password=PASSWORD, again=PASSWORD)
        assert chosen.location == "/agency/en/sign-in/enrol"
        assert not person.is_in()

        page = person.opens("/en/sign-in/enrol")
        person.secret = re.search(r'<code class="st-key">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")
        locked = re.search(r'name="locked" value="([^"]+)"', page)[1]
        wrong = person.sends("/en/sign-in/enrol", page, locked=locked, proof_code="000000")
        assert wrong.status_code == 403
        assert person.secret in wrong.text.replace(" ", ""), "the same secret, so that the app need not be set up again"
        done = person.sends("/en/sign-in/enrol", page, locked=locked, proof_code=person.present_code())
        assert len(set(re.findall(r"<code>([a-z2-7]{4}(?:-[a-z2-7]{4}){3})</code>", done.text))) == 10
        assert person.is_in()
        assert actions(desk) == ["add-staff", "change-password", "enrol-totp", "sign-in"]

    def test_an_invitation_ends_after_seven_days_which_only_who_has_it_is_told(
        self, desk: StaffDesk, app: Flask, clock: FakeClock
    ) -> None:
        person = Person(Staff(app.test_client()), clock, "bolat", invite(desk, "bolat", "analyst"))
        guesser = Person(person.browser, clock, "bolat", "a wrong password")
        clock.advance(days=7)
        told = [one.types_password() for one in (person, guesser, guesser, person, guesser)]
        assert ["seven days are over" in page.text for page in told] == [True, False, False, True, False]
        assert ["password is wrong" in page.text for page in told] == [False, True, True, False, True]
        assert {page.status_code for page in told} == {403}
        assert person.types_password().status_code == 429, "each of them counts as a failure"
        assert not person.is_in()
        clock.advance(minutes=15)
        disable(desk, "bolat")
        assert "password is wrong" in person.types_password().text, "an account that is disabled gets no advice"

    def test_no_page_opens_half_way(self, desk: StaffDesk, app: Flask, clock: FakeClock) -> None:
        person = Person.with_app(desk, app, clock, "aigerim", "officer")
        person.types_password()
        for path in ("/en/", "/en/campaigns", "/en/account", "/en/account/app", "/en/account/password"):
            assert person.browser.get(path).status_code == 302
        for path in ("/en/sign-in/enrol", "/en/sign-in/new-password"):
            assert person.browser.get(path).location.endswith("/en/sign-in"), "a step cannot be skipped"


class TestWhereItLeads:
    def test_to_the_page_that_was_asked_for_or_else_to_the_own_work(
        self, desk: StaffDesk, app: Flask, clock: FakeClock
    ) -> None:
        """The office's address is the analysts' page: an administrator who types it must not end at a refusal."""
        person = Person.with_app(desk, app, clock, "saule", "administrator")
        for wanted, reached in (("/en/", "/en/accounts"), ("/en/journal", "/en/journal"), ("/en/x", "/en/accounts")):
            person.types_password(wanted=wanted)
            done = person.sends("/en/sign-in/second-factor", proof_code=person.next_code())
            assert done.location == f"/agency{reached}"
        for page in (person.opens("/en/accounts"), person.opens("/en/", 403)):
            assert '<a class="pk-header__name" href="/agency/en/accounts">' in page
        assert '<a class="govuk-link" href="/agency/en/accounts">To the start page' in page


class TestCodes:
    def test_a_code_serves_once_and_for_a_minute_or_so(self, desk: StaffDesk, app: Flask, clock: FakeClock) -> None:
        person = Person.with_app(desk, app, clock, "aigerim", "officer")
        code = person.next_code()
        person.types_password()
        assert person.sends("/en/sign-in/second-factor", proof_code=f"{code[:3]} {code[3:]}").status_code == 302
        assert person.is_in()
        again = Person(Staff(app.test_client()), clock, "aigerim", secret=person.secret)
        again.types_password()
        assert again.sends("/en/sign-in/second-factor", proof_code=code).status_code == 403
        clock.advance(seconds=90)
        late = again.present_code()
        clock.advance(seconds=60)
        assert again.sends("/en/sign-in/second-factor", proof_code=late).status_code == 403
        assert not again.is_in()

    def test_a_recovery_code_replaces_it_once(self, desk: StaffDesk, app: Flask, clock: FakeClock) -> None:
        person = Person.with_app(desk, app, clock, "aigerim", "officer")
        for status in (302, 403):
            person.browser.client.delete_cookie("pikir_agency", path="/agency")
            person.types_password()
            sent = person.sends("/en/sign-in/second-factor", proof_code=person.codes[0].upper().replace("-", " "))
            assert sent.status_code == status
        with desk.database.read() as session:
            kept = [row.code_sha256 for row in session.scalars(select(RecoveryCodeRow))]
        assert len(kept) == 9
        assert "use-recovery-code" in actions(desk)
        person.browser.client.delete_cookie("pikir_agency", path="/agency")
        person.signs_in()
        fresh = person.sends("/en/account/recovery-codes", person.opens("/en/account"))
        assert person.codes[1] not in fresh.text
        person.browser.client.delete_cookie("pikir_agency", path="/agency")
        person.types_password()
        assert person.sends("/en/sign-in/second-factor", proof_code=person.codes[1]).status_code == 403

    def test_five_wrong_codes_pause_it_and_a_right_password_does_not_forgive(
        self, desk: StaffDesk, app: Flask, clock: FakeClock
    ) -> None:
        person = Person.with_app(desk, app, clock, "aigerim", "officer")
        for _ in range(5):
            person.types_password()
            assert person.sends("/en/sign-in/second-factor", proof_code="000000").status_code == 403
        person.types_password()
        paused = person.sends("/en/sign-in/second-factor", proof_code=person.next_code())
        assert paused.status_code == 403
        assert "Wait 15 minutes" in paused.text
        assert not person.is_in()
        assert "locked-out" in actions(desk)
        clock.advance(minutes=15)
        person.types_password()
        assert person.sends("/en/sign-in/second-factor", proof_code=person.next_code()).status_code == 302

    def test_the_secret_lies_encrypted_under_the_offices_key(self, desk: StaffDesk, officer: Person) -> None:
        raw = pyotp.TOTP(officer.secret).byte_secret()
        with desk.database.read() as session:
            stored = session.get_one(StaffRow, "aigerim").totp
        assert stored is not None
        assert raw not in stored
        assert officer.secret.encode() not in stored

    def test_a_reset_forgets_everything_and_signs_out(self, desk: StaffDesk, officer: Person) -> None:
        reset_second_factor(desk, "aigerim")
        assert not officer.is_in()
        assert officer.types_password().location == "/agency/en/sign-in/enrol"

    def test_a_demonstration_needs_none_but_lets_one_be_tried(
        self, desk: StaffDesk, demonstration: Flask, clock: FakeClock
    ) -> None:
        add_staff(desk, "guest", "officer", PASSWORD)
        person = Person(Staff(demonstration.test_client()), clock, "guest")
        assert "no second factor is needed" in person.opens("/en/sign-in")
        assert person.types_password().status_code == 302
        page = person.opens("/en/account/app")
        assert "QR" in page
        clock.advance(minutes=6)
        asked = person.opens("/en/account/app", 403)
        assert 'name="proof_password"' in asked


class TestStepUp:
    def test_a_form_survives_the_question(self, desk: StaffDesk, administrator: Person, clock: FakeClock) -> None:
        add_staff(desk, "bolat", "analyst", PASSWORD)
        page = administrator.opens("/en/accounts")
        clock.advance(minutes=5)
        asked = administrator.sends("/en/accounts/bolat", page, what="role", role="auditor")
        assert asked.status_code == 403
        assert "Confirm that it is you" in text_of(asked.text)
        assert find_account(desk, "bolat").role == "analyst"

        wrong = administrator.answers(asked, proof_code="000000")
        assert wrong.status_code == 403
        assert find_account(desk, "bolat").role == "analyst"
        done = administrator.answers(wrong, proof_code=administrator.next_code())
        assert done.status_code == 302
        assert find_account(desk, "bolat").role == "auditor"
        assert administrator.sends("/en/accounts/bolat", page, what="disable").status_code == 302, "fresh again"

    def test_a_passphrase_is_not_written_into_the_question(self, officer: Person, clock: FakeClock) -> None:
        page = officer.opens("/en/account")
        clock.advance(minutes=5)
        path = f"/en/console/proposals/{'0' * 32}"
        asked = officer.sends(path, page, digest="a digest", passphrase="a sealing key's secret")
        assert asked.status_code == 403
        assert "a digest" in asked.text
        assert "secret" not in text_of(asked.text)
        assert "sealing key" not in asked.text

    def test_a_page_is_returned_to(self, auditor: Person, clock: FakeClock) -> None:
        clock.advance(minutes=5)
        asked = auditor.browser.get("/en/journal/journal.jsonl")
        assert asked.status_code == 403
        back = auditor.answers(asked, proof_code=auditor.next_code())
        assert back.location == "/agency/en/journal/journal.jsonl"
        assert auditor.browser.get("/en/journal/journal.jsonl").status_code == 200

    def test_it_leads_nowhere_else(self, officer: Person) -> None:
        page = officer.opens("/en/account")
        sent = officer.sends("/en/account/confirm", page, next="//elsewhere.example", proof_code=officer.next_code())
        assert sent.location == "/agency/en/account"


class TestSessions:
    def test_they_are_listed_and_revoked_by_their_owner(
        self, desk: StaffDesk, app: Flask, officer: Person, clock: FakeClock
    ) -> None:
        elsewhere = Person(Staff(app.test_client()), clock, "aigerim", secret=officer.secret)
        clock.advance(minutes=1)
        elsewhere.signs_in()
        page = officer.opens("/en/account")
        listed = re.findall(r'name="session" value="([0-9a-f]{64})"', page)
        assert len(listed) == 2
        assert officer.sends("/en/account/sessions", page, session=listed[0]).status_code == 302
        assert (officer.is_in(), elsewhere.is_in()) == (True, False)
        assert "revoke-session" in actions(desk)

    def test_nobody_ends_anothers(self, desk: StaffDesk, officer: Person, administrator: Person) -> None:
        page = officer.opens("/en/account")
        (own,) = re.findall(r'name="session" value="([0-9a-f]{64})"', page)
        assert (
            administrator.sends("/en/account/sessions", administrator.opens("/en/account"), session=own).status_code
            == 404
        )
        assert officer.is_in()

    def test_a_new_password_ends_the_others(
        self, desk: StaffDesk, app: Flask, officer: Person, clock: FakeClock
    ) -> None:
        elsewhere = Person(Staff(app.test_client()), clock, "aigerim", secret=officer.secret)
        elsewhere.signs_in()
        fields = {"password": "another long password", "again": "another long password"}
        assert officer.sends("/en/account/password", proof_password="wrong", **fields).status_code == 400
        assert officer.sends("/en/account/password", proof_password=PASSWORD, **fields).status_code == 302
        assert (officer.is_in(), elsewhere.is_in()) == (True, False)

    @pytest.mark.parametrize("change", ["disable", "role"])
    def test_a_changed_account_is_signed_out_at_once(self, desk: StaffDesk, officer: Person, change: str) -> None:
        if change == "disable":
            disable(desk, "aigerim")
        else:
            change_role(desk, "aigerim", "analyst")
        assert not officer.is_in()
        assert officer.types_password().status_code == (403 if change == "disable" else 302)
