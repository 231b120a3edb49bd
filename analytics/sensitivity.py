"""Why two methods give a body different percentages, from the published counts by option.

With the same weights the difference falls apart into what answers of the favourable half count less (or more) and what
those of the other half count more: sum over q of w_q sum over o of (t_qo - s_qo) n_qo / n_q.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from analytics.figures import QuestionTotal
from analytics.methods import favourable_options, method_named
from survey_app.domain.questionnaire import Questionnaire


@dataclass(frozen=True)
class Gap:
    """Second method minus first, in percentage points: through favourable answers, and through all others."""

    favourable: Fraction
    others: Fraction

    @property
    def total(self) -> Fraction:
        """The difference of the two exact KPIs."""
        return self.favourable + self.others


def explain_gap(questionnaire: Questionnaire, totals: Sequence[QuestionTotal], first: str, second: str) -> Gap | None:
    """None unless every question's options are published and both methods weigh the questions alike.

    Raises UnknownMethod.
    """
    one, other = method_named(first), method_named(second)
    weights = one.weights(questionnaire)
    if weights != other.weights(questionnaire):
        return None
    options = {total.question: total.options for total in totals if total.options is not None and any(total.options)}
    favourable = others = Fraction(0)
    for question in questionnaire.substantive:
        counts = options.get(question.id)
        if counts is None:
            return None
        before, after = one.option_values(len(counts)), other.option_values(len(counts))
        moved = [
            100 * weights[question.id] * (late - early) * Fraction(count, sum(counts))
            for early, late, count in zip(before, after, counts, strict=True)
        ]
        middle = favourable_options(len(counts))
        favourable += sum(moved[:middle], Fraction(0))
        others += sum(moved[middle:], Fraction(0))
    return Gap(favourable, others)
