"""Every term with its definition: the one source of the definitions page, of the reports, of docs/methodology.md.

Each has an anchor, to which the figures on the pages link.
"""

from dataclasses import dataclass

from flask_babel import gettext as _

from analytics.methods import METHODS
from analytics.views import wording


@dataclass(frozen=True)
class Definition:
    """A term, what it means, and its place on the definitions page."""

    anchor: str
    term: str
    text: str


def definitions(method: str, minimum_group: int, minimum_turnout: int) -> tuple[Definition, ...]:
    """In the order in which a reader meets them; ``method`` and the limits are those of a manifest."""
    least, turnout = wording.number(minimum_group), wording.number(minimum_turnout)
    return (
        *_kpi(method),
        *_methods(),
        *_answers(),
        *_certainty(),
        *_score(least, turnout),
        *_protection(least),
        *_comparing(),
        *_validity(),
    )


def _kpi(method: str) -> tuple[Definition, ...]:
    text = _(
        "Satisfaction of civil servants with working conditions (point 8, 3 of the Methodology), in per cent; "
        "the plan is 100. The Order gives no formula, so a named method is fixed in the signed manifest before "
        "anyone answers; here it is: %(method)s.",
        method=wording.method(method),
    )
    return (Definition("kpi", _("KPI"), text),)


def _methods() -> tuple[Definition, ...]:
    texts = {
        "fav_share/1": _("Mean over all questions of the share of favourable answers."),
        "mean_score/1": _(
            "Options count at equal distances from 1 to 0; mean over all questions. Always shown beside."
        ),
        "balance/1": _("The outermost options count fully, those inside half."),
        "block_fav/1": _("Share of favourable answers; the questionnaire's blocks have equal weights."),
        "overall_item/1": _("Share of favourable answers to the overall question alone; a control."),
    }
    return tuple(Definition(wording.method_anchor(name), wording.method(name), texts[name]) for name in METHODS)


def _answers() -> tuple[Definition, ...]:
    return (
        Definition(
            "favourable",
            _("Favourable"),
            _(
                "Of four options the first two; of three options the first one. A question left blank leaves the base "
                "of that question only; a response counts if at least half of the questions are answered."
            ),
        ),
        Definition(
            "turnout",
            _("Responses that count (n), eligible (N)"),
            _(
                "N is the frozen roster, compared with the staffing register before the announcement. M is the number "
                "of tokens drawn, K of envelopes received; K is the sum of rejected, unusable and counted ones. "
                "Turnout is n / N."
            ),
        ),
    )


def _certainty() -> tuple[Definition, ...]:
    return (
        Definition(
            "interval",
            _("95 per cent interval"),
            _(
                "Where the KPI of all eligible servants lies with 95 per cent confidence if the silent think like "
                "those who answered; with a correction for the finite number of servants, rounded outward to 0.1."
            ),
        ),
        Definition(
            "logical-bounds",
            _("Logical bounds"),
            _("Where it lies whatever the silent think: all of them dissatisfied, or all satisfied."),
        ),
    )


def _score(least: str, turnout: str) -> tuple[Definition, ...]:
    return (
        Definition(
            "score-range",
            _("Row of Appendix 5, score range"),
            _(
                "The percentage, rounded once to 0.01, is looked up in Appendix 5. Within the row the authorised "
                "person chooses in steps of 0.01; the system never fills in a score. The row is certain if the whole "
                "interval lies in it."
            ),
        ),
        Definition(
            "standing",
            _("Official, provisional"),
            _(
                "Official are figures of at least %(minimum)s responses at a turnout of at least %(turnout)s per cent.",
                minimum=least,
                turnout=turnout,
            ),
        ),
    )


def _protection(least: str) -> tuple[Definition, ...]:
    return (
        Definition(
            "hidden",
            _("Hidden figures"),
            _(
                "A figure is shown only if at least %(minimum)s answers stand behind it and at least three people on "
                "each side. Others are hidden as well if a hidden one could be computed from them. Before "
                "certification our own attacker tries to expose people by solving all published equations; a Release "
                "that it can break is not certified.",
                minimum=least,
            ),
        ),
    )


def _comparing() -> tuple[Definition, ...]:
    return (
        Definition(
            "place",
            _("Place"),
            _(
                "From the best to the worst place that the intervals allow: a body is behind another one only if its "
                "whole interval lies below the other's. Bodies without a published interval have no place."
            ),
        ),
        Definition(
            "difference",
            _("Difference of two KPIs"),
            _(
                "Percentage points between two published KPIs by the same method, with a 95 per cent interval made "
                "from their two intervals (square-and-add method). If zero lies inside, neither is called higher. "
                "Between two rounds the people are largely the same, which makes this interval rather too long."
            ),
        ),
        Definition(
            "median",
            _("Difference from the median body"),
            _(
                "The favourable share of a question minus the middle one of all bodies that show this question; from "
                "three such bodies on. It says where a body stands out, not whether that is beyond chance."
            ),
        ),
        Definition(
            "pooled",
            _("All bodies together"),
            _(
                "Counts of all bodies are added up and the KPI is computed from the sums; percentages of bodies are "
                "never averaged. Bodies with fewer responses than the minimum group are left out, and so are answers "
                "to single questions where the rest would give them away. Such figures are published once for a "
                "round, and are outdated when one of its bodies is corrected or declared void."
            ),
        ),
        Definition(
            "importance",
            _("Importance for overall satisfaction"),
            _(
                "Share of each question in what all together explain of the answers to the overall question (Shapley "
                "value of R squared), from 100 complete responses on. It shows what goes together, not "
                "what causes what."
            ),
        ),
    )


def _validity() -> tuple[Definition, ...]:
    text = _(
        "A certified Release is never changed. A wrong one is superseded by a new signed one with a reason; a "
        "campaign can be declared void with a reason. Such figures do not count."
    )
    return (Definition("superseded", _("Superseded, void"), text),)
