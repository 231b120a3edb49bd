"""The collector's office: everything that its operations need, made once."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config import CollectorConfig
from survey_app.responses.campaign import Campaign
from survey_app.web.clock import Clock
from survey_app.web.database import Database, open_office_database
from survey_app.web.exchange import Exchange
from survey_app.web.keystore import KeyStore

MIGRATIONS = "responses"
SIGNING_KEY = "collector"
PACKAGE = Path(__file__).parent


@dataclass(frozen=True)
class CollectorOffice:
    """Settings, clock, database, keys and exchange folder; ``accepted`` remembers campaigns read from the database."""

    config: CollectorConfig
    clock: Clock
    database: Database
    keys: KeyStore
    exchange: Exchange
    accepted: dict[str, Campaign] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def signing_key(self) -> Ed25519PrivateKey:
        """Signs receipts, boards and enrolments. Raises KeyMissing before the first enrolment."""
        return Ed25519PrivateKey.from_private_bytes(self.keys.load(SIGNING_KEY))


def open_collector(config: CollectorConfig, clock: Clock) -> CollectorOffice:
    """The office over a database brought up to date. Raises StorageUnsuitable, DatabaseUnreachable."""
    database = open_office_database(config.database_url, MIGRATIONS)
    return CollectorOffice(config, clock, database, KeyStore(config.keys, config.passphrase), Exchange(config.exchange))
