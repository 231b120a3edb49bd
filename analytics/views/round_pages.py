"""Pages about all bodies of a round."""

from flask import request

from analytics.campaigns.certified_rounds import CertifiedRound, has_certified, one_round, present_round
from analytics.campaigns.reading import find_round
from analytics.campaigns.staffing import statements
from analytics.comparison import compare, obstacle
from analytics.reports.ranks import places
from analytics.staffing_statement import StaffingStatement
from analytics.views import drawings, figure_tables, selection
from analytics.views.office import office
from analytics.views.pooled import body_lines
from analytics.views.rendering import render
from survey_app.web.fingerprint import comparable_rows


def overview(round_code: str) -> str:
    """Answer: how satisfied are the servants of each body."""
    known = find_round(office(), round_code)
    figures = selection.round_figures(office(), round_code)
    shown = (*figures.ranked, *figures.row_only)
    has_pooled = has_certified(office(), round_code)
    return render(
        "overview.html",
        round=known,
        has_pooled=has_pooled,
        together=present_round(office(), round_code) if has_pooled else None,
        figures=figures,
        places=dict(
            zip(
                [entry.jws for entry in shown],
                places([e.release.pinned for e in shown if e.release.pinned]),
                strict=True,
            )
        ),
        chart=drawings.overview(shown, round_code),
    )


def matrix(round_code: str) -> str:
    """Answer: where does a body stand out."""
    known = find_round(office(), round_code)
    figures = selection.round_figures(office(), round_code)
    return render(
        "matrix.html",
        round=known,
        has_pooled=has_certified(office(), round_code),
        figures=figures,
        matrix=figure_tables.matrix([*figures.ranked, *figures.row_only]),
    )


def national(round_code: str) -> str:
    """Answer: how satisfied are the servants of all bodies together. Raises RoundNotCertified without such figures."""
    find_round(office(), round_code)
    return _national(present_round(office(), round_code))


def national_release(round_code: str, number: int) -> str:
    """The same for one particular RoundRelease, superseded as it may be. Raises RoundNotCertified."""
    find_round(office(), round_code)
    return _national(one_round(office(), round_code, number))


def _national(shown: CertifiedRound) -> str:
    release = shown.release
    questionnaire = selection.questionnaire_of(release.questionnaire)
    name = f"pikir-{release.round}-all"
    tables = figure_tables.groups(release.breakdowns, questionnaire)
    importances = figure_tables.drivers(release, questionnaire)
    return render(
        "national.html",
        shown=shown,
        release=release,
        figure=release.pinned,
        bodies=body_lines(shown, selection.every_body(office(), release.round), questionnaire),
        questions={question.id: question for question in questionnaire.substantive},
        totals=drawings.by_favour(release.totals),
        gap=figure_tables.gap(release, questionnaire),
        methods_chart=drawings.methods(release, name),
        likert_chart=drawings.likert(release, questionnaire, f"{name}-q"),
        groups=tables,
        group_charts={table.variable: drawings.groups(table, name) for table in tables},
        lines=importances,
        drivers_chart=drawings.drivers(importances, f"{name}-drivers"),
        fingerprint=comparable_rows(shown.sha256),
        has_pooled=True,
    )


def turnout(round_code: str) -> str:
    """Answer: how many take part."""
    known = find_round(office(), round_code)
    lines = selection.turnout_lines(office(), round_code)
    said = statements(office())
    return render(
        "turnout.html",
        differences=[(line.campaign, said[c]) for line in lines if _differs(said.get(c := line.campaign.campaign_id))],
        round=known,
        has_pooled=has_certified(office(), round_code),
        lines=lines,
        chart=drawings.turnout(lines, round_code),
    )


def _differs(said: StaffingStatement | None) -> bool:
    return said is not None and said.reason is not None


def comparison(round_code: str) -> str:
    """Answer: which of two bodies is more satisfied."""
    known = find_round(office(), round_code)
    figures = selection.round_figures(office(), round_code)
    by_code = {entry.release.body.code: entry for entry in (*figures.ranked, *figures.row_only)}
    first, second = (by_code.get(request.args.get(name, "")) for name in ("first", "second"))
    chosen = first is not None and second is not None and first is not second
    return render(
        "comparison.html",
        round=known,
        has_pooled=has_certified(office(), round_code),
        bodies=by_code,
        first=first,
        second=second,
        obstacle=obstacle(first.release, second.release) if chosen and first and second else None,
        differences=compare(first.release, second.release) if chosen and first and second else (),
        chart=drawings.pair(first, second) if chosen and first and second else None,
        chosen=chosen,
    )
