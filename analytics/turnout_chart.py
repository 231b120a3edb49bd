"""The turnout chart: tokens drawn, envelopes received, responses counted, in percent of those eligible, by body."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from analytics.charts import MARK, QUIET, Chart, label_above, label_axis, layout_of, percent_axis, plain, wrap

SYMBOLS = ("line-ns-open", "circle-open", "circle")
SIZES = (16, 15, 9)
LONGEST_LABEL = 40


@dataclass(frozen=True)
class TurnoutRow:
    """One body: percentages of M, K and n in N, None where not known yet; what hovering tells."""

    label: str
    parts: tuple[float | None, ...]
    hover: str


def turnout_chart(rows: Sequence[TurnoutRow], names: Sequence[str], axis: str, least: int, name: str) -> Chart:
    """Marks by body, first row on top, with a dashed line at the turnout ``least`` that official figures need."""
    placed = [(row, len(rows) - 1 - position) for position, row in enumerate(rows)]
    data = []
    for index, (part, symbol, size) in enumerate(zip(names, SYMBOLS, SIZES, strict=True)):
        shown = [(value, row, height) for row, height in placed if (value := row.parts[index]) is not None]
        data.append(
            go.Scatter(
                x=[value for value, _, _ in shown],
                y=[height for _, _, height in shown],
                mode="markers",
                name=part,
                marker={"symbol": symbol, "size": size, "color": MARK, "line": {"width": 2, "color": MARK}},
                hovertext=[row.hover for _, row, _ in shown],
                hoverinfo="text",
                cliponaxis=False,
            )
        )
    line = {"type": "line", "xref": "x", "x0": least, "x1": least, "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    layout = layout_of(
        height=80 + 30 * len(rows),
        xaxis=percent_axis(axis, 0, 101),
        yaxis=label_axis([(wrap(row.label, 44), height) for row, height in placed], len(rows)),
        shapes=[{**line, "line": {"color": QUIET, "width": 2, "dash": "dash"}}],
        margin={"l": 12, "r": 20, "t": 12, "b": 48},
    )
    narrow = {
        "layout": {
            "height": 80 + 52 * len(rows),
            "xaxis.dtick": 25,
            "yaxis.showticklabels": False,
            "yaxis.range": [-0.5, len(rows) - 0.2],
            "annotations": [label_above(_short(row.label), height, 0.18) for row, height in placed],
            "margin": {"l": 14, "r": 14, "t": 8, "b": 46},
        },
        "data": {},
    }
    return Chart(plain(data), layout, narrow, name)


def _short(label: str) -> str:
    cut = label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"
    return html.escape(cut)
