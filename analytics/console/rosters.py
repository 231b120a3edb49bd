"""N of each roster beside the staffing register, before and after announcing."""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.campaigns.enrolments import read_issuer_enrolment
from analytics.campaigns.reading import Campaign, campaigns
from analytics.campaigns.staffing import register_of, statement_of
from analytics.campaigns.state import State
from analytics.office import AgencyOffice
from survey_app.domain.errors import PikirError
from survey_app.web.exchange import ISSUER_ENROLMENT


@dataclass(frozen=True)
class ComparedRoster:
    """``eligible`` is N as enrolled or announced, None before; ``reason`` is the signed one for a difference."""

    campaign: Campaign
    eligible: int | None
    register: int | None
    reason: str | None

    @property
    def differs(self) -> bool:
        """Whether both numbers are known and not the same."""
        return None not in (self.eligible, self.register) and self.eligible != self.register


def compared_rosters(
    office: AgencyOffice, round_code: str, instead: Mapping[str, int] | None = None
) -> tuple[ComparedRoster, ...]:
    """Each campaign of a round that is not void; ``instead`` are numbers that would replace the register's."""
    register = {**register_of(office, round_code), **(instead or {})}
    found = [one for one in campaigns(office, round_code) if one.situation.state is not State.VOIDED]
    return tuple(_compared(office, one, register.get(one.draft.body.code)) for one in found)


def _compared(office: AgencyOffice, campaign: Campaign, register: int | None) -> ComparedRoster:
    if campaign.manifest is not None:
        said = statement_of(office, campaign)
        known = register if said is None else said.register
        return ComparedRoster(campaign, campaign.manifest.eligible, known, None if said is None else said.reason)
    return ComparedRoster(campaign, _enrolled(office, campaign), register, None)


def _enrolled(office: AgencyOffice, campaign: Campaign) -> int | None:
    """N of the issuer's enrolment, if there is one that is accepted."""
    if not office.exchange.has(campaign.campaign_id, ISSUER_ENROLMENT):
        return None
    with office.database.read() as session:
        try:
            return read_issuer_enrolment(session, office.exchange, campaign.draft).eligible
        except PikirError:
            return None
