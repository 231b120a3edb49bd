"""Which certified Releases a page shows. Nothing else gives a page its figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from analytics.campaigns.certified import Certified, certified_in_round, certified_of_body, certified_of_campaign
from analytics.campaigns.reading import Campaign, campaigns
from analytics.campaigns.state import State
from analytics.office import AgencyOffice
from survey_app.domain.errors import PikirError


class NothingCertified(PikirError):
    """No certified Release is there to show."""

    slug = "nothing-certified"


@dataclass(frozen=True)
class RoundFigures:
    """A round as its overview shows it.

    ``ranked`` have a KPI, highest first; ``row_only`` are too small for more than a score row; ``without`` have no
    countable response; ``void`` were certified and declared void; ``pending`` are not certified.
    """

    ranked: tuple[Certified, ...]
    row_only: tuple[Certified, ...]
    without: tuple[Certified, ...]
    void: tuple[Certified, ...]
    pending: tuple[Campaign, ...]


def round_figures(office: AgencyOffice, round_code: str) -> RoundFigures:
    """The figures of a round's overview."""
    found = certified_in_round(office, round_code)
    current = [c for c in found if c.is_current]
    return RoundFigures(
        ranked=tuple(sorted((c for c in current if _percent(c) is not None), key=_by_percent)),
        row_only=tuple(c for c in current if c.release.pinned is not None and _percent(c) is None),
        without=tuple(c for c in current if c.release.pinned is None),
        void=tuple(c for c in found if c.void_reason is not None),
        pending=tuple(
            c for c in campaigns(office, round_code) if c.situation.state not in (State.CERTIFIED, State.VOIDED)
        ),
    )


def has_figures(office: AgencyOffice, round_code: str) -> bool:
    """Whether anything of a round is certified."""
    return bool(certified_in_round(office, round_code))


def current_of_body(office: AgencyOffice, round_code: str, body_code: str) -> Certified:
    """A body's Release that stands in a round; a void one if there is no other. Raises NothingCertified."""
    found = [c for c in certified_of_body(office, body_code) if c.release.round == round_code]
    latest = [c for c in found if c.superseded_by is None]
    chosen = next((c for c in latest if c.is_current), None) or next(iter(latest), None)
    if chosen is None:
        raise NothingCertified(f"nothing of {body_code} is certified in round {round_code}")
    return chosen


def one_release(office: AgencyOffice, campaign_id: str, number: int) -> Certified:
    """Release ``number`` of a campaign, superseded or not. Raises NothingCertified."""
    chosen = next((c for c in certified_of_campaign(office, campaign_id) if c.number == number), None)
    if chosen is None:
        raise NothingCertified(f"campaign {campaign_id} has no certified Release {number}")
    return chosen


def history(office: AgencyOffice, body_code: str) -> Sequence[Certified]:
    """Every certified Release of a body, oldest round first."""
    return certified_of_body(office, body_code)


def _percent(certified: Certified) -> Decimal | None:
    figure = certified.release.pinned
    return None if figure is None or figure.percent is None else Decimal(figure.percent)


def _by_percent(certified: Certified) -> tuple[Decimal, str]:
    return -(_percent(certified) or Decimal(0)), certified.release.body.code
