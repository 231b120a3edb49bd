"""Bodies side by side, question by question: each one's favourable share and how far it is from the median body's."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from analytics.figures import HiddenBy, QuestionTotal

LEAST_BODIES = 3


@dataclass(frozen=True)
class MedianCell:
    """One question of one body: shares of 1, exact. ``difference`` is None without a share or a median."""

    hidden: HiddenBy | None
    share: Fraction | None
    difference: Fraction | None


@dataclass(frozen=True)
class MedianTable:
    """``medians`` by question (None where fewer than three bodies show it); ``rows`` in the order given."""

    medians: tuple[Fraction | None, ...]
    rows: tuple[tuple[MedianCell, ...], ...]


def compare_with_median(bodies: Sequence[Sequence[QuestionTotal]]) -> MedianTable:
    """All bodies' totals, each in the questionnaire's order, against the median of those that show the question."""
    columns = list(zip(*bodies, strict=True))
    medians = tuple(_median([favourable_share(total) for total in column]) for column in columns)
    rows = (tuple(_cell(total, middle) for total, middle in zip(row, medians, strict=True)) for row in bodies)
    return MedianTable(medians, tuple(rows))


def favourable_share(total: QuestionTotal) -> Fraction | None:
    """Favourable answers of all valid ones; None where hidden or nobody answered."""
    return Fraction(total.favourable, total.base) if total.favourable is not None and total.base else None


def _median(shares: Sequence[Fraction | None]) -> Fraction | None:
    shown = [share for share in shares if share is not None]
    return median(shown) if len(shown) >= LEAST_BODIES else None


def _cell(total: QuestionTotal, middle: Fraction | None) -> MedianCell:
    share = favourable_share(total)
    return MedianCell(total.hidden, share, None if share is None or middle is None else share - middle)
