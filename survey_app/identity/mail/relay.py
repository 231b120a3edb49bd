"""The mail server that takes our messages: connected, encrypted, signed in; its answers as named errors."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import parseaddr

from config import MailConfig
from survey_app.domain.errors import PikirError
from survey_app.identity.errors import MailRefused, MailUnavailable

TIMEOUT_SECONDS = 30
ANSWER_SECONDS = 600  # to the end of a message: RFC 5321, section 4.5.3.2.6
PERMANENT = 500
NO_ADDRESS = "5.1.3"  # RFC 3463: a bad address by its syntax
NOT_ASCII = "5.6.7"  # RFC 6531, section 3.5: an address that needs an extension the server lacks
_ENHANCED = re.compile(rb"^([245]\.\d{1,3}\.\d{1,3})\b")
_OF_RECIPIENT = re.compile(rb"^[45]\.(?:1\.(?![78]\b)|2\.)\d{1,3}\b")  # RFC 3463: 1.7 and 1.8 are of the sender
_CLOSING, _DONE, _FORWARDED = 421, 250, 251


class RecipientRefused(PikirError):
    """The server takes no mail for this address, now or ever; ``status`` is its code."""

    slug = "recipient-refused"

    def __init__(self, status: str) -> None:
        super().__init__(f"the address is refused: {status}")
        self.status = status


class TryLater(PikirError):
    """The server asks to try this recipient again later (greylisting, a full mailbox)."""

    slug = "try-later"


class Relay:
    """A connection over which messages are handed to the mail server, each for one recipient: offer, then hand over."""

    def __init__(self, config: MailConfig, connection: smtplib.SMTP) -> None:
        self._sender = parseaddr(config.sender)[1]
        self._connection = connection

    def offer(self, address: str) -> None:
        """Ask whether the server takes a message for this recipient.

        Raises RecipientRefused, TryLater, MailUnavailable (connect again, later), MailRefused.
        """
        with _unbroken():
            self._connection.ehlo_or_helo_if_needed()
            code, text = self._connection.mail(self._sender)
            if code != _DONE:
                self._reset()
                _tell_us(code, "the sender")
            code, text = self._connection.rcpt(ascii_address(address))
            if code not in (_DONE, _FORWARDED):
                self._reset()
                _tell_recipient(code, text)

    def withdraw(self) -> None:
        """Hand nothing over for the recipient that was offered."""
        with _unbroken():
            self._connection.rset()

    def hand_over(self, message: EmailMessage) -> None:
        """Hand the message over. The server has accepted it when this returns, and only then (RFC 5321, 4.2.5).

        Some servers look for the mailbox only now, and say so by their code. Raises RecipientRefused, TryLater,
        MailUnavailable (connect again, later), MailRefused.
        """
        with _unbroken(), self._patience():
            try:
                code, text = self._connection.data(message.as_bytes())
            except smtplib.SMTPDataError as error:
                code, text = error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b""
        if code != _DONE:
            self._reset()
            if _OF_RECIPIENT.match(text):
                _tell_recipient(code, text)
            _tell_us(code, "the message")

    @contextmanager
    def _patience(self) -> Iterator[None]:
        """A server may look into a message for long before it answers; giving up early would send it twice."""
        if self._connection.sock is not None:
            self._connection.sock.settimeout(ANSWER_SECONDS)
        yield
        if self._connection.sock is not None:
            self._connection.sock.settimeout(TIMEOUT_SECONDS)

    def _reset(self) -> None:
        with suppress(smtplib.SMTPException, OSError):
            self._connection.rset()


@contextmanager
def connected(config: MailConfig) -> Iterator[Relay]:
    """A connection to the mail server. Raises MailUnavailable, MailRefused."""
    connection = _connect(config)
    try:
        yield Relay(config, connection)
    finally:
        _leave(connection)


def ascii_address(address: str) -> str:
    """The address as every server takes it, its domain in IDNA.

    Raises RecipientRefused if its name is not ASCII, or if a message's header would read something else into it: an
    encoded word (RFC 2047) may even hold nothing, which Python's headers do not survive.
    """
    if "=?" in address:
        raise RecipientRefused(NO_ADDRESS)
    name, _, domain = address.rpartition("@")
    try:
        return f"{name.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise RecipientRefused(NOT_ASCII) from error


@contextmanager
def _unbroken() -> Iterator[None]:
    """Raises MailUnavailable if the connection breaks."""
    try:
        yield
    except (smtplib.SMTPException, OSError) as error:
        raise MailUnavailable(f"the connection to the mail server broke ({type(error).__name__})") from error


def _connect(config: MailConfig) -> smtplib.SMTP:
    try:
        context = ssl.create_default_context(cafile=config.authorities)
        if config.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                config.host, config.port, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            connection = smtplib.SMTP(config.host, config.port, timeout=TIMEOUT_SECONDS)
    except ssl.SSLError as error:
        raise MailRefused(f"the mail server's certificate or encryption is not accepted: {error.reason}") from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailUnavailable(f"no connection to {config.host}:{config.port} ({type(error).__name__})") from error
    try:
        _introduce(config, connection, context)
    except BaseException:
        _leave(connection)
        raise
    return connection


def _introduce(config: MailConfig, connection: smtplib.SMTP, context: ssl.SSLContext) -> None:
    try:
        if config.security == "starttls":
            connection.starttls(context=context)
        if config.user:
            connection.login(config.user, config.password)
    except smtplib.SMTPNotSupportedError as error:
        raise MailRefused(f"the mail server lacks what the settings ask for: {error}") from error
    except smtplib.SMTPAuthenticationError as error:
        raise MailRefused(f"the mail server refuses user and password ({error.smtp_code})") from error
    except ssl.SSLError as error:
        raise MailRefused(f"the mail server's certificate is not accepted: {error.reason}") from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailUnavailable(f"the mail server broke off ({type(error).__name__})") from error


def _leave(connection: smtplib.SMTP) -> None:
    try:
        connection.quit()
    except (smtplib.SMTPException, OSError):
        connection.close()


def _tell_recipient(code: int, text: bytes) -> None:
    if code == _CLOSING:
        raise MailUnavailable("the mail server is closing")
    if code < PERMANENT:
        raise TryLater(f"the mail server asks to try again later ({code})")
    found = _ENHANCED.match(text)
    raise RecipientRefused(found[1].decode() if found else str(code))


def _tell_us(code: int, what: str) -> None:
    if code < PERMANENT:
        raise MailUnavailable(f"the mail server does not take {what} now ({code})")
    raise MailRefused(f"the mail server refuses {what} ({code})")
