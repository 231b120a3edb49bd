"""What a report is about: certified Releases, and what happened to them. Nothing else gives a report its figures."""

from dataclasses import dataclass
from datetime import datetime

from analytics.campaigns.certified import Certified, all_certified_in_round
from analytics.campaigns.certified_rounds import CertifiedRound, certified_rounds
from analytics.campaigns.reading import Campaign, Round, campaigns, find_round
from analytics.campaigns.second_institutions import institutions_of
from analytics.campaigns.state import State
from analytics.office import AgencyOffice
from analytics.release import Release
from analytics.views.selection import NothingCertified, history, one_release
from survey_app.domain.manifest import LocalisedText
from survey_app.domain.questionnaire import Questionnaire
from survey_app.web.questionnaires import find_questionnaire


@dataclass(frozen=True)
class BodyContents:
    """One body's Release; ``past`` are all certified ones of the body, oldest round first, this one among them.

    ``countersigned_by`` are the institutions that re-opened the batch and countersigned.
    """

    shown: Certified
    past: tuple[Certified, ...]
    questionnaire: Questionnaire
    countersigned_by: tuple[LocalisedText, ...] = ()

    @property
    def release(self) -> Release:
        """The figures."""
        return self.shown.release

    @property
    def moment(self) -> datetime:
        """When they were certified: the report's date."""
        return self.shown.certified

    @property
    def name(self) -> str:
        """Beginning of its files' names."""
        return f"pikir-{self.release.round}-{self.release.body.code}"


@dataclass(frozen=True)
class RoundContents:
    """A whole round: ``entries`` are all its certified Releases by body, ``rounds`` all of the round as a whole.

    ``pending`` are campaigns without a certified Release.
    """

    round: Round
    entries: tuple[Certified, ...]
    pending: tuple[Campaign, ...]
    rounds: tuple[CertifiedRound, ...]
    questionnaire: Questionnaire

    @property
    def current(self) -> tuple[Certified, ...]:
        """The Releases that count."""
        return tuple(entry for entry in self.entries if entry.is_current)

    @property
    def latest(self) -> tuple[Certified, ...]:
        """The latest Release of each campaign, void ones too."""
        return tuple(entry for entry in self.entries if entry.superseded_by is None)

    @property
    def pooled(self) -> CertifiedRound | None:
        """The round's own figures that stand, outdated or not."""
        return self.rounds[-1] if self.rounds else None

    @property
    def moment(self) -> datetime:
        """When the last of them was certified: the report's date."""
        return max([*(entry.certified for entry in self.entries), *(one.certified for one in self.rounds)])

    @property
    def name(self) -> str:
        """Beginning of its files' names."""
        return f"pikir-{self.round.code}"


Contents = BodyContents | RoundContents


def body_contents(office: AgencyOffice, campaign_id: str, number: int) -> BodyContents:
    """The report of one Release. Raises NothingCertified, UnknownQuestionnaire."""
    shown = one_release(office, campaign_id, number)
    past = tuple(history(office, shown.release.body.code))
    questionnaire = find_questionnaire(shown.release.questionnaire)
    return BodyContents(shown, past, questionnaire, institutions_of(office, shown.release))


def round_contents(office: AgencyOffice, round_code: str) -> RoundContents:
    """The report of a round. Raises UnknownRound, NothingCertified, UnknownQuestionnaire."""
    known = find_round(office, round_code)
    entries = all_certified_in_round(office, round_code)
    if not entries:
        raise NothingCertified(f"nothing of round {round_code} is certified")
    waiting = (State.CERTIFIED, State.ARCHIVED, State.VOIDED)
    return RoundContents(
        round=known,
        entries=entries,
        pending=tuple(c for c in campaigns(office, round_code) if c.situation.state not in waiting),
        rounds=certified_rounds(office, round_code),
        questionnaire=find_questionnaire(entries[0].release.questionnaire),
    )
