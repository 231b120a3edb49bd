"""An office as its staff meet it: whose accounts, in which database, under which secret and rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from config import OidcConfig
from survey_app.staff.attempts import NOISE, Attempts
from survey_app.staff.signatures import DigitalSignature
from survey_app.web.clock import Clock
from survey_app.web.database import Database

ADMINISTRATOR = "administrator"
AUDITOR = "auditor"
PROPOSALS_STAND = timedelta(days=3)


@dataclass(frozen=True)
class StaffDesk:
    """Made once for each process of an office.

    ``office`` ("agency", "issuer") names the cookie and the journal. ``roles`` are the office's own; ``limited`` ones
    are limited to bodies. ``four_eyes`` are the actions that a second officer must approve, and ``deciders`` the roles
    that propose and approve them. ``homes`` is the endpoint that a role sees first. ``oidc`` and ``signature`` are
    further ways to sign in, where the office has them. ``respondents`` are blueprints of pages that are no staff's
    business: no cookie, no session and no form token there. ``frame`` is the template that the staff's pages extend.
    """

    office: str
    database: Database
    clock: Clock
    url: str
    secret_key: str
    roles: tuple[str, ...]
    demo: bool
    second_factor_required: bool
    limited: frozenset[str] = frozenset()
    four_eyes: frozenset[str] = frozenset()
    deciders: frozenset[str] = frozenset()
    homes: Mapping[str, str] = field(default_factory=dict)
    respondents: frozenset[str] = frozenset()
    oidc: OidcConfig | None = None
    signature: DigitalSignature | None = None
    frame: str = "staff_frame.html"
    proposals_stand: timedelta = PROPOSALS_STAND
    attempts: Attempts = field(init=False, repr=False, compare=False)
    passkey_attempts: Attempts = field(init=False, repr=False, compare=False)
    passkey_noise: Attempts = field(init=False, repr=False, compare=False)
    signature_attempts: Attempts = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Give the process its memory of failed sign-ins, a count for each door."""
        object.__setattr__(self, "attempts", Attempts(self.clock))
        object.__setattr__(self, "passkey_attempts", Attempts(self.clock))
        object.__setattr__(self, "passkey_noise", Attempts(self.clock, NOISE))
        object.__setattr__(self, "signature_attempts", Attempts(self.clock, NOISE))

    @property
    def journal_readers(self) -> tuple[str, ...]:
        """Roles that may read the journal."""
        return (AUDITOR, ADMINISTRATOR)
