"""The groups chart: for each question the favourable share of each level of one demographic question, as dots."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from analytics.charts import QUIET, Chart, Json, label_above, label_axis, layout_of, percent_axis, plain, wrap

COLOURS = ("#0f7482", "#bd6420", "#6a5acd", "#8a989b")
SYMBOLS = ("circle", "diamond", "square", "cross")


@dataclass(frozen=True)
class Dot:
    """One group's favourable share of a question in percent, and what hovering tells."""

    percent: float
    hover: str


@dataclass(frozen=True)
class DotRow:
    """One question; a dot for each level, None where it is hidden."""

    label: str
    dots: tuple[Dot | None, ...]


def groups_chart(rows: Sequence[DotRow], levels: Sequence[str], axis: str, name: str) -> Chart:
    """Dots by question, first row on top; each level has its own shape and colour. A line joins a question's dots."""
    placed = [(row, len(rows) - 1 - position) for position, row in enumerate(rows)]
    data = [_joins(placed), *(_level(placed, index, level) for index, level in enumerate(levels))]
    low = min((dot.percent for row in rows for dot in row.dots if dot is not None), default=0)
    start = max(0, (low - 1) // 10 * 10)
    layout = layout_of(
        height=70 + 62 * len(rows),
        xaxis=percent_axis(axis, start - 1, 101),
        yaxis=label_axis([(wrap(row.label, 70), height) for row, height in placed], len(rows)),
        margin={"l": 12, "r": 20, "t": 12, "b": 48},
    )
    narrow = {
        "layout": {
            "height": 80 + 96 * len(rows),
            "xaxis.dtick": 20,
            "yaxis.showticklabels": False,
            "yaxis.range": [-0.4, len(rows) - 0.25],
            "annotations": [label_above(wrap(row.label, 46), height, 0.14) for row, height in placed],
            "margin": {"l": 12, "r": 14, "t": 8, "b": 46},
        },
        "data": {},
    }
    return Chart(plain(data), layout, narrow, name)


def _joins(placed: Sequence[tuple[DotRow, int]]) -> go.Scatter:
    x: list[float | None] = []
    y: list[float | None] = []
    for row, height in placed:
        shares = [dot.percent for dot in row.dots if dot is not None]
        if shares:
            x += [min(shares), max(shares), None]
            y += [height, height, None]
    line: Json = {"width": 2, "color": QUIET}
    return go.Scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", connectgaps=False)


def _level(placed: Sequence[tuple[DotRow, int]], index: int, level: str) -> go.Scatter:
    shown = [(dot, height) for row, height in placed if (dot := row.dots[index]) is not None]
    return go.Scatter(
        x=[dot.percent for dot, _ in shown],
        y=[height for _, height in shown],
        mode="markers",
        name=level,
        marker={"size": 12, "color": COLOURS[index % len(COLOURS)], "symbol": SYMBOLS[index % len(SYMBOLS)]},
        hovertext=[dot.hover for dot, _ in shown],
        hoverinfo="text",
    )
