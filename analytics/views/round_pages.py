"""Pages about all bodies of a round."""

from flask import request

from analytics.campaigns.reading import find_round
from analytics.comparison import compare, obstacle
from analytics.reports.ranks import places
from analytics.views import drawings, figure_tables, selection
from analytics.views.office import office
from analytics.views.pooled import pooled, require_pooled
from analytics.views.rendering import render


def overview(round_code: str) -> str:
    """Answer: how satisfied are the servants of each body."""
    known = find_round(office(), round_code)
    figures = selection.round_figures(office(), round_code)
    shown = (*figures.ranked, *figures.row_only)
    return render(
        "overview.html",
        round=known,
        has_pooled=pooled(office(), round_code) is not None,
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
        has_pooled=pooled(office(), round_code) is not None,
        figures=figures,
        matrix=figure_tables.matrix([*figures.ranked, *figures.row_only]),
    )


def national(round_code: str) -> str:
    """Answer: how satisfied are the servants of all bodies together. Raises NothingCertified without such figures."""
    known = find_round(office(), round_code)
    found = require_pooled(office(), round_code)
    questionnaire = selection.questionnaire_of(found.release.questionnaire)
    name = f"pikir-{round_code}-all"
    tables = figure_tables.groups(found.release.breakdowns, questionnaire)
    return render(
        "national.html",
        round=known,
        pooled=found,
        release=found.release,
        figure=found.pinned,
        names={
            entry.release.body.code: entry.release.body.name for entry in selection.every_body(office(), round_code)
        },
        questions={question.id: question for question in questionnaire.substantive},
        totals=drawings.by_favour(found.release.totals),
        gap=figure_tables.gap(found.release, questionnaire),
        methods_chart=drawings.methods(found.release, name),
        likert_chart=drawings.likert(found.release, questionnaire, f"{name}-q"),
        groups=tables,
        group_charts={table.variable: drawings.groups(table, name) for table in tables},
        has_pooled=True,
    )


def turnout(round_code: str) -> str:
    """Answer: how many take part."""
    known = find_round(office(), round_code)
    lines = selection.turnout_lines(office(), round_code)
    return render(
        "turnout.html",
        round=known,
        has_pooled=pooled(office(), round_code) is not None,
        lines=lines,
        chart=drawings.turnout(lines, round_code),
    )


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
        has_pooled=pooled(office(), round_code) is not None,
        bodies=by_code,
        first=first,
        second=second,
        obstacle=obstacle(first.release, second.release) if chosen and first and second else None,
        differences=compare(first.release, second.release) if chosen and first and second else (),
        chart=drawings.pair(first, second) if chosen and first and second else None,
        chosen=chosen,
    )
