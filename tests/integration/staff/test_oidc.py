"""Sign-in through an OpenID Connect provider that really runs, honest and otherwise."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import urllib3
from flask import Flask

from analytics.agency_app import create_agency_app
from analytics.office import AgencyOffice
from config import ConfigurationError, agency_config
from survey_app.staff.accounts import accounts, bind_subject, disable
from survey_app.staff.desk import StaffDesk
from tests.clock import FakeClock
from tests.integration.agency.browsing import BASE, Staff
from tests.integration.staff.conftest import ENVIRON
from tests.integration.staff.people import Person, text_of
from tests.integration.staff.provider import CLIENT_ID, CLIENT_SECRET, Provider, running

RETURN = "http://localhost/agency/en/sign-in/oidc/return"


@pytest.fixture(scope="module")
def running_provider() -> Iterator[Provider]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
        with running(RETURN) as provider:
            yield provider


@pytest.fixture
def provider(running_provider: Provider) -> Provider:
    running_provider.methods = ["pwd"]
    running_provider.dishonest = lambda _claims: None
    return running_provider


@pytest.fixture
def oidc_app(office: AgencyOffice, provider: Provider, tmp_path: Path, clock: FakeClock) -> Flask:
    settings = ("PROVIDER", provider.address), ("CLIENT_ID", CLIENT_ID), ("CLIENT_SECRET", CLIENT_SECRET)
    environ = ENVIRON | {f"PIKIR_AGENCY_OIDC_{name}": value for name, value in settings}
    return create_agency_app(agency_config(tmp_path, environ), clock)


@pytest.fixture
def person(desk: StaffDesk, app: Flask, oidc_app: Flask, clock: FakeClock) -> Person:
    made = Person.with_app(desk, app, clock, "aigerim", "officer")
    bind_subject(desk, "aigerim", "oidc:person-1")
    made.browser = Staff(oidc_app.test_client())
    return made


def goes_to_the_provider(person: Person, wanted: str = "") -> str:
    """Where the provider sends the browser back to."""
    page = person.opens("/en/sign-in")
    assert 'href="/agency/en/sign-in/oidc' in page
    sent = person.browser.get(f"/en/sign-in/oidc?next={wanted}")
    assert sent.status_code == 302
    asked = parse_qs(urlsplit(sent.location).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["openid"]
    assert len(asked["state"][0]) >= 20
    assert len(asked["nonce"][0]) >= 20
    answer = urllib3.request("GET", sent.location, redirect=False)
    assert answer.status == 302
    return answer.headers["Location"]


def comes_back(person: Person, address: str) -> tuple[int, str]:
    """Through the page that calls the next one itself; status and where that leads, or what it says."""
    path = address.removeprefix(BASE)
    returned = person.opens(path)
    onwards = html.unescape(re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', returned)[1])
    response = person.browser.get(onwards.removeprefix("/agency"))
    return response.status_code, response.location or text_of(response.text)


@pytest.mark.parametrize("methods", [["pwd", "mfa"], ["pwd", "otp"]])
def test_the_account_that_is_bound_gets_in_and_to_the_page_that_was_wanted(
    person: Person, provider: Provider, methods: list[str]
) -> None:
    provider.methods = methods
    status, place = comes_back(person, goes_to_the_provider(person, "/en/campaigns"))
    assert (status, place) == (302, "/agency/en/campaigns")
    assert person.is_in()


@pytest.mark.parametrize("methods", [["pwd"], ["otp"], ["swk"], ["pwd", "pin"]])
def test_one_factor_at_the_provider_is_not_a_second_one(person: Person, provider: Provider, methods: list[str]) -> None:
    provider.methods = methods
    assert comes_back(person, goes_to_the_provider(person)) == (302, "/agency/en/sign-in/second-factor")
    assert not person.is_in()
    assert person.sends("/en/sign-in/second-factor", proof_code=person.next_code()).status_code == 302
    assert person.is_in()


@pytest.mark.parametrize("why", ["unbound", "disabled"])
def test_nobody_gets_an_account_by_signing_in(person: Person, desk: StaffDesk, why: str) -> None:
    if why == "unbound":
        bind_subject(desk, "aigerim", "oidc:person-2")
    else:
        disable(desk, "aigerim")
    status, text = comes_back(person, goes_to_the_provider(person))
    assert status == 403
    assert "No account of this office belongs to you" in text
    assert len(accounts(desk)) == 1
    assert not person.is_in()


@pytest.mark.parametrize(
    "lie", [{"nonce": "another"}, {"aud": "another"}, {"iss": "https://elsewhere.example"}, {"exp": 1}, {"sub": None}]
)
def test_a_token_that_does_not_hold_is_refused(person: Person, provider: Provider, lie: dict[str, object]) -> None:
    provider.methods = ["mfa"]
    provider.dishonest = lambda claims: claims.update(lie)
    status, text = comes_back(person, goes_to_the_provider(person))
    assert status == 502
    assert "did not confirm who you are" in text
    assert not person.is_in()


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(
    person: Person, oidc_app: Flask, provider: Provider
) -> None:
    provider.methods = ["mfa"]
    address = goes_to_the_provider(person)
    victim = Person(Staff(oidc_app.test_client()), person.clock, "aigerim")
    assert comes_back(victim, address)[0] == 502
    forged = re.sub(r"state=[^&]+", "state=forged", address)
    assert comes_back(person, forged)[0] == 502
    assert comes_back(person, address)[0] == 302, "the honest answer still serves"
    assert comes_back(Person(Staff(oidc_app.test_client()), person.clock, "x"), address)[0] == 502


def test_a_provider_that_says_no_or_nothing(person: Person, oidc_app: Flask, provider: Provider) -> None:
    address = goes_to_the_provider(person)
    refused = re.sub(r"code=[^&]+", "error=access_denied", address)
    assert comes_back(person, refused)[0] == 502


def test_settings_belong_together(tmp_path: Path) -> None:
    for values in (
        {"PIKIR_AGENCY_OIDC_PROVIDER": "https://id.example"},
        {
            "PIKIR_AGENCY_OIDC_PROVIDER": "http://id.example",
            "PIKIR_AGENCY_OIDC_CLIENT_ID": "x",
            "PIKIR_AGENCY_OIDC_CLIENT_SECRET": "y",
        },
        {"PIKIR_AGENCY_SIGNATURE_ROOTS": "/nowhere.pem", "PIKIR_AGENCY_SIGNATURE_CRLS": "/nowhere"},
    ):
        with pytest.raises(ConfigurationError, match="PIKIR_AGENCY_"):
            agency_config(tmp_path, ENVIRON | values)
