"""Tables as pages show them, made of Releases: numbers stay exact here and get their digits in the templates."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from analytics.campaigns.certified import Certified
from analytics.comparison import Difference, Obstacle, compare, obstacle
from analytics.figures import GroupCell, GroupFigures
from analytics.median import MedianCell, compare_with_median, favourable_share
from analytics.methods import DEFAULT_METHOD, SECOND_METHOD
from analytics.release import KpiFigure, Release
from analytics.round_release import RoundRelease
from analytics.sensitivity import Gap, explain_gap
from analytics.views.selection import questionnaire_of
from survey_app.domain.questionnaire import Option, Question, Questionnaire

Figured = Release | RoundRelease


@dataclass(frozen=True)
class Matrix:
    """Bodies by questions; ``rows`` are (Release, its cells), ``medians`` by question."""

    questions: tuple[Question, ...]
    medians: tuple[Fraction | None, ...]
    rows: tuple[tuple[Certified, tuple[MedianCell, ...]], ...]


@dataclass(frozen=True)
class GroupTable:
    """One demographic question: its levels, and for each substantive question a cell a level (None if absent)."""

    variable: str
    question: Question
    levels: tuple[Option, ...]
    rows: tuple[tuple[Question, tuple[GroupCell | None, ...]], ...]

    @property
    def anything_shown(self) -> bool:
        """Whether any cell has a figure."""
        return any(cell is not None and cell.hidden is None for _, cells in self.rows for cell in cells)

    @property
    def marks(self) -> list[str]:
        """Why cells are hidden, each reason once."""
        return sorted({cell.hidden for _, cells in self.rows for cell in cells if cell is not None and cell.hidden})


@dataclass(frozen=True)
class DriverLine:
    """A question's importance in whole percent beside its favourable share; ``is_weak`` and ``is_important`` compare.

    Important is more than an equal part of all; weak is below the middle of the questions shown.
    """

    question: Question
    importance: int
    share: Fraction
    is_important: bool
    is_weak: bool


@dataclass(frozen=True)
class Step:
    """From one round to the next: both Releases, and their difference by the pinned method or why there is none."""

    earlier: Certified
    later: Certified
    obstacle: Obstacle | None
    difference: Difference | None


@dataclass(frozen=True)
class MethodGap:
    """The pinned method and the one always shown beside it, and what their difference is made of (if it is known)."""

    pinned: KpiFigure
    beside: KpiFigure
    gap: Gap | None

    @property
    def points(self) -> Decimal | None:
        """The method beside minus the pinned one, in percentage points."""
        if self.pinned.percent is None or self.beside.percent is None:
            return None
        return Decimal(self.beside.percent) - Decimal(self.pinned.percent)

    @property
    def rows_differ(self) -> bool:
        """Whether the choice of method decides the row of Appendix 5."""
        return self.pinned.row != self.beside.row


def matrix(entries: Sequence[Certified]) -> Matrix | None:
    """All bodies of a round that share its questionnaire; None without any."""
    if not entries:
        return None
    reference = entries[0].release.questionnaire
    chosen = [entry for entry in entries if entry.release.questionnaire == reference]
    table = compare_with_median([entry.release.totals for entry in chosen])
    rows = tuple(zip(chosen, table.rows, strict=True))
    return Matrix(questionnaire_of(reference).substantive, table.medians, rows)


def groups(breakdowns: Sequence[GroupFigures], questionnaire: Questionnaire) -> tuple[GroupTable, ...]:
    """A table for each demographic question."""
    cells = {(group.variable, group.level, cell.question): cell for group in breakdowns for cell in group.cells}
    return tuple(
        GroupTable(
            str(demographic.name),
            demographic,
            demographic.options,
            tuple(
                (
                    question,
                    tuple(cells.get((str(demographic.name), o.code, question.id)) for o in demographic.options),
                )
                for question in questionnaire.substantive
            ),
        )
        for demographic in questionnaire.demographic
    )


def drivers(release: Figured, questionnaire: Questionnaire) -> tuple[DriverLine, ...]:
    """The most important question first; nothing without drivers."""
    if release.drivers is None:
        return ()
    shares = {total.question: favourable_share(total) for total in release.totals}
    known = [d for d in release.drivers.importances if shares.get(d.question) is not None]
    equal = Fraction(100, len(release.drivers.importances))
    ordered = sorted(shares[d.question] or Fraction(0) for d in known)
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2 if ordered else Fraction(0)
    questions = {question.id: question for question in questionnaire.substantive}
    lines = [
        DriverLine(questions[d.question], d.importance, share, d.importance > equal, share < middle)
        for d in known
        if (share := shares[d.question]) is not None
    ]
    return tuple(sorted(lines, key=lambda line: (-line.importance, line.question.number)))


def steps(history: Sequence[Certified]) -> tuple[Step, ...]:
    """Neighbouring rounds among the Releases that stand."""
    current = [entry for entry in history if entry.is_current]
    found = []
    for earlier, later in itertools.pairwise(current):
        differences = compare(later.release, earlier.release)
        why = obstacle(later.release, earlier.release)
        found.append(Step(earlier, later, why, differences[0] if differences else None))
    return tuple(found)


def gap(release: Figured, questionnaire: Questionnaire) -> MethodGap | None:
    """The two methods that are always shown, where both are."""
    pinned = next((f for f in release.kpis if f.method == release.method), None)
    other = DEFAULT_METHOD if release.method == SECOND_METHOD else SECOND_METHOD
    beside = next((f for f in release.kpis if f.method == other), None)
    if pinned is None or beside is None:
        return None
    return MethodGap(pinned, beside, explain_gap(questionnaire, release.totals, release.method, other))
