"""Pages about all bodies of a round."""

from flask import request

from analytics.campaigns.reading import find_round
from analytics.comparison import compare, obstacle
from analytics.reports.ranks import places
from analytics.views import drawings, figure_tables, selection
from analytics.views.office import office
from analytics.views.rendering import render


def overview(round_code: str) -> str:
    """Answer: how satisfied are the servants of each body."""
    known = find_round(office(), round_code)
    figures = selection.round_figures(office(), round_code)
    shown = (*figures.ranked, *figures.row_only)
    return render(
        "overview.html",
        round=known,
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
        figures=figures,
        matrix=figure_tables.matrix([*figures.ranked, *figures.row_only]),
    )


def turnout(round_code: str) -> str:
    """Answer: how many take part."""
    known = find_round(office(), round_code)
    lines = selection.turnout_lines(office(), round_code)
    return render(
        "turnout.html",
        round=known,
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
        bodies=by_code,
        first=first,
        second=second,
        obstacle=obstacle(first.release, second.release) if chosen and first and second else None,
        differences=compare(first.release, second.release) if chosen and first and second else (),
        chart=drawings.pair(first, second) if chosen and first and second else None,
        chosen=chosen,
    )
