"""The issuing office: its settings, clock, database, keys and exchange folder, made once for each process."""

import threading
from dataclasses import dataclass, field

from config import IssuerConfig
from survey_app.domain.blind_rsa import BlindSigner
from survey_app.domain.manifest import CampaignDraft, CampaignManifest
from survey_app.staff.desk import ADMINISTRATOR, AUDITOR, StaffDesk
from survey_app.staff.signatures import adapter_for
from survey_app.web.clock import Clock
from survey_app.web.database import Database, open_office_database
from survey_app.web.exchange import Exchange
from survey_app.web.keystore import KeyStore

TREE = "identity"
PERSONNEL, ISSUING = "personnel", "issuing"
ROLES = (PERSONNEL, ISSUING, AUDITOR, ADMINISTRATOR)
FOUR_EYES = frozenset({"publish", "close"})
RESPONDENTS = frozenset({"api", "pages", "exchange"})


@dataclass(frozen=True)
class AcceptedCampaign:
    """A campaign whose manifest this office accepted; ``document`` is the compact JWS, ``fingerprint`` its SHA-256."""

    campaign_id: str
    manifest: CampaignManifest
    document: str
    fingerprint: bytes


@dataclass
class Memory:
    """What a process need not read again, because it never changes: no request verifies a document twice."""

    accepted: dict[str, AcceptedCampaign] = field(default_factory=dict)
    signers: dict[str, BlindSigner] = field(default_factory=dict)
    leaves: dict[str, tuple[bytes, ...]] = field(default_factory=dict)
    drafts: dict[str, tuple[str, CampaignDraft]] = field(default_factory=dict)
    void: set[str] = field(default_factory=set)
    not_void: dict[str, tuple[int, int]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class IssuerOffice:
    """The first argument of every operation on this side."""

    config: IssuerConfig
    clock: Clock
    database: Database
    keys: KeyStore
    exchange: Exchange
    memory: Memory = field(default_factory=Memory, repr=False, compare=False)


def open_issuer(config: IssuerConfig, clock: Clock) -> IssuerOffice:
    """Open the office, its database brought up to date."""
    database = open_office_database(config.database_url, TREE)
    return IssuerOffice(config, clock, database, KeyStore(config.keys, config.passphrase), Exchange(config.exchange))


def staff_desk(office: IssuerOffice) -> StaffDesk:
    """The issuer as its staff meet it; respondents' pages know nothing of it."""
    return StaffDesk(
        office="issuer",
        database=office.database,
        clock=office.clock,
        url=office.config.url,
        secret_key=office.config.secret_key,
        roles=ROLES,
        demo=office.config.demo,
        second_factor_required=office.config.second_factor_required,
        oidc=office.config.oidc,
        signature=adapter_for(office.config.signature),
        limited=frozenset({PERSONNEL}),
        four_eyes=FOUR_EYES,
        deciders=frozenset({ISSUING}),
        homes={
            **dict.fromkeys((PERSONNEL, ISSUING, AUDITOR), "console.campaigns"),
            ADMINISTRATOR: "staff.account_list",
        },
        respondents=RESPONDENTS,
        frame="console_frame.html",
    )
