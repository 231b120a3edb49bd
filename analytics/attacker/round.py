"""The attack on a question of a round: every body and all of them together, at once (rule 4).

Different rounds share no equation: other people, other answers.
"""

from collections.abc import Sequence

import numpy as np

from analytics.attacker.question import Exploration, forms_of
from analytics.attacker.reach import ENOUGH, EXPOSED, UNLIMITED, Reach, margin, reach_of
from analytics.attacker.round_cells import (
    PARTNERS,
    Place,
    Proofs,
    cells_margin,
    hidden_places,
    joint_program,
    partners,
    question_index,
)
from analytics.attacker.round_totals import Member
from analytics.groups import Definition, Groups, groups_of, pooled

MOST_HOLDING = 6
"""Of how many bodies that have members of a group the tables are varied at once, beside others that hide the same."""

Shown = frozenset[Place]


def body_margins(members: Sequence[Member], question: str, shown: Shown, known: Proofs) -> dict[str, int]:
    """Proofs by campaign if the round shows these cells of a question, made by these bodies."""
    return {member.campaign_id: cells_margin(member, members, question, shown, known) for member in members}


def margin_over_all(members: Sequence[Member], question: str, shown: Shown, minimum_group: int) -> int:
    """The margin of groups over all bodies, at least; each body withstands.

    What three people of one body may have answered, three of all may, and a group within one body was tried there; so
    only small groups over several bodies are looked into, and those of which no body has three.
    """
    if not members or not shown:
        return UNLIMITED
    everyone = pooled([member.body.table for member in members])
    groups = groups_of(everyone)
    truth = reach_of(groups, everyone.answers[question_index(members[0].body, question)])
    sizes = np.array([_one(groups.defined, member).sizes for member in members])
    spread = (sizes > 0).sum(axis=0) > 1
    least = UNLIMITED
    for index in np.flatnonzero(spread & ((groups.sizes < minimum_group) | (sizes.max(axis=0) < ENOUGH))):
        group = Groups(groups.masks[[index]], groups.sizes[[index]], (groups.defined[index],))
        known = Reach(truth.most[:, [index]], truth.least[:, [index]])
        order = np.argsort(-sizes[:, index], kind="stable")
        holding = [members[i] for i in order[:MOST_HOLDING] if sizes[i, index]]
        together = [*holding, *_company(holding, members, question, shown)]
        reach = _explore_together(together, question, shown, group, known, minimum_group=minimum_group)
        least = min(least, margin(group, reach, minimum_group))
        if least == EXPOSED:
            break
    return least


def _company(holding: Sequence[Member], members: Sequence[Member], question: str, shown: Shown) -> list[Member]:
    """Bodies that hide what these hide, so that answers can move between them."""
    places = frozenset[Place]().union(*(hidden_places(member, question, shown) for member in holding))
    others = [member for member in members if member not in holding]
    return partners(others, question, places, PARTNERS[-1]) if places else []


def _explore_together(
    together: Sequence[Member], question: str, shown: Shown, group: Groups, truth: Reach, *, minimum_group: int
) -> Reach:
    """The reach of one group over all bodies, if only these bodies' tables vary."""
    program = joint_program(together, question, shown)
    forms, start = np.zeros((2, 1, program.columns), dtype=np.int64), 0
    fixed = truth.most
    for member in together:
        here, table = _one(group.defined, member), member.body.table
        forms += forms_of(here, start, program.columns)
        fixed = fixed - reach_of(here, table.answers[question_index(member.body, question)]).most
        start += 2 * len(table.sizes)
    return Exploration(program, forms, group, truth, minimum_group, fixed=fixed, to_margin=False).run()


def _one(defined: Sequence[Definition], member: Member) -> Groups:
    """The same groups in one body; they may be empty there."""
    table = member.body.table
    masks = np.array([table.sharing(definition) for definition in defined], dtype=np.int64)
    return Groups(masks, masks @ table.sizes, tuple(defined))
