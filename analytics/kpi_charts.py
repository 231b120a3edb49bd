"""The KPI chart: bodies or methods as marks with intervals over the shaded score rows of Appendix 5."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from analytics.charts import (
    BAND,
    MARK,
    QUIET,
    AxisTexts,
    Chart,
    Json,
    Number,
    annotation,
    label_above,
    label_axis,
    layout_of,
    plain,
    wrap,
)
from analytics.release import KpiFigure
from analytics.score_tables import ScoreRow, appendix5

STEP = 5
_LONGEST_LABEL = 36


@dataclass(frozen=True)
class Line:
    """One line of a KPI chart: its label, the figure (None of it but the row may be shown), what hovering tells."""

    label: str
    figure: KpiFigure
    hover: str
    provisional: bool = False


def kpi_chart(lines: Sequence[Line], axis: AxisTexts, name: str, *, logical: bool = False) -> Chart:
    """KPIs with 95 % intervals over the shaded rows of Appendix 5, first line on top.

    Filled marks: the whole interval lies in one row; open marks: it does not. Diamonds are provisional. A figure
    of which only the row may be shown is a bar over that row. ``logical`` adds the logical bounds.
    """
    heights = [len(lines) - 1 - position for position in range(len(lines))]
    placed = list(zip(lines, heights, strict=True))
    low, high = span([line.figure for line in lines], logical=logical)
    data = [_row_bars(placed), *([_logical_bounds(placed)] if logical else []), _marks(placed, axis.number)]
    layout = layout_of(
        height=118 + 42 * len(lines),
        xaxis=_percent_axis(axis.percent, low, high),
        yaxis=label_axis([(wrap(line.label, 44), height) for line, height in placed], len(lines), room=0.75),
        shapes=_bands(low, high),
        annotations=_score_ticks(low, high, STEP, axis),
        margin={"l": 12, "r": 24, "t": 52, "b": 48},
    )
    narrow = {
        "layout": {
            "height": 128 + 62 * len(lines),
            "xaxis.dtick": 10,
            "yaxis.showticklabels": False,
            "yaxis.range": [-0.5, len(lines) - 0.2],
            "annotations": [
                *_score_ticks(low, high, 10, axis),
                *(label_above(_clip(line.label, axis.number, line.figure), height, 0.2) for line, height in placed),
            ],
            "margin": {"l": 14, "r": 14, "t": 56, "b": 46},
        },
        "data": {"mode": "markers"},
    }
    return Chart(plain(data), layout, narrow, name)


def _percent_axis(title: str, low: float, high: float) -> Json:
    return {
        "range": [low, high],
        "dtick": STEP,
        "ticksuffix": " %",
        "title": {"text": title},
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "tickcolor": QUIET,
        "ticks": "outside",
    }


def span(figures: Sequence[KpiFigure], *, logical: bool) -> tuple[float, float]:
    """From the five below everything shown to the five above, within 0 to 100."""
    edges: list[float] = []
    for figure in figures:
        for bounds in (figure.interval, figure.logical_bounds if logical else None):
            edges += [] if bounds is None else [float(bounds.low), float(bounds.high)]
        edges += _row_edges(figure) if figure.percent is None else [float(figure.percent)]
    low, high = min(edges, default=0), max(edges, default=100)
    return max(0, (low - 1) // STEP * STEP), min(101, -(-(high + 1) // STEP) * STEP)


def _row_edges(figure: KpiFigure) -> list[float]:
    row = next(row for row in appendix5() if row.percent == figure.row)
    return [float(row.start), _end(row)]


def _end(row: ScoreRow) -> float:
    """Where the next row begins."""
    return float(row.start) + (1 if row.to is None else STEP)


def _bands(low: float, high: float) -> list[Json]:
    """Every second row of Appendix 5, shaded."""
    rows = [row for row in appendix5() if _end(row) > low and float(row.start) < high]
    return [
        {
            "type": "rect",
            "xref": "x",
            "yref": "paper",
            "x0": max(low, float(row.start)),
            "x1": min(high, _end(row)),
            "y0": 0,
            "y1": 1,
            "fillcolor": BAND,
            "line": {"width": 0},
            "layer": "below",
        }
        for row in rows
        if int(row.start) // STEP % 2 == 0
    ]


def _score_ticks(low: float, high: float, step: int, axis: AxisTexts) -> list[Json]:
    """The lowest score of each row, above the row's lower edge, and the scale's name."""
    rows = [row for row in appendix5() if low <= float(row.start) <= high and int(row.start) % step == 0]
    ticks = [
        annotation(axis.number(row.lowest), x=float(row.start), xref="x", y=1, yref="paper", yshift=12) for row in rows
    ]
    return [*ticks, annotation(axis.score, x=0, xref="paper", xanchor="left", y=1, yref="paper", yshift=36)]


def _marks(placed: Sequence[tuple[Line, int]], number: Number) -> go.Scatter:
    shown = [(line, height) for line, height in placed if line.figure.percent is not None]
    values = [float(line.figure.percent or 0) for line, _ in shown]
    symbols = ["diamond" if line.provisional else "circle" for line, _ in shown]
    return go.Scatter(
        x=values,
        y=[height for _, height in shown],
        mode="markers+text",
        marker={
            "color": MARK,
            "size": 13,
            "symbol": [
                symbol if line.figure.stable else f"{symbol}-open"
                for (line, _), symbol in zip(shown, symbols, strict=True)
            ],
            "line": {"width": 2.5, "color": MARK},
        },
        error_x=error_bars([line.figure for line, _ in shown], values),
        text=[number(line.figure.percent) for line, _ in shown],
        textposition="top center",
        cliponaxis=False,
        hovertext=[line.hover for line, _ in shown],
        hoverinfo="text",
    )


def error_bars(figures: Sequence[KpiFigure], values: Sequence[float]) -> Json:
    """The figures' intervals around their values."""
    pairs = list(zip(figures, values, strict=True))
    return {
        "type": "data",
        "symmetric": False,
        "array": [0 if f.interval is None else max(0.0, float(f.interval.high) - v) for f, v in pairs],
        "arrayminus": [0 if f.interval is None else max(0.0, v - float(f.interval.low)) for f, v in pairs],
        "thickness": 2.5,
        "width": 6,
        "color": MARK,
    }


def _row_bars(placed: Sequence[tuple[Line, int]]) -> go.Scatter:
    only_row = [(line, height) for line, height in placed if line.figure.percent is None]
    x: list[float | None] = []
    y: list[float | None] = []
    hover: list[str | None] = []
    for line, height in only_row:
        start, end = _row_edges(line.figure)
        x += [start, (start + end) / 2, end, None]
        y += [height, height, height, None]
        hover += [line.hover] * 3 + [None]
    return go.Scatter(
        x=x, y=y, mode="lines", line={"width": 14, "color": QUIET}, hovertext=hover, hoverinfo="text", connectgaps=False
    )


def _logical_bounds(placed: Sequence[tuple[Line, int]]) -> go.Scatter:
    x: list[float | None] = []
    y: list[float | None] = []
    for line, height in placed:
        bounds = line.figure.logical_bounds
        if bounds is not None:
            x += [float(bounds.low), float(bounds.high), None]
            y += [height, height, None]
    return go.Scatter(
        x=x,
        y=y,
        mode="lines+markers",
        line={"width": 1.5, "color": QUIET, "dash": "dot"},
        marker={"symbol": "line-ns-open", "size": 12, "color": QUIET},
        hoverinfo="skip",
        connectgaps=False,
    )


def _clip(label: str, number: Number, figure: KpiFigure) -> str:
    """The value and a name that fit one line of a phone."""
    short = label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1].rstrip() + "…"
    return html.escape(short if figure.percent is None else f"{number(figure.percent)} · {short}")
