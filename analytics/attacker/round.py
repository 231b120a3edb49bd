"""The attack on a round: everything published of its bodies and of all of them together, at once (rule 4).

Different rounds share no equation: other people, other answers.
"""

from collections.abc import Sequence

import numpy as np

from analytics.attacker.program import Program
from analytics.attacker.reach import ENOUGH, EXPOSED, UNLIMITED
from analytics.attacker.round_cells import Margins, Place, cells_margin, joint_program, question_index, target_for
from analytics.attacker.round_totals import Member
from analytics.groups import FAVOURABLE, UNFAVOURABLE, Definition, groups_of, pooled

MOST_TOGETHER = 8
"""How many bodies' tables are varied at once to find out about a group that is spread over many."""

Shown = frozenset[Place]


def body_margins(members: Sequence[Member], question: str, shown: Shown, known: Margins) -> dict[str, int]:
    """Margins by campaign if the round shows these cells of a question, made by these bodies."""
    return {member.campaign_id: cells_margin(member, members, question, shown, known) for member in members}


def margin_over_all(members: Sequence[Member], question: str, shown: Shown, minimum_group: int) -> int:
    """The margin of groups over all bodies, each of which withstands: what three of one may say, three of all may."""
    least = UNLIMITED
    if not members or not shown:
        return least
    everyone = groups_of(pooled([member.body.table for member in members]))
    for size, definition in zip(everyone.sizes.tolist(), everyone.defined, strict=True):
        sizes = [_size(member, definition) for member in members]
        if size < minimum_group or max(sizes) < ENOUGH:
            order = sorted(range(len(members)), key=lambda i: (-sizes[i], -members[i].body.n))
            together = [members[i] for i in order[:MOST_TOGETHER]]
            found = _group_margin(together, members, question, shown, definition, small=size < minimum_group)
            if found < 0:
                return EXPOSED
            least = min(least, found if size > ENOUGH else UNLIMITED)
    return least


def _group_margin(
    together: Sequence[Member],
    members: Sequence[Member],
    question: str,
    shown: Shown,
    definition: Definition,
    *,
    small: bool,
) -> int:
    """Slack of one group over ``members``, of whom only those ``together`` are varied."""
    program = joint_program(together, question, shown)
    need = min(ENOUGH, sum(_size(member, definition) for member in members))
    margins = []
    for side in (FAVOURABLE, UNFAVOURABLE):
        truth = sum(_count(member, question, side, definition) for member in members)
        gained = _change(program, together, question, side, definition, sign=1)
        most = truth + gained
        margins.append(most - need)
        if small:
            margins.append(most - truth - _change(program, together, question, side, definition, sign=-1) - need)
    return min(margins)


def _change(
    program: Program, together: Sequence[Member], question: str, side: int, definition: Definition, *, sign: int
) -> int:
    """By how much the group's answers on one side could be more (sign 1) or less (sign -1) than they are."""
    costs, start, truth = np.zeros(program.columns), 0, 0
    for member in together:
        belongs = member.body.table.sharing(definition)
        costs[start + side * len(belongs) + np.flatnonzero(belongs)] = 1
        start += 2 * len(belongs)
        truth += int(target_for(member, question).answers[side][belongs].sum())
    optimum = program.maximise(sign * costs)
    if optimum is None or optimum.witness is None:
        return 0
    return round(float(optimum.witness @ costs)) - truth


def _size(member: Member, definition: Definition) -> int:
    table = member.body.table
    return int(table.sizes[table.sharing(definition)].sum())


def _count(member: Member, question: str, side: int, definition: Definition) -> int:
    table = member.body.table
    return int(table.answers[question_index(member.body, question), side][table.sharing(definition)].sum())
