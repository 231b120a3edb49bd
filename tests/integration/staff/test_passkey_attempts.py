"""Sign-ins with passkeys are counted: guesses meet an end, and strangers' noise locks out nobody who has one."""

import hashlib
import json
import re
from dataclasses import dataclass, field

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from werkzeug.test import TestResponse

from survey_app.domain import base64url
from survey_app.staff import journal
from survey_app.staff.desk import StaffDesk
from survey_app.staff.models import PasskeyRow
from tests.clock import FakeClock
from tests.integration.agency.browsing import Staff
from tests.integration.staff.people import Person

ORIGIN, HOST = "http://localhost", "localhost"


@dataclass
class Passkey:
    """A device with one key; ``forges`` signs with another than the office knows."""

    identifier: bytes
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def is_added(self, desk: StaffDesk, login: str) -> "Passkey":
        numbers = self.key.public_key().public_numbers()
        public_key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        with desk.database.write() as session:
            session.add(
                PasskeyRow(
                    credential_id=self.identifier,
                    login=login,
                    public_key=cbor2.dumps(public_key),
                    signed=0,
                    name="a phone",
                    added="2026-11-01T00:00:00Z",
                )
            )
        return self

    def answers(self, page: str, *, forged: bool = False) -> str:
        """What a browser hands in for the challenge on the page."""
        options = json.loads(re.search(r"data-passkey-options>(.*?)</script>", page, re.DOTALL)[1])
        client = json.dumps({"type": "webauthn.get", "challenge": options["challenge"], "origin": ORIGIN}).encode()
        device = hashlib.sha256(HOST.encode()).digest() + bytes([0b101]) + (0).to_bytes(4, "big")
        key = ec.generate_private_key(ec.SECP256R1()) if forged else self.key
        signature = key.sign(device + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": client, "authenticatorData": device, "signature": signature}
        return json.dumps(
            {
                "id": base64url.encode(self.identifier),
                "rawId": base64url.encode(self.identifier),
                "type": "public-key",
                "response": {name: base64url.encode(value) for name, value in response.items()},
            }
        )


def signs_in(app: Flask, passkey: Passkey, *, forged: bool = False) -> TestResponse:
    """With a fresh browser."""
    browser = Staff(app.test_client())
    page = browser.get("/en/sign-in").text
    answer = passkey.answers(page, forged=forged)
    return browser.post("/en/sign-in", {"csrf_token": browser.csrf_token(page), "proof_passkey": answer})


@pytest.fixture
def person(desk: StaffDesk, app: Flask, clock: FakeClock) -> Person:
    return Person.with_app(desk, app, clock, "aigerim", "officer")


@pytest.fixture
def passkey(desk: StaffDesk, person: Person) -> Passkey:
    return Passkey(b"k" * 16).is_added(desk, person.login)


def test_noise_of_strangers_pauses_strangers_and_nobody_else(app: Flask, passkey: Passkey, clock: FakeClock) -> None:
    stranger = Passkey(b"s" * 16)
    statuses = [signs_in(app, stranger).status_code for _ in range(61)]
    assert statuses == [403] * 60 + [429]
    nonsense = Staff(app.test_client())
    page = nonsense.get("/en/sign-in").text
    for text in ("{}", "[" * 5000):
        sent = nonsense.post("/en/sign-in", {"csrf_token": nonsense.csrf_token(page), "proof_passkey": text})
        assert sent.status_code == 429
        page = sent.text
    assert "Wait a minute, or use login and password" in sent.text

    assert signs_in(app, passkey).status_code == 302, "whoever has a passkey gets in meanwhile"
    clock.advance(minutes=1)
    assert signs_in(app, stranger).status_code == 403


def test_false_answers_in_the_name_of_a_passkey_pause_that_one(
    desk: StaffDesk, app: Flask, passkey: Passkey, person: Person, clock: FakeClock
) -> None:
    other = Passkey(b"o" * 16).is_added(desk, person.login)
    assert [signs_in(app, passkey, forged=True).status_code for _ in range(6)] == [403] * 5 + [429]
    assert signs_in(app, passkey).status_code == 429, "fails closed"

    assert signs_in(app, other).status_code == 302
    assert person.signs_in().status_code == 302, "and login, password and code are another door"
    clock.advance(minutes=15)
    assert signs_in(app, passkey).status_code == 302


def test_as_a_second_factor_it_is_counted_with_the_codes(desk: StaffDesk, person: Person, passkey: Passkey) -> None:
    person.types_password()
    path = "/en/sign-in/second-factor"
    for expected in (*["not right"] * 5, "Wait 15 minutes"):
        page = person.opens(path)
        sent = person.sends(path, page, proof_passkey=passkey.answers(page, forged=True))
        assert sent.status_code == 403
        assert expected in sent.text
    assert "Wait 15 minutes" in person.sends(path, proof_code=person.next_code()).text
    with desk.database.read() as session:
        assert "locked-out" in [row.action for row in journal.entries(session)]
