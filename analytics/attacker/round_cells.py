"""The attack on hidden cells of a round's bodies: a cell of the round less those that bodies show is what others hide.

One question at a time: where the totals of the bodies are shown, questions share no equation. A possibility for one
body moves answers between it and a few others that hide the same cells; all other bodies keep theirs.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

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
from analytics.attacker.reach import EXPOSED, UNLIMITED, margin, reach_of
from analytics.attacker.round_totals import Member
from analytics.groups import FAVOURABLE, UNFAVOURABLE
from analytics.tally import most_blanks

PARTNERS = (3, 8)
"""With how many other bodies a body's tables are varied: few at first, more only if that exposes it."""

Place = tuple[int, int]


@dataclass(frozen=True)
class Proof:
    """A body withstands if the round shows no more than ``shown``, whatever bodies there are beside ``company``."""

    shown: frozenset[Place]
    company: frozenset[str]
    margin: int


Proofs = dict[tuple[str, str], list[Proof]]


def cells_margin(
    member: Member, members: Sequence[Member], question: str, shown: frozenset[Place], known: Proofs
) -> int:
    """The margin of one body, at least, on a question of which the round shows these cells.

    ``members`` are all bodies that are part of the round's cells of this question; ``known`` is added to.
    """
    places = hidden_places(member, question, shown)
    if not places:
        return UNLIMITED
    others = [other for other in members if other is not member]
    proofs = known.setdefault((member.campaign_id, question), [])
    everybody = {other.campaign_id for other in others}
    for proof in proofs:
        if shown <= proof.shown and proof.company <= everybody:
            return proof.margin
    for count in PARTNERS:
        company = partners(others, question, places, count)
        found = _margin_with(member, company, question, shown)
        if found != EXPOSED:
            proofs.append(Proof(shown, frozenset(other.campaign_id for other in company), found))
            return found
    return EXPOSED


def _margin_with(member: Member, company: Sequence[Member], question: str, shown: AbstractSet[Place]) -> int:
    body = member.body
    program = joint_program([member, *company], question, shown)
    truth = reach_of(body.groups, target_for(member, question).answers)
    forms = forms_of(body.groups, columns=program.columns)
    reach = Exploration(program, forms, body.groups, truth, body.minimum_group, to_margin=False).run()
    return margin(body.groups, reach, body.minimum_group)


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


def partners(others: Sequence[Member], question: str, places: frozenset[Place], count: int) -> list[Member]:
    """Bodies that together hide as many of these cells as possible, each with as many people as possible."""
    left, missing, chosen = list(others), places, list[Member]()
    while left and len(chosen) < count:
        wanted = missing or places
        gains = [_people(other, hidden_places(other, question, wanted)) for other in left]
        if not max(gains):
            break
        chosen.append(left.pop(int(np.argmax(gains))))
        missing = missing - hidden_places(chosen[-1], question, wanted)
    return chosen


def _people(member: Member, places: AbstractSet[Place]) -> int:
    table = member.body.table
    return sum(int(table.sizes[table.members(*place)].sum()) for place in places)
