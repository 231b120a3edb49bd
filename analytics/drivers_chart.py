"""The drivers chart: how much each question goes with overall satisfaction, against its favourable share."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

import plotly.graph_objects as go

from analytics.charts import MARK, QUIET, Chart, Json, annotation, layout_of, percent_axis, plain, wrap

FIRST = "#bd6420"


@dataclass(frozen=True)
class DriverPoint:
    """One question: its number, favourable share and importance in percent, its text, what hovering adds.

    ``is_first`` marks what is both important and weak.
    """

    number: str
    favourable: float
    importance: int
    label: str
    told: tuple[str, ...]
    is_first: bool


@dataclass(frozen=True)
class DriverTexts:
    """Translated titles of the axes, and of the four corners."""

    favourable: str
    importance: str
    important_weak: str
    important_strong: str
    other_weak: str
    other_strong: str


def drivers_chart(points: Sequence[DriverPoint], texts: DriverTexts, name: str) -> Chart:
    """Questions as numbered marks; lines at the middle share and at an equal part of the importance.

    Diamonds (of another colour) are both important and weak.
    """
    left, right = _span([point.favourable for point in points])
    last_line = 5 * ceil((max(point.importance for point in points) + 2) / 5)
    edge = 0.07 * last_line  # above the last line of the grid and below the first, for the corners' names
    middle, equal = median(point.favourable for point in points), 100 / len(points)
    quiet: Json = {"size": 12, "color": QUIET}
    corners = [
        annotation(texts.important_weak, x=0, xref="paper", xanchor="left", xshift=6, y=1, yref="paper", yanchor="top"),
        annotation(texts.important_strong, x=1, xref="paper", xanchor="right", y=1, yref="paper", yanchor="top"),
        annotation(texts.other_weak, x=0, xref="paper", xanchor="left", xshift=6, y=0, yref="paper", yanchor="bottom"),
        annotation(texts.other_strong, x=1, xref="paper", xanchor="right", y=0, yref="paper", yanchor="bottom"),
    ]
    for corner in corners:
        corner["font"] = quiet
    layout = layout_of(
        height=460,
        xaxis=percent_axis(texts.favourable, left, right),
        yaxis=percent_axis(texts.importance, -edge, last_line + edge, 5) | {"automargin": True},
        shapes=[
            _line(x0=middle, x1=middle, y0=0, y1=1, xref="x", yref="paper"),
            _line(x0=0, x1=1, y0=equal, y1=equal, xref="paper", yref="y"),
        ],
        annotations=corners,
        margin={"l": 12, "r": 16, "t": 12, "b": 48},
    )
    narrow = {
        "layout": {
            "height": 420,
            "yaxis.title": {"text": texts.importance, "font": {"size": 12}},
            "annotations": [{**corner, "font": {"size": 11, "color": QUIET}} for corner in corners],
        },
        "data": {},
    }
    return Chart(plain([_marks(points)]), layout, narrow, name)


def _marks(points: Sequence[DriverPoint]) -> go.Scatter:
    return go.Scatter(
        x=[point.favourable for point in points],
        y=[point.importance for point in points],
        mode="markers+text",
        text=[point.number for point in points],
        textposition="top center",
        textfont={"size": 15},
        marker={
            "size": 13,
            "color": [FIRST if point.is_first else MARK for point in points],
            "symbol": ["diamond" if point.is_first else "circle" for point in points],
        },
        hovertext=["<br>".join([wrap(point.label, 46), *point.told]) for point in points],
        hoverinfo="text",
        cliponaxis=False,
    )


def _line(**place: object) -> Json:
    return {"type": "line", "line": {"color": QUIET, "width": 1.5, "dash": "dash"}, "layer": "below", **place}


def _span(shares: Sequence[float]) -> tuple[float, float]:
    return max(-2, (min(shares) - 3) // 5 * 5), min(102, -(-(max(shares) + 3) // 5) * 5)
