"""Whose answers the figures of a round are: its bodies one by one, and what has become of them since."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from analytics.campaigns.certified import Certified
from analytics.campaigns.certified_rounds import CertifiedRound, Change
from survey_app.domain.questionnaire import Questionnaire

Part = Literal["in", "small", "absent"]


@dataclass(frozen=True)
class BodyLine:
    """One body: ``entry`` is its latest Release, ``change`` what has happened to it since.

    Its answers are ``in``, left out for being few (``small``), or it is ``absent`` from the document. Its answers to
    questions with the numbers in ``not_in_totals`` are in nothing, to those in ``not_in_groups`` only in the totals.
    """

    entry: Certified
    part: Part
    change: Change | None
    not_in_totals: tuple[int, ...] = ()
    not_in_groups: tuple[int, ...] = ()


def body_lines(
    shown: CertifiedRound, entries: Sequence[Certified], questionnaire: Questionnaire
) -> tuple[BodyLine, ...]:
    """Every body that is in the document, and those with figures that count which are not; by code.

    ``entries`` are the latest Releases of the round's campaigns.
    """
    by_campaign = {entry.release.campaign_id: entry for entry in entries}
    numbers = {question.id: question.number for question in questionnaire.questions}
    changed = {one.body.campaign_id: one.change for one in shown.outdated}
    lines = [
        BodyLine(
            by_campaign[body.campaign_id],
            "in" if body.pooled else "small",
            changed.get(body.campaign_id),
            tuple(sorted(numbers[question] for question in body.not_in_totals)),
            tuple(sorted(numbers[question] for question in set(body.not_in_breakdowns) - set(body.not_in_totals))),
        )
        for body in shown.release.bodies
        if body.campaign_id in by_campaign
    ]
    lines += [BodyLine(entry, "absent", None) for entry in shown.absent]
    return tuple(sorted(lines, key=lambda line: line.entry.release.body.code))
