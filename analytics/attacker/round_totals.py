"""The attack on hidden totals of a round: a body's own KPIs tie its questions, the round's totals tie the bodies.

A body that alone hides a question is the round's total less the rest. The possibilities explored change nothing that
is published, however many KPI methods that may be: within a body, answers move only between questions that its KPIs
do not tell apart, and over the bodies each option of each question keeps its number.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from analytics.attacker.body import Body, explore_question
from analytics.attacker.program import Program, Row, Vector
from analytics.attacker.published import Published
from analytics.attacker.reach import EXPOSED, Reach, margin
from analytics.attacker.totals import BodyTotals, alike, split_of
from analytics.methods import favourable_options

HiddenTotal = tuple[str, str]


@dataclass(frozen=True, eq=False)
class Member:
    """A body of a round: the truth about it, and what is published of it alone."""

    campaign_id: str
    body: Body
    published: Published

    @property
    def totals(self) -> BodyTotals:
        """The same, for the attack on its totals."""
        return BodyTotals(self.body.questionnaire, self.body.counts, self.body.n, self.body.eligible, self.published)

    @property
    def hidden(self) -> tuple[str, ...]:
        """Questions whose totals are hidden."""
        return self.totals.hidden


def total_margins(members: Sequence[Member], pooled: AbstractSet[HiddenTotal]) -> dict[HiddenTotal, int]:
    """Margins of hidden totals, by campaign and question, against the round's totals.

    ``pooled`` are those that are part of the round's. A body of which none is pooled stands as it did alone.
    """
    coupled = [member for member in members if any((member.campaign_id, q) in pooled for q in member.hidden)]
    if not coupled:
        return {}
    program = _RoundProgram(coupled, pooled)
    return {
        (member.campaign_id, question): program.margin(member, question)
        for member in coupled
        for question in member.hidden
        if any(member.body.counts[question])
    }


class _RoundProgram:
    """Counts by option of every hidden total as variables; what was found possible serves all checks."""

    def __init__(self, members: Sequence[Member], pooled: AbstractSet[HiddenTotal]) -> None:
        self._start: dict[HiddenTotal, int] = {}
        self._reaches: dict[HiddenTotal, Reach] = {}
        self._members = members
        upper: list[float] = []
        for member in members:
            for question in member.hidden:
                options = member.body.counts[question]
                self._start[member.campaign_id, question] = len(upper)
                self._note(member, question, options)
                upper += [sum(options)] * len(options)
        self._program = Program(upper, [*self._body_rows(), *self._round_rows(pooled)])

    def margin(self, member: Member, question: str) -> int:
        """The margin of one body on one question."""
        place = member.campaign_id, question
        options = len(member.body.counts[question])
        middle = favourable_options(options)
        for chosen in (range(middle), range(middle, options)):
            if self._margin(member, question) == EXPOSED:
                costs = np.zeros(self._program.columns)
                costs[[self._start[place] + option for option in chosen]] = 1
                self._learn(costs)
        return self._margin(member, question)

    def _learn(self, costs: Vector) -> None:
        optimum = self._program.maximise(costs)
        if optimum is None or optimum.witness is None:
            return
        for member in self._members:
            for question in member.hidden:
                start = self._start[member.campaign_id, question]
                found = optimum.witness[start : start + len(member.body.counts[question])]
                self._note(member, question, tuple(int(count) for count in found))

    def _note(self, member: Member, question: str, options: Sequence[int]) -> None:
        place = member.campaign_id, question
        reach = explore_question(member.body, question, split_of(options), {})
        self._reaches[place] = reach.joined(self._reaches[place]) if place in self._reaches else reach

    def _margin(self, member: Member, question: str) -> int:
        return margin(member.body.groups, self._reaches[member.campaign_id, question], member.body.minimum_group)

    def _body_rows(self) -> list[Row]:
        """Each base, and each option's number within questions that the body's KPIs do not tell apart."""
        rows = []
        for member in self._members:
            for question in member.hidden:
                start, options = self._start[member.campaign_id, question], member.body.counts[question]
                rows.append(_sum([start + option for option in range(len(options))], sum(options)))
            for questions in alike(member.totals):
                for option in range(len(member.body.counts[questions[0]])):
                    columns = [self._start[member.campaign_id, question] + option for question in questions]
                    rows.append(_sum(columns, sum(member.body.counts[question][option] for question in questions)))
        return rows

    def _round_rows(self, pooled: AbstractSet[HiddenTotal]) -> list[Row]:
        """Each option's number over the bodies whose hidden total is part of the round's."""
        rows = []
        for question in self._members[0].body.questionnaire.substantive:
            counting = [m for m in self._members if (m.campaign_id, question.id) in pooled]
            for option in range(len(question.options)):
                columns = [self._start[m.campaign_id, question.id] + option for m in counting]
                rows.append(_sum(columns, sum(m.body.counts[question.id][option] for m in counting)))
        return rows


def _sum(columns: list[int], total: int) -> Row:
    return Row(columns, [1.0] * len(columns), total, total)
