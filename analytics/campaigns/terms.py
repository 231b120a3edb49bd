"""The terms of a campaign besides its body: what an officer sets once for a whole round, with exceptions per body."""

import re
from dataclasses import dataclass

from analytics.methods import DEFAULT_METHOD, method_named
from survey_app.domain.errors import Malformed
from survey_app.domain.manifest import Schedule, Visits, check_schedule

LEGAL_BASIS = (
    "Приказ от 16.01.2018 № 13 (рег. № 16299) в редакции от 28.07.2025 № 121; Методика оценки корпуса «А»: "
    "подпункт 3) пункта 8, пункты 16–21, приложения 3, 5 и 7"
)
LEAST_GROUP = 10
LEAST_TURNOUT = 50
APPEAL_DAYS = 10
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


@dataclass(frozen=True)
class CampaignTerms:
    """Visits, windows, method and limits; ``minimum_turnout`` in percent, ``appeal_days`` in working days (point 25).

    Raises ScheduleInvalid, UnknownMethod, Malformed.
    """

    visits: Visits
    schedule: Schedule
    kpi_method: str = DEFAULT_METHOD
    minimum_group: int = LEAST_GROUP
    minimum_turnout: int = LEAST_TURNOUT
    appeal_days: int = APPEAL_DAYS
    legal_basis: str = LEGAL_BASIS

    def __post_init__(self) -> None:
        """Check everything that a manifest will fix."""
        check_schedule(self.schedule, self.visits)
        method_named(self.kpi_method)
        if self.minimum_group < LEAST_GROUP:
            raise Malformed(f"the minimum group cannot be below {LEAST_GROUP}: smaller groups expose people")
        if not 0 <= self.minimum_turnout <= 100:  # noqa: PLR2004 (percent)
            raise Malformed("the minimum turnout is in percent, from 0 to 100")
        if self.appeal_days < 1:
            raise Malformed("the appeal period has at least one working day")
