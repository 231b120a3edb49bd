"""What simulated people think: correlated answers on a latent scale, gaps, and who they are.

A graded response model (Samejima 1969). A person's leaning on a question, in logits, is the mood of his body, plus
how the body fares in the question's block, plus how easy the question is, plus his own disposition, plus noise.
"""

import math
from dataclasses import dataclass
from random import Random

from survey_app.domain.answers import BLANK, Answers
from survey_app.domain.questionnaire import Question, Questionnaire

DISPOSITION, BLOCK_DISPOSITION = 1.1, 0.6
BLOCK_SPREAD, QUESTION_SPREAD = 0.5, 0.35
SKIPS_A_QUESTION, BREAKS_OFF, WITHHOLDS = 0.02, 0.012, 0.05
WEIGHTS = {"sex": (45, 55), "position": (18, 82), "tenure": (14, 27, 59)}
LIFTS = {"position": (0.5, 0.0), "tenure": (0.4, 0.1, 0.0)}


@dataclass(frozen=True)
class Mood:
    """How one body feels in one round: an offset in logits for each question."""

    offsets: tuple[float, ...]


def mood_of(questionnaire: Questionnaire, level: float, random: Random) -> Mood:
    """A body's mood around ``level`` (0 is indifferent, 1 content)."""
    blocks = {block: random.gauss(0, BLOCK_SPREAD) for block in questionnaire.blocks}
    return Mood(
        tuple(
            level + blocks[q.block] + random.gauss(0, QUESTION_SPREAD) if q.block else 0.0
            for q in questionnaire.questions
        )
    )


def one_persons_answers(questionnaire: Questionnaire, mood: Mood, random: Random) -> Answers:
    """The answers of somebody who works there."""
    person = {q.id: _draw_option(q, random) for q in questionnaire.demographic}
    lift = sum(_lift(q, person[q.id]) for q in questionnaire.demographic)
    disposition = random.gauss(lift, DISPOSITION)
    blocks = {block: random.gauss(0, BLOCK_DISPOSITION) for block in questionnaire.blocks}
    positions = []
    for question, offset in zip(questionnaire.questions, mood.offsets, strict=True):
        if question.kind == "demographic":
            positions.append(BLANK if random.random() < WITHHOLDS else person[question.id])
        elif random.random() < SKIPS_A_QUESTION:
            positions.append(BLANK)
        else:
            leaning = offset + disposition + blocks[question.block or ""] + _logistic_noise(random)
            positions.append(_position(leaning, len(question.options)))
    if random.random() < BREAKS_OFF:
        return _broken_off(positions, random)
    return Answers(tuple(positions))


def _position(leaning: float, options: int) -> int:
    """1 (most favourable) to ``options``, by cuts that split an indifferent crowd evenly."""
    share = 1 / (1 + math.exp(-leaning))
    return min(options, 1 + int((1 - share) * options))


def _draw_option(question: Question, random: Random) -> int:
    weights = WEIGHTS.get(question.name or "")
    options = range(1, len(question.options) + 1)
    return random.choices(options, weights if weights and len(weights) == len(options) else None)[0]


def _lift(question: Question, position: int) -> float:
    lifts = LIFTS.get(question.name or "", ())
    return lifts[position - 1] if position <= len(lifts) else 0.0


def _broken_off(positions: list[int], random: Random) -> Answers:
    kept = random.randint(1, 5)
    return Answers(tuple(position if i < kept else BLANK for i, position in enumerate(positions)))


def _logistic_noise(random: Random) -> float:
    u = min(max(random.random(), 1e-9), 1 - 1e-9)
    return math.log(u / (1 - u))
