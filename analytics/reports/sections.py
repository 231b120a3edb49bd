"""What the printed reports on a body and on a round show alike, under titles of their own; None where all is hidden."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from analytics.release import QuestionTotal, Release
from analytics.reports import drawing
from analytics.round_release import RoundRelease
from analytics.views import wording
from survey_app.domain.questionnaire import Questionnaire

Texts = dict[str, Any]


def likert(totals: Sequence[QuestionTotal], questionnaire: Questionnaire, title: str) -> Texts | None:
    """Answers by question."""
    if all(total.hidden is not None for total in totals):
        return None
    return {
        "title": title,
        "lead": _("Favourable answers reach to the right of the line, unfavourable ones to the left."),
        "bars": drawing.likert_bars(totals, questionnaire),
        "headings": [_("favourable"), _("unfavourable"), _("answers")],
        "legend": drawing.legend(),
        "alt": _("Answers by question; favourable, unfavourable and the number of answers stand beside each bar."),
    }


def groups(release: Release | RoundRelease, questionnaire: Questionnaire, title: str) -> Texts | None:
    """Favourable shares by group."""
    if not any(cell.hidden is None for group in release.breakdowns for cell in group.cells):
        return None
    return {
        "title": title,
        "lead": _("Favourable answers in per cent, below them the number of answers."),
        "matrix": drawing.group_matrix(release.breakdowns, questionnaire),
        "mark": f"{wording.NOT_SHOWN} –",
    }


def drivers(release: Release | RoundRelease, questionnaire: Questionnaire, title: str) -> Texts | None:
    """Questions by importance."""
    bars = drawing.driver_bars(release.drivers, release.totals, questionnaire)
    if release.drivers is None or not bars:
        return None
    return {
        "title": title,
        "lead": _(
            "All questions together explain %(explained)s per cent of the answers to the overall question; each one's "
            "share of that is its importance. Important questions with few favourable answers come first to mind.",
            explained=wording.number(release.drivers.explained),
        ),
        "bars": bars,
        "headings": [_("importance"), _("favourable")],
        "alt": _("Questions by importance, with their favourable shares."),
    }
