"""The five named, versioned KPI methods, as formulas over counts (4-methodology: KPI).

R_q = sum over o of s_qo n_qo / n_q;  KPI = sum over q of w_q R_q. A method is a rule for the options' values s by
their number, and a rule for the questions' weights w; neither knows any particular questionnaire.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from survey_app.domain.errors import PikirError
from survey_app.domain.questionnaire import Questionnaire

DEFAULT_METHOD = "fav_share/1"
SECOND_METHOD = "mean_score/1"

Counts = Mapping[str, Sequence[int]]
HALF = Fraction(1, 2)


class NoKpi(PikirError):
    """Nobody answered any question that this method rests on: there is no KPI."""

    slug = "no-kpi"


class UnknownMethod(PikirError):
    """No KPI method has this name and version."""

    slug = "unknown-method"


@dataclass(frozen=True)
class Method:
    """``option_values(k)`` are s for a question of k options, most favourable first; ``weights`` sum to 1.

    ``by_favourable`` says that only the favourable / unfavourable split matters, not the options inside it.
    """

    name: str
    option_values: Callable[[int], tuple[Fraction, ...]]
    weights: Callable[[Questionnaire], Mapping[str, Fraction]]
    by_favourable: bool


def favourable_options(options: int) -> int:
    """How many of a question's first options are favourable: those before the middle (1 of 3, 2 of 4)."""
    return options // 2


def method_named(name: str) -> Method:
    """The method with this name and version. Raises UnknownMethod."""
    try:
        return METHODS[name]
    except KeyError as error:
        raise UnknownMethod(f"unknown KPI method {name!r}; known: {', '.join(METHODS)}") from error


def kpi_value(method: Method, questionnaire: Questionnaire, counts: Counts) -> Fraction:
    """The KPI as a share of 1 from counts by question and option. Raises NoKpi."""
    weights = effective_weights(method, questionnaire, counts)
    return sum((weight * question_share(method, counts[question]) for question, weight in weights.items()), Fraction(0))


def effective_weights(method: Method, questionnaire: Questionnaire, counts: Counts) -> dict[str, Fraction]:
    """Weights of the questions that have answers, renormalised to sum to 1. Raises NoKpi if none has."""
    weights = {q: weight for q, weight in method.weights(questionnaire).items() if weight and any(counts[q])}
    total = sum(weights.values(), Fraction(0))
    if not total:
        raise NoKpi(f"nobody answered any question that {method.name} rests on")
    return {question: weight / total for question, weight in weights.items()}


def question_share(method: Method, counts: Sequence[int]) -> Fraction:
    """R_q, for a question with answers."""
    values = method.option_values(len(counts))
    return sum((value * count for value, count in zip(values, counts, strict=True)), Fraction(0)) / sum(counts)


def _favourable_or_not(options: int) -> tuple[Fraction, ...]:
    return tuple(Fraction(option < favourable_options(options)) for option in range(options))


def _evenly_spaced(options: int) -> tuple[Fraction, ...]:
    return tuple(Fraction(options - 1 - option, options - 1) for option in range(options))


def _balanced(options: int) -> tuple[Fraction, ...]:
    """Outermost options count whole, those inside half, a middle one nothing; moved from [-1, 1] to [0, 1]."""
    half = [1 if option == 0 else HALF for option in range(favourable_options(options))]
    middle = [Fraction(0)] * (options % 2)
    return tuple((1 + Fraction(weight)) / 2 for weight in (*half, *middle, *(-w for w in reversed(half))))


def _equal(questionnaire: Questionnaire) -> dict[str, Fraction]:
    questions = questionnaire.substantive
    return {question.id: Fraction(1, len(questions)) for question in questions}


def _equal_blocks(questionnaire: Questionnaire) -> dict[str, Fraction]:
    blocks = {
        q.block: [r.id for r in questionnaire.substantive if r.block == q.block] for q in questionnaire.substantive
    }
    return {question: Fraction(1, len(blocks) * len(members)) for members in blocks.values() for question in members}


def _last_alone(questionnaire: Questionnaire) -> dict[str, Fraction]:
    """The overall item is the last substantive question (Q11 of Appendix 7)."""
    last = questionnaire.substantive[-1]
    return {question.id: Fraction(question is last) for question in questionnaire.substantive}


METHODS: Mapping[str, Method] = {
    method.name: method
    for method in (
        Method(DEFAULT_METHOD, _favourable_or_not, _equal, by_favourable=True),
        Method(SECOND_METHOD, _evenly_spaced, _equal, by_favourable=False),
        Method("balance/1", _balanced, _equal, by_favourable=False),
        Method("block_fav/1", _favourable_or_not, _equal_blocks, by_favourable=True),
        Method("overall_item/1", _favourable_or_not, _last_alone, by_favourable=True),
    )
}
