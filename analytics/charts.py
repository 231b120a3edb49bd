"""Charts of certified figures, as JSON for analytics/static/charts.js: what all of them share.

Release -> plotly figures; pure: texts come in translated. Every chart has a wide form and a patch for narrow
screens, where names stand above their marks instead of beside them. Colours are legible on light and dark paper and
told apart by people who do not see red and green alike; shape and position always say the same as colour.
"""

import html
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

MARK = "#2a8f9d"
QUIET = "#8a989b"
BAND = "rgba(125, 145, 150, 0.17)"
GRID = "rgba(125, 145, 150, 0.45)"

Json = dict[str, Any]
Number = Callable[[Any], str]


@dataclass(frozen=True)
class Chart:
    """What a page embeds: plotly data and layout, the changes for narrow screens, a file name for its picture."""

    data: list[Json]
    layout: Json
    narrow: Json
    name: str

    def to_json(self) -> Json:
        """Plain JSON values."""
        return {"data": self.data, "layout": self.layout, "narrow": self.narrow, "name": self.name}


@dataclass(frozen=True)
class AxisTexts:
    """Translated titles of the two scales: percent below, score of Appendix 5 above."""

    percent: str
    score: str
    number: Number


def plain(traces: Sequence[Any]) -> list[Json]:
    """Validated traces as plain JSON values."""
    return [trace.to_plotly_json() for trace in traces]


def layout_of(**settings: Any) -> Json:
    """A validated layout without plotly's default template."""
    common: Json = {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "font": {"family": "Golos Text, system-ui, sans-serif", "size": 14},
        "hoverlabel": {"align": "left", "font": {"size": 14}},
    }
    layout: Json = go.Layout(**(common | settings)).to_plotly_json()
    return layout


def percent_axis(title: str, low: float, high: float, step: int = 10) -> Json:
    """An axis from ``low`` to ``high`` percent with a grid line at every ``step``."""
    return {
        "range": [low, high],
        "dtick": step,
        "ticksuffix": " %",
        "title": {"text": title},
        "gridcolor": GRID,
        "zeroline": False,
        "fixedrange": True,
    }


def label_axis(labels: Sequence[tuple[str, float]], count: int, *, room: float = 0.6) -> Json:
    """A vertical axis of ``count`` lines, each with its name beside it; ``room`` lines are left above the first."""
    return {
        "tickvals": [height for _, height in labels],
        "ticktext": [label for label, _ in labels],
        "range": [-0.6, count - 1 + room],
        "showgrid": False,
        "zeroline": False,
        "automargin": True,
        "fixedrange": True,
        "ticklabelstandoff": 8,
    }


def annotation(text: str, **place: Any) -> Json:
    """A text without an arrow; bold and italics would become inline styles, which the page's policy forbids."""
    return {"text": text, "showarrow": False, "font": {"size": 13}, **place}


def label_above(text: str, height: float, lift: float) -> Json:
    """A name that stands on its mark, ``lift`` lines above it, and grows upwards."""
    return annotation(
        text, x=0, xref="paper", xanchor="left", y=height + lift, yref="y", yanchor="bottom", align="left"
    )


def wrap(text: str, width: int) -> str:
    """Text in lines of at most ``width`` characters, harmless to plotly's markup."""
    return "<br>".join(html.escape(line) for line in textwrap.wrap(text, width))
