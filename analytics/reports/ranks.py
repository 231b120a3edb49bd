"""Places of bodies as ranges: as far as their intervals tell them apart (no number is made up for certainty)."""

from collections.abc import Sequence
from decimal import Decimal

from analytics.release import KpiFigure

Place = tuple[int, int]


def places(figures: Sequence[KpiFigure]) -> list[Place | None]:
    """For each KPI the best and the worst place, 1 being the highest; None where no interval may be shown.

    A body is certainly behind another one only if its whole interval lies below the other's.
    """
    intervals = [_interval(figure) for figure in figures]
    ranked = [interval for interval in intervals if interval is not None]
    return [None if interval is None else _place(interval, ranked) for interval in intervals]


def _place(interval: tuple[Decimal, Decimal], ranked: Sequence[tuple[Decimal, Decimal]]) -> Place:
    low, high = interval
    above = sum(other_low > high for other_low, _ in ranked)
    below = sum(other_high < low for _, other_high in ranked)
    return above + 1, len(ranked) - below


def _interval(figure: KpiFigure) -> tuple[Decimal, Decimal] | None:
    if figure.interval is None:
        return None
    return Decimal(figure.interval.low), Decimal(figure.interval.high)
