"""The charts of each page: certified Releases and translated texts in, JSON for the page out."""

import json
from collections.abc import Sequence

from flask_babel import gettext as _
from markupsafe import Markup

from analytics.campaigns.certified import Certified
from analytics.charts import AxisTexts, Chart
from analytics.drivers_chart import DriverPoint, DriverTexts, drivers_chart
from analytics.groups_chart import Dot, DotRow, groups_chart
from analytics.kpi_charts import Line, kpi_chart
from analytics.likert_chart import Bar, likert_chart
from analytics.release import GroupCell, KpiFigure, QuestionTotal, Release
from analytics.round_release import RoundRelease
from analytics.trend_chart import Point, release_basis, trend_chart
from analytics.turnout_chart import TurnoutRow, turnout_chart
from analytics.views import wording
from analytics.views.figure_tables import DriverLine, GroupTable
from analytics.views.selection import TurnoutLine
from survey_app.domain.questionnaire import Question, Questionnaire
from survey_app.web.languages import current_language

_UNSAFE_IN_SCRIPT = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def embed(chart: Chart | None) -> Markup | None:
    """A chart as JSON that can stand inside a script element."""
    if chart is None:
        return None
    text = json.dumps(chart.to_json(), ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(_UNSAFE_IN_SCRIPT))  # noqa: S704 (nothing in it can end the element)


def overview(entries: Sequence[Certified], round_code: str) -> Chart | None:
    """KPI by body; None if there is nothing to draw."""
    lines = _bodies(entries)
    return kpi_chart(lines, _axis(), f"pikir-{round_code}") if lines else None


def methods(release: Release | RoundRelease, name: str) -> Chart | None:
    """One KPI by every method that may be shown, the pinned one first; None if its percentage may not be shown."""
    figures = sorted(release.kpis, key=lambda figure: figure.method != release.method)
    if not figures or figures[0].method != release.method or figures[0].percent is None:
        return None
    provisional = isinstance(release, Release) and release.standing == "provisional"
    lines = [
        Line(wording.method(figure.method), figure, _hover(release, figure), provisional=provisional)
        for figure in figures
        if figure.percent is not None
    ]
    return kpi_chart(lines, _axis(), name, logical=True)


def pair(first: Certified, second: Certified) -> Chart | None:
    """Two bodies' KPIs beside each other; None unless both percentages may be shown."""
    entries = [e for e in (first, second) if e.release.pinned is not None and e.release.pinned.percent is not None]
    if len(entries) < 2:  # noqa: PLR2004 (a pair)
        return None
    codes = "-".join(entry.release.body.code for entry in entries)
    return kpi_chart(_bodies(entries), _axis(), f"pikir-{first.release.round}-{codes}", logical=True)


def trend(entries: Sequence[Certified]) -> Chart | None:
    """The body's KPI over rounds; None with fewer than two."""
    points = [
        Point(
            entry.release.round,
            entry.release.pinned,
            release_basis(entry.release),
            _hover(entry.release, entry.release.pinned),
        )
        for entry in entries
        if entry.is_current and entry.release.pinned is not None and entry.release.pinned.percent is not None
    ]
    body = entries[0].release.body.code if entries else ""
    return trend_chart(points, _axis(), f"pikir-{body}") if len(points) > 1 else None


def likert(release: Release | RoundRelease, questionnaire: Questionnaire, name: str) -> Chart | None:
    """Questions from the most to the least favourable, hidden ones last; None if all are hidden."""
    if all(total.hidden is not None for total in release.totals):
        return None
    questions = {question.id: question for question in questionnaire.substantive}
    bars = [_bar(questions[total.question], total) for total in by_favour(release.totals)]
    legend = (_("most favourable"), _("rather favourable"), _("rather unfavourable"), _("most unfavourable"))
    return likert_chart(bars, legend, (_("favourable"), _("unfavourable")), name)


def groups(table: GroupTable, name: str) -> Chart | None:
    """Favourable shares of the levels of one demographic question; None if nothing of it may be shown."""
    if not table.anything_shown:
        return None
    lang = current_language()
    rows = [
        DotRow(
            f"{question.number}. {question.text[lang]}",
            tuple(None if cell is None else _dot(cell, option.text[lang]) for cell, option in paired),
        )
        for question, cells in table.rows
        for paired in [list(zip(cells, table.levels, strict=True))]
    ]
    levels = [option.text[lang] for option in table.levels]
    return groups_chart(rows, levels, _("Favourable answers, percent"), f"{name}-{table.variable}")


def drivers(lines: Sequence[DriverLine], name: str) -> Chart | None:
    """Importance against favourable share; None without drivers."""
    if not lines:
        return None
    lang = current_language()
    points = [
        DriverPoint(
            str(line.question.number),
            float(100 * line.share),
            line.importance,
            f"{line.question.number}. {line.question.text[lang]}",
            (
                _("Favourable: %(share)s", share=wording.exact_share(line.share)),
                _("Importance: %(importance)s", importance=wording.percent(str(line.importance))),
            ),
            is_first=line.is_important and line.is_weak,
        )
        for line in lines
    ]
    texts = DriverTexts(
        _("Favourable answers, percent"),
        _("Importance for overall satisfaction, percent"),
        _("important and weak"),
        _("important and strong"),
        _("less important and weak"),
        _("less important and strong"),
    )
    return drivers_chart(points, texts, name)


def turnout(lines: Sequence[TurnoutLine], round_code: str) -> Chart | None:
    """Tokens drawn, envelopes received and responses counted in percent of the eligible; None before any of them."""
    drawn = [
        TurnoutRow(
            line.campaign.draft.body.name[current_language()],
            tuple(_part(count, line.eligible) for count in (line.drawn, line.received, line.counted)),
            _turnout_hover(line),
        )
        for line in lines
        if line.eligible and line.drawn is not None and not line.is_void
    ]
    if not drawn:
        return None
    least = max(line.campaign.draft.minimum_turnout for line in lines)
    texts = (_("tokens drawn (M)"), _("envelopes received (K)"), _("responses that count (n)"))
    return turnout_chart(drawn, texts, _("Percent of the eligible"), least, f"pikir-{round_code}-turnout")


def by_favour(totals: Sequence[QuestionTotal]) -> list[QuestionTotal]:
    """The most favourable first, hidden ones last in their own order."""
    return sorted(totals, key=lambda t: -(t.favourable or 0) / t.base if t.base else 1)


def _bar(question: Question, total: QuestionTotal) -> Bar:
    lang = current_language()
    label = f"{question.number}. {question.text[lang]}"
    hover: tuple[str, ...] = ()
    if total.base and total.options is not None:
        pairs = zip(question.options, total.options, strict=True)
        hover = tuple(_told(option.text[lang], count, total.base) for option, count in pairs)
    elif total.base and total.favourable is not None and total.unfavourable is not None:
        hover = (
            _told(_("favourable"), total.favourable, total.base),
            _told(_("unfavourable"), total.unfavourable, total.base),
        )
    return Bar(label, total, hover, wording.hidden_reason(total))


def _dot(cell: GroupCell, level: str) -> Dot | None:
    if cell.favourable is None or not cell.base:
        return None
    return Dot(100 * cell.favourable / cell.base, f"{level}: {_share_of(cell.favourable, cell.base)}")


def _part(count: int | None, eligible: int | None) -> float | None:
    return None if count is None or not eligible else 100 * count / eligible


def _turnout_hover(line: TurnoutLine) -> str:
    told = (("M", line.drawn), ("K", line.received), ("n", line.counted))
    parts = [
        f"{name}: {_share_of(count, line.eligible)}" for name, count in told if count is not None and line.eligible
    ]
    return "<br>".join([line.campaign.draft.body.name[current_language()], *parts])


def _told(what: str, count: int, base: int) -> str:
    return f"{what}: {_share_of(count, base)}"


def _share_of(count: int, base: int) -> str:
    return f"{wording.share(count, base)} ({wording.number(count)} / {wording.number(base)})"


def _hover(release: Release | RoundRelease, figure: KpiFigure | None) -> str:
    if figure is None:
        return ""
    whose = release.body.name[current_language()] if isinstance(release, Release) else _("All bodies together")
    lines = [f"{whose}, {release.round}"]
    if figure.percent is not None:
        lines.append(
            _(
                "KPI %(percent)s, 95%% interval %(interval)s",
                percent=wording.percent(figure.percent),
                interval=wording.interval(figure.interval),
            )
        )
    lines.append(_("Score range %(range)s", range=wording.score_range(figure)))
    return "<br>".join(lines)


def _bodies(entries: Sequence[Certified]) -> list[Line]:
    return [
        Line(
            entry.release.body.name[current_language()],
            entry.release.pinned,
            _hover(entry.release, entry.release.pinned),
            provisional=entry.release.standing == "provisional",
        )
        for entry in entries
        if entry.release.pinned is not None
    ]


def _axis() -> AxisTexts:
    return AxisTexts(_("KPI, percent"), _("Score from (Appendix 5)"), wording.number)
