"""The attack on hidden cells of a round's bodies: a cell of the round less those that bodies show is what others hide.

One question at a time: where the totals of the bodies are shown, questions share no equation. A possibility for one
body moves answers between it and a few others that hide the same cells; all other bodies keep theirs.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from analytics.attacker.body import Body
from analytics.attacker.program import Program, Row
from analytics.attacker.question import (
    Exploration,
    Target,
    forms_of,
    member_columns,
    question_rows,
    sum_row,
    target_of,
    upper_bounds,
)
from analytics.attacker.reach import UNLIMITED, margin, reach_of
from analytics.attacker.round_totals import Member
from analytics.groups import FAVOURABLE, UNFAVOURABLE
from analytics.tally import most_blanks

MOST_PARTNERS = 3
Place = tuple[int, int]
Margins = dict[tuple[str, str, frozenset[Place], tuple[str, ...]], int]


def cells_margin(
    member: Member, members: Sequence[Member], question: str, shown: frozenset[Place], known: Margins
) -> int:
    """The margin of one body, at least, on a question of which the round shows these cells.

    ``members`` are all bodies that are part of the round's cells of this question; ``known`` is added to.
    """
    places = hidden_places(member, question, shown)
    if not places:
        return UNLIMITED
    partners = _partners(member, members, question, places)
    key = member.campaign_id, question, shown, tuple(partner.campaign_id for partner in partners)
    if key not in known:
        body = member.body
        program = joint_program([member, *partners], question, shown)
        truth = reach_of(body.groups, target_for(member, question).answers)
        forms = forms_of(body.groups, columns=program.columns)
        reach = Exploration(program, forms, body.groups, truth, body.minimum_group, to_margin=False).run()
        known[key] = margin(body.groups, reach, body.minimum_group)
    return known[key]


def hidden_places(member: Member, question: str, shown: AbstractSet[Place]) -> frozenset[Place]:
    """Cells that the round shows and this body hides, and in which it has somebody."""
    places = shown - member.published.cells[question].keys()
    return frozenset(place for place in places if member.body.table.members(*place).any())


def joint_program(members: Sequence[Member], question: str, shown: AbstractSet[Place]) -> Program:
    """The tables of several bodies; what each shows stays, and so does what they hide together in a cell of the round.

    Variables are those of the first body, then of the next, and so on.
    """
    upper: list[float] = []
    rows: list[Row] = []
    hidden: dict[tuple[Place, int], tuple[list[int], int]] = {}
    for member in members:
        target, start = target_for(member, question), len(upper)
        rows += question_rows(target, start)
        upper += upper_bounds(target)
        for place in sorted(hidden_places(member, question, shown)):
            for side in (FAVOURABLE, UNFAVOURABLE):
                columns, total = hidden.get((place, side), ([], 0))
                count = int(target.answers[side][target.table.members(*place)].sum())
                hidden[place, side] = [*columns, *member_columns(target, place, side, start)], total + count
    return Program(upper, [*rows, *(sum_row(columns, total) for columns, total in hidden.values())])


def target_for(member: Member, question: str) -> Target:
    """One body's question as it is published of the body alone."""
    body = member.body
    index = question_index(body, question)
    published = member.published
    return target_of(
        body.table, index, published.totals[question], published.cells[question], most_blanks(body.questionnaire)
    )


def question_index(body: Body, question: str) -> int:
    """Where a question stands among the substantive ones."""
    return [q.id for q in body.questionnaire.substantive].index(question)


def _partners(member: Member, members: Sequence[Member], question: str, places: AbstractSet[Place]) -> list[Member]:
    """Bodies that together hide as many of these cells as possible, each with as many people as possible."""
    others = [other for other in members if other.campaign_id != member.campaign_id]
    missing, chosen = set(places), []
    for _ in range(MOST_PARTNERS):
        wanted = missing or places
        gains = [_people(other, hidden_places(other, question, wanted)) for other in others]
        if not others or not max(gains):
            break
        best = others.pop(int(np.argmax(gains)))
        chosen.append(best)
        missing -= hidden_places(best, question, wanted)
    return chosen


def _people(member: Member, places: AbstractSet[Place]) -> int:
    table = member.body.table
    return sum(int(table.sizes[table.members(*place)].sum()) for place in places)
