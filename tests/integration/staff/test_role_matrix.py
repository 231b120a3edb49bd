"""Every route x every role, and signed out, against the table: a route without an entry fails, and one too many."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from analytics import office as agency_office
from analytics.agency_app import create_agency_app
from config import agency_config, issuer_config
from survey_app.identity import office as issuer_office
from survey_app.issuer_app import create_issuer_app
from survey_app.staff.accounts import add_staff
from survey_app.staff.sessions import complete, open_session
from survey_app.staff.who import DESK
from tests.clock import FakeClock
from tests.integration.staff.conftest import ENVIRON, ISSUER_ENVIRON
from tests.integration.staff.route_table import AGENCY, EVERYBODY, ISSUER, SIGNED_IN, STEPS

SIGNED_OUT = "signed out"
TABLES = {"agency": AGENCY, "issuer": ISSUER}
ROLES = {"agency": agency_office.ROLES, "issuer": issuer_office.ROLES}
PASSWORD = "a long password for tests"
VALUES = {
    "lang": "en",
    "campaign_id": "0" * 32,
    "proposal_id": "0" * 32,
    "number": 1,
    "step": "enrol",
    "form": "jsonl",
    "name": "manifest.jws",
    "login": "nobody",
    "_unknown": "x",
}


class Matrix:
    """One office's application with a browser for each role, and one that is signed out."""

    def __init__(self, app: Flask, office: str) -> None:
        self.app, self.base, self.desk = app, f"http://localhost/{office}", app.extensions[DESK]
        for role in ROLES[office]:
            bodies = ["a-body"] if role in self.desk.limited else []
            add_staff(self.desk, role, role, PASSWORD, bodies=bodies)
        self.browsers = {role: app.test_client() for role in (*ROLES[office], SIGNED_OUT)}
        self.tokens: dict[str, str] = {}

    def signs_in(self, role: str) -> None:
        """A fresh session with a fresh second factor, and its form token."""
        browser = self.browsers[role]
        if role != SIGNED_OUT:
            secret = open_session(self.desk, role, "password", is_confirmed=True)
            complete(self.desk, secret)
            with browser.session_transaction("/en/account", base_url=self.base) as session:
                session["_user_id"] = secret
        page = browser.get("/en/sign-in" if role == SIGNED_OUT else "/en/account", base_url=self.base)
        self.tokens[role] = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]

    def outcome(self, role: str, rule: Rule, method: str) -> str:
        """What the role meets: "in", "sign-in" (sent there) or "role" (refused for its role)."""
        if role not in self.tokens:
            self.signs_in(role)
        with self.app.test_request_context(base_url=self.base):
            path = self.app.url_map.bind("localhost").build(rule.endpoint, _values(rule), method=method)
        response = self.browsers[role].open(
            path,
            method=method,
            base_url=self.base,
            headers={"Accept": "application/json"},
            data={"csrf_token": self.tokens[role]} if method != "GET" else None,
        )
        assert response.status_code < 500, (role, method, path)
        if rule.endpoint == "staff.sign_out" or (rule.endpoint == "staff.sign_in" and method == "POST"):
            self.tokens.pop(role)  # whoever was in is out, or has another session
        if response.status_code == 302 and re.search(r"/(?:kk|ru|en)/sign-in(?:\?|$)", response.location):
            return "in" if rule.endpoint == "staff.sign_out" and role != SIGNED_OUT else "sign-in"
        if response.status_code == 403 and "role-not-allowed" in response.text:
            return "role"
        return "in"


def _values(rule: Rule) -> dict[str, object]:
    return {name: VALUES.get(name, "x") for name in rule.arguments}


@contextmanager
def office_of(name: str, folder: Path) -> Iterator[Matrix]:
    clock = FakeClock()
    if name == "agency":
        app = create_agency_app(agency_config(folder, ENVIRON), clock)
    else:
        app = create_issuer_app(issuer_config(folder, ISSUER_ENVIRON), clock)
    yield Matrix(app, name)
    app.extensions[DESK].database.dispose()


@pytest.fixture(scope="module", params=TABLES)
def matrix(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Matrix]]:
    with office_of(request.param, tmp_path_factory.mktemp(request.param)) as made:
        yield request.param, made


def routes(app: Flask) -> set[tuple[str, str]]:
    return {
        (rule.endpoint, method) for rule in app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def expected(role: str, entry: frozenset[str]) -> str:
    if entry == EVERYBODY:
        return "in"
    if entry == STEPS or role == SIGNED_OUT:
        return "sign-in"
    return "in" if entry == SIGNED_IN or role in entry else "role"


def test_every_route_has_its_entry_and_every_entry_its_route(matrix: tuple[str, Matrix]) -> None:
    name, made = matrix
    listed = {(endpoint, method) for endpoint, methods in TABLES[name].items() for method in methods}

    assert routes(made.app) - listed == set(), "routes that nobody has said anything about"
    assert listed - routes(made.app) == set(), "entries of routes that are gone"


def test_each_role_meets_what_the_table_says(matrix: tuple[str, Matrix]) -> None:
    name, made = matrix
    wrong = []
    for rule in made.app.url_map.iter_rules():
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            entry = TABLES[name].get(rule.endpoint, {}).get(method, EVERYBODY)
            for role in (*ROLES[name], SIGNED_OUT):
                met = made.outcome(role, rule, method)
                if met != expected(role, entry):
                    wrong.append((rule.endpoint, method, role, met, expected(role, entry)))
    assert wrong == []


def test_the_table_names_only_roles_that_there_are() -> None:
    for name, table in TABLES.items():
        named = {role for methods in table.values() for entry in methods.values() for role in entry}
        assert named <= {*ROLES[name], *EVERYBODY, *STEPS, *SIGNED_IN}


ABSURD = 10**30


def test_a_number_that_no_database_holds_is_nobodys_page(matrix: tuple[str, Matrix]) -> None:
    """SQLite raises an OverflowError at such a number, which would be a 500."""
    name, made = matrix
    paths = {
        "agency": ["/en/journal?before={}"],
        "issuer": ["/en/journal?before={}", "/en/staff/c/" + "0" * 32 + "/roster?start={}"],
    }[name]
    for rule in made.app.url_map.iter_rules():
        numbers = [
            argument for argument in rule.arguments if type(rule._converters[argument]).__name__ == "IntegerConverter"
        ]
        if numbers and "GET" in rule.methods:
            values = _values(rule) | dict.fromkeys(numbers, ABSURD)
            with made.app.test_request_context(base_url=made.base):
                paths.append(made.app.url_map.bind("localhost").build(rule.endpoint, values, method="GET"))
    for path in paths:
        for role in ROLES[name]:
            made.signs_in(role)
            for number in (ABSURD, -ABSURD):
                asked = path.format(number).replace(str(ABSURD), str(number))
                response = made.browsers[role].get(asked, base_url=made.base, headers={"Accept": "text/html"})
                assert response.status_code < 500, (role, asked)
