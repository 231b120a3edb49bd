"""How long protecting and attacking a body's figures takes, and what of them is shown, by the body's size."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from statistics import mean

import numpy as np

from analytics.methods import DEFAULT_METHOD
from analytics.opening import count_responses
from analytics.protection import Terms, protect_and_attack
from analytics.tally import AnswerRows
from simulation.opinions import mood_of, one_persons_answers
from survey_app.domain.questionnaire import Questionnaire
from survey_app.web.questionnaires import default_questionnaire

SIZES = (12, 25, 60, 120, 300, 1500)
LEVELS = (0.0, 0.5, 1.0)
MINIMUM_GROUP = 10


@dataclass(frozen=True)
class Attacked:
    """Over several simulated bodies with ``responses`` each: CPU seconds (mean, most), and how much is shown (mean)."""

    responses: int
    bodies: int
    seconds: float
    longest: float
    totals: float
    cells: float
    of_totals: int
    of_cells: int


def measure_attack(bodies: int, sizes: Sequence[int] = SIZES) -> list[Attacked]:
    """Each size with so many bodies, from indifferent to content in turn; one process."""
    questionnaire = default_questionnaire()
    return [_measure(questionnaire, responses, bodies) for responses in sizes]


def _measure(questionnaire: Questionnaire, responses: int, bodies: int) -> Attacked:
    terms = Terms(DEFAULT_METHOD, MINIMUM_GROUP, responses * 4 // 3)
    seconds, totals, cells = [], [], []
    for rows in _bodies(questionnaire, responses, bodies):
        counted = count_responses(questionnaire, rows, terms.eligible)
        started = time.process_time()
        figures, _ = protect_and_attack(questionnaire, counted, terms)
        seconds.append(time.process_time() - started)
        totals.append([total.hidden is None for total in figures.totals])
        cells.append([cell.hidden is None for group in figures.breakdowns for cell in group.cells])
    return Attacked(
        responses,
        bodies,
        round(mean(seconds), 3),
        round(max(seconds), 3),
        round(mean(map(sum, totals)), 1),
        round(mean(map(sum, cells)), 1),
        len(totals[0]),
        len(cells[0]),
    )


def _bodies(questionnaire: Questionnaire, responses: int, bodies: int) -> Iterator[AnswerRows]:
    for seed in range(bodies):
        random = Random(f"{responses} {seed}")  # noqa: S311 (simulated people)
        mood = mood_of(questionnaire, LEVELS[seed % len(LEVELS)], random)
        people = [one_persons_answers(questionnaire, mood, random).positions for _ in range(responses)]
        yield np.array(people, dtype=np.uint8)
