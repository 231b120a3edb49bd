"""The published figures of a campaign or a round, as they stand in a Release; what is withheld is None.

Percentages are texts, so that every reader sees the same digits. A withheld figure says only so much about the rule
that withheld it as gives nothing away.
"""

from dataclasses import dataclass
from typing import Literal

HiddenBy = Literal["small_body", "small_group", "protected"]


@dataclass(frozen=True)
class PercentRange:
    """Bounds in percent with one decimal, rounded outward."""

    low: str
    high: str


@dataclass(frozen=True)
class KpiFigure:
    """One method's KPI as far as it may be shown; the score row (of Appendix 5) and its range always are.

    ``row`` and ``score_range`` are the Order's own texts, such as 65-69,99 and 3,25-3,49.
    """

    method: str
    percent: str | None
    fraction: str | None
    interval: PercentRange | None
    logical_bounds: PercentRange | None
    row: str
    score_range: str
    stable: bool | None
    flags: tuple[str, ...]


@dataclass(frozen=True)
class QuestionTotal:
    """One question over the whole body. ``options`` are counts in the questionnaire's order, where allowed.

    ``hidden`` does not say which total is unsafe and which was hidden to protect it: with the KPI that would give
    both away (unanimity and its neighbour are often the only pair that fits).
    """

    question: str
    hidden: HiddenBy | None
    favourable: int | None
    unfavourable: int | None
    base: int | None
    options: tuple[int, ...] | None


@dataclass(frozen=True)
class GroupCell:
    """One question in one group. ``hidden`` is small_group if too few of the respondents belong to it.

    Otherwise it is ``protected`` and does not say by which rule: "too few on one side" would tell what it hides.
    """

    question: str
    hidden: HiddenBy | None
    favourable: int | None
    unfavourable: int | None
    base: int | None


@dataclass(frozen=True)
class GroupFigures:
    """Everyone who gave one answer, ``level``, to the demographic question ``variable``; a cell for each question."""

    variable: str
    level: str
    cells: tuple[GroupCell, ...]


@dataclass(frozen=True)
class Driver:
    """How much of what is explained of the overall question goes back to this one, in whole percent."""

    question: str
    importance: int


@dataclass(frozen=True)
class Drivers:
    """Shapley (LMG) importance of the other questions for ``question``; ``explained`` is R squared in whole percent."""

    question: str
    explained: int
    importances: tuple[Driver, ...]


@dataclass(frozen=True)
class Figures:
    """All that answers decide in a Release: what an attacker reads."""

    kpis: tuple[KpiFigure, ...]
    totals: tuple[QuestionTotal, ...]
    breakdowns: tuple[GroupFigures, ...]
    drivers: Drivers | None


@dataclass(frozen=True)
class Verdict:
    """What came of the attack; a Release whose attack failed cannot be made, so there is no word for it.

    ``row_only``: nothing but the score row is published, which the Order requires. ``worst_margin``: how many people
    more than the rule asks remained possible in the group nearest to exposure (of groups with more than three
    members). ``hidden`` counts hidden totals and cells by their mark. ``together`` are the SHA-256 of the JWS of the
    Releases that were attacked together with this one because it supersedes them.
    """

    result: Literal["pass", "row_only"]
    worst_margin: int | None
    hidden: dict[str, int]
    together: tuple[bytes, ...]
