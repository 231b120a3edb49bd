"""What is done to accounts is seen by all who approve proposals: a made-up second officer cannot go unnoticed."""

from flask import Flask

from survey_app.identity.office import IssuerOffice
from survey_app.identity.office import staff_desk as issuer_desk
from survey_app.staff.account_news import account_news
from survey_app.staff.accounts import add_staff, bind_subject, change_role, disable, enable, reset_password
from survey_app.staff.desk import StaffDesk
from tests.clock import FakeClock
from tests.integration.staff.people import PASSWORD, Person, text_of

HEADING = "Accounts made or changed in the last 14 days"


def test_officers_see_on_their_first_page_what_the_administrator_did(
    desk: StaffDesk, officer: Person, administrator: Person, clock: FakeClock
) -> None:
    clock.advance(days=15)
    administrator.signs_in()
    assert officer.signs_in().location == "/agency/en/console"
    assert HEADING not in officer.opens("/en/console"), "what is older is in the journal only"

    page = administrator.opens("/en/accounts")
    administrator.sends("/en/accounts/invite", page, login="made-up", role="officer")
    administrator.sends("/en/accounts/aigerim", page, what="sessions")
    administrator.sends("/en/accounts/made-up", page, what="password")
    officer.signs_in()
    told = text_of(officer.opens("/en/console"))
    assert f"{HEADING}: 2" in told
    assert "New account made-up: officer." in told
    assert "New initial password for made-up." in told
    assert told.count("by dana") == 2
    for path in ("/en/accounts", "/en/journal"):
        assert "New account made-up: officer." in text_of(administrator.opens(path))
    clock.advance(days=15)
    assert account_news(desk) == ()


def test_every_change_after_which_another_may_be_behind_an_account_is_told(desk: StaffDesk) -> None:
    add_staff(desk, "bolat", "analyst", PASSWORD)
    disable(desk, "bolat")
    enable(desk, "bolat")
    change_role(desk, "bolat", "officer")
    bind_subject(desk, "bolat", "oidc:somebody")
    reset_password(desk, "bolat")
    assert [(one.action, one.login, one.role) for one in account_news(desk)] == [
        ("reset-password", "bolat", None),
        ("bind-subject", "bolat", None),
        ("change-role", "bolat", "officer"),
        ("enable-staff", "bolat", None),
        ("add-staff", "bolat", "analyst"),
    ]


def test_who_decides_nothing_is_not_told(desk: StaffDesk, app: Flask, clock: FakeClock, auditor: Person) -> None:
    assert HEADING in text_of(auditor.opens("/en/journal"))
    analyst = Person.with_app(desk, app, clock, "bolat", "analyst")
    analyst.signs_in()
    assert HEADING not in text_of(analyst.opens("/en/account"))


def test_accounts_of_bodies_are_left_out_unless_they_ever_were_more(issuer: IssuerOffice) -> None:
    """Sixty bodies have sixty personnel officers; taking a made-up officer's role away again hides nothing."""
    desk = issuer_desk(issuer)
    add_staff(desk, "aigul", "personnel", PASSWORD, bodies=["min-water"])
    reset_password(desk, "aigul")
    assert account_news(desk) == ()
    add_staff(desk, "made-up", "issuing", PASSWORD)
    change_role(desk, "made-up", "personnel", bodies=["min-water"])
    assert [one.action for one in account_news(desk)] == ["change-role", "add-staff"]
