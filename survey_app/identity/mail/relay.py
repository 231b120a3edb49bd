"""The mail server that takes our messages: connected, encrypted, signed in; its answers as named errors."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import parseaddr

from config import MailConfig
from survey_app.domain.errors import PikirError
from survey_app.identity.errors import MailRefused, MailUnavailable

TIMEOUT_SECONDS = 30
PERMANENT = 500
NOT_ASCII = "5.6.7"  # RFC 6531, section 3.5: an address that needs an extension the server lacks
_ENHANCED = re.compile(rb"^([245]\.\d{1,3}\.\d{1,3})\b")
_CLOSING = 421


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
    """A connection over which messages are handed to the mail server."""

    def __init__(self, config: MailConfig, connection: smtplib.SMTP) -> None:
        self._sender = parseaddr(config.sender)[1]
        self._connection = connection

    def send(self, message: EmailMessage, address: str) -> None:
        """Hand one message over for one recipient.

        Raises RecipientRefused, TryLater, MailUnavailable (connect again, later), MailRefused.
        """
        try:
            self._connection.sendmail(self._sender, [ascii_address(address)], message.as_bytes())
        except smtplib.SMTPRecipientsRefused as error:
            _tell_recipient(*next(iter(error.recipients.values())))
        except smtplib.SMTPSenderRefused as error:
            _tell_us(error.smtp_code, "the sender")
        except smtplib.SMTPDataError as error:
            _tell_us(error.smtp_code, "the message")
        except (smtplib.SMTPException, OSError) as error:
            raise MailUnavailable(f"the connection to the mail server broke ({type(error).__name__})") from error


@contextmanager
def connected(config: MailConfig) -> Iterator[Relay]:
    """A connection to the mail server. Raises MailUnavailable, MailRefused."""
    connection = _connect(config)
    try:
        yield Relay(config, connection)
    finally:
        _leave(connection)


def ascii_address(address: str) -> str:
    """The address as every server takes it, its domain in IDNA. Raises RecipientRefused if its name is not ASCII."""
    name, _, domain = address.rpartition("@")
    try:
        return f"{name.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise RecipientRefused(NOT_ASCII) from error


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
