"""A real mail server on a free port of the loopback interface: STARTTLS, a password, refusals, and hours off."""

import datetime as dt
import ipaddress
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

USER, PASSWORD = "issuer", "a mail password of these tests"


@dataclass
class MailServer:
    """``refusals`` answers RCPT for an address, ``greylisted`` so many times first; ``all_refused`` answers every RCPT.

    ``late_refusals`` answers the message for an address. ``breaks_after`` closes the connection instead of taking one
    more message, once. ``at`` calls something when so many messages are here, before the last of them is answered.
    """

    folder: Path
    port: int = 0
    received: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    late_refusals: dict[str, str] = field(default_factory=dict)
    greylisted: dict[str, int] = field(default_factory=dict)
    all_refused: str = ""
    breaks_after: int | None = None
    at: tuple[int, Callable[[], object]] | None = None
    sign_ins: int = 0
    _controller: Controller | None = None

    def opens(self) -> None:
        """Serve at the same port as before, from now on."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.folder / "mail.key")
        self.port = self.port or free_port()
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            tls_context=context,
            require_starttls=True,
            auth_required=True,
            authenticator=self._signs_in,
            ready_timeout=20,
        )
        self._controller.start()

    def closes(self) -> None:
        if self._controller is not None:
            self._controller.stop(no_assert=True)
            self._controller = None

    @property
    def certificate(self) -> Path:
        return self.folder / "mail.crt"

    @property
    def settings(self) -> dict[str, str]:
        """What an issuer has to set to use this server."""
        return {
            "PIKIR_ISSUER_SMTP_HOST": "127.0.0.1",
            "PIKIR_ISSUER_SMTP_PORT": str(self.port),
            "PIKIR_ISSUER_SMTP_USER": USER,
            "PIKIR_ISSUER_SMTP_PASSWORD": PASSWORD,
            "PIKIR_ISSUER_SMTP_FROM": "Pikir <survey@issuer.example>",
            "PIKIR_ISSUER_SMTP_CA": str(self.certificate),
            "PIKIR_ISSUER_SMTP_PER_MINUTE": "60000",
            "PIKIR_ISSUER_HELP_DESK": "1414",
        }

    def messages_to(self, address: str) -> list[EmailMessage]:
        return [message for to, message in self.received if to == address]

    def counts(self) -> Counter[str]:
        """How many messages each address got."""
        return Counter(to for to, _ in self.received)

    async def handle_RCPT(self, _server: SMTP, _session, envelope, address: str, _options) -> str:  # noqa: N802
        if self.all_refused:
            return self.all_refused
        if self.greylisted.get(address, 0) > 0:
            self.greylisted[address] -= 1
            return "451 4.7.1 Greylisted, try again"
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session, envelope) -> str:  # noqa: N802
        if self.breaks_after is not None and len(self.received) >= self.breaks_after:
            self.breaks_after = None
            server.transport.close()
            return "421 Closing"
        if said := next((self.late_refusals[to] for to in envelope.rcpt_tos if to in self.late_refusals), ""):
            return said
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.received.extend((to, message) for to in envelope.rcpt_tos)
        if self.at is not None and len(self.received) == self.at[0]:
            self.at[1]()
        return "250 OK"

    def _signs_in(self, _server, _session, _envelope, _mechanism, data) -> AuthResult:
        self.sign_ins += 1
        is_right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=False)


@contextmanager
def mail_server(folder: Path) -> Iterator[MailServer]:
    """A server that is open; closed at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    certificate, key = _credentials()
    (folder / "mail.crt").write_bytes(certificate)
    (folder / "mail.key").write_bytes(key)
    server = MailServer(folder)
    server.opens()
    try:
        yield server
    finally:
        server.closes()


@cache
def _credentials() -> tuple[bytes, bytes]:
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return certificate.public_bytes(Encoding.PEM), private


def free_port() -> int:
    """A port that nobody listens at just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
