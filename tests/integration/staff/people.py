"""A member of staff with a browser and, in the pocket, an authenticator app."""

import html
import re
from dataclasses import dataclass, field
from typing import Any

import pyotp
from flask import Flask
from werkzeug.test import TestResponse

from survey_app.staff.accounts import add_staff
from survey_app.staff.desk import StaffDesk
from survey_app.staff.second_factors import enrol_totp
from tests.clock import FakeClock
from tests.integration.agency.browsing import Staff

PASSWORD = "a long password for tests"


@dataclass
class Person:
    """``secret`` is what the app holds, ``codes`` the recovery codes on paper."""

    browser: Staff
    clock: FakeClock
    login: str
    password: str = PASSWORD
    secret: str = ""
    codes: list[str] = field(default_factory=list)

    @classmethod
    def with_app(cls, desk: StaffDesk, app: Flask, clock: FakeClock, login: str, role: str) -> "Person":
        add_staff(desk, login, role, PASSWORD)
        person = cls(Staff(app.test_client()), clock, login, secret=pyotp.random_base32())
        person.codes = list(enrol_totp(desk, login, person.secret, person.present_code()))
        clock.advance(seconds=30)  # a code serves once
        return person

    def present_code(self) -> str:
        return pyotp.TOTP(self.secret).at(int(self.clock().timestamp()))

    def next_code(self) -> str:
        """After half a minute: a code serves once."""
        self.clock.advance(seconds=30)
        return self.present_code()

    def types_password(self, **more: str) -> TestResponse:
        return self.browser.sign_in(self.login, self.password, **more)

    def signs_in(self) -> TestResponse:
        assert self.types_password().location == "/agency/en/sign-in/second-factor"
        return self.sends("/en/sign-in/second-factor", proof_code=self.next_code())

    def opens(self, path: str, status: int = 200) -> str:
        return self.browser.page(path, status)

    def sends(self, path: str, page: str = "", **fields: Any) -> TestResponse:
        """A form from the page (by default the one of the same path) with its token."""
        shown = page or self.browser.get(path).text
        return self.browser.post(path, {"csrf_token": self.browser.csrf_token(shown), **fields})

    def answers(self, asked: TestResponse, **fields: str) -> TestResponse:
        """The form of a page that asks for the second factor, to where it leads, with everything that it carries."""
        target = html.unescape(re.search(r'<form method="post" action="/agency([^"]+)" class="st-form"', asked.text)[1])
        return self.browser.post(target, {**hidden_fields(asked.text), **fields})

    def is_in(self) -> bool:
        return self.browser.get("/en/account").status_code == 200


def hidden_fields(page: str) -> dict[str, str]:
    """What the form in the page's main part carries."""
    main = page[page.index("<main") :]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main)
    return {name: html.unescape(value) for name, value in found}


def text_of(page: str) -> str:
    main = page[page.index('<main id="main"') : page.index("</main>")]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)))
