"""The agency as an office: its settings, clock, database, signing keys and exchange folder."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config import AgencyConfig
from survey_app.staff.desk import ADMINISTRATOR, AUDITOR, StaffDesk
from survey_app.staff.signatures import adapter_for
from survey_app.web.clock import Clock
from survey_app.web.database import Database, open_office_database
from survey_app.web.exchange import Exchange
from survey_app.web.keystore import KeyStore

TREE = "agency"
SIGNING_KEY = "agency"
ROLES = ("officer", "analyst", "custodian", AUDITOR, ADMINISTRATOR)
READERS = ("officer", "analyst", AUDITOR)
FOUR_EYES = frozenset(
    {
        "announce",
        "open",
        "certify",
        "open-round",
        "certify-round",
        "archive",
        "unhold",
        "void",
        "trust-countersigner",
        "delete-figures",
    }
)


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


def staff_desk(office: AgencyOffice) -> StaffDesk:
    """The agency as its staff meet it."""
    return StaffDesk(
        office="agency",
        database=office.database,
        clock=office.clock,
        url=office.config.url,
        secret_key=office.config.secret_key,
        roles=ROLES,
        demo=office.config.demo,
        second_factor_required=office.config.second_factor_required,
        oidc=office.config.oidc,
        signature=adapter_for(office.config.signature),
        four_eyes=FOUR_EYES,
        deciders=frozenset({"officer"}),
        homes={
            **dict.fromkeys(READERS, "pages.home"),
            "officer": "console.round_list",
            "custodian": "console.custody",
            ADMINISTRATOR: "staff.account_list",
        },
        frame="agency.html",
    )


def signing_key(office: AgencyOffice) -> Ed25519PrivateKey:
    """The key that signs the agency's documents; made at the first use.

    Raises WrongPassphrase if the key file is under another passphrase than the settings have.
    """
    if not office.keys.has(SIGNING_KEY):
        office.keys.create(SIGNING_KEY, Ed25519PrivateKey.generate().private_bytes_raw())
    return Ed25519PrivateKey.from_private_bytes(office.keys.load(SIGNING_KEY))
