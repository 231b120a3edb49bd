"""Rule 5 for one question of a round: which bodies and which demographic questions its cells can be made of.

On failure the exposed bodies are left out of the round's cells of this question, as long as those are few of all
respondents; else a demographic question is hidden for it, and the attack begins again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from analytics.attacker.reach import EXPOSED, UNLIMITED
from analytics.attacker.round import Shown, body_margins, margin_over_all
from analytics.attacker.round_cells import Proofs, cells_margin, question_index
from analytics.attacker.round_totals import Member
from analytics.breakdowns import levels_to_show
from analytics.groups import pooled
from survey_app.domain.questionnaire import Questionnaire

MOST_LEFT_OUT_PERCENT = 10


@dataclass(frozen=True, eq=False)
class RoundQuestion:
    """A question, and the bodies whose total of it is shown; ``known`` remembers what was found out."""

    questionnaire: Questionnaire
    question: str
    members: tuple[Member, ...]
    minimum_group: int
    known: Proofs = field(default_factory=dict)


@dataclass(frozen=True)
class Settled:
    """What withstands: without these bodies (campaigns) and these demographic questions (indices); and its margin."""

    left_out: frozenset[str]
    hidden: frozenset[int]
    margin: int


def settle(task: RoundQuestion) -> Settled:
    """Leave out, hide and attack until nobody is exposed."""
    left_out: frozenset[str] = frozenset()
    hidden: frozenset[int] = frozenset()
    while True:
        members = [member for member in task.members if member.campaign_id not in left_out]
        shown = cells_to_show(task, members, hidden)
        margins = body_margins(members, task.question, shown, task.known)
        exposed = left_out | {campaign_id for campaign_id, margin in margins.items() if margin == EXPOSED}
        if exposed > left_out and _are_few(task.members, exposed):
            left_out = exposed
            continue
        margin = EXPOSED if exposed > left_out else min(margins.values(), default=UNLIMITED)
        if margin != EXPOSED:
            margin = min(margin, margin_over_all(members, task.question, shown, task.minimum_group))
        if margin != EXPOSED:
            return Settled(left_out, hidden, margin)
        hidden |= {_most_exposing(task, [m for m in members if margins[m.campaign_id] == EXPOSED], members, shown)}
        left_out = frozenset()


def cells_to_show(task: RoundQuestion, members: Sequence[Member], hidden: frozenset[int]) -> Shown:
    """What rules 1 and 2 allow of these bodies' cells together, without the hidden demographic questions."""
    if not members:
        return frozenset()
    table = pooled([member.body.table for member in members])
    index = question_index(members[0].body, task.question)
    return frozenset(
        (variable, level)
        for variable, demographic in enumerate(task.questionnaire.demographic)
        if variable not in hidden
        for level in levels_to_show(table, index, variable, demographic, task.minimum_group)
    )


def _are_few(members: Sequence[Member], campaigns: frozenset[str]) -> bool:
    without = sum(member.body.n for member in members if member.campaign_id in campaigns)
    return 100 * without <= MOST_LEFT_OUT_PERCENT * sum(member.body.n for member in members)


def _most_exposing(task: RoundQuestion, exposed: Sequence[Member], members: Sequence[Member], shown: Shown) -> int:
    """The demographic question without whose cells the fewest people are in exposed bodies; of equals the last."""
    variables = sorted({variable for variable, _ in shown}, reverse=True)
    if len(variables) == 1:
        return variables[0]

    def people_exposed(variable: int) -> int:
        left = frozenset(place for place in shown if place[0] != variable)
        still = [m for m in exposed if cells_margin(m, members, task.question, left, task.known) == EXPOSED]
        return sum(member.body.n for member in still)

    return min(variables, key=people_exposed)
