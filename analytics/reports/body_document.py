"""The printed report on one body's Release."""

from flask_babel import gettext as _
from flask_babel import ngettext

from analytics.campaigns.certified import Certified
from analytics.release import KpiFigure, Release
from analytics.reports import drawing, frame, sections
from analytics.reports.contents import BodyContents
from analytics.reports.definitions import definitions
from analytics.reports.sections import Texts
from analytics.reports.typesetting import typeset
from analytics.views import wording
from survey_app.web.languages import current_language, format_moment


def body_pdf(contents: BodyContents) -> bytes:
    """The report in the present language."""
    shown, release = contents.shown, contents.release
    language = current_language()
    data = {
        **frame.frame(
            _("Survey of civil servants under the methodology of assessment of corps “A”"),
            _("Satisfaction with working conditions"),
            release.body.name[language],
            _("Assessed: %(post)s. Round %(round)s.", post=release.head[language], round=release.round)
            + f" {frame.certified_on(shown)}.",
            foot=f"{release.body.name[language]} · {release.round} · {frame.certified_on(shown)}",
            alarm=frame.alarm_of(shown),
        ),
        "tags": frame.tags_of(shown),
        "tiles": _tiles(release),
        "sentences": _sentences(release),
        "kpi": _kpi(release),
        "methods": _methods(release),
        "questions": _questions(contents),
        "groups": sections.groups(release, contents.questionnaire, _("How do groups differ?")),
        "drivers": sections.drivers(release, contents.questionnaire, _("What goes with overall satisfaction?")),
        "flow": _flow(release),
        "history": _history(contents),
        "definitions": {"title": _("Method and definitions"), "terms": [list(term) for term in definitions(release)]},
        "check": frame.check(_hashes(shown), contents.countersigned_by),
    }
    return typeset("body.typ", data, contents.moment)


def _tiles(release: Release) -> list[list[str]]:
    figure = release.pinned
    answered = _("%(n)s of %(eligible)s", n=wording.number(release.n), eligible=wording.number(release.eligible))
    if figure is None:
        return [[_("KPI"), wording.DASH, ""], [_("Turnout"), wording.percent(release.turnout), answered]]
    return [
        [_("KPI"), _("not shown") if figure.percent is None else wording.percent(figure.percent), _plan()],
        [_("95 per cent interval"), wording.interval(figure.interval), ""],
        [_("Score range (Appendix 5)"), wording.score_range(figure), wording.row_range(figure)],
        [_("Turnout"), wording.percent(release.turnout), answered],
    ]


def _plan() -> str:
    return str(_("plan: 100 per cent"))


def _sentences(release: Release) -> list[str]:
    """What the figures say, in words."""
    figure = release.pinned
    if figure is None:
        return [_("Nobody's response counts: there is no KPI.")]
    told = []
    if figure.percent is None:
        told.append(_withheld(release))
    else:
        told += _certainty(release, figure)
    if release.standing == "provisional":
        told.append(
            _(
                "Provisional: official figures need at least %(minimum)s responses and a turnout of %(turnout)s per "
                "cent.",
                minimum=release.minimum_group,
                turnout=release.minimum_turnout,
            )
        )
    if release.reason is not None:
        told.append(_("This Release corrects an earlier one. Reason: %(reason)s", reason=release.reason))
    return told


def _withheld(release: Release) -> str:
    if release.n < release.minimum_group:
        return str(
            _(
                "Only %(n)s responses count, fewer than %(minimum)s. To protect them, this body shows nothing but its "
                "score row and range.",
                n=release.n,
                minimum=release.minimum_group,
            )
        )
    return str(_("The percentage would expose single people, so only the score row and range are shown."))


def _certainty(release: Release, figure: KpiFigure) -> list[str]:
    told = []
    if release.n == release.eligible:
        told.append(_("Everyone who was eligible answered, so the KPI is exact."))
    elif figure.interval is not None:
        told.append(
            _(
                "If those who stayed silent think like those who answered, the KPI of the whole body lies between "
                "%(low)s and %(high)s with 95 per cent confidence.",
                low=wording.percent(figure.interval.low),
                high=wording.percent(figure.interval.high),
            )
        )
    if figure.logical_bounds is not None and release.n != release.eligible:
        told.append(
            _(
                "Whatever they think, it lies between %(low)s and %(high)s.",
                low=wording.percent(figure.logical_bounds.low),
                high=wording.percent(figure.logical_bounds.high),
            )
        )
    if figure.stable is not None:
        told.append(
            _("The whole interval lies in one row of Appendix 5, so the score range is certain.")
            if figure.stable
            else _(
                "The interval crosses rows of Appendix 5: with full turnout the score range might have been "
                "another one."
            )
        )
    return [" ".join(told)]


def _kpi(release: Release) -> Texts | None:
    lines = [
        drawing.kpi_line(
            wording.method(figure.method), figure, provisional=release.standing == "provisional", logical=True
        )
        for figure in release.kpis
    ]
    if not lines:
        return None
    return {
        "title": _("The KPI over the rows of Appendix 5"),
        "lines": lines,
        "axis": drawing.kpi_axis(lines),
        "headings": frame.kpi_headings(),
        "legend": frame.kpi_legend(logical=True, rows=any(line["value"] is None for line in lines)),
        "alt": _("KPI by method with intervals; the table below has the same figures."),
    }


def _methods(release: Release) -> Texts | None:
    if not release.kpis:
        return None
    rows = [
        [
            wording.method(one.method) + (" – " + _("this one counts") if one.method == release.method else ""),
            "" if one.fraction is None else f"= {one.fraction}",
            _("not shown") if one.percent is None else wording.percent(one.percent),
            wording.interval(one.interval),
            wording.interval(one.logical_bounds),
            wording.row_range(one),
            wording.score_range(one),
        ]
        for one in release.kpis
    ]
    figure = release.pinned
    flags = (*release.flags, *(() if figure is None else figure.flags))
    return {
        "title": _("By method"),
        "header": [
            _("Method"),
            _("KPI"),
            _("95 per cent interval"),
            _("Logical bounds"),
            _("Row of Appendix 5"),
            _("Score range"),
        ],
        "rows": rows,
        "notes_title": _("To be read with it"),
        "notes": [wording.flag(name) for name in flags],
    }


def _questions(contents: BodyContents) -> Texts:
    totals = contents.release.totals
    title = _("What are the servants satisfied with, and what not?")
    found = sections.likert(totals, contents.questionnaire, title)
    if found is None:
        return {"title": title, "lead": _("No question can be shown without exposing people."), "bars": []}
    if hidden := sum(total.hidden is not None for total in totals):
        found["lead"] += " " + ngettext(
            "%(num)s question is hidden to protect people.", "%(num)s questions are hidden to protect people.", hidden
        )
    return found


def _flow(release: Release) -> Texts:
    drawn = _("not stated") if release.drawn is None else wording.number(release.drawn)
    rows = [
        [_("Eligible (N)"), wording.number(release.eligible)],
        [_("Tokens drawn (M)"), drawn],
        [_("Envelopes received (K)"), wording.number(release.received)],
        *(
            [_("Rejected: %(reason)s", reason=wording.rejection(reason)), wording.number(count)]
            for reason, count in release.rejected.items()
        ),
        [_("Unusable: fewer than half answered"), wording.number(release.unusable)],
        [_("Responses that count (n)"), wording.number(release.n)],
    ]
    if release.disputes:
        rows.insert(2, [_("Disputed draws"), wording.number(release.disputes)])
    return {"title": _("From invitations to counted responses"), "header": ["", _("number")], "rows": rows}


def _history(contents: BodyContents) -> Texts | None:
    if len(contents.past) < 2:  # noqa: PLR2004 (nothing came before)
        return None
    rows = []
    for entry in reversed(contents.past):
        figure = entry.release.pinned
        rows.append(
            [
                f"{entry.release.round} ({entry.number})",
                wording.DASH if figure is None else wording.percent(figure.percent),
                wording.DASH if figure is None else wording.interval(figure.interval),
                wording.DASH if figure is None else wording.score_range(figure),
                ", ".join([entry.release.method, *(tag for _kind, tag in frame.tags_of(entry))]),
                format_moment(entry.certified),
            ]
        )
    header = [_("Round (Release)"), _("KPI"), _("95 per cent interval"), _("Score range"), _("Method"), _("Certified")]
    return {"title": _("Earlier rounds and Releases"), "header": header, "rows": rows}


def _hashes(shown: Certified) -> list[list[str]]:
    release = shown.release
    return [
        [_("Campaign"), release.campaign_id],
        [_("Manifest's fingerprint"), release.manifest.hex()],
        [_("Release, SHA-256"), shown.sha256.hex()],
        [_("Root of the batch"), release.root.hex()],
        [_("Questionnaire"), f"{release.questionnaire.id} {release.questionnaire.version}"],
        [_("Software"), release.software],
    ]
