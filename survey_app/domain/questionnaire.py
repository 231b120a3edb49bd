"""The questionnaire as data: a versioned JSON file, read into frozen objects.

No question's text or option appears anywhere else in the product. The file's SHA-256 is pinned in the manifest.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from survey_app.domain.errors import Malformed
from survey_app.domain.manifest import LANGUAGES, LocalisedText, QuestionnaireReference

FORMAT = "pikir-questionnaire/1"
MOST_QUESTIONS = 63
MOST_OPTIONS = 255
Kind = Literal["substantive", "demographic"]


@dataclass(frozen=True)
class Option:
    """One answer of a question; ``official`` is the Order's own wording where the shown one corrects it."""

    code: str
    text: LocalisedText
    official: Mapping[str, str]


@dataclass(frozen=True)
class Question:
    """One question. Options of a substantive question run from the most to the least favourable.

    ``block`` groups substantive questions; ``name`` is a demographic question's variable (sex, position, tenure).
    """

    id: str
    number: int
    kind: Kind
    text: LocalisedText
    options: tuple[Option, ...]
    block: str | None
    name: str | None


@dataclass(frozen=True)
class Questionnaire:
    """An instrument as fielded; ``sha256`` is of the file's bytes (32 bytes)."""

    id: str
    version: str
    source: str
    preamble: LocalisedText
    questions: tuple[Question, ...]
    blocks: Mapping[str, LocalisedText]
    sha256: bytes

    @cached_property
    def option_counts(self) -> tuple[int, ...]:
        """How many options each question has, in order."""
        return tuple(len(question.options) for question in self.questions)

    @property
    def substantive(self) -> tuple[Question, ...]:
        """The questions that the KPI rests on."""
        return tuple(q for q in self.questions if q.kind == "substantive")

    @property
    def demographic(self) -> tuple[Question, ...]:
        """The questions about the respondent."""
        return tuple(q for q in self.questions if q.kind == "demographic")

    @property
    def reference(self) -> QuestionnaireReference:
        """How a manifest names this questionnaire."""
        return QuestionnaireReference(self.id, self.version, self.sha256)

    def members(self, block: str) -> tuple[Question, ...]:
        """The substantive questions of one block."""
        return tuple(q for q in self.substantive if q.block == block)


def parse_questionnaire(data: bytes) -> Questionnaire:
    """Read a questionnaire file. Raises Malformed, saying what is wrong where."""
    try:
        document = json.loads(data)
        if document["format"] != FORMAT:
            raise Malformed(f"expected the format {FORMAT!r}")
        blocks = {key: _text(text, f"block {key}") for key, text in document["blocks"].items()}
        questions = tuple(_question(q, number, blocks) for number, q in enumerate(document["questions"], 1))
        questionnaire = Questionnaire(
            id=_string(document["id"], "id"),
            version=_string(document["version"], "version"),
            source=_string(document["source"], "source"),
            preamble=_text(document["preamble"], "preamble"),
            questions=questions,
            blocks=blocks,
            sha256=hashlib.sha256(data).digest(),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Malformed(f"not a questionnaire: {error!r}") from error
    _check(questionnaire)
    return questionnaire


def _check(questionnaire: Questionnaire) -> None:
    identifiers = [q.id for q in questionnaire.questions]
    if len(set(identifiers)) != len(identifiers):
        raise Malformed("two questions share an identifier")
    if not 1 <= len(identifiers) <= MOST_QUESTIONS:
        raise Malformed(f"a questionnaire has 1 to {MOST_QUESTIONS} questions")
    if not questionnaire.substantive:
        raise Malformed("a questionnaire needs a substantive question")


def _question(document: dict[str, Any], number: int, blocks: Mapping[str, LocalisedText]) -> Question:
    identifier, kind = _string(document["id"], f"question {number}"), document["kind"]
    if kind not in ("substantive", "demographic"):
        raise Malformed(f"{identifier}: unknown kind {kind!r}")
    block, name = document.get("block"), document.get("name")
    fits = (block in blocks and name is None) if kind == "substantive" else (block is None and isinstance(name, str))
    if not fits:
        raise Malformed(f"{identifier}: a substantive question has a block, a demographic one a name")
    options = tuple(_option(option, identifier) for option in document["options"])
    if not 1 < len(options) <= MOST_OPTIONS or len({o.code for o in options}) != len(options):
        raise Malformed(f"{identifier}: two or more options with different codes are needed")
    return Question(identifier, number, kind, _text(document["text"], identifier), options, block, name)


def _option(document: dict[str, Any], where: str) -> Option:
    return Option(_string(document["code"], where), _text(document["text"], where), dict(document.get("official", {})))


def _string(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise Malformed(f"{where}: expected text, got {value!r}")
    return value


def _text(document: dict[str, Any], where: str) -> LocalisedText:
    if not all(isinstance(document.get(language), str) and document[language] for language in LANGUAGES):
        raise Malformed(f"{where}: text is needed in {', '.join(LANGUAGES)}")
    return LocalisedText(*(document[language] for language in LANGUAGES))
