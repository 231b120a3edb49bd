"""The attack on a question of a round: every body and all of them together, at once (rule 4).

Different rounds share no equation: other people, other answers.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analytics.attacker.question import Exploration, forms_of
from analytics.attacker.reach import ENOUGH, UNLIMITED, margin, reach_of
from analytics.attacker.round_cells import Margins, Place, cells_margin, joint_program, question_index
from analytics.attacker.round_totals import Member
from analytics.groups import Groups, GroupTable, groups_of, pooled

MOST_TOGETHER = 8
"""How many bodies' tables are varied at once to find out about groups that are spread over many."""

Shown = frozenset[Place]


def body_margins(members: Sequence[Member], question: str, shown: Shown, known: Margins) -> dict[str, int]:
    """Margins by campaign if the round shows these cells of a question, made by these bodies."""
    return {member.campaign_id: cells_margin(member, members, question, shown, known) for member in members}


def margin_over_all(members: Sequence[Member], question: str, shown: Shown, minimum_group: int) -> int:
    """The margin of groups over all bodies, each of which withstands.

    What three people of one body may have answered, three of all may; so only small groups are looked into, and those
    of which no body has three.
    """
    if not members or not shown:
        return UNLIMITED
    tables = [member.body.table for member in members]
    everyone = pooled(tables)
    groups = groups_of(everyone)
    sizes = np.array([_within(groups, table).sizes for table in tables])
    open_ = (groups.sizes < minimum_group) | (sizes.max(axis=0) < ENOUGH)
    if not open_.any():
        return UNLIMITED
    groups = _chosen(groups, open_)
    people = np.array([table.n for table in tables])
    order = np.lexsort((-people, -(sizes[:, open_] > 0).sum(axis=1)))[:MOST_TOGETHER]
    together = [members[index] for index in order]
    program = joint_program(together, question, shown)
    forms, start = np.zeros((2, len(groups.sizes), program.columns), dtype=np.int64), 0
    for member in together:
        forms += forms_of(_within(groups, member.body.table), start, program.columns)
        start += 2 * len(member.body.table.sizes)
    index = question_index(members[0].body, question)
    truth = reach_of(groups, everyone.answers[index])
    varied = [reach_of(_within(groups, m.body.table), m.body.table.answers[index]).most for m in together]
    fixed = truth.most - np.sum(varied, axis=0)
    reach = Exploration(program, forms, groups, truth, minimum_group, fixed=fixed, to_margin=False).run()
    return margin(groups, reach, minimum_group)


def _within(groups: Groups, table: GroupTable) -> Groups:
    """The same groups in one body; they may be empty there."""
    masks = np.array([table.sharing(definition) for definition in groups.defined], dtype=np.int64)
    return Groups(masks, masks @ table.sizes, groups.defined)


def _chosen(groups: Groups, wanted: npt.NDArray[np.bool_]) -> Groups:
    defined = tuple(definition for definition, keep in zip(groups.defined, wanted, strict=True) if keep)
    return Groups(groups.masks[wanted], groups.sizes[wanted], defined)
