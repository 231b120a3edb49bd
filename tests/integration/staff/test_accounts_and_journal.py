"""The pages of accounts and of the journal, and the journal's file, which anybody can check."""

import csv
import io
import json
import re

import pytest
from click.testing import CliRunner
from flask import Flask
from werkzeug.test import TestResponse

from analytics.verify_cli import verify
from survey_app.staff import journal
from survey_app.staff.accounts import account_of_subject, accounts, add_staff, find_account
from survey_app.staff.desk import StaffDesk
from survey_app.staff.journal_files import read_json_lines
from tests.clock import FakeClock
from tests.integration.agency.browsing import Staff
from tests.integration.staff.people import PASSWORD, Person, text_of


class TestAccounts:
    def test_somebody_is_invited_and_can_begin(
        self, desk: StaffDesk, app: Flask, administrator: Person, clock: FakeClock
    ) -> None:
        page = administrator.opens("/en/accounts")
        made = administrator.sends("/en/accounts/invite", page, login="Bolat", role="custodian")
        password = re.search(r'<code class="st-key">([a-z0-9-]{19})</code>', made.text)[1]
        assert find_account(desk, "bolat").must_change
        person = Person(Staff(app.test_client()), clock, "bolat", password)
        assert person.types_password().location.endswith("/new-password")

        for fields in (
            {"login": "bolat", "role": "officer"},
            {"login": "b b", "role": "officer"},
            {"login": "c", "role": "x"},
        ):
            refused = administrator.sends("/en/accounts/invite", page, **fields)
            assert refused.status_code == 400
            assert "Nothing was changed" in text_of(refused.text)
        assert len(accounts(desk)) == 2

    def test_changes(self, desk: StaffDesk, administrator: Person, officer: Person) -> None:
        page = administrator.opens("/en/accounts")

        def change(what: str) -> int:
            return administrator.sends("/en/accounts/aigerim", page, what=what).status_code

        assert change("sessions") == 302
        assert not officer.is_in()
        assert change("factor") == 302
        assert not find_account(desk, "aigerim").has_second_factor
        assert change("password") == 200
        assert officer.types_password().status_code == 403
        assert change("disable") == 302
        assert find_account(desk, "aigerim").is_disabled
        assert change("enable") == 302
        assert not find_account(desk, "aigerim").is_disabled
        assert change("nonsense") == 400
        assert administrator.sends("/en/accounts/nobody", page, what="disable").status_code == 404

    def test_an_identity_is_bound_and_taken_back(self, desk: StaffDesk, administrator: Person, officer: Person) -> None:
        page = administrator.opens("/en/accounts")
        assert "Bind the identity" not in page, "this office takes no other sign-in"

        def binds(login: str, subject: str) -> TestResponse:
            return administrator.sends(f"/en/accounts/{login}", page, what="subject", subject=subject)

        assert binds("aigerim", " oidc:person-1 ").status_code == 302
        assert account_of_subject(desk, "oidc:person-1").login == "aigerim"
        shown = administrator.opens("/en/accounts")
        assert "bound to oidc:person-1" in text_of(shown)
        assert "Bind the identity" in shown
        for subject, said in (
            ("person-1", "An identity is written oidc:IDENTIFIER or certificate:SERIAL-NUMBER"),
            ("oidc:person-1", "bound to another account"),
        ):
            refused = binds("dana", subject)
            assert refused.status_code == 400
            assert said in text_of(refused.text)
        assert binds("aigerim", "").status_code == 302
        assert find_account(desk, "aigerim").subject is None


class TestJournal:
    def test_it_is_read_page_by_page_and_filtered(self, desk: StaffDesk, auditor: Person) -> None:
        with desk.database.write() as session:
            for number in range(60):
                journal.record(session, desk.clock, "aigerim", "open", f"campaign-{number:02}")
        first = auditor.opens("/en/journal")
        assert "the whole chain holds" in text_of(first)
        assert first.count("campaign-") == 50
        older = re.search(r'href="/agency(/en/journal\?before=\d+)"', first)[1]
        assert auditor.opens(older).count("campaign-") == 10
        assert auditor.opens("/en/journal?actor=MARAT").count("campaign-") == 0
        assert auditor.opens("/en/journal?subject=campaign-07").count("campaign-07</td>") == 1
        assert "No entry is like that" in auditor.opens("/en/journal?action=%25")

    def test_the_file_is_checked_by_verify(self, desk: StaffDesk, auditor: Person, tmp_path) -> None:
        content = auditor.browser.get("/en/journal/journal.jsonl").data
        file = tmp_path / "journal-agency.jsonl"
        file.write_bytes(content)
        entries = read_json_lines(content)
        journal.check_chain(entries)
        assert entries[-1].action == "export-journal"

        accepted = CliRunner().invoke(verify, [str(file)])
        assert accepted.exit_code == 0, accepted.output
        assert entries[-1].sha256 in accepted.output

        lines = content.decode().splitlines()
        altered = json.loads(lines[0])
        altered["actor"] = "somebody"
        for damaged in (
            [json.dumps(altered), *lines[1:]],
            lines[1:],
            [lines[0], *lines[2:]],
            ["nonsense"],
        ):
            file.write_text("\n".join(damaged), encoding="utf-8")
            assert CliRunner().invoke(verify, [str(file)]).exit_code != 0

    def test_the_table_has_no_formula(self, desk: StaffDesk, auditor: Person) -> None:
        with desk.database.write() as session:
            journal.record(session, desk.clock, "aigerim", "open", "=1+1")
        response = auditor.browser.get("/en/journal/journal.csv")
        rows = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))
        assert rows[0][:5] == ["number", "moment", "actor", "action", "subject"]
        assert "'=1+1" in [row[4] for row in rows]

    @pytest.mark.parametrize("who", ["officer", "administrator"])
    def test_who_may_read_it(self, request: pytest.FixtureRequest, who: str) -> None:
        person = request.getfixturevalue(who)
        person.opens("/en/journal", 200 if who == "administrator" else 403)


def test_an_account_that_is_no_administrators_sees_none(desk: StaffDesk, officer: Person) -> None:
    add_staff(desk, "bolat", "analyst", PASSWORD)
    assert "Your role does not include this page" in text_of(officer.opens("/en/accounts", 403))
    page = officer.opens("/en/account")
    assert officer.sends("/en/accounts/bolat", page, what="disable").status_code == 403
    assert not find_account(desk, "bolat").is_disabled
