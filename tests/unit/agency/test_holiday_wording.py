"""Holidays by their names: every one that the calendar knows from now on, in Kazakh and Russian."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask

from analytics.campaigns.calendar_checks import Concern, calendar_warnings, holidays_on
from analytics.campaigns.moments import read_moment
from analytics.console.holiday_wording import holiday_name
from survey_app.domain.manifest import Schedule
from survey_app.web.languages import install_languages

ROOT = Path(__file__).resolve().parents[3]
DAYS = [date.fromordinal(day) for day in range(date(2024, 1, 1).toordinal(), date(2034, 1, 1).toordinal())]
NAMES = sorted({name for day in DAYS for name in holidays_on(day)})


@pytest.fixture(params=["kk", "ru"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """A request in this language."""
    app = Flask("holidays")
    install_languages(app, [ROOT / "analytics" / "translations"])
    with app.test_request_context(f"/{request.param}/"):
        yield request.param


def test_every_holiday_has_a_name_without_latin_letters(language: str) -> None:
    assert len(NAMES) > 12
    assert [name for name in NAMES if re.search("[A-Za-z]", holiday_name(name))] == []


def test_moved_days_and_estimates_are_said_to_be_so(language: str) -> None:
    shown = [holiday_name(name) for name in ("Republic Day (observed)", "Eid al-Adha (estimated)")]
    expected = {
        "kk": ["Республика күні, ауыстырылған демалыс", "Құрбан айт, күні болжамды"],
        "ru": ["День Республики, перенесённый выходной", "Курбан-айт, дата предположительная"],
    }
    assert shown == expected[language]
    moved = holiday_name("Day off (substituted from 01/05/2025)")
    assert "2025" in moved
    assert "5" in moved


def test_a_warning_carries_the_names() -> None:
    times = ("2026-10-26 09:00", "2026-11-06 18:00", "2026-11-09 09:00", "2026-11-13 18:00")
    schedule = Schedule(*map(read_moment, times))
    (warning,) = calendar_warnings(schedule, "two", datetime(2026, 1, 5, tzinfo=UTC))
    assert (warning.concern, warning.holidays) == (Concern.HOLIDAY, ("Republic Day (observed)",))
    assert str(warning).endswith("(Republic Day (observed))")
