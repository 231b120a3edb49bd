"""Which certified Releases a page shows. Nothing else gives a page its figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from analytics.campaigns.certified import Certified, certified_in_round, certified_of_body, certified_of_campaign
from analytics.campaigns.reading import Campaign, campaigns, rounds
from analytics.campaigns.state import State
from analytics.campaigns.terms import LEAST_GROUP, LEAST_TURNOUT
from analytics.methods import DEFAULT_METHOD
from analytics.office import AgencyOffice
from analytics.release import Release
from analytics.views.definitions import Definition, definitions
from survey_app.domain import signing
from survey_app.domain.batch import Board
from survey_app.domain.documents import from_payload
from survey_app.domain.errors import PikirError
from survey_app.domain.manifest import DrawnStatement, QuestionnaireReference
from survey_app.domain.questionnaire import Questionnaire
from survey_app.web.questionnaires import find_questionnaire


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


@dataclass(frozen=True)
class TurnoutLine:
    """What is known of one campaign's turnout: only what the offices have signed by now.

    ``eligible`` is N of the manifest, ``drawn`` M and ``disputes`` of the issuer's statement, ``received`` K of the
    collector's board, ``certified`` the Release that stands, with n.
    """

    campaign: Campaign
    eligible: int | None
    drawn: int | None
    disputes: int | None
    received: int | None
    certified: Certified | None

    @property
    def counted(self) -> int | None:
        """Responses that count, once they are certified."""
        return None if self.certified is None else self.certified.release.n

    @property
    def is_void(self) -> bool:
        """Whether nothing of it counts."""
        return self.campaign.void is not None


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
            c
            for c in campaigns(office, round_code)
            if c.situation.state not in (State.CERTIFIED, State.ARCHIVED, State.VOIDED)
        ),
    )


def every_body(office: AgencyOffice, round_code: str) -> Sequence[Certified]:
    """The latest certified Release of each body of a round, void ones too."""
    return certified_in_round(office, round_code)


def latest_round(office: AgencyOffice) -> str | None:
    """The latest round of which anything is certified."""
    return next((known.code for known in rounds(office) if certified_in_round(office, known.code)), None)


def latest_release(office: AgencyOffice) -> Release | None:
    """Any Release of that round: its method and limits are the round's."""
    code = latest_round(office)
    return None if code is None else certified_in_round(office, code)[-1].release


def definitions_for(release: Release | None) -> tuple[Definition, ...]:
    """Definitions with a Release's method and limits, else with those that a campaign has by itself."""
    if release is None:
        return definitions(DEFAULT_METHOD, LEAST_GROUP, LEAST_TURNOUT)
    return definitions(release.method, release.minimum_group, release.minimum_turnout)


def questionnaire_of(reference: QuestionnaireReference) -> Questionnaire:
    """The installed questionnaire that a Release names. Raises UnknownQuestionnaire."""
    return find_questionnaire(reference)


def turnout_lines(office: AgencyOffice, round_code: str) -> tuple[TurnoutLine, ...]:
    """Every campaign of a round by body, void ones too."""
    standing = {c.release.campaign_id: c for c in certified_in_round(office, round_code)}
    return tuple(_turnout_line(c, standing.get(c.campaign_id)) for c in campaigns(office, round_code))


def _turnout_line(campaign: Campaign, certified: Certified | None) -> TurnoutLine:
    drawn = None if campaign.drawn is None else from_payload(DrawnStatement, signing.peek(campaign.drawn)[1])
    board = None if campaign.board is None else from_payload(Board, signing.peek(campaign.board)[1])
    return TurnoutLine(
        campaign,
        None if campaign.manifest is None else campaign.manifest.eligible,
        None if drawn is None else drawn.drawn,
        None if drawn is None else drawn.disputes,
        None if board is None else board.received,
        certified,
    )


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
