"""Charts from figures: positions, marks and texts, checked against the figures by hand."""

import json

from analytics.charts import AxisTexts
from analytics.drivers_chart import DriverPoint, DriverTexts, drivers_chart
from analytics.groups_chart import Dot, DotRow, groups_chart
from analytics.kpi_charts import Line, kpi_chart
from analytics.likert_chart import Bar, likert_chart
from analytics.release import KpiFigure, PercentRange, QuestionTotal
from analytics.trend_chart import Point, trend_chart
from analytics.turnout_chart import TurnoutRow, turnout_chart

AXIS = AxisTexts("KPI", "Score", lambda value: str(value).replace(".", ","))
LEGEND = ("best", "good", "bad", "worst")


def figure(
    percent: str | None, low: str = "60.0", high: str = "70.0", row: str = "65-69,99", *, stable: bool = True
) -> KpiFigure:
    bounds = None if percent is None else PercentRange(low, high)
    return KpiFigure("fav_share/1", percent, None, bounds, bounds, row, "3,25-3,49", stable if percent else None, ())


def total(favourable: int, unfavourable: int, options: tuple[int, ...] | None = None) -> QuestionTotal:
    return QuestionTotal("q1", None, favourable, unfavourable, favourable + unfavourable, options)


class TestKpiChart:
    def test_first_line_is_on_top_and_intervals_reach_the_bounds(self) -> None:
        chart = kpi_chart([Line("A", figure("66.00"), "a"), Line("B", figure("62.50"), "b")], AXIS, "name")
        marks = chart.data[-1]
        assert (list(marks["x"]), list(marks["y"])) == ([66.0, 62.5], [1, 0])
        assert list(marks["error_x"]["array"]) == [4.0, 7.5]
        assert list(marks["error_x"]["arrayminus"]) == [6.0, 2.5]
        assert list(marks["text"]) == ["66,00", "62,50"]

    def test_open_marks_cross_rows_and_diamonds_are_provisional(self) -> None:
        lines = [
            Line("A", figure("66.00"), ""),
            Line("B", figure("66.00", stable=False), ""),
            Line("C", figure("66.00", stable=False), "", provisional=True),
        ]
        symbols = kpi_chart(lines, AXIS, "name").data[-1]["marker"]["symbol"]
        assert list(symbols) == ["circle", "circle-open", "diamond-open"]

    def test_a_row_only_figure_has_a_bar_and_no_mark(self) -> None:
        bars, marks = kpi_chart([Line("A", figure(None), "")], AXIS, "name").data
        assert list(bars["x"]) == [65.0, 67.5, 70.0, None]
        assert list(marks["x"]) == []

    def test_every_second_row_of_appendix_5_is_shaded(self) -> None:
        chart = kpi_chart([Line("A", figure("66.00", "58.0", "77.0"), "")], AXIS, "name")
        bands = [(shape["x0"], shape["x1"]) for shape in chart.layout["shapes"]]
        assert sorted(bands) == [(60.0, 65.0), (70.0, 75.0)]
        assert chart.layout["xaxis"]["range"] == [55, 80]

    def test_unanimity_is_inside_the_scale(self) -> None:
        chart = kpi_chart([Line("A", figure("100.00", "97.0", "100.0", "100 и выше"), "")], AXIS, "name")
        low, high = chart.layout["xaxis"]["range"]
        assert low < 97
        assert high > 100

    def test_names_cannot_bring_markup(self) -> None:
        chart = kpi_chart([Line("<b>A & B</b>", figure("66.00"), "")], AXIS, "name")
        text = json.dumps(chart.to_json())
        assert "<b>" not in text
        assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in text


class TestLikertChart:
    def test_three_and_four_options_diverge_from_the_middle(self) -> None:
        bars = [
            Bar("Q1", total(40, 20, (40, 11, 9)), ("never", "sometimes", "often"), ""),
            Bar("Q3", total(45, 15, (30, 15, 9, 6)), ("yes", "rather yes", "rather no", "no"), ""),
        ]
        chart = likert_chart(bars, LEGEND, ("favourable", "unfavourable"), "name")
        inner, outer, inner_bad, outer_bad, whole, whole_bad = chart.data
        assert [round(x * 60 / 100) for x in outer["x"]] == [40, 30]
        assert [round(x * 60 / 100) for x in inner["x"]] == [15]
        assert [round(x * 60 / 100) for x in inner_bad["x"]] == [-11, -9]
        assert [round(x * 60 / 100) for x in outer_bad["x"]] == [-9, -6]
        assert list(outer_bad["hovertext"]) == ["often", "no"]
        assert list(whole["x"]) == list(whole_bad["x"]) == []

    def test_a_hidden_question_has_a_note_and_no_bar(self) -> None:
        hidden = QuestionTotal("q2", "protected", None, None, None, None)
        bars = [Bar("Q1", total(7, 5), ("favourable", "unfavourable"), ""), Bar("Q2", hidden, (), "hidden: too few")]
        chart = likert_chart(bars, LEGEND, ("favourable", "unfavourable"), "name")
        assert [list(trace["x"]) for trace in chart.data[:4]] == [[], [], [], []]
        assert [round(x * 12 / 100) for x in chart.data[4]["x"]] == [7]
        (note,) = chart.layout["annotations"]
        assert (note["text"], note["y"]) == ("hidden: too few", 0)


class TestTrendChart:
    def test_the_line_breaks_where_the_basis_changes(self) -> None:
        points = [
            Point(year, figure(percent), basis, "")
            for year, percent, basis in (("2024", "60.00", "a"), ("2025", "61.00", "a"), ("2026", "62.00", "b"))
        ]
        chart = trend_chart(points, AXIS, "name")
        assert [list(trace["x"]) for trace in chart.data] == [["2024", "2025"], ["2026"]]


class TestGroupsChart:
    def test_each_level_has_its_own_shape_and_hidden_ones_are_left_out(self) -> None:
        rows = [
            DotRow("1. One", (Dot(40.0, "men"), Dot(60.0, "women"))),
            DotRow("2. Two", (None, Dot(80.0, "women"))),
            DotRow("3. Three", (None, None)),
        ]
        chart = groups_chart(rows, ("men", "women"), "percent", "name")
        joins, men, women = chart.data
        assert (list(men["x"]), list(men["y"])) == ([40.0], [2])
        assert (list(women["x"]), list(women["y"])) == ([60.0, 80.0], [2, 1])
        assert men["marker"]["symbol"] != women["marker"]["symbol"]
        assert list(joins["x"]) == [40.0, 60.0, None, 80.0, 80.0, None]


class TestDriversChart:
    def test_lines_stand_at_the_middle_share_and_an_equal_part(self) -> None:
        points = [
            DriverPoint(str(number), share, importance, "text", (), is_first=number == 1)
            for number, share, importance in ((1, 30.0, 40), (2, 50.0, 20), (3, 60.0, 25), (4, 90.0, 15))
        ]
        chart = drivers_chart(points, DriverTexts("x", "y", "a", "b", "c", "d"), "name")
        upright, level = chart.layout["shapes"]
        assert (upright["x0"], upright["x1"]) == (55.0, 55.0)
        assert (level["y0"], level["y1"]) == (25.0, 25.0)
        (marks,) = chart.data
        assert list(marks["marker"]["symbol"]) == ["diamond", "circle", "circle", "circle"]
        assert list(marks["text"]) == ["1", "2", "3", "4"]


class TestTurnoutChart:
    def test_what_is_not_known_yet_has_no_mark(self) -> None:
        rows = [TurnoutRow("A", (80.0, 75.0, 70.0), "a"), TurnoutRow("B", (60.0, None, None), "b")]
        drawn, received, counted = turnout_chart(rows, ("M", "K", "n"), "percent", 50, "name").data
        assert (list(drawn["x"]), list(drawn["y"])) == ([80.0, 60.0], [1, 0])
        assert (list(received["x"]), list(counted["x"])) == ([75.0], [70.0])
        assert len({drawn["marker"]["symbol"], received["marker"]["symbol"], counted["marker"]["symbol"]}) == 3


def test_charts_are_plain_json() -> None:
    chart = kpi_chart([Line("A", figure("66.00"), "a")], AXIS, "name", logical=True)
    again = json.loads(json.dumps(chart.to_json()))
    assert set(again) == {"data", "layout", "narrow", "name"}
    assert again["layout"]["showlegend"] is False
    assert "template" not in again["layout"]
