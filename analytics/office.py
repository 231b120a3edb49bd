"""The agency as an office: its settings, clock, database, signing keys and exchange folder."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config import AgencyConfig
from survey_app.web.clock import Clock
from survey_app.web.database import Database, open_office_database
from survey_app.web.exchange import Exchange
from survey_app.web.keystore import KeyStore

TREE = "agency"
SIGNING_KEY = "agency"


@dataclass(frozen=True)
class AgencyOffice:
    """What every step of the agency needs; made once, passed first."""

    config: AgencyConfig
    clock: Clock
    database: Database
    keys: KeyStore
    exchange: Exchange


def open_agency(config: AgencyConfig, clock: Clock) -> AgencyOffice:
    """The agency with its database brought up to date."""
    database = open_office_database(config.database_url, TREE)
    return AgencyOffice(config, clock, database, KeyStore(config.keys, config.passphrase), Exchange(config.exchange))


def signing_key(office: AgencyOffice) -> Ed25519PrivateKey:
    """The key that signs the agency's documents; made at the first use.

    Raises WrongPassphrase if the key file is under another passphrase than the settings have.
    """
    if not office.keys.has(SIGNING_KEY):
        office.keys.create(SIGNING_KEY, Ed25519PrivateKey.generate().private_bytes_raw())
    return Ed25519PrivateKey.from_private_bytes(office.keys.load(SIGNING_KEY))
