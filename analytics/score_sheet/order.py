"""What the Order fixes about the sheet: the five KPIs of category 1 (points 8 and 11) and the grades (point 21)."""

import functools
import json
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from importlib import resources
from typing import Any

from survey_app.domain.manifest import LocalisedText


class Kind(StrEnum):
    """Which table scores a KPI: Appendix 4 the one on assignments, Appendix 5 all others, the survey's among them."""

    ASSIGNMENTS = "assignments"
    SURVEY = "survey"
    OTHER = "other"


@dataclass(frozen=True)
class PlannedKpi:
    """A KPI in its place on the sheet; ``name`` is None where the agreement gives it (point 8, 4 and part 2)."""

    kind: Kind
    name: LocalisedText | None
    unit: str
    plan: str


@dataclass(frozen=True)
class Grade:
    """A result of point 21; ``lowest`` is the least final mark that gives it."""

    code: str
    lowest: Decimal
    name: LocalisedText


@functools.cache
def planned_kpis() -> tuple[PlannedKpi, ...]:
    """The five KPIs in the sheet's order."""
    return tuple(
        PlannedKpi(Kind(kpi["kind"]), None if kpi["name"] is None else _text(kpi["name"]), kpi["unit"], kpi["plan"])
        for kpi in _file()["kpis"]
    )


@functools.cache
def grades() -> tuple[Grade, ...]:
    """The grades, best first."""
    return tuple(Grade(one["code"], Decimal(one["lowest"]), _text(one["name"])) for one in _file()["grades"])


def grade_of(mark: Decimal) -> Grade:
    """The grade of a final mark from 0 to 5."""
    return next(grade for grade in grades() if grade.lowest <= mark)


@functools.cache
def _file() -> dict[str, Any]:
    text = resources.files("analytics").joinpath("data/score_sheet.json").read_text(encoding="utf-8")
    fields: dict[str, Any] = json.loads(text)
    return fields


def _text(fields: dict[str, str]) -> LocalisedText:
    return LocalisedText(fields["kk"], fields["ru"], fields["en"])
