"""The charts of each page: certified Releases and translated texts in, JSON for the page out."""

import json
from collections.abc import Sequence

from flask_babel import gettext as _
from markupsafe import Markup

from analytics.campaigns.certified import Certified
from analytics.charts import AxisTexts, Chart
from analytics.kpi_charts import Line, kpi_chart
from analytics.likert_chart import Bar, likert_chart
from analytics.release import KpiFigure, QuestionTotal, Release
from analytics.trend_chart import Point, release_basis, trend_chart
from analytics.views import wording
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
    lines = [
        Line(
            entry.release.body.name[current_language()],
            entry.release.pinned,
            _hover(entry.release, entry.release.pinned),
            provisional=entry.release.standing == "provisional",
        )
        for entry in entries
        if entry.release.pinned is not None
    ]
    return kpi_chart(lines, _axis(), f"pikir-{round_code}") if lines else None


def position(release: Release) -> Chart | None:
    """One body's KPI by its method and by the second one, with both kinds of bounds; None if it may not be shown."""
    if release.pinned is None or release.pinned.percent is None:
        return None
    figures = [f for f in (release.pinned, _second(release)) if f is not None]
    lines = [
        Line(
            wording.method(figure.method),
            figure,
            _hover(release, figure),
            provisional=release.standing == "provisional",
        )
        for figure in figures
    ]
    return kpi_chart(lines, _axis(), f"pikir-{release.round}-{release.body.code}", logical=True)


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


def likert(release: Release, questionnaire: Questionnaire) -> Chart | None:
    """Questions from the most to the least favourable, hidden ones last; None if all are hidden."""
    if all(total.hidden is not None for total in release.totals):
        return None
    questions = {question.id: question for question in questionnaire.substantive}
    bars = [_bar(questions[total.question], total) for total in by_favour(release.totals)]
    legend = (_("most favourable"), _("rather favourable"), _("rather unfavourable"), _("most unfavourable"))
    name = f"pikir-{release.round}-{release.body.code}-q"
    return likert_chart(bars, legend, (_("favourable"), _("unfavourable")), name)


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


def _told(what: str, count: int, base: int) -> str:
    return f"{what}: {wording.share(count, base)} ({wording.number(count)} / {wording.number(base)})"


def _hover(release: Release, figure: KpiFigure | None) -> str:
    if figure is None:
        return ""
    lines = [f"{release.body.name[current_language()]}, {release.round}"]
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


def _second(release: Release) -> KpiFigure | None:
    """The method that is always shown beside the pinned one."""
    return next((f for f in release.kpis if f.method in ("mean_score/1", "fav_share/1") and f != release.pinned), None)


def _axis() -> AxisTexts:
    return AxisTexts(_("KPI, percent"), _("Score from (Appendix 5)"), wording.number)
