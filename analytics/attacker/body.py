"""The attack on one body: rule 4 of disclosure control over everything that is published of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analytics.attacker.published import Published, Split, read_figures
from analytics.attacker.question import explore, target_of
from analytics.attacker.reach import ENOUGH, EXPOSED, Reach, counts_for_margin, margin, slack
from analytics.attacker.totals import BodyTotals, exchanged_totals, possible_totals
from analytics.figures import Figures
from analytics.groups import Groups, GroupTable
from analytics.methods import Counts
from analytics.tally import most_blanks
from survey_app.domain.questionnaire import Questionnaire

Cells = Mapping[tuple[int, int], Split]
Key = tuple[str, Split, tuple[tuple[tuple[int, int], Split], ...]]


@dataclass(frozen=True, eq=False)
class Body:
    """The truth about one body, which an attacker looks for; ``counts`` are by question and option.

    ``explored`` remembers what was found out about a question, since rule 5 attacks again and again.
    """

    questionnaire: Questionnaire
    counts: Counts
    table: GroupTable
    groups: Groups
    eligible: int
    minimum_group: int
    explored: dict[Key, Reach] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Responses that count."""
        return self.table.n


@dataclass(frozen=True)
class Attack:
    """What an attack found: the questions on which some group is exposed, in order, and the least margin.

    ``margin`` is in people more than required, over groups that can have any; None if there is no such group.
    """

    exposed: tuple[str, ...]
    margin: int | None


def attack_body(body: Body, figures: Sequence[Figures]) -> Attack:
    """Read everything that is published, one or more Releases of the same responses, and try every group."""
    published = read_figures(body.questionnaire, figures)
    hidden = _hidden_reaches(body, published)
    reaches = {
        question.id: hidden[question.id]
        if question.id in hidden
        else explore_question(body, question.id, published.totals[question.id], published.cells[question.id])
        for question in body.questionnaire.substantive
    }
    return judge(body, {q: reach for q, reach in reaches.items() if any(body.counts[q])})


def judge(body: Body, reaches: Mapping[str, Reach]) -> Attack:
    """Rule 4 over the reaches of the questions that anybody answered."""
    slacks = {question: slack(body.groups, reach, body.minimum_group) for question, reach in reaches.items()}
    counting = counts_for_margin(body.groups)
    margins = [int(found[:, counting].min()) for found in slacks.values()] if counting.any() else []
    exposed = tuple(question for question, found in slacks.items() if found.min() < 0)
    return Attack(exposed, min(margins, default=None))


def explore_question(body: Body, question: str, totals: Split, cells: Cells) -> Reach:
    """The reach of every group on one question with these totals and shown cells."""
    key: Key = (question, totals, tuple(sorted(cells.items())))
    if key not in body.explored:
        index = [q.id for q in body.questionnaire.substantive].index(question)
        target = target_of(body.table, index, totals, cells, most_blanks(body.questionnaire))
        body.explored[key] = explore(target, body.groups, body.minimum_group)
    return body.explored[key]


def withstands(body: Body, question: str, totals: Split, cells: Cells) -> bool:
    """Whether no group is exposed on one question with these totals and shown cells."""
    return bool(slack(body.groups, explore_question(body, question, totals, cells), body.minimum_group).min() >= 0)


def _hidden_reaches(body: Body, published: Published) -> dict[str, Reach]:
    """Reaches of the questions with hidden totals: over every combination of totals that was found possible.

    Once a question is found where too few people could have given an answer, the others are looked into no further.
    """
    totals = BodyTotals(body.questionnaire, body.counts, body.n, body.eligible, published)
    if not totals.hidden:
        return {}
    exchanged = exchanged_totals(totals)
    reaches, true = {}, {}
    for index, question in enumerate(body.questionnaire.substantive):
        if question.id in totals.hidden:
            favourable, unfavourable = (int(count) for count in body.table.answers[index].sum(axis=1))
            true[question.id] = (favourable, unfavourable)
            reaches[question.id] = explore_question(body, question.id, true[question.id], {})
            for split in exchanged[question.id]:
                reaches[question.id] = reaches[question.id].joined(explore_question(body, question.id, split, {}))
    for question_id in totals.hidden:
        for side, least in _wanted(true[question_id]):
            if margin(body.groups, reaches[question_id], body.minimum_group) != EXPOSED:
                break
            found = possible_totals(totals, question_id, side, least)
            for hidden, split in found.items():
                reaches[hidden] = reaches[hidden].joined(explore_question(body, hidden, split, {}))
            if not found and least == ENOUGH:
                return reaches
    return reaches


def _wanted(true: Split) -> list[tuple[int, int]]:
    """Totals worth looking for, by side: as many as a group needs, and then as many as make a number uncertain."""
    enough = [(side, ENOUGH) for side, count in enumerate(true) if count < ENOUGH]
    return [*enough, *((side, count + ENOUGH) for side, count in enumerate(true))]
