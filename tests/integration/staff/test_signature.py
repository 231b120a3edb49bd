"""Sign-in with a digital signature by certificates of an authority made here, RSA and ECDSA, good and bad."""

import base64
import html
import os
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import select

from analytics.agency_app import create_agency_app
from analytics.office import AgencyOffice, staff_desk
from config import SignatureConfig, agency_config
from survey_app.staff.accounts import bind_subject
from survey_app.staff.desk import StaffDesk
from survey_app.staff.models import StaffSessionRow
from tests.clock import FakeClock
from tests.integration.agency.browsing import Staff
from tests.integration.staff.conftest import ENVIRON
from tests.integration.staff.people import Person

IIN = "IIN850101300123"
DETACHED = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.NoCapabilities]


@dataclass
class Authority:
    """Issues certificates, and lists of those that it has revoked."""

    now: datetime
    name: str = "Test authority"
    key: CertificateIssuerPrivateKeyTypes = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    revoked: list[int] = field(default_factory=list)

    @property
    def subject(self) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])

    def certificate(self) -> x509.Certificate:
        usage = x509.KeyUsage(*(name in {5, 6} for name in range(9)))
        return self._sign(self.subject, self.key.public_key(), usage, ca=True, days=3650)

    def issues(self, public_key, serial: str = IIN, *, days: int = 365, signing: bool = True) -> x509.Certificate:
        subject = [x509.NameAttribute(NameOID.COMMON_NAME, "Aigerim")]
        subject += [x509.NameAttribute(NameOID.SERIAL_NUMBER, serial)] if serial else []
        usage = x509.KeyUsage(*(name == (0 if signing else 2) for name in range(9)))
        return self._sign(x509.Name(subject), public_key, usage, ca=False, days=days)

    def revocation_list(self, moment: datetime | None = None) -> bytes:
        moment = moment or self.now
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.subject)
        builder = builder.last_update(moment - timedelta(hours=1)).next_update(moment + timedelta(days=1))
        builder = builder.add_extension(x509.CRLNumber(1), critical=False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
        )
        for serial in self.revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(serial)
            builder = builder.add_revoked_certificate(entry.revocation_date(moment - timedelta(hours=2)).build())
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def _sign(self, subject, public_key, usage, *, ca: bool, days: int) -> x509.Certificate:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self.subject).public_key(public_key)
        builder = builder.serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(self.now - timedelta(days=400))
        builder = builder.not_valid_after(self.now - timedelta(days=400) + timedelta(days=400 + days))
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        builder = builder.add_extension(usage, critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
        )
        return builder.sign(self.key, hashes.SHA256())


def sign(content: bytes, certificate: x509.Certificate, key, options=None) -> bytes:
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(certificate, key, hashes.SHA256())
    return builder.sign(serialization.Encoding.DER, DETACHED if options is None else options)


@pytest.fixture
def authority(clock: FakeClock) -> Authority:
    return Authority(clock())


@pytest.fixture
def lists(tmp_path: Path, authority: Authority) -> Path:
    folder = tmp_path / "crls"
    folder.mkdir()
    (folder / "authority.crl").write_bytes(authority.revocation_list())
    return folder


@pytest.fixture
def signing_app(office: AgencyOffice, authority: Authority, lists: Path, tmp_path: Path, clock: FakeClock) -> Flask:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(authority.certificate().public_bytes(serialization.Encoding.PEM))
    environ = ENVIRON | {"PIKIR_AGENCY_SIGNATURE_ROOTS": str(roots), "PIKIR_AGENCY_SIGNATURE_CRLS": str(lists)}
    config = agency_config(tmp_path, environ)
    assert config.signature == SignatureConfig(roots, lists)
    return create_agency_app(config, clock)


@pytest.fixture
def signer(desk: StaffDesk, app: Flask, signing_app: Flask, clock: FakeClock) -> Person:
    """Somebody whose account is bound to a certificate's serial number."""
    person = Person.with_app(desk, app, clock, "aigerim", "officer")
    bind_subject(desk, "aigerim", f"certificate:{IIN}")
    person.browser = Staff(signing_app.test_client())
    return person


def text_to_sign(person: Person) -> tuple[str, bytes]:
    page = person.opens("/en/sign-in/signature")
    text = html.unescape(
        re.search(r'<code class="st-key">(Pikir, sign-in, agency, http://localhost/agency: [0-9a-f]{64})</code>', page)[
            1
        ]
    )
    assert base64.b64encode(text.encode()).decode() in page, "the file to be saved is the text that is shown"
    return page, text.encode()


def hands_in(person: Person, page: str, signature: bytes) -> int:
    return person.sends("/en/sign-in/signature", page, signature=base64.b64encode(signature).decode()).status_code


@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
def test_a_valid_signature_signs_in(signer: Person, authority: Authority, kind: str) -> None:
    key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())
    page, text = text_to_sign(signer)
    signature = sign(text, authority.issues(key.public_key()), key)

    assert hands_in(signer, page, signature) == 302
    assert signer.is_in()

    again = Staff(signer.browser.client.application.test_client())
    other = Person(again, signer.clock, "aigerim")
    assert hands_in(other, text_to_sign(other)[0], signature) == 403, "it is of another challenge"
    assert not other.is_in()


def test_a_signature_serves_once_and_for_five_minutes(signer: Person, authority: Authority, clock: FakeClock) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = authority.issues(key.public_key())
    page, text = text_to_sign(signer)
    client = signer.browser.client
    copied = client.get_cookie("pikir_agency", path="/agency").value
    assert hands_in(signer, page, sign(text, certificate, key)) == 302
    client.set_cookie("pikir_agency", copied, path="/agency")
    assert hands_in(signer, page, sign(text, certificate, key)) == 400
    page, text = text_to_sign(signer)
    clock.advance(minutes=5)
    assert hands_in(signer, page, sign(text, certificate, key)) == 400


BAD = (
    "of a stranger's authority",
    "of an expired certificate",
    "of a revoked certificate",
    "with no list of revoked certificates",
    "with a list that is out of date",
    "by another key",
    "of another text",
    "with its own content",
    "by a certificate that may not sign",
    "by somebody unknown",
    "by somebody without a number",
    "no signature at all",
    "much too long",
)


@pytest.mark.parametrize("what", BAD)
def test_anything_else_is_refused(
    what: str, signer: Person, authority: Authority, lists: Path, desk: StaffDesk
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = authority.issues(
        key.public_key(),
        {"by somebody unknown": "IIN000000000000", "by somebody without a number": ""}.get(what, IIN),
        days=-1 if "expired" in what else 365,
        signing="may not" not in what,
    )
    if "stranger" in what:
        stranger = Authority(authority.now)
        certificate = stranger.issues(key.public_key())
        (lists / "stranger.crl").write_bytes(stranger.revocation_list())
    if "revoked certificate" in what and "list" not in what:
        authority.revoked.append(certificate.serial_number)
        (lists / "authority.crl").write_bytes(authority.revocation_list())
    if "no list" in what:
        (lists / "authority.crl").unlink()
    if "out of date" in what:
        (lists / "authority.crl").write_bytes(authority.revocation_list(authority.now - timedelta(days=30)))
    page, text = text_to_sign(signer)
    if "another text" in what:
        text = text[:-1] + b"!"
    options = [pkcs7.PKCS7Options.Binary] if "own content" in what else None
    signature = sign(text, certificate, key, options)
    if "another key" in what:
        forged = ec.generate_private_key(ec.SECP256R1())
        signature = sign(text, authority.issues(forged.public_key(), "IIN1"), forged)
        own = certificate.public_bytes(serialization.Encoding.DER)
        theirs = authority.issues(forged.public_key(), IIN).public_bytes(serialization.Encoding.DER)
        signature = sign(text, x509.load_der_x509_certificate(theirs), forged)[:-8] + b"\0" * 8
        assert own != theirs
    if "no signature" in what or "too long" in what:
        signature = b"nonsense" * (9000 if "long" in what else 1)

    assert hands_in(signer, page, signature) == 403
    assert not signer.is_in()
    assert not logins_of_sessions(desk)


def logins_of_sessions(desk: StaffDesk) -> list[str]:
    with desk.database.read() as session:
        return list(session.scalars(select(StaffSessionRow.login)))


def test_failed_signatures_together_pause_signatures_for_a_minute_and_nothing_else(
    signer: Person, authority: Authority, signing_app: Flask, clock: FakeClock
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = authority.issues(key.public_key())
    stranger = Person(Staff(signing_app.test_client()), clock, "stranger")
    page, _ = text_to_sign(stranger)
    statuses = [hands_in(stranger, page, b"nonsense") for _ in range(61)]
    assert statuses == [403] + [400] * 59 + [429], "also those that answer no challenge"
    page, text = text_to_sign(signer)
    assert hands_in(signer, page, sign(text, certificate, key)) == 429, "fails closed"

    assert signer.signs_in().status_code == 302, "login and password are another door"
    clock.advance(minutes=1)
    again = Person(Staff(signing_app.test_client()), clock, "aigerim")
    page, text = text_to_sign(again)
    assert hands_in(again, page, sign(text, certificate, key)) == 302


def test_lists_are_read_again_only_when_they_change(
    signer: Person, authority: Authority, lists: Path, signing_app: Flask, clock: FakeClock
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = authority.issues(key.public_key())

    def signs_in() -> int:
        one = Person(Staff(signing_app.test_client()), clock, "aigerim")
        page, text = text_to_sign(one)
        return hands_in(one, page, sign(text, certificate, key))

    file = lists / "authority.crl"
    seen = file.stat()
    assert signs_in() == 302
    with file.open("r+b") as opened:
        opened.write(b"\0" * seen.st_size)
    os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert signs_in() == 302, "the same file as far as anybody can see"

    authority.revoked.append(certificate.serial_number)
    file.write_bytes(authority.revocation_list())
    assert signs_in() == 403
    file.unlink()
    assert signs_in() == 403


def test_an_office_without_it_has_no_such_page(app: Flask) -> None:
    browser = Staff(app.test_client())
    assert "digital signature" not in browser.page("/en/sign-in")
    assert browser.get("/en/sign-in/signature").status_code == 404
    assert browser.get("/en/sign-in/oidc").status_code == 404


def test_the_adapter_of_the_office(office: AgencyOffice) -> None:
    assert staff_desk(office).signature is None
