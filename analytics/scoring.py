"""The ScoringRecord: what the scoring of the head of apparatus takes in, made from a certified Release alone.

It carries the range of Appendix 5 and never a score: within the range the authorised person chooses (point 19).
"""

import functools
import json
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from importlib import resources
from typing import ClassVar

from analytics.methods import DEFAULT_METHOD, SECOND_METHOD
from analytics.percent import percent_text
from analytics.release import PercentRange, Release, Standing
from analytics.score_tables import row_named
from survey_app.domain import signing
from survey_app.domain.documents import read_self_signed
from survey_app.domain.errors import PikirError
from survey_app.domain.manifest import Body, LocalisedText, QuestionnaireReference, Visits


class NothingToScore(PikirError):
    """A Release without a KPI: nobody's response counts."""

    slug = "nothing-to-score"


@dataclass(frozen=True)
class Indicator:
    """The KPI as the Order names it (point 8, 3; Appendix 1, row 3), with its unit and plan."""

    name: LocalisedText
    unit: str
    plan: Decimal


@dataclass(frozen=True)
class ScoringRecord:
    """One body's KPI for one round. Percentages are texts; None is what disclosure control withheld.

    ``release`` is the SHA-256 of the Release's JWS; ``supersedes`` that of the Release which this record's own
    corrects. ``score_low`` and ``score_high`` bound the choice, in steps of 0.01; ``row`` and ``score_range`` are the
    Order's texts. ``countersigned`` names the second institutions that had re-opened the batch and countersigned when
    the record was issued, None if none had; a later countersignature stands beside the record as its own document.
    """

    format: ClassVar[str] = "pikir-scoring/1"

    campaign_id: str
    round: str
    body: Body
    head: LocalisedText
    agency_key: bytes
    manifest: bytes
    indicator: LocalisedText
    unit: str
    plan: str
    fact: str | None
    realisation_percent: str | None
    numerator: int | None
    denominator: int | None
    method: str
    second_method: str
    second_value: str | None
    eligible: int
    drawn: int | None
    received: int
    n: int
    unusable: int
    rejected: dict[str, int]
    turnout: str
    interval: PercentRange | None
    logical_bounds: PercentRange | None
    standing: Standing
    stable: bool | None
    row: str
    score_range: str
    score_low: str
    score_high: str
    flags: tuple[str, ...]
    visits: Visits
    disputes: int | None
    questionnaire: QuestionnaireReference
    root: bytes
    release: bytes
    countersigned: str | None
    software: str
    supersedes: bytes | None
    reason: str | None


def make_record(release_jws: str, countersigned: str | None = None) -> ScoringRecord:
    """The record of a certified Release; ``countersigned`` says by whom, if by anybody.

    Raises Malformed, SignatureInvalid, NothingToScore, UnknownRow.
    """
    release = read_self_signed(Release, release_jws, "agency_key")
    figure = release.pinned
    if figure is None:
        raise NothingToScore("nobody's response counts: there is no KPI to score")
    row = row_named(figure.row)
    fraction = None if figure.fraction is None else Fraction(figure.fraction)
    second_method = DEFAULT_METHOD if release.method == SECOND_METHOD else SECOND_METHOD
    second = release.figure(second_method)
    return ScoringRecord(
        campaign_id=release.campaign_id,
        round=release.round,
        body=release.body,
        head=release.head,
        agency_key=release.agency_key,
        manifest=release.manifest,
        indicator=indicator().name,
        unit=indicator().unit,
        plan=str(indicator().plan),
        fact=figure.percent,
        realisation_percent=None if figure.percent is None else realisation(figure.percent),
        numerator=None if fraction is None else fraction.numerator,
        denominator=None if fraction is None else fraction.denominator,
        method=release.method,
        second_method=second_method,
        second_value=None if second is None else second.percent,
        eligible=release.eligible,
        drawn=release.drawn,
        received=release.received,
        n=release.n,
        unusable=release.unusable,
        rejected=release.rejected,
        turnout=release.turnout,
        interval=figure.interval,
        logical_bounds=figure.logical_bounds,
        standing=release.standing,
        stable=figure.stable,
        row=row.percent,
        score_range=row.score,
        score_low=str(row.lowest),
        score_high=str(row.highest),
        flags=(*release.flags, *figure.flags),
        visits=release.visits,
        disputes=release.disputes,
        questionnaire=release.questionnaire,
        root=release.root,
        release=signing.fingerprint(release_jws),
        countersigned=countersigned,
        software=release.software,
        supersedes=release.supersedes,
        reason=release.reason,
    )


def realisation(fact: str) -> str:
    """Fact / plan in percent (anomaly A9: the Order's three names for one number)."""
    return percent_text(Fraction(fact) / Fraction(indicator().plan))


@functools.cache
def indicator() -> Indicator:
    """The KPI's name, unit and plan from analytics/data/indicator.json."""
    fields = json.loads(resources.files("analytics").joinpath("data/indicator.json").read_text(encoding="utf-8"))
    return Indicator(LocalisedText(**fields["name"]), fields["unit"], Decimal(fields["plan"]))
