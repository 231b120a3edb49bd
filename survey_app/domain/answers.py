"""One person's answers, and their fixed-width encoding: every plaintext has the same 64 bytes.

0x01 || one byte a question in order (0 = blank, 1..k = option position) || 0x00 ...
"""

import operator
from dataclasses import dataclass
from typing import Literal

from survey_app.domain.errors import PikirError
from survey_app.domain.questionnaire import Questionnaire

PLAINTEXT_BYTES = 64
VERSION = 1
BLANK = 0

Reason = Literal["plaintext-length", "plaintext-version", "unknown-option", "plaintext-padding"]


class AnswersInvalid(PikirError):
    """A plaintext is no answer sheet of this questionnaire; ``reason`` is counted when a batch is opened."""

    slug = "answers-invalid"

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True)
class Answers:
    """Option positions in the questionnaire's order: 0 for blank, 1..k otherwise."""

    positions: tuple[int, ...]


def encode_answers(questionnaire: Questionnaire, answers: Answers) -> bytes:
    """The 64-byte plaintext. Raises AnswersInvalid for a position that no option has."""
    _check_positions(questionnaire, answers.positions)
    return (bytes([VERSION]) + bytes(answers.positions)).ljust(PLAINTEXT_BYTES, b"\x00")


def decode_answers(questionnaire: Questionnaire, plaintext: bytes) -> Answers:
    """Answers from a plaintext. Raises AnswersInvalid."""
    if len(plaintext) != PLAINTEXT_BYTES:
        raise AnswersInvalid("plaintext-length")
    if plaintext[0] != VERSION:
        raise AnswersInvalid("plaintext-version")
    end = 1 + len(questionnaire.questions)
    positions = tuple(plaintext[1:end])
    _check_positions(questionnaire, positions)
    if any(plaintext[end:]):
        raise AnswersInvalid("plaintext-padding")
    return Answers(positions)


def _check_positions(questionnaire: Questionnaire, positions: tuple[int, ...]) -> None:
    if len(positions) != len(questionnaire.questions):
        raise AnswersInvalid("plaintext-length")
    if any(map(operator.gt, positions, questionnaire.option_counts)) or min(positions) < BLANK:
        raise AnswersInvalid("unknown-option")
