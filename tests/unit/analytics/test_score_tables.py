"""Appendices 4 and 5 against the Order's own text, and the handling of their anomalies."""

import itertools
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from analytics.score_tables import (
    PercentOutOfRange,
    TableAnomaly,
    UnknownRow,
    appendix4,
    appendix5,
    ceiling_score,
    range_score,
    row_named,
    survey_score,
)

ORDER = (Path(__file__).parents[2] / "data" / "order13.txt").read_text(encoding="utf-8")


def table_in_order(start: str, end: str) -> list[tuple[str, str]]:
    """(percent, score) pairs as printed between two headings, the asterisked heading left out."""
    text = ORDER[ORDER.index(start) : ORDER.index(end)]
    cells = re.findall(r"^\s*((?:\d+ и выше)|(?:\d[\d,]*(?:-\d[\d,]*)?))\s*$", text, re.MULTILINE)
    return list(zip(cells[0::2], cells[1::2], strict=True))


def test_appendix_4_is_the_order_text():
    printed = table_in_order("Таблица определения максимальной оценки", "Запрещена оценка, превышающая")
    assert [(row.percent, row.score) for row in appendix4()] == printed
    assert len(printed) == 21
    assert all(row.highest == Decimal(row.score.replace(",", ".")) and row.lowest == 0 for row in appendix4())


def test_appendix_5_is_the_order_text():
    printed = table_in_order("Таблица определения допустимой оценки", "Приложение 6")
    assert [(row.percent, row.score) for row in appendix5()] == printed
    for row in appendix5():
        low, _, high = row.score.replace(",", ".").partition("-")
        assert (row.lowest, row.highest) == (Decimal(low), Decimal(high or low))


@pytest.mark.parametrize("rows", [appendix4(), appendix5()])
def test_rows_as_read_leave_no_hundredth_uncovered(rows):
    for upper, lower in itertools.pairwise(rows):
        assert lower.to + Decimal("0.01") == upper.start


@pytest.mark.parametrize(
    ("percent", "row", "flags"),
    [
        ("65.9595", "65-69,99", ()),
        ("44.49", "40-44,49", ()),
        ("44.50", "40-44,49", ("table_anomaly=A1",)),
        ("44.99", "40-44,49", ("table_anomaly=A1",)),
        ("44.995", "45-49,99", ("rounding_decides",)),
        ("94.994", "90-94,99", ()),
        ("94.995", "95-99,99", ("rounding_decides",)),
        ("99.999", "95-99,99", ()),
        ("100", "100 и выше", ()),
        ("0", "0-4,99", ()),
    ],
)
def test_look_up(percent, row, flags):
    found = survey_score(Fraction(percent) / 100)
    assert (found.row.percent, found.flags) == (row, flags)


def test_strict_mode_refuses_what_no_row_covers():
    with pytest.raises(TableAnomaly):
        survey_score(Fraction("0.4475"), strict=True)
    assert survey_score(Fraction("0.4449"), strict=True).row.percent == "40-44,49"


def test_a_survey_never_exceeds_100_but_another_kpi_may():
    with pytest.raises(PercentOutOfRange):
        survey_score(Fraction(101, 100))
    with pytest.raises(PercentOutOfRange):
        range_score(Fraction(-1, 100))
    assert range_score(Fraction(130, 100)).row.percent == "100 и выше"
    assert ceiling_score(Fraction(97, 100)).row.highest == Decimal("4.75")


def test_rows_are_found_by_name():
    assert row_named("40-44,49").highest == Decimal("2.24")
    with pytest.raises(UnknownRow):
        row_named("40-44,99")
