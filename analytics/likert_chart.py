"""The diverging Likert chart: questions as bars, favourable answers to the right, unfavourable ones to the left."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from analytics.charts import GRID, QUIET, Chart, Json, annotation, label_above, label_axis, layout_of, plain, wrap
from analytics.release import QuestionTotal

BRIGHTEST, BRIGHT, PALE, DARK = "#0f7482", "#7cbfc7", "#f0b678", "#bd6420"
FAVOURABLE, UNFAVOURABLE = "#3a9aa7", "#d88a42"
_LEAST_LABELLED = 7


@dataclass(frozen=True)
class Bar:
    """One question of a Likert chart; ``options`` and ``hover`` in the questionnaire's order, favourable first.

    ``note`` stands in place of a bar that is hidden.
    """

    label: str
    total: QuestionTotal
    hover: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class _Part:
    """A segment of a diverging bar: ``weak`` is the inner one, None the whole side."""

    favourable: bool
    weak: bool | None


def likert_chart(bars: Sequence[Bar], legend: tuple[str, str, str, str], sides: tuple[str, str], name: str) -> Chart:
    """Diverging bars by question, favourable to the right, first bar on top.

    ``legend`` names the four shades from most to least favourable, ``sides`` the two of questions that are shown
    in two parts only.
    """
    placed = [(bar, len(bars) - 1 - position) for position, bar in enumerate(bars)]
    left, right = _reach([bar.total for bar in bars])
    data = [
        _segment(placed, part, colour, label)
        for part, colour, label in (
            (_Part(weak=True, favourable=True), BRIGHT, legend[1]),
            (_Part(weak=False, favourable=True), BRIGHTEST, legend[0]),
            (_Part(weak=True, favourable=False), PALE, legend[2]),
            (_Part(weak=False, favourable=False), DARK, legend[3]),
            (_Part(weak=None, favourable=True), FAVOURABLE, sides[0]),
            (_Part(weak=None, favourable=False), UNFAVOURABLE, sides[1]),
        )
    ]
    notes = [_note(bar.note, height) for bar, height in placed if bar.total.hidden is not None]
    ticks = list(range(-100, 101, 25))
    axis = {
        "range": [-left, right],
        "tickvals": ticks,
        "ticktext": [f"{abs(tick)} %" for tick in ticks],
        "gridcolor": GRID,
        "zeroline": True,
        "zerolinewidth": 2,
        "zerolinecolor": QUIET,
        "fixedrange": True,
        "side": "top",
    }
    layout = layout_of(
        height=60 + 72 * len(bars),
        xaxis=axis,
        yaxis=label_axis([(wrap(bar.label, 56), height) for bar, height in placed], len(bars)),
        annotations=notes,
        margin={"l": 12, "r": 16, "t": 36, "b": 12},
        barmode="relative",
        bargap=0.42,
    )
    narrow = {
        "layout": {
            "height": 56 + 122 * len(bars),
            "xaxis.tickvals": [-100, -50, 0, 50, 100],
            "xaxis.ticktext": ["100 %", "50 %", "0", "50 %", "100 %"],
            "yaxis.showticklabels": False,
            "yaxis.range": [-0.3, len(bars) - 0.15],
            "bargap": 0.76,
            "annotations": [*notes, *(label_above(wrap(bar.label, 46), height, 0.15) for bar, height in placed)],
            "margin": {"l": 10, "r": 12, "t": 36, "b": 8},
        },
        "data": {},
    }
    return Chart(plain(data), layout, narrow, name)


def _note(text: str, height: float) -> Json:
    return annotation(wrap(text, 52), x=0.5, xref="paper", y=height, yref="y", align="center")


def _segment(placed: Sequence[tuple[Bar, int]], part: _Part, colour: str, label: str) -> go.Bar:
    x, y, text, hover = [], [], [], []
    for bar, height in placed:
        for count, told in _counts(bar, part):
            value = 100 * count / (bar.total.base or 1)
            x.append(value if part.favourable else -value)
            y.append(height)
            text.append(f"{value:.0f}" if value >= _LEAST_LABELLED else "")
            hover.append(told)
    return go.Bar(
        x=x,
        y=y,
        orientation="h",
        name=label,
        marker={"color": colour, "line": {"width": 0}},
        text=text,
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        constraintext="none",
        textfont={"size": 13, "color": "#ffffff" if colour in (BRIGHTEST, DARK) else "#14282c"},
        hovertext=hover,
        hoverinfo="text",
    )


def _counts(bar: Bar, part: _Part) -> list[tuple[int, str]]:
    """(count, hover text) of one bar's options in a segment; the inner option of a side is the weak one."""
    total = bar.total
    if total.favourable is None or total.unfavourable is None:
        return []
    if total.options is None:
        side = (total.favourable, bar.hover[0]) if part.favourable else (total.unfavourable, bar.hover[-1])
        return [side] if part.weak is None else []
    if part.weak is None:
        return []
    middle = len(total.options) // 2
    options = list(zip(total.options, bar.hover, strict=True))
    side_options = options[:middle] if part.favourable else options[middle:][::-1]
    return side_options[1:] if part.weak else side_options[:1]


def _reach(totals: Sequence[QuestionTotal]) -> tuple[float, float]:
    """How far bars go to either side, with a little room."""
    shown = [t for t in totals if t.base and t.favourable is not None and t.unfavourable is not None]
    left = max((100 * (t.unfavourable or 0) / (t.base or 1) for t in shown), default=50)
    right = max((100 * (t.favourable or 0) / (t.base or 1) for t in shown), default=50)
    return min(100, left + 6), min(100, right + 6)
