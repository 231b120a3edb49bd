"""The trend chart: one body's KPI over rounds, broken where figures are not comparable."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from analytics.charts import GRID, MARK, AxisTexts, Chart, layout_of, plain
from analytics.kpi_charts import STEP, error_bars, span
from analytics.release import KpiFigure, Release


@dataclass(frozen=True)
class Point:
    """One round of a trend; points with different ``basis`` (method, questionnaire) are not joined."""

    round: str
    figure: KpiFigure
    basis: str
    hover: str


def trend_chart(points: Sequence[Point], axis: AxisTexts, name: str) -> Chart:
    """KPI over rounds with intervals; the line breaks where the method or the questionnaire changed."""
    shown = [point for point in points if point.figure.percent is not None]
    low, high = span([point.figure for point in shown], logical=False)
    data: list[go.Scatter] = []
    for run in _runs(shown):
        values = [float(point.figure.percent or 0) for point in run]
        data.append(
            go.Scatter(
                x=[point.round for point in run],
                y=values,
                mode="lines+markers",
                line={"color": MARK, "width": 2},
                marker={"color": MARK, "size": 11},
                error_y=error_bars([point.figure for point in run], values),
                hovertext=[point.hover for point in run],
                hoverinfo="text",
            )
        )
    rounds = [point.round for point in shown]
    labels = [f"{point.round}<br>{axis.number(point.figure.percent)} %" for point in shown]
    layout = layout_of(
        height=340,
        xaxis={
            "type": "category",
            "categoryorder": "array",
            "categoryarray": rounds,
            "fixedrange": True,
            "range": [-0.5, len(rounds) - 0.5],
            "tickvals": rounds,
            "ticktext": labels,
            "showgrid": False,
        },
        yaxis={
            "range": [low, high],
            "dtick": STEP,
            "ticksuffix": " %",
            "title": {"text": axis.percent},
            "gridcolor": GRID,
            "zeroline": False,
            "fixedrange": True,
            "automargin": True,
        },
        margin={"l": 12, "r": 16, "t": 16, "b": 36},
    )
    return Chart(plain(data), layout, {"layout": {"yaxis.dtick": 10}, "data": {}}, name)


def release_basis(release: Release) -> str:
    """What two Releases must share for a line to join them."""
    return f"{release.method} {release.questionnaire.sha256.hex()}"


def _runs(points: Sequence[Point]) -> list[list[Point]]:
    """Neighbouring points of one basis."""
    runs: list[list[Point]] = []
    for point in points:
        if runs and runs[-1][-1].basis == point.basis:
            runs[-1].append(point)
        else:
            runs.append([point])
    return runs
