"""The issuer's staff at their browsers, signed in, with the token that every form needs; two drafted campaigns."""

import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import xlsxwriter
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app.identity.office import IssuerOffice, staff_desk
from survey_app.identity.views import OFFICE
from survey_app.issuer_app import create_issuer_app
from survey_app.staff import journal
from survey_app.staff.accounts import add_staff
from survey_app.staff.sessions import complete, open_session
from tests.integration.issuer.conftest import make_world
from tests.integration.issuer.offices import FIRE, TWO_VISITS, WATER, World
from tests.mail_server import MailServer

BASE = "https://issuer.example"
PASSWORD = "a long password for tests"
TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')
HTML = {"Accept": "text/html"}
OWN, OTHER = "a" * 32, "b" * 32
ROLES = ("personnel", "issuing", "auditor", "administrator")


@dataclass(frozen=True)
class Staff:
    """Somebody's browser. ``posts`` sends the form of a page with its token."""

    browser: FlaskClient
    login: str

    def gets(self, path: str) -> TestResponse:
        return self.browser.get(f"/en/staff/{path}", base_url=BASE, headers=HTML)

    def reads(self, path: str) -> str:
        response = self.gets(path)
        assert response.status_code == 200, (path, response.status_code)
        return response.get_data(as_text=True)

    def posts(self, path: str, **fields: object) -> TestResponse:
        page = self.browser.get("/en/account", base_url=BASE, headers=HTML).data
        found = TOKEN.search(page)
        token = found[1].decode() if found else ""
        return self.browser.post(f"/en/staff/{path}", data={"csrf_token": token, **fields}, base_url=BASE, headers=HTML)


def signs_in(app: Flask, login: str, role: str) -> Staff:
    """A member of staff with a complete session; a personnel officer is of the body WATER."""
    desk = staff_desk(app.extensions[OFFICE])
    add_staff(desk, login, role, PASSWORD, bodies=[WATER.code] if role == "personnel" else [])
    secret = open_session(desk, login, "password", is_confirmed=True)
    complete(desk, secret)
    browser = app.test_client()
    with browser.session_transaction("/en/account", base_url=BASE) as session:
        session["_user_id"] = secret
    return Staff(browser, login)


@dataclass(frozen=True)
class Console:
    """An issuer with two drafted campaigns, OWN of the personnel officer's body and OTHER of another one."""

    world: World
    app: Flask
    staff: dict[str, Staff]
    server: MailServer

    @property
    def office(self) -> IssuerOffice:
        return self.app.extensions[OFFICE]

    @property
    def personnel(self) -> Staff:
        return self.staff["personnel"]

    @property
    def issuing(self) -> Staff:
        return self.staff["issuing"]

    def journal(self) -> list[tuple[str, str, dict]]:
        with staff_desk(self.office).database.read() as session:
            rows = journal.entries(session)
            journal.check_chain(rows)
            return [(row.actor, row.action, json.loads(row.details)) for row in rows if row.subject == OWN]

    def proposes(self, officer: Staff, path: str, **fields: object) -> str:
        """The path of the proposal."""
        answer = officer.posts(path, **fields)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return answer.location.partition("/en/staff/")[2]

    def approves(self, officer: Staff, path: str) -> str:
        """What came of it."""
        digest = re.search(r'name="digest" value="([0-9a-f]{64})"', officer.reads(path))[1]
        answer = officer.posts(path, digest=digest)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_data(as_text=True)

    def signs_in(self, role: str, name: str) -> Staff:
        return signs_in(self.app, name, role)


def make_console(folder: Path, blind_signing_key, server: MailServer) -> Console:
    world = make_world(folder, blind_signing_key)
    world.environ |= server.settings
    world.clock.now = TWO_VISITS.issuance_opens - timedelta(days=2)
    world.agency.drafts(OWN, body=WATER)
    world.agency.drafts(OTHER, body=FIRE)
    app = create_issuer_app(world.config, world.clock)
    return Console(world, app, {role: signs_in(app, role, role) for role in ROLES}, server)


def workbook(rows: Iterable[Sequence[object]]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "constant_memory": False})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return file.getvalue()


def file(data: bytes, name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


def table(people: int) -> bytes:
    rows = [("Таб. №", "ФИО", "Адрес", "Язык")]
    rows += [(f"S-{n:05}", "Фамилия", f"s{n}@body.example", ("казахский", "русский")[n % 2]) for n in range(people)]
    return workbook(rows)
