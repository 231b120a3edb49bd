"""Settings of the three offices, read once from the environment (PIKIR_*) into frozen objects.

A missing secret refuses to start. Only a demonstration instance (it holds a file named DEMO) has built-in ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

DEMO_MARKER = "DEMO"
DEMO_SECRET = "pikir-demonstration-only"  # noqa: S105 (refused everywhere but in a demonstration)
LEAST_SECRET_CHARACTERS = 16
ISSUER_OIDC = ("PIKIR_ISSUER_OIDC_PROVIDER", "PIKIR_ISSUER_OIDC_CLIENT_ID", "PIKIR_ISSUER_OIDC_CLIENT_SECRET")
AGENCY_OIDC = ("PIKIR_AGENCY_OIDC_PROVIDER", "PIKIR_AGENCY_OIDC_CLIENT_ID", "PIKIR_AGENCY_OIDC_CLIENT_SECRET")
ISSUER_SIGNATURE = ("PIKIR_ISSUER_SIGNATURE_ROOTS", "PIKIR_ISSUER_SIGNATURE_CRLS")
AGENCY_SIGNATURE = ("PIKIR_AGENCY_SIGNATURE_ROOTS", "PIKIR_AGENCY_SIGNATURE_CRLS")
ADDRESSES: Mapping[str, str] = {
    "agency": "PIKIR_AGENCY_ADDRESS",
    "issuer": "PIKIR_ISSUER_ADDRESS",
    "collector": "PIKIR_COLLECTOR_ADDRESS",
}
SMTP_PORTS = {"starttls": 587, "tls": 465, "none": 25}
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class ConfigurationError(Exception):
    """A setting is missing or unusable; the text says which one and what to set."""


@dataclass(frozen=True)
class MailConfig:
    """The mail server that takes the issuer's invitations, and how many it takes a minute.

    ``security`` is starttls, tls, or none (to this machine only: each message holds a person's secret link).
    ``sender`` is a mailbox that reports of failed delivery come to, such as ``Pikir <survey@issuer.example>``;
    ``authorities`` a file of certificates to trust instead of the system's.
    """

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    sender: str
    authorities: Path | None
    per_minute: int


@dataclass(frozen=True)
class OidcConfig:
    """An OpenID Connect provider that staff may sign in with: its issuer address, and this office as its client."""

    provider: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class SignatureConfig:
    """Whose digital signatures staff may sign in with.

    ``roots`` is a PEM file of certificates to trust, ``crls`` a folder of revocation lists (DER or PEM) that somebody
    keeps up to date; a certificate that no present list speaks of is refused.
    """

    roots: Path
    crls: Path


@dataclass(frozen=True)
class IssuerConfig:
    """The issuer: database, keys and their passphrase, session secret, exchange folder, public address, mail server.

    ``sources``, in each office's settings, are the addresses of the offices that it pulls documents from.
    """

    database_url: str
    keys: Path
    passphrase: str
    secret_key: str
    exchange: Path
    url: str
    requests_per_second: int
    mail: MailConfig | None
    help_desk: str
    demo: bool
    second_factor_required: bool
    oidc: OidcConfig | None
    signature: SignatureConfig | None
    sources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CollectorConfig:
    """The collector: responses database, key folder and its passphrase, exchange folder, public address."""

    database_url: str
    keys: Path
    passphrase: str
    exchange: Path
    url: str
    requests_per_second: int
    demo: bool
    sources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AgencyConfig:
    """The agency: its database, signing keys and their passphrase, session secret, exchange folder, public address.

    Sealing keys lie in ``keys`` too, but under passphrases of their own, which no setting holds.
    """

    database_url: str
    keys: Path
    passphrase: str
    secret_key: str
    exchange: Path
    url: str
    requests_per_second: int
    demo: bool
    second_factor_required: bool
    oidc: OidcConfig | None
    signature: SignatureConfig | None
    sources: Mapping[str, str] = field(default_factory=dict)


def issuer_config(instance: Path, environ: Mapping[str, str]) -> IssuerConfig:
    """Settings of the issuer. Raises ConfigurationError."""
    settings = _Settings(instance, environ)
    return IssuerConfig(
        database_url=settings.database("PIKIR_IDENTITY_DATABASE", "identity"),
        keys=settings.path("PIKIR_ISSUER_KEYS", "keys/issuer"),
        passphrase=settings.secret("PIKIR_ISSUER_PASSPHRASE"),
        secret_key=settings.secret("PIKIR_ISSUER_SECRET_KEY"),
        exchange=settings.path("PIKIR_EXCHANGE", "exchange"),
        url=settings.url("PIKIR_ISSUER_URL", "issuer"),
        requests_per_second=settings.number("PIKIR_ISSUER_REQUESTS_PER_SECOND", 1000),
        mail=_mail_config(settings, environ),
        help_desk=environ.get("PIKIR_ISSUER_HELP_DESK", "").strip(),
        demo=settings.demo,
        sources=settings.sources("agency"),
        second_factor_required=not settings.demo,
        oidc=_oidc_config(environ, *ISSUER_OIDC),
        signature=_signature_config(environ, *ISSUER_SIGNATURE),
    )


def _mail_config(settings: "_Settings", environ: Mapping[str, str]) -> MailConfig | None:
    """The mail server's settings, or None if none is named. Raises ConfigurationError."""
    host = environ.get("PIKIR_ISSUER_SMTP_HOST", "").strip()
    if not host:
        return None
    security = environ.get("PIKIR_ISSUER_SMTP_SECURITY") or "starttls"
    if security not in SMTP_PORTS:
        raise ConfigurationError(f"PIKIR_ISSUER_SMTP_SECURITY must be one of {', '.join(SMTP_PORTS)}, not {security!r}")
    if security == "none" and host not in LOOPBACK:
        raise ConfigurationError(
            "PIKIR_ISSUER_SMTP_SECURITY=none is for a mail server on this machine only: each message holds a "
            "person's secret link. Use starttls or tls"
        )
    sender = environ.get("PIKIR_ISSUER_SMTP_FROM", "").strip()
    address = parseaddr(sender)[1]
    if not address.isascii() or "@" not in address:
        raise ConfigurationError(
            "PIKIR_ISSUER_SMTP_FROM must be the address that invitations come from, "
            "such as Pikir <survey@issuer.example>"
        )
    authorities = environ.get("PIKIR_ISSUER_SMTP_CA")
    return MailConfig(
        host=host,
        port=settings.number("PIKIR_ISSUER_SMTP_PORT", SMTP_PORTS[security]),
        security=security,
        user=environ.get("PIKIR_ISSUER_SMTP_USER", ""),
        password=environ.get("PIKIR_ISSUER_SMTP_PASSWORD", ""),
        sender=sender,
        authorities=Path(authorities) if authorities else None,
        per_minute=settings.number("PIKIR_ISSUER_SMTP_PER_MINUTE", 120),
    )


def collector_config(instance: Path, environ: Mapping[str, str]) -> CollectorConfig:
    """Settings of the collector. Raises ConfigurationError."""
    settings = _Settings(instance, environ)
    return CollectorConfig(
        database_url=settings.database("PIKIR_RESPONSES_DATABASE", "responses"),
        keys=settings.path("PIKIR_COLLECTOR_KEYS", "keys/collector"),
        passphrase=settings.secret("PIKIR_COLLECTOR_PASSPHRASE"),
        exchange=settings.path("PIKIR_EXCHANGE", "exchange"),
        url=settings.url("PIKIR_COLLECTOR_URL", "collector"),
        requests_per_second=settings.number("PIKIR_COLLECTOR_REQUESTS_PER_SECOND", 1000),
        demo=settings.demo,
        sources=settings.sources("agency", "issuer"),
    )


def agency_config(instance: Path, environ: Mapping[str, str]) -> AgencyConfig:
    """Settings of the agency. Raises ConfigurationError."""
    settings = _Settings(instance, environ)
    return AgencyConfig(
        database_url=settings.database("PIKIR_AGENCY_DATABASE", "agency"),
        keys=settings.path("PIKIR_AGENCY_KEYS", "keys/agency"),
        passphrase=settings.secret("PIKIR_AGENCY_PASSPHRASE"),
        secret_key=settings.secret("PIKIR_AGENCY_SECRET_KEY"),
        exchange=settings.path("PIKIR_EXCHANGE", "exchange"),
        url=settings.url("PIKIR_AGENCY_URL", "agency"),
        requests_per_second=settings.number("PIKIR_AGENCY_REQUESTS_PER_SECOND", 200),
        demo=settings.demo,
        sources=settings.sources("issuer", "collector"),
        second_factor_required=not settings.demo,
        oidc=_oidc_config(environ, *AGENCY_OIDC),
        signature=_signature_config(environ, *AGENCY_SIGNATURE),
    )


def _oidc_config(environ: Mapping[str, str], *names: str) -> OidcConfig | None:
    """The provider, or None if none of its settings is there. Raises ConfigurationError for a part of them."""
    values = [environ.get(name, "").strip() for name in names]
    if not any(values):
        return None
    if not all(values):
        raise ConfigurationError(f"{', '.join(names)} belong together: set all three, or none")
    provider, client_id, client_secret = values
    if urlsplit(provider).scheme != "https" and urlsplit(provider).hostname not in LOOPBACK:
        raise ConfigurationError(f"{names[0]} must be an https address")
    return OidcConfig(provider.rstrip("/"), client_id, client_secret)


def _signature_config(environ: Mapping[str, str], *names: str) -> SignatureConfig | None:
    """Whose signatures are taken, or None if nothing is said. Raises ConfigurationError."""
    roots, crls = (environ.get(name, "").strip() for name in names)
    if not roots and not crls:
        return None
    if not roots or not crls or not Path(roots).is_file() or not Path(crls).is_dir():
        raise ConfigurationError(f"{names[0]} must be a file of certificates, and {names[1]} a folder of their lists")
    return SignatureConfig(Path(roots), Path(crls))


def mark_as_demo(instance: Path) -> None:
    """Make ``instance`` a demonstration: its pages say so, and its secrets are public."""
    instance.mkdir(parents=True, exist_ok=True)
    (instance / DEMO_MARKER).write_text("A demonstration: fictional bodies, public passwords.\n", encoding="utf-8")


class _Settings:
    def __init__(self, instance: Path, environ: Mapping[str, str]) -> None:
        self._instance = instance
        self._environ = environ
        self.demo = (instance / DEMO_MARKER).exists()

    def path(self, name: str, default: str) -> Path:
        return Path(self._environ.get(name) or self._instance / default)

    def database(self, name: str, stem: str) -> str:
        return self._environ.get(name) or f"sqlite:///{self._instance.resolve() / stem}.sqlite"

    def url(self, name: str, office: str) -> str:
        default = f"http://127.0.0.1:{self._environ.get('PIKIR_PORT') or 8000}/{office}"
        return (self._environ.get(name) or default).rstrip("/")

    def sources(self, *offices: str) -> Mapping[str, str]:
        """Where these offices are reached, those that a setting names."""
        found = {office: self._environ.get(ADDRESSES[office], "").rstrip("/") for office in offices}
        for office, address in found.items():
            if address and not _is_web_address(address):
                raise ConfigurationError(
                    f"{ADDRESSES[office]} must be an address such as https://{office}.example.kz, not {address!r}"
                )
        return {office: address for office, address in found.items() if address}

    def number(self, name: str, default: int) -> int:
        text = self._environ.get(name) or str(default)
        if not text.isdecimal() or int(text) == 0:
            raise ConfigurationError(f"{name} must be a positive whole number, not {text!r}")
        return int(text)

    def secret(self, name: str) -> str:
        value = self._environ.get(name, "")
        if self.demo:
            return value or DEMO_SECRET
        if value == DEMO_SECRET or len(value) < LEAST_SECRET_CHARACTERS:
            raise ConfigurationError(
                f"{name} is missing, too short (at least {LEAST_SECRET_CHARACTERS} characters) or the demonstration's; "
                "set it, for example, to the output of: openssl rand -base64 24"
            )
        return value


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment)
    except ValueError:
        return False
