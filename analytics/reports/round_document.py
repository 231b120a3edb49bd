"""The printed report on a round: every body's KPI with its place, questions by body, and the round's own figures."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from analytics.campaigns.certified import Certified
from analytics.release import KpiFigure, Release
from analytics.reports import drawing, frame, marks
from analytics.reports.contents import RoundContents
from analytics.reports.definitions import definitions
from analytics.reports.pooled_sections import outdated_text, pooled_sections
from analytics.reports.ranks import Place, places
from analytics.reports.typesetting import typeset
from analytics.views import wording
from survey_app.web.languages import current_language, format_moment

LINES_ON_FIRST_PAGE = 23
LINES_ON_A_PAGE = 30
Texts = dict[str, Any]
Ranked = tuple[Certified, KpiFigure, Place | None]


def round_pdf(contents: RoundContents) -> bytes:
    """The report in the present language."""
    ranked = ranking(contents.current)
    moment = format_moment(contents.moment)
    data = {
        **frame.frame(
            _("Survey of civil servants under the methodology of assessment of corps “A”"),
            _("Satisfaction with working conditions"),
            _("All bodies, round %(round)s", round=contents.round.code),
            " ".join(filter(None, [contents.round.title, _("Figures certified until %(moment)s.", moment=moment)])),
            foot=_("Round %(round)s, figures certified until %(moment)s", round=contents.round.code, moment=moment),
            alarm=outdated_text(contents),
        ),
        "tiles": _tiles(contents, ranked),
        "sentences": _sentences(contents),
        "kpi": _kpi(ranked),
        "pooled": pooled_sections(contents),
        "bodies": _bodies(ranked),
        "heat": _heat(ranked, contents),
        "lists": _lists(contents),
        "definitions": _definitions(contents),
        "check": frame.check(_hashes(contents)),
        "releases": _releases(contents.entries),
    }
    return typeset("round.typ", data, contents.moment)


def ranking(current: Sequence[Certified]) -> list[Ranked]:
    """Bodies from the highest KPI down, each with its place as a range; those with a row only come last."""
    scored = [(entry, entry.release.pinned) for entry in current if entry.release.pinned is not None]
    ordered = sorted(scored, key=lambda one: _order(one[0], one[1]))
    found = places([figure for _entry, figure in ordered])
    return [(entry, figure, place) for (entry, figure), place in zip(ordered, found, strict=True)]


def _order(entry: Certified, figure: KpiFigure) -> tuple[bool, Decimal, str]:
    return figure.percent is None, -Decimal(figure.percent or 0), entry.release.body.code


def _name(release: Release) -> str:
    return release.body.name[current_language()]


def _tiles(contents: RoundContents, ranked: Sequence[Ranked]) -> list[list[str]]:
    official = sum(entry.release.standing == "official" for entry, _figure, _place in ranked)
    stable = sum(bool(figure.stable) for _entry, figure, _place in ranked)
    answers = sum(entry.release.n for entry, _figure, _place in ranked)
    eligible = sum(entry.release.eligible for entry, _figure, _place in ranked)
    tiles = [
        [_("Bodies"), wording.number(len(ranked)), _("of them official: %(number)s", number=official)],
        [_("Score row certain"), wording.number(stable), _("of %(number)s bodies", number=len(ranked))],
        [
            _("Responses that count"),
            wording.number(answers),
            _("of %(eligible)s eligible", eligible=wording.number(eligible)),
        ],
    ]
    whole = contents.pooled
    figure = None if whole is None else whole.release.pinned
    if whole is not None and figure is not None:
        value = _("not shown") if figure.percent is None else wording.percent(figure.percent)
        beside = _("outdated") if whole.outdated else wording.interval(figure.interval)
        tiles.insert(0, [_("KPI of all together"), value, beside])
    return tiles


def _sentences(contents: RoundContents) -> list[str]:
    told = [
        _(
            "Bodies whose intervals overlap cannot be told apart: their order may be chance. So a body's place is a "
            "range."
        )
    ]
    if contents.pending:
        told.append(
            ngettext(
                "%(num)s campaign is not certified yet and is not in this report.",
                "%(num)s campaigns are not certified yet and are not in this report.",
                len(contents.pending),
            )
        )
    return told


def _kpi(ranked: Sequence[Ranked]) -> Texts | None:
    lines = [
        drawing.kpi_line(_name(entry.release), figure, provisional=entry.release.standing == "provisional")
        for entry, figure, _place in ranked
    ]
    if not lines:
        return None
    rest = lines[LINES_ON_FIRST_PAGE:]
    parts = [lines[:LINES_ON_FIRST_PAGE]]
    parts += [rest[start : start + LINES_ON_A_PAGE] for start in range(0, len(rest), LINES_ON_A_PAGE)]
    return {
        "title": _("How satisfied are civil servants in each body?"),
        "lead": _("KPI by body with 95 per cent intervals over the rows of Appendix 5."),
        "parts": parts,
        "axis": drawing.kpi_axis(lines),
        "headings": frame.kpi_headings(),
        "legend": frame.kpi_legend(logical=False, rows=any(line["value"] is None for line in lines)),
        "alt": _("KPI by body with intervals; the table of bodies has the same figures."),
    }


def _bodies(ranked: Sequence[Ranked]) -> Texts:
    rows = [
        [
            _place_text(place),
            _name(entry.release),
            _("not shown") if figure.percent is None else wording.percent(figure.percent),
            wording.interval(figure.interval),
            wording.score_range(figure),
            _certain(figure),
            f"{wording.number(entry.release.n)} / {wording.number(entry.release.eligible)}",
            wording.percent(entry.release.turnout),
            ", ".join(words for _kind, words in frame.tags_of(entry)),
        ]
        for entry, figure, place in ranked
    ]
    header = [
        _("Place"),
        _("Body"),
        _("KPI"),
        _("95 per cent interval"),
        _("Score range"),
        _("Row certain?"),
        _("Responses of eligible"),
        _("Turnout"),
        _("Standing"),
    ]
    note = _(
        "The score range is what Appendix 5 allows for the KPI; within it the authorised person chooses. A place is a "
        "range: the best and the worst that the intervals allow."
    )
    return {"title": _("The same figures as a table"), "header": header, "rows": rows, "note": note}


def _place_text(place: Place | None) -> str:
    if place is None:
        return wording.DASH
    return str(place[0]) if place[0] == place[1] else f"{place[0]}–{place[1]}"


def _certain(figure: KpiFigure) -> str:
    if figure.stable is None:
        return wording.DASH
    return str(_("yes") if figure.stable else _("no"))


def _heat(ranked: Sequence[Ranked], contents: RoundContents) -> Texts:
    language = current_language()
    rows = []
    for entry, _figure, _place in ranked:
        totals = {total.question: total for total in entry.release.totals}
        cells = [_heat_cell(totals, question.id) for question in contents.questionnaire.substantive]
        rows.append({"label": _name(entry.release), "cells": cells})
    questions = contents.questionnaire.substantive
    reasons = {t.hidden for entry, _figure, _place in ranked for t in entry.release.totals if t.hidden is not None}
    return {
        "title": _("Which questions are answered favourably, and where?"),
        "lead": _("Favourable answers in per cent, by body and question."),
        "questions": [str(question.number) for question in questions],
        "rows": rows,
        "mark": f"{wording.NOT_SHOWN} – {'; '.join(sorted(marks.hidden()[reason] for reason in reasons))}."
        if reasons
        else "",
        "key": [f"{question.number}. {question.text[language]}" for question in questions],
    }


def _heat_cell(totals: dict[str, Any], question: str) -> Texts:
    total = totals.get(question)
    if total is None or total.hidden is not None or not total.base:
        return {"text": wording.NOT_SHOWN, "share": None}
    return {"text": wording.share(total.favourable, total.base), "share": total.favourable / total.base}


def _lists(contents: RoundContents) -> list[Texts]:
    """What is not among the figures, and why."""
    without = [_name(entry.release) for entry in contents.current if entry.release.pinned is None]
    gone = [
        f"{_name(entry.release)}: {frame.alarm_of(entry)} ({_('Release %(number)s', number=entry.number)})"
        for entry in contents.entries
        if not entry.is_current
    ]
    pending = [
        f"{campaign.draft.body.name[current_language()]}: {wording.STATES[campaign.situation.state]}"
        for campaign in contents.pending
    ]
    sections = (
        (_("Without a KPI: nobody's response counts"), without),
        (_("Superseded or void: these figures do not count"), gone),
        (_("Not certified yet"), pending),
    )
    return [{"title": title, "entries": entries} for title, entries in sections if entries]


def _definitions(contents: RoundContents) -> Texts:
    release = contents.entries[-1].release
    return {"title": _("Method and definitions"), "terms": [list(term) for term in definitions(release)]}


def _hashes(contents: RoundContents) -> list[list[str]]:
    release = contents.entries[-1].release
    whole = contents.pooled
    return [
        *([] if whole is None else [[_("All bodies together, SHA-256"), whole.sha256.hex()]]),
        [_("Agency's key"), release.agency_key.hex()],
        [_("Questionnaire"), f"{release.questionnaire.id} {release.questionnaire.version}"],
        [_("Software"), release.software],
    ]


def _releases(entries: Sequence[Certified]) -> Texts:
    return {
        "title": _("Signed Releases"),
        "header": [_("Body"), _("Release"), _("SHA-256")],
        "rows": [[_name(entry.release), str(entry.number), entry.sha256.hex()] for entry in entries],
    }
