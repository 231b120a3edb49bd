"""Every term of a report with its definition: the last pages of a printed one, a sheet of a workbook."""

from flask_babel import gettext as _

from analytics.release import Release
from analytics.views import wording

Definitions = tuple[tuple[str, str], ...]


def definitions(release: Release) -> Definitions:
    """Terms in the order in which a reader meets them; limits are those of this Release."""
    return (
        (
            _("KPI"),
            _(
                "Satisfaction of civil servants with working conditions (point 8, 3 of the Methodology), in per cent; "
                "the plan is 100. The Order gives no formula, so a named method is fixed in the signed manifest before "
                "anyone answers; here it is: %(method)s.",
                method=wording.method(release.method),
            ),
        ),
        *_methods(),
        (
            _("Favourable"),
            _(
                "Of four options the first two; of three options the first one. A question left blank leaves the base "
                "of that question only; a response counts if at least half of the questions are answered."
            ),
        ),
        (
            _("Responses that count (n), eligible (N)"),
            _(
                "N is the frozen roster, compared with the staffing register before the announcement. M is the number "
                "of tokens drawn, K of envelopes received; K is the sum of rejected, unusable and counted ones. "
                "Turnout is n / N."
            ),
        ),
        (
            _("95 per cent interval"),
            _(
                "Where the KPI of all eligible servants lies with 95 per cent confidence if the silent think like "
                "those who answered; with a correction for the finite number of servants, rounded outward to 0.1."
            ),
        ),
        (
            _("Logical bounds"),
            _("Where it lies whatever the silent think: all of them dissatisfied, or all satisfied."),
        ),
        (
            _("Row of Appendix 5, score range"),
            _(
                "The percentage, rounded once to 0.01, is looked up in Appendix 5. Within the row the authorised "
                "person chooses in steps of 0.01; the system never fills in a score. The row is certain if the whole "
                "interval lies in it."
            ),
        ),
        (
            _("Official, provisional"),
            _(
                "Official are figures of at least %(minimum)s responses at a turnout of at least %(turnout)s per cent.",
                minimum=wording.number(release.minimum_group),
                turnout=wording.number(release.minimum_turnout),
            ),
        ),
        (
            _("Hidden figures"),
            _(
                "A figure is shown only if at least %(minimum)s answers stand behind it and at least three people on "
                "each side. Others are hidden as well if a hidden one could be computed from them. Before "
                "certification our own attacker tries to expose people by solving all published equations; a Release "
                "that it can break is not certified.",
                minimum=wording.number(release.minimum_group),
            ),
        ),
        (
            _("Importance for overall satisfaction"),
            _(
                "Share of each question in what all together explain of the answers to the overall question (Shapley "
                "value of R squared), from 100 complete responses on. It shows what goes together, not "
                "what causes what."
            ),
        ),
        (
            _("Superseded, void"),
            _(
                "A certified Release is never changed. A wrong one is superseded by a new signed one with a reason; a "
                "campaign can be declared void with a reason. Such figures do not count."
            ),
        ),
    )


def _methods() -> Definitions:
    texts = {
        "fav_share/1": _("Mean over all questions of the share of favourable answers."),
        "mean_score/1": _(
            "Options count at equal distances from 1 to 0; mean over all questions. Always shown beside."
        ),
        "balance/1": _("The outermost options count fully, those inside half."),
        "block_fav/1": _("Share of favourable answers; the questionnaire's blocks have equal weights."),
        "overall_item/1": _("Share of favourable answers to the overall question alone; a control."),
    }
    return tuple((wording.method(name), text) for name, text in texts.items())
