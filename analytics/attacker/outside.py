"""The attacker outside: he has the published files and nothing else, so that anybody can repeat his attack.

Unlike the attacker of an opening he does not know who the respondents are, only that there are so many, and what the
marks say of a group's size. Whatever he can prove is an exposure; that he can prove nothing does not show that the
other could not either.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.attacker.program import Program, Vector
from analytics.attacker.published import Published, read_figures
from analytics.figures import Figures
from analytics.groups import FAVOURABLE, UNFAVOURABLE
from survey_app.domain.errors import PikirError
from survey_app.domain.questionnaire import Questionnaire

SIDES = (FAVOURABLE, UNFAVOURABLE)
CLEARLY = 1e-3


class Contradiction(PikirError):
    """No answers fit what was published of them."""

    slug = "contradiction"


@dataclass(frozen=True)
class Outside:
    """All that he has: figures of one or more Releases of the same responses, n and N, and the smallest group."""

    questionnaire: Questionnaire
    figures: Sequence[Figures]
    n: int
    eligible: int
    minimum_group: int


@dataclass(frozen=True)
class Exposure:
    """Too few people can have given one of the answers to the question.

    Of the whole body; or of some level of a demographic question.
    """

    question: str
    variable: str | None = None


def read_outside(known: Outside) -> Published:
    """Everything put together. Raises Contradiction if the same responses are said to have different counts."""
    seen: dict[tuple[str, ...], tuple[int | None, int | None]] = {}
    for figures in known.figures:
        places = [((total.question,), (total.favourable, total.unfavourable)) for total in figures.totals]
        places += [
            ((cell.question, group.variable, group.level), (cell.favourable, cell.unfavourable))  # type: ignore[misc]
            for group in figures.breakdowns
            for cell in group.cells
        ]
        for place, split in places:
            if None not in split and seen.setdefault(place, split) != split:
                raise Contradiction(f"two different counts are published of {' '.join(place)}")
    return read_figures(known.questionnaire, known.figures)


def bound_of(program: Program, form: Vector) -> float:
    """The most that a form can be. Raises Contradiction."""
    bound = program.bound(form)
    if bound is None:
        raise Contradiction("no answers fit all that is published")
    return bound
