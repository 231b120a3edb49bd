"""Answers from a plain CSV file: paper returns, teaching, checking. Not for sealed responses.

A header of question ids (q1, q2, ...; comma or semicolon, with or without BOM), then one row a response with option
positions from 1; an empty cell is a blank. Demographic questions may be left out.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.tally import AnswerRows
from survey_app.domain.answers import BLANK
from survey_app.domain.errors import PikirError
from survey_app.domain.questionnaire import Question, Questionnaire

MOST_PROBLEMS = 20


@dataclass(frozen=True)
class Problem:
    """What is wrong where; ``line`` counts from 1 with the header, ``column`` is the header's word or None."""

    line: int
    column: str | None
    message: str

    def __str__(self) -> str:
        """Such as: line 3, column q4: ..."""
        where = f"line {self.line}" + (f", column {self.column}" if self.column else "")
        return f"{where}: {self.message}"


class AnswerFileInvalid(PikirError):
    """The file is not a table of answers to this questionnaire; ``problems`` say where, at most 20 of them."""

    slug = "answer-file-invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems[:MOST_PROBLEMS])
        more = len(problems) - len(self.problems)
        lines = [str(problem) for problem in self.problems] + ([f"and {more} more"] if more else [])
        super().__init__("\n".join(lines))


def read_answer_file(questionnaire: Questionnaire, data: bytes) -> AnswerRows:
    """Option positions, shape (responses, all questions). Raises AnswerFileInvalid."""
    lines = _decode(data).splitlines()
    if not lines:
        raise AnswerFileInvalid([Problem(1, None, "the file is empty")])
    delimiter = ";" if lines[0].count(";") > lines[0].count(",") else ","
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        columns = _columns(questionnaire, next(reader))
        numbered = [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error as error:
        raise AnswerFileInvalid([Problem(reader.line_num, None, f"not readable as CSV: {error}")]) from error
    return _rows(questionnaire, columns, numbered)


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise AnswerFileInvalid([Problem(line, None, "not UTF-8 text")]) from error


def _columns(questionnaire: Questionnaire, header: Sequence[str]) -> list[Question]:
    """The questions in the header's order."""
    known = {question.id: question for question in questionnaire.questions}
    names = [name.strip().lower() for name in header]
    problems = [Problem(1, name, "no such question") for name in names if name not in known]
    problems += [Problem(1, name, "named twice") for name in sorted({n for n in names if names.count(n) > 1})]
    missing = [question.id for question in questionnaire.substantive if question.id not in names]
    problems += [Problem(1, name, "this column is missing from the header") for name in missing]
    if problems:
        raise AnswerFileInvalid(problems)
    return [known[name] for name in names]


def _rows(
    questionnaire: Questionnaire, columns: Sequence[Question], numbered: Sequence[tuple[int, Sequence[str]]]
) -> AnswerRows:
    rows = np.full((len(numbered), len(questionnaire.questions)), BLANK, dtype=np.uint8)
    problems: list[Problem] = []
    for index, (line, cells) in enumerate(numbered):
        if len(cells) != len(columns):
            problems.append(Problem(line, None, f"{len(cells)} cells where the header has {len(columns)}"))
            continue
        for question, cell in zip(columns, cells, strict=True):
            try:
                rows[index, question.number - 1] = _position(question, cell.strip())
            except ValueError as error:
                problems.append(Problem(line, question.id, str(error)))
    if problems:
        raise AnswerFileInvalid(problems)
    return rows


def _position(question: Question, cell: str) -> int:
    if not cell:
        return BLANK
    if cell.isascii() and cell.isdigit() and 1 <= int(cell) <= len(question.options):
        return int(cell)
    raise ValueError(f"expected 1 to {len(question.options)} or nothing, found {cell!r}")
