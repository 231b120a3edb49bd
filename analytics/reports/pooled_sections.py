"""The round's own figures in its printed report: counts of all bodies together, and whose answers they are."""

from flask_babel import gettext as _

from analytics.reports import sections
from analytics.reports.contents import RoundContents
from analytics.reports.sections import Texts
from analytics.round_release import RoundRelease
from analytics.views import wording
from analytics.views.pooled import BodyLine, body_lines
from survey_app.web.languages import current_language


def outdated_text(contents: RoundContents) -> str:
    """On top of every page where the round's own figures no longer fit the bodies'; else nothing."""
    if contents.pooled is None or not contents.pooled.outdated:
        return ""
    names = {entry.release.body.code: entry.release.body.name[current_language()] for entry in contents.entries}
    changed = ", ".join(names.get(one.body.code, one.body.code) for one in contents.pooled.outdated)
    return str(
        _(
            "The figures of all bodies together are outdated. Declared void or corrected since: %(bodies)s.",
            bodies=changed,
        )
    )


def pooled_sections(contents: RoundContents) -> list[Texts]:
    """What the round's document shows; nothing without one."""
    if contents.pooled is None:
        return []
    release = contents.pooled.release
    questionnaire = contents.questionnaire
    found = {
        "table": _kpis(release),
        "likert": sections.likert(
            release.totals, questionnaire, _("What are the servants of all bodies satisfied with, and what not?")
        ),
        "groups": sections.groups(release, questionnaire, _("How do groups differ, all bodies together?")),
        "drivers": sections.drivers(
            release, questionnaire, _("What goes with overall satisfaction, all bodies together?")
        ),
        "list": _bodies(body_lines(contents.pooled, contents.latest, questionnaire)),
    }
    return [{"kind": kind, **section} for kind, section in found.items() if section is not None]


def _kpis(release: RoundRelease) -> Texts | None:
    if not release.kpis:
        return None
    rows = [
        [
            wording.method(one.method),
            _("not shown") if one.percent is None else wording.percent(one.percent),
            wording.interval(one.interval),
            wording.interval(one.logical_bounds),
            wording.row_range(one),
            wording.score_range(one),
        ]
        for one in release.kpis
    ]
    header = [
        _("Method"),
        _("KPI"),
        _("95 per cent interval"),
        _("Logical bounds"),
        _("Row of Appendix 5"),
        _("Score range"),
    ]
    lead = _("Counts of all bodies together; percentages are never averaged.")
    if release.verdict.result == "pass":
        lead += " " + _(
            "Before certification an attack on these figures, together with those of every body, exposed nobody."
        )
    elif release.reason is not None:
        lead += " " + _(
            "A round's figures are published once. What is published in their place shows the score row only, since "
            "the difference would tell how single people answered."
        )
    if release.reason is not None:
        lead += " " + _("They correct earlier ones. Reason: %(reason)s", reason=release.reason)
    return {"title": _("KPI of all together"), "lead": lead, "header": header, "rows": rows}


def _bodies(lines: tuple[BodyLine, ...]) -> Texts:
    rows = [
        [
            line.entry.release.body.name[current_language()],
            wording.number(line.entry.release.n),
            "; ".join([str(wording.ROUND_PARTS[line.part]), *_apart(line)]),
        ]
        for line in lines
    ]
    header = [_("Body"), _("Responses that count"), _("In these figures?")]
    return {
        "title": _("Whose answers are in the figures of all together?"),
        "lead": "",
        "header": header,
        "rows": rows,
    }


def _apart(line: BodyLine) -> list[str]:
    """What has changed since, and questions without its answers."""
    told = [] if line.change is None else [str(wording.ROUND_CHANGES[line.change])]
    if line.not_in_totals:
        told.append(_("without its answers to questions %(numbers)s", numbers=_listed(line.not_in_totals)))
    if line.not_in_groups:
        told.append(_("by group without its answers to questions %(numbers)s", numbers=_listed(line.not_in_groups)))
    return told


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(str(number) for number in numbers)
