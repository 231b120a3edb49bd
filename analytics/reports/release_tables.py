"""Releases as tables: a row for each body, method, question, option, group, driver, kind of rejected envelope."""

from collections.abc import Sequence

from flask_babel import gettext as _

from analytics.campaigns.certified import Certified
from analytics.campaigns.scoring_records import status_of
from analytics.reports import marks, tables
from analytics.reports.tables import Column, Row, Table
from analytics.score_tables import row_named
from analytics.views import wording
from survey_app.domain.documents import format_time
from survey_app.domain.questionnaire import Questionnaire
from survey_app.web.languages import current_language


def bodies_table(entries: Sequence[Certified]) -> Table:
    """A row for each Release: its KPI, how certain it is, and what became of it."""
    columns = (
        *_release_columns(entries),
        Column("campaign_id", "string", _("Campaign")),
        Column("status", "string", _("Status"), labels=marks.statuses()),
        Column("reason", "string", _("Reason for being void, or for the correction")),
        Column("certified", "datetime", _("Certified")),
        Column("standing", "string", _("Standing"), labels=marks.standings()),
        Column("visits", "string", _("Visits"), labels=marks.visits()),
        Column("method", "string", _("Method"), labels=marks.methods()),
        *tables.kpi_columns(),
        Column("score_low", "number", _("Lowest score"), 2),
        Column("score_high", "number", _("Highest score"), 2),
        Column("n", "integer", _("Responses that count (n)")),
        Column("eligible", "integer", _("Eligible (N)")),
        Column("turnout_percent", "number", _("Turnout, per cent"), 2),
        Column("drawn", "integer", _("Tokens drawn (M)")),
        Column("disputes", "integer", _("Disputed draws")),
        Column("received", "integer", _("Envelopes received (K)")),
        Column("unusable", "integer", _("Unusable responses")),
        Column("attack", "string", _("Attack before certification"), labels=marks.verdicts()),
        Column("flags", "string", _("To be read with it")),
        Column("release_sha256", "string", _("Release, SHA-256")),
        Column("manifest_sha256", "string", _("Manifest's fingerprint")),
        Column("software", "string", _("Software")),
    )
    rows = tuple(_body_row(entry) for entry in entries)
    return Table("bodies", _("KPI by body"), columns, ("body", "release"), rows)


def methods_table(entries: Sequence[Certified]) -> Table:
    """Every method's KPI that may be shown."""
    columns = (*_release_columns(entries), *tables.method_columns())
    rows = tuple(
        (*_of(entry), *tables.method_cells(figure, entry.release.method))
        for entry in entries
        for figure in entry.release.kpis
    )
    return Table("methods", _("KPI by method"), columns, ("body", "release", "method"), rows)


def questions_table(entries: Sequence[Certified], questionnaire: Questionnaire) -> Table:
    """Every question's total, or why it is hidden."""
    columns = (*_release_columns(entries), *tables.question_columns(questionnaire))
    rows = tuple((*_of(entry), *tables.total_cells(total)) for entry in entries for total in entry.release.totals)
    return Table("questions", _("Answers by question"), columns, ("body", "release", "question"), rows)


def options_table(entries: Sequence[Certified], questionnaire: Questionnaire) -> Table:
    """How often each option was chosen, where it may be shown."""
    columns = (
        *_release_columns(entries),
        *tables.option_columns(questionnaire),
    )
    rows = tuple(
        (*_of(entry), *cells)
        for entry in entries
        for total in entry.release.totals
        for cells in tables.option_rows(total, questionnaire)
    )
    return Table("options", _("Answers by option"), columns, ("body", "release", "question", "option"), rows)


def groups_table(entries: Sequence[Certified], questionnaire: Questionnaire) -> Table:
    """One-way breakdowns: each group's answers to each question, or why they are hidden."""
    columns = (*_release_columns(entries), *tables.group_columns(questionnaire))
    rows = tuple((*_of(entry), *cells) for entry in entries for cells in tables.group_rows(entry.release.breakdowns))
    key = ("body", "release", "variable", "level", "question")
    return Table("groups", _("Answers by group"), columns, key, rows)


def drivers_table(entries: Sequence[Certified], questionnaire: Questionnaire) -> Table:
    """What goes with the overall question."""
    columns = (*_release_columns(entries), *tables.driver_columns(questionnaire))
    rows = tuple((*_of(entry), *cells) for entry in entries for cells in tables.driver_rows(entry.release.drivers))
    return Table("drivers", _("What goes with overall satisfaction"), columns, ("body", "release", "question"), rows)


def rejected_table(entries: Sequence[Certified]) -> Table:
    """Envelopes that could not be counted."""
    columns = (
        *_release_columns(entries),
        Column("reason", "string", _("Reason"), labels={name: str(text) for name, text in wording.REJECTIONS.items()}),
        Column("count", "integer", _("Envelopes")),
    )
    rows = tuple((*_of(entry), reason, count) for entry in entries for reason, count in entry.release.rejected.items())
    return Table("rejected", _("Rejected envelopes"), columns, ("body", "release", "reason"), rows)


def figures_tables(entries: Sequence[Certified], questionnaire: Questionnaire) -> tuple[Table, ...]:
    """All tables of Releases; those without any row are left out, but never the first."""
    first, *others = (
        bodies_table(entries),
        methods_table(entries),
        questions_table(entries, questionnaire),
        options_table(entries, questionnaire),
        groups_table(entries, questionnaire),
        drivers_table(entries, questionnaire),
        rejected_table(entries),
    )
    return (first, *(table for table in others if table.rows))


def _release_columns(entries: Sequence[Certified]) -> tuple[Column, ...]:
    names = {entry.release.body.code: entry.release.body.name[current_language()] for entry in entries}
    return (
        Column("round", "string", _("Round")),
        Column("body", "string", _("Body"), labels=names),
        Column("release", "string", _("Release")),
    )


def _of(entry: Certified) -> Row:
    return entry.release.round, entry.release.body.code, f"{entry.release.campaign_id}/{entry.number}"


def _body_row(entry: Certified) -> Row:
    release, figure = entry.release, entry.release.pinned
    row = None if figure is None else row_named(figure.row)
    return (
        *_of(entry),
        release.campaign_id,
        status_of(entry),
        entry.void_reason or release.reason,
        format_time(entry.certified),
        release.standing,
        release.visits,
        release.method,
        *tables.kpi_cells(figure),
        None if row is None else row.lowest,
        None if row is None else row.highest,
        release.n,
        release.eligible,
        tables.decimal(release.turnout),
        release.drawn,
        release.disputes,
        release.received,
        release.unusable,
        release.verdict.result,
        "; ".join((*release.flags, *(() if figure is None else figure.flags))) or None,
        entry.sha256.hex(),
        release.manifest.hex(),
        release.software,
    )
