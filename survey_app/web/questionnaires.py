"""The questionnaires that this version of the product can field, by identifier and version."""

from functools import cache
from pathlib import Path

from survey_app.domain.errors import PikirError
from survey_app.domain.manifest import QuestionnaireReference
from survey_app.domain.questionnaire import Questionnaire, parse_questionnaire

FOLDER = Path(__file__).resolve().parents[1] / "questionnaires"


class UnknownQuestionnaire(PikirError):
    """A manifest names a questionnaire that is not installed here, or with other contents."""

    slug = "unknown-questionnaire"


@cache
def questionnaires() -> tuple[Questionnaire, ...]:
    """All installed questionnaires."""
    return tuple(parse_questionnaire(path.read_bytes()) for path in sorted(FOLDER.glob("*.json")))


def find_questionnaire(reference: QuestionnaireReference) -> Questionnaire:
    """The installed questionnaire with exactly these contents. Raises UnknownQuestionnaire."""
    for questionnaire in questionnaires():
        if questionnaire.reference == reference:
            return questionnaire
    raise UnknownQuestionnaire(f"questionnaire {reference.id} {reference.version} is not installed with these contents")


def default_questionnaire() -> Questionnaire:
    """The instrument of Appendix 7."""
    return next(q for q in questionnaires() if q.id == "appendix7")
