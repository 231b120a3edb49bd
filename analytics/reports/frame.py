"""What every printed report says besides its figures: its name, whether it counts, how it can be checked."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from analytics.campaigns.certified import Certified
from analytics.views import wording
from survey_app.domain.manifest import LocalisedText
from survey_app.web.languages import current_language, format_moment

Texts = dict[str, Any]


def frame(kicker: str, title: str, subject: str, about: str, *, foot: str, alarm: str = "") -> Texts:
    """The parts that page.typ lays out."""
    return {
        "language": current_language(),
        "kicker": kicker,
        "title": title,
        "subject": subject,
        "about": about,
        "foot": foot,
        "alarm": alarm,
        "tags": [],
    }


def alarm_of(shown: Certified) -> str:
    """Why figures do not count, on top of every page; nothing if they do."""
    if shown.void_reason is not None:
        return str(_("Declared void, does not count. Reason: %(reason)s", reason=shown.void_reason))
    if shown.superseded_by is not None:
        return str(_("Superseded by Release %(number)s, does not count.", number=shown.superseded_by))
    return ""


def tags_of(shown: Certified) -> list[list[str]]:
    """What a Release is, in a word each, with how good that is."""
    release = shown.release
    official = release.standing == "official"
    tags = [["good" if official else "notice", wording.standing(release.standing)]]
    if shown.void_reason is not None:
        tags.append(["alarm", _("void")])
    if shown.superseded_by is not None:
        tags.append(["alarm", _("superseded")])
    if release.visits == "single":
        tags.append(["notice", _("single visit")])
    return tags


def kpi_headings() -> list[str]:
    """Above a KPI chart's numbers."""
    return [_("KPI"), _("Score range")]


def kpi_legend(*, logical: bool, rows: bool) -> list[str]:
    """What the marks of a KPI chart mean."""
    texts = [
        _("with 95 per cent interval, wholly in one row of Appendix 5"),
        _("the interval crosses rows, so the row is not certain"),
        _("provisional"),
    ]
    if logical:
        texts.append(_("dotted: bounds whatever the silent think"))
    if rows:
        texts.append(_("bar: only the row may be shown"))
    return texts


def certified_on(shown: Certified) -> str:
    """When, and as which Release."""
    moment = format_moment(shown.certified)
    return str(_("Release %(number)s, certified %(moment)s", number=shown.number, moment=moment))


def check(hashes: list[list[str]], countersigned_by: Sequence[LocalisedText] | None = None) -> Texts:
    """How anybody can check the figures, with the values to compare; None where many Releases are meant."""
    text = _(
        "Every figure here comes from the signed Release; nothing is computed from answers for this report. `pikir "
        "verify` checks the Release and the scoring record against the campaign's public files."
    ).replace("`", "")
    if countersigned_by is not None:
        told = [
            _("Re-opened and countersigned by %(institution)s.", institution=name[current_language()])
            for name in countersigned_by
        ] or [_("No second institution has re-opened and countersigned this Release.")]
        text = " ".join((text, *told))
    return {"title": _("How anybody can check this"), "text": text, "hashes": hashes}
