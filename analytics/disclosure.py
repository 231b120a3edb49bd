"""Disclosure control: what of a body's tally may leave an opening (4-methodology: disclosure control, rules 1 and 3).

A *cell* is the favourable / unfavourable split of one question in one group of respondents; here the one group is
the whole body. Rules say which cells are hidden; breakdowns and the attack on all of it come after.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from analytics.kpi import Kpi
from analytics.methods import METHODS, SECOND_METHOD, favourable_options
from analytics.percent import fraction_text, outward
from analytics.release import HiddenBy, KpiFigure, PercentRange, QuestionTotal
from analytics.tally import Tally, counts_of
from survey_app.domain.questionnaire import Questionnaire

SMALLEST_PART = 3
SMALLEST_BASE_FOR_OPTIONS = 50


@dataclass(frozen=True)
class Cell:
    """One question's answers in one group, in two parts."""

    favourable: int
    unfavourable: int

    @property
    def base(self) -> int:
        """Valid answers."""
        return self.favourable + self.unfavourable

    @property
    def smaller(self) -> int:
        """The smaller part: 0 if all answered the same."""
        return min(self.favourable, self.unfavourable)

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(self.favourable + other.favourable, self.unfavourable + other.unfavourable)


@dataclass(frozen=True)
class Withheld:
    """What rule 5 took back after failed attacks.

    ``totals`` and four-option bars by question; ``cells`` by question and demographic variable; the percentage of every
    KPI but the pinned one; at last every percentage, which leaves the score row.
    """

    totals: frozenset[str] = frozenset()
    options: frozenset[str] = frozenset()
    cells: frozenset[tuple[str, str]] = frozenset()
    other_methods: bool = False
    percentages: bool = False


NOTHING = Withheld()


@dataclass(frozen=True)
class Protected:
    """What may be published of a body as a whole."""

    totals: tuple[QuestionTotal, ...]
    kpis: tuple[KpiFigure, ...]


def cell_of(options: Sequence[int]) -> Cell:
    """Counts of a question's options as a cell."""
    middle = favourable_options(len(options))
    return Cell(sum(options[:middle]), sum(options[middle:]))


def is_safe(cell: Cell, minimum_group: int) -> bool:
    """Rule 1: enough answers, and at least three on either side (so "all answered the same" is hidden too)."""
    return cell.base >= minimum_group and cell.smaller >= SMALLEST_PART


def hidden_totals(
    cells: Mapping[str, Cell],
    weights: Sequence[Mapping[str, Fraction]],
    minimum_group: int,
    withheld: frozenset[str] = frozenset(),
) -> frozenset[str]:
    """Rule 3: unsafe totals, and as many safe ones with them as it takes that the KPI less the rest tells nothing.

    ``weights`` are those of each KPI that stays published. One total is never hidden alone; and those hidden must
    together leave room, within what each KPI says of them, for three people on either side of each of them: two
    unanimous totals would otherwise be as good as shown. Added is always the total nearest to being unsafe:
    smallest part, then smallest base, then first in order. ``withheld`` are hidden in any case.
    """
    hidden = {question for question, cell in cells.items() if question in withheld or not is_safe(cell, minimum_group)}
    while hidden and len(hidden) < len(cells) and not _is_ambiguous({q: cells[q] for q in hidden}, weights):
        hidden.add(nearest_to_unsafe({question: cell for question, cell in cells.items() if question not in hidden}))
    return frozenset(hidden)


def nearest_to_unsafe(cells: Mapping[str, Cell]) -> str:
    """The question with the smallest part, then smallest base, then first in order."""
    return min(cells, key=lambda question: (cells[question].smaller, cells[question].base))


def _is_ambiguous(hidden: Mapping[str, Cell], weights: Sequence[Mapping[str, Fraction]]) -> bool:
    """Whether each KPI's share of the hidden totals could lie, on either side, with any one of them alone.

    A KPI that rests on one hidden total only is not published, so it tells nothing.
    """
    if len(hidden) == 1:
        return False
    for weight in weights:
        if sum(1 for question in hidden if weight[question]) == 1:
            continue
        needed = SMALLEST_PART * max(weight[question] for question in hidden)
        favourable = sum(weight[question] * cell.favourable for question, cell in hidden.items())
        unfavourable = sum(weight[question] * cell.unfavourable for question, cell in hidden.items())
        if min(favourable, unfavourable) < needed:
            return False
    return True


def protect(
    questionnaire: Questionnaire,
    tally: Tally,
    kpis: Mapping[str, Kpi],
    pinned: str,
    minimum_group: int,
    *,
    withheld: Withheld = NOTHING,
) -> Protected:
    """Totals and KPI figures of a body that may be published; ``pinned`` is the manifest's method."""
    counts = counts_of(tally)
    order = [question.id for question in questionnaire.substantive]
    if tally.n < minimum_group or withheld.percentages:
        mark: HiddenBy = "small_body" if tally.n < minimum_group else "protected"
        nothing = tuple(_hide(question, mark) for question in order)
        return Protected(nothing, tuple(_row_only(kpi) for name, kpi in kpis.items() if name == pinned))
    cells = {question: cell_of(counts[question]) for question in order}
    beside = () if withheld.other_methods else (SECOND_METHOD,)
    allowed = [kpi for name, kpi in kpis.items() if name in (pinned, *beside)]
    weights = [METHODS[kpi.method].weights(questionnaire) for kpi in allowed]
    hidden = hidden_totals(cells, weights, minimum_group, withheld.totals)
    totals = tuple(
        _hide(question, "protected")
        if question in hidden
        else _show(question, counts[question], options=question not in withheld.options)
        for question in order
    )
    if not hidden:
        all_options = all(total.options is not None for total in totals)
        return Protected(totals, tuple(_figure(kpi, fraction=_is_derivable(kpi, all_options)) for kpi in kpis.values()))
    return Protected(totals, tuple(_with_hidden(kpi, questionnaire, hidden) for kpi in allowed))


def _is_derivable(kpi: Kpi, all_options: bool) -> bool:
    """An exact fraction is published only if the published totals determine it anyway.

    The bases in its denominator would otherwise give away how each question's options split.
    """
    return METHODS[kpi.method].by_favourable or all_options


def _with_hidden(kpi: Kpi, questionnaire: Questionnaire, hidden: frozenset[str]) -> KpiFigure:
    """No fraction; and only the row where the KPI rests on exactly one hidden total, which it would give away."""
    weights = METHODS[kpi.method].weights(questionnaire)
    unknown = [question for question in hidden if weights[question]]
    return _row_only(kpi) if len(unknown) == 1 else _figure(kpi, fraction=False)


def may_show_options(options: Sequence[int]) -> bool:
    """Counts by option only from a base of 50 and with no option chosen by one or two people."""
    return sum(options) >= SMALLEST_BASE_FOR_OPTIONS and all(not 0 < count < SMALLEST_PART for count in options)


def _show(question: str, counts: Sequence[int], *, options: bool) -> QuestionTotal:
    cell = cell_of(counts)
    shown = tuple(counts) if options and may_show_options(counts) else None
    return QuestionTotal(question, None, cell.favourable, cell.unfavourable, cell.base, shown)


def _hide(question: str, rule: HiddenBy) -> QuestionTotal:
    return QuestionTotal(question, rule, None, None, None, None)


def _figure(kpi: Kpi, *, fraction: bool) -> KpiFigure:
    return KpiFigure(
        method=kpi.method,
        percent=f"{kpi.percent:.2f}",
        fraction=fraction_text(kpi.value) if fraction else None,
        interval=PercentRange(*outward(*kpi.ci95)),
        logical_bounds=PercentRange(*outward(*kpi.logical_bounds)),
        row=kpi.row.percent,
        score_range=kpi.row.score,
        stable=kpi.stable,
        flags=kpi.flags,
    )


def _row_only(kpi: Kpi) -> KpiFigure:
    return KpiFigure(kpi.method, None, None, None, None, kpi.row.percent, kpi.row.score, None, kpi.flags)
