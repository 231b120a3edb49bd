"""Who gets in, who does not, and what a browser is given to keep."""

import dataclasses
import re

import pytest
from flask import Flask
from sqlalchemy import select

from analytics.agency_app import create_agency_app
from analytics.office import AgencyOffice, staff_desk
from survey_app.domain.errors import Malformed
from survey_app.staff import journal, passwords
from survey_app.staff.accounts import accounts, add_staff
from survey_app.staff.errors import AccountExists
from survey_app.staff.models import StaffRow, StaffSessionRow
from survey_app.staff.who import DESK
from tests.clock import FakeClock
from tests.integration.agency.browsing import BASE, LOGIN, PASSWORD, Staff

PAGES = ["/en/", "/en/campaigns", "/en/rounds/2026", "/en/rounds/2026/min-water", "/en/releases/" + "0" * 32 + "/1"]


class TestDoor:
    @pytest.mark.parametrize("path", [*PAGES, "/c/" + "0" * 32 + "/1/release.jws"])
    def test_nothing_is_shown_before_signing_in(self, visitor: Staff, path: str) -> None:
        response = visitor.get(path)
        assert response.status_code == 302
        assert re.match(r"/agency/(kk|en)/sign-in", response.headers["Location"])

    def test_signing_in_leads_to_the_page_that_was_wanted(self, visitor: Staff) -> None:
        assert visitor.get("/en/campaigns").headers["Location"] == "/agency/en/sign-in?next=/en/campaigns"
        response = visitor.sign_in(wanted="/en/campaigns")
        assert response.headers["Location"] == "/agency/en/campaigns"
        visitor.page("/en/campaigns")

    @pytest.mark.parametrize("wanted", ["//elsewhere.example/", "https://elsewhere.example", "/en/\\elsewhere", "/x/"])
    def test_signing_in_never_leads_elsewhere(self, visitor: Staff, wanted: str) -> None:
        assert visitor.sign_in(wanted=wanted).headers["Location"] == "/agency/en/console"

    def test_wrong_password_and_unknown_login_get_the_same_page(self, visitor: Staff) -> None:
        wrong, unknown = visitor.sign_in(password="not the one"), visitor.sign_in(login="nobody")
        assert wrong.status_code == unknown.status_code == 403
        without_tokens = [re.sub(r'value="[^"]*"', "", response.text) for response in (wrong, unknown)]
        assert without_tokens[0] == without_tokens[1]
        assert PASSWORD not in wrong.text
        assert visitor.get("/en/campaigns").status_code == 302

    def test_an_unknown_login_costs_a_full_hash(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[str] = []

        class Watching:
            """Accepts anything, to show that an unknown login is refused all the same."""

            def verify(self, stored: str, _: str) -> bool:
                seen.append(stored)
                return True

        monkeypatch.setattr(passwords, "_HASHER", Watching())
        assert passwords.is_password(None, "anything") is False
        (stored,) = seen
        assert stored.startswith("$argon2id$v=19$m=32768,t=3,p=1$")

    def test_a_login_is_locked_after_five_failures_for_fifteen_minutes(
        self, visitor: Staff, clock: FakeClock, office: AgencyOffice
    ) -> None:
        assert [visitor.sign_in(password="wrong").status_code for _ in range(5)] == [403] * 5
        assert visitor.sign_in().status_code == 429
        clock.advance(minutes=14, seconds=59)
        assert visitor.sign_in().status_code == 429
        clock.advance(seconds=1)
        assert visitor.sign_in().status_code == 302
        with office.database.read() as session:
            assert [row.action for row in journal.entries(session)][-2:] == ["locked-out", "sign-in"]

    def test_many_guessed_logins_close_the_door_for_everyone(self, visitor: Staff) -> None:
        token = visitor.csrf_token(visitor.get("/en/sign-in").text)
        for number in range(200):
            visitor.client.application.extensions[DESK].attempts.begin(f"guess-{number}")
        form = {"csrf_token": token, "login": LOGIN, "password": PASSWORD}
        assert visitor.post("/en/sign-in", form).status_code == 429

    def test_success_forgets_earlier_slips(self, visitor: Staff) -> None:
        for _ in range(4):
            visitor.sign_in(password="wrong")
        assert visitor.sign_in().status_code == 302
        assert visitor.sign_in(password="wrong").status_code == 403


class TestForms:
    def test_a_form_without_its_token_is_refused(self, visitor: Staff) -> None:
        visitor.get("/en/sign-in")
        assert visitor.post("/en/sign-in", {"login": LOGIN, "password": PASSWORD}).status_code == 400
        assert visitor.get("/en/campaigns").status_code == 302

    def test_another_browsers_token_does_not_serve(self, visitor: Staff, app: Flask) -> None:
        other = Staff(app.test_client())
        token = other.csrf_token(other.get("/en/sign-in").text)
        visitor.get("/en/sign-in")
        form = {"csrf_token": token, "login": LOGIN, "password": PASSWORD}
        assert visitor.post("/en/sign-in", form).status_code == 400

    def test_another_sites_form_is_refused(self, visitor: Staff) -> None:
        token = visitor.csrf_token(visitor.get("/en/sign-in").text)
        form = {"csrf_token": token, "login": LOGIN, "password": PASSWORD}
        assert visitor.post("/en/sign-in", form, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403

    def test_signing_out_needs_a_post_with_its_token(self, staff: Staff) -> None:
        assert staff.get("/en/sign-out").status_code == 405
        assert staff.post("/en/sign-out", {}).status_code == 400
        staff.page("/en/campaigns")


class TestCookie:
    def test_it_is_strict_and_of_this_path_only(self, visitor: Staff) -> None:
        (header,) = visitor.get("/en/sign-in").headers.getlist("Set-Cookie")
        assert header.startswith("pikir_agency=")
        parts = {part.strip() for part in header.split(";")[1:]}
        assert parts == {"HttpOnly", "Path=/agency", "SameSite=Strict"}

    def test_it_is_secure_over_https(self, office: AgencyOffice, clock: FakeClock) -> None:
        config = dataclasses.replace(office.config, url="https://pikir.example/agency")
        client = create_agency_app(config, clock).test_client()
        header = client.get("/en/sign-in", base_url="https://pikir.example/agency").headers["Set-Cookie"]
        assert "Secure" in header

    def test_public_documents_and_files_set_none(self, visitor: Staff) -> None:
        for path in ("/c/" + "0" * 32 + "/manifest", "/static/agency.css"):
            assert "Set-Cookie" not in visitor.client.get(path, base_url=BASE).headers

    def test_signing_in_changes_the_session_and_keeps_only_a_hash_of_it(
        self, visitor: Staff, office: AgencyOffice
    ) -> None:
        visitor.get("/en/sign-in")
        before = visitor.client.get_cookie("pikir_agency", path="/agency")
        visitor.sign_in()
        after = visitor.client.get_cookie("pikir_agency", path="/agency")
        assert before.value != after.value
        with office.database.read() as session:
            (row,) = session.scalars(select(StaffSessionRow))
            with visitor.client.session_transaction(base_url=BASE) as kept:
                assert row.secret_sha256 != kept["_user_id"]
                assert LOGIN not in str(dict(kept))


class TestEnd:
    def test_fifteen_idle_minutes(self, staff: Staff, clock: FakeClock) -> None:
        for _ in range(4):
            clock.advance(minutes=14)
            staff.page("/en/campaigns")
        clock.advance(minutes=15)
        assert staff.get("/en/campaigns").status_code == 302

    def test_twelve_hours_at_the_longest(self, staff: Staff, clock: FakeClock) -> None:
        for _ in range(12 * 6 - 1):
            clock.advance(minutes=10)
            assert staff.get("/en/campaigns").status_code == 200
        clock.advance(minutes=10)
        assert staff.get("/en/campaigns").status_code == 302

    def test_a_copied_cookie_is_worth_nothing_after_signing_out(self, staff: Staff, app: Flask) -> None:
        cookie = staff.client.get_cookie("pikir_agency", path="/agency")
        thief = app.test_client()
        thief.set_cookie("pikir_agency", cookie.value, path="/agency")
        assert Staff(thief).get("/en/campaigns").status_code == 200
        token = staff.csrf_token(staff.page("/en/campaigns"))
        assert staff.post("/en/sign-out", {"csrf_token": token}).status_code == 302
        assert staff.get("/en/campaigns").status_code == 302
        thief.set_cookie("pikir_agency", cookie.value, path="/agency")
        assert Staff(thief).get("/en/campaigns").status_code == 302


class TestAccounts:
    def test_passwords_are_kept_as_argon2id_only(self, office: AgencyOffice) -> None:
        add_staff(staff_desk(office), "  Bolat ", "analyst", "another long password")
        with office.database.read() as session:
            row = session.get_one(StaffRow, "bolat")
        assert row.password_hash.startswith("$argon2id$")
        assert "another long password" not in row.password_hash
        assert [(account.login, account.role) for account in accounts(staff_desk(office))] == [("bolat", "analyst")]

    def test_refusals(self, office: AgencyOffice) -> None:
        add_staff(staff_desk(office), "bolat", "analyst", "another long password")
        with pytest.raises(AccountExists):
            add_staff(staff_desk(office), "BOLAT", "officer", "another long password")
        for login, role, password in (
            ("x", "root", "a long enough password"),
            ("x y", "officer", "a long enough password"),
            ("x", "officer", "short"),
        ):
            with pytest.raises(Malformed):
                add_staff(staff_desk(office), login, role, password)

    def test_analysts_see_the_figures_too(self, office: AgencyOffice, visitor: Staff) -> None:
        add_staff(staff_desk(office), "bolat", "analyst", "another long password")
        assert visitor.sign_in("Bolat", "another long password").status_code == 302
        visitor.page("/en/campaigns")
