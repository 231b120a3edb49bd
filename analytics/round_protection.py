"""Disclosure control of a round: pooled figures that withstand the attack together with those of every body.

The bodies' own Releases stand as they are; where the round's figures would expose somebody, those give way. A hidden
total that the others would give away is left out of the round's; so are the cells of a body, or a demographic question
is hidden for that question.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import reduce
from operator import add

import numpy as np

from analytics.attacker.body import Body
from analytics.attacker.published import read_figures
from analytics.attacker.reach import EXPOSED, UNLIMITED
from analytics.attacker.round_question import RoundQuestion, settle
from analytics.attacker.round_totals import HiddenTotal, Member, total_margins
from analytics.disclosure import Cell, Withheld, cell_of, is_safe, may_show_options
from analytics.drivers import Moments
from analytics.figures import Figures, Verdict
from analytics.groups import GroupTable, count_groups, groups_of, pooled
from analytics.kpi import compute_kpis
from analytics.protection import Counted, Terms, hidden_by_mark, publish
from analytics.release import Release
from analytics.tally import Tally, count_answers, counts_of
from analytics.workers import IN_THIS_PROCESS, Workers
from survey_app.domain.questionnaire import Questionnaire

NO_MOMENTS = Moments(0, np.zeros(1, dtype=np.int64), np.zeros((1, 1), dtype=np.int64))


@dataclass(frozen=True, eq=False)
class Part:
    """One body: what was counted, in memory only, and all Releases of it, the one of this opening first."""

    counted: Counted
    releases: tuple[Release, ...]

    @property
    def campaign_id(self) -> str:
        """Whose responses these are."""
        return self.releases[0].campaign_id

    @property
    def n(self) -> int:
        """Responses that count."""
        return self.counted.tally.n


@dataclass(frozen=True)
class LeftOut:
    """Which bodies' answers, by campaign and question, are not part of the round's totals, and of its cells."""

    totals: frozenset[HiddenTotal] = frozenset()
    cells: frozenset[HiddenTotal] = frozenset()


@dataclass(frozen=True)
class RoundFigures:
    """What may be published of a round."""

    figures: Figures
    verdict: Verdict
    left_out: LeftOut


def protect_round(
    questionnaire: Questionnaire,
    parts: Sequence[Part],
    terms: Terms,
    superseded: Sequence[Figures] = (),
    *,
    workers: Workers = IN_THIS_PROCESS,
    progress: Callable[[int, int], None] | None = None,
) -> RoundFigures:
    """Figures of all ``parts`` together, each of which has enough responses; N in ``terms`` is theirs.

    ``superseded`` are figures that were published of this round before. Figures that differ from those are not
    published beside them, but for the score row: the difference would be what some body's correction changed.
    ``progress(done, total)`` counts questions.
    """
    if not parts:
        return _nothing(questionnaire, terms)
    members = [_member(questionnaire, part, terms) for part in parts]
    not_in_totals, least = _leave_out(questionnaire, members, terms.minimum_group)
    names = [question.id for question in questionnaire.substantive]
    tasks = [RoundQuestion(questionnaire, name, _showing(members, name), terms.minimum_group) for name in names]
    settled = {}
    for index, found in workers.map(settle, tasks):
        settled[names[index]] = found
        if progress is not None:
            progress(len(settled), len(tasks))
    not_in_cells = {(m.campaign_id, name) for name in names for m in members if name in m.hidden} | {
        (campaign_id, name) for name, found in settled.items() for campaign_id in found.left_out
    }
    counted = _pool(questionnaire, parts, not_in_totals, not_in_cells, terms.eligible)
    withheld = Withheld(
        options=_options_told(questionnaire, members, not_in_totals),
        cells=frozenset(
            (name, str(questionnaire.demographic[variable].name))
            for name, found in settled.items()
            for variable in found.hidden
        ),
    )
    figures = publish(questionnaire, counted, terms, withheld)
    least = min([least, *(found.margin for found in settled.values())])
    left_out = LeftOut(not_in_totals, frozenset(not_in_cells))
    if any(earlier != figures for earlier in superseded):
        figures = publish(questionnaire, counted, terms, Withheld(percentages=True))
        return RoundFigures(figures, Verdict("row_only", None, hidden_by_mark(figures), ()), left_out)
    margin = None if least == UNLIMITED else least
    return RoundFigures(figures, Verdict("pass", margin, hidden_by_mark(figures), ()), left_out)


def _nothing(questionnaire: Questionnaire, terms: Terms) -> RoundFigures:
    """Of a round in which no body has enough responses."""
    nobody = np.zeros((0, len(questionnaire.questions)), dtype=np.uint8)
    tally, table = count_answers(questionnaire, nobody), count_groups(questionnaire, nobody)
    figures = publish(questionnaire, Counted(tally, table, NO_MOMENTS, {}), terms, Withheld())
    return RoundFigures(figures, Verdict("row_only", None, hidden_by_mark(figures), ()), LeftOut())


def _member(questionnaire: Questionnaire, part: Part, terms: Terms) -> Member:
    counts, table = counts_of(part.counted.tally), part.counted.table
    eligible = part.releases[0].eligible
    body = Body(questionnaire, counts, table, groups_of(table), eligible, terms.minimum_group)
    return Member(part.campaign_id, body, read_figures(questionnaire, [release.figures for release in part.releases]))


def _showing(members: Sequence[Member], question: str) -> tuple[Member, ...]:
    return tuple(member for member in members if question in member.published.totals)


def _leave_out(
    questionnaire: Questionnaire, members: Sequence[Member], minimum_group: int
) -> tuple[frozenset[HiddenTotal], int]:
    """Hidden totals that cannot be part of the round's, and the margin with those that can.

    Those of a question of which even the round's total would be unsafe; and all of a body of which one is exposed.
    """
    hidden = {(member.campaign_id, question) for member in members for question in member.hidden}
    left_out: set[HiddenTotal] = set()
    while True:
        for question in questionnaire.substantive:
            cells = [_cell(m, question.id) for m in members if (m.campaign_id, question.id) not in left_out]
            if not is_safe(sum(cells, Cell(0, 0)), minimum_group):
                left_out |= {place for place in hidden if place[1] == question.id}
        margins = total_margins(members, hidden - left_out)
        exposed = {campaign_id for (campaign_id, _), margin in margins.items() if margin == EXPOSED}
        if not exposed:
            return frozenset(left_out), min(margins.values(), default=UNLIMITED)
        left_out |= {place for place in hidden if place[0] in exposed}


def _cell(member: Member, question: str) -> Cell:
    return cell_of(member.body.counts[question])


def _options_told(
    questionnaire: Questionnaire,
    members: Sequence[Member],
    left_out: AbstractSet[HiddenTotal],
) -> frozenset[str]:
    """Questions of which the round's options less those of the bodies that show theirs would tell too much."""
    told = set()
    for question in questionnaire.substantive:
        silent = [
            member.body.counts[question.id]
            for member in members
            if question.id not in member.published.options and (member.campaign_id, question.id) not in left_out
        ]
        rest = [sum(counts) for counts in zip(*silent, strict=True)]
        if any(rest) and not may_show_options(rest):
            told.add(question.id)
    return frozenset(told)


def _pool(
    questionnaire: Questionnaire,
    parts: Sequence[Part],
    not_in_totals: AbstractSet[HiddenTotal],
    not_in_cells: AbstractSet[HiddenTotal],
    eligible: int,
) -> Counted:
    """Counts of all parts together; what is left out counts as blank."""
    tallies, tables, moments = [], [], []
    for part in parts:
        without = [question for campaign_id, question in not_in_totals if campaign_id == part.campaign_id]
        tallies.append(_blanked_tally(part.counted.tally, without))
        apart = [question for campaign_id, question in not_in_cells if campaign_id == part.campaign_id]
        tables.append(_blanked_table(questionnaire, part.counted.table, apart))
        if not without:
            moments.append(part.counted.moments)
    tally = Tally(
        sum(t.n for t in tallies),
        sum(t.unusable for t in tallies),
        reduce(add, (t.counts for t in tallies)),
        reduce(add, (t.pairs for t in tallies)),
    )
    complete = reduce(add, moments, NO_MOMENTS)
    return Counted(tally, pooled(tables), complete, compute_kpis(questionnaire, tally, eligible))


def _blanked_tally(tally: Tally, questions: Sequence[str]) -> Tally:
    if not questions:
        return tally
    kept = ~tally.counts.index.get_level_values("question").isin(questions)
    return replace(tally, counts=tally.counts * kept, pairs=tally.pairs * np.outer(kept, kept))


def _blanked_table(questionnaire: Questionnaire, table: GroupTable, questions: Sequence[str]) -> GroupTable:
    kept = np.array([question.id not in questions for question in questionnaire.substantive])
    return replace(table, answers=table.answers * kept[:, None, None])
