"""Disclosure control as a whole: protect the figures, attack them, hide more until no attack succeeds (rule 5)."""

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from analytics.attacker.body import Attack, Body, attack_body, withstands
from analytics.attacker.published import Published, read_figures
from analytics.breakdowns import break_down
from analytics.disclosure import Withheld, cell_of, nearest_to_unsafe, protect
from analytics.drivers import Moments, find_drivers
from analytics.figures import Figures, Verdict
from analytics.groups import GroupTable, groups_of
from analytics.kpi import Kpi
from analytics.release import Release, sorted_counts
from analytics.tally import Tally, counts_of
from survey_app.domain.questionnaire import Questionnaire

Superseded = Mapping[bytes, Release]
NONE_SUPERSEDED: Superseded = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Counted:
    """All that was counted of one body; exists in memory only."""

    tally: Tally
    table: GroupTable
    moments: Moments
    kpis: Mapping[str, Kpi]


@dataclass(frozen=True)
class Terms:
    """What the manifest fixes for the protection: the pinned method, the smallest group, N."""

    pinned: str
    minimum_group: int
    eligible: int


def protect_and_attack(
    questionnaire: Questionnaire,
    counted: Counted,
    terms: Terms,
    superseded: Superseded = NONE_SUPERSEDED,
    root: bytes = b"",
) -> tuple[Figures, Verdict]:
    """Figures that withstand the attack, and its verdict; ``root`` is the batch's.

    ``superseded`` are earlier Releases by the SHA-256 of their JWS. What they published of the same batch is attacked
    together with the new figures. Of another batch the difference would be the answers of the few who are in only
    one of them: then, and where nothing else withstands, only the score row is published, which the Order requires.
    """
    body = Body(
        questionnaire,
        counts_of(counted.tally),
        counted.table,
        groups_of(counted.table),
        terms.eligible,
        terms.minimum_group,
    )
    withheld = Withheld(percentages=any(release.root != root for release in superseded.values()))
    while True:
        figures = publish(questionnaire, counted, terms, withheld)
        if counted.tally.n < terms.minimum_group or withheld.percentages:
            return figures, Verdict("row_only", None, hidden_by_mark(figures), ())
        together = {digest: release for digest, release in superseded.items() if release.figures != figures}
        published = [figures, *(release.figures for release in together.values())]
        attack = attack_body(body, published)
        if not attack.exposed:
            return figures, Verdict("pass", attack.margin, hidden_by_mark(figures), tuple(together))
        withheld = _withhold_more(body, published, attack, withheld)


def publish(questionnaire: Questionnaire, counted: Counted, terms: Terms, withheld: Withheld) -> Figures:
    """Rules 1 to 3, and what rule 5 took back so far."""
    minimum = terms.minimum_group
    protected = protect(questionnaire, counted.tally, counted.kpis, terms.pinned, minimum, withheld=withheld)
    hidden = {total.question for total in protected.totals if total.hidden is not None}
    return Figures(
        protected.kpis,
        protected.totals,
        break_down(questionnaire, counted.table, minimum, hidden, withheld.cells),
        None if hidden else find_drivers(questionnaire, counted.moments),
    )


def hidden_by_mark(figures: Figures) -> dict[str, int]:
    """How many totals and cells are hidden, by their mark."""
    marks = [total.hidden for total in figures.totals]
    marks += [cell.hidden for group in figures.breakdowns for cell in group.cells]
    return sorted_counts(Counter(mark for mark in marks if mark is not None))


def _withhold_more(body: Body, figures: Sequence[Figures], attack: Attack, withheld: Withheld) -> Withheld:
    """Rule 5: exposed questions lose variables, else totals; then totals beside, other methods, percentages."""
    shown = read_figures(body.questionnaire, figures[:1])
    known = read_figures(body.questionnaire, figures)
    variables = {pair for question in attack.exposed for pair in _variables_to_hide(body, question, shown, known)}
    if variables:
        return replace(withheld, cells=withheld.cells | variables)
    totals = {question for question in attack.exposed if question in shown.totals}
    if not totals and shown.totals:
        totals = {nearest_to_unsafe({question: cell_of(body.counts[question]) for question in shown.totals})}
    if totals:
        return replace(withheld, totals=withheld.totals | totals)
    return replace(withheld, percentages=True) if withheld.other_methods else replace(withheld, other_methods=True)


def _variables_to_hide(body: Body, question: str, shown: Published, known: Published) -> set[tuple[str, str]]:
    """Demographic questions whose cells of ``question`` must go: as few cells as possible, all if need be."""
    mine, theirs = shown.cells[question], known.cells[question]
    variables = sorted({variable for variable, _ in mine})
    candidates = (
        (set(going), {place for place in mine if place[0] in going})
        for size in range(1, len(variables) + 1)
        for going in itertools.combinations(variables, size)
    )
    names = [str(demographic.name) for demographic in body.questionnaire.demographic]
    for going, places in sorted(candidates, key=lambda candidate: len(candidate[1])):
        left = {place: split for place, split in theirs.items() if place not in places}
        if len(going) == len(variables) or withstands(body, question, known.totals[question], left):
            return {(question, names[variable]) for variable in going}
    return set()
