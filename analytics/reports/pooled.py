"""The round's own figures as tables: counts pooled over bodies, never averages of percentages."""

from flask_babel import gettext as _

from analytics.reports import tables
from analytics.reports.tables import Column, Table
from analytics.round_release import RoundRelease
from survey_app.domain.questionnaire import Questionnaire


def pooled_tables(release: RoundRelease, questionnaire: Questionnaire) -> tuple[Table, ...]:
    """Methods, questions, groups and drivers of the round; those without any row are left out."""
    of_round = Column("round", "string", _("Round"))
    found = (
        Table(
            "round_methods",
            _("Round – KPI by method"),
            (of_round, *tables.method_columns()),
            ("round", "method"),
            tuple((release.round, *tables.method_cells(figure, release.method)) for figure in release.kpis),
        ),
        Table(
            "round_questions",
            _("Round – answers by question"),
            (of_round, *tables.question_columns(questionnaire)),
            ("round", "question"),
            tuple((release.round, *tables.total_cells(total)) for total in release.totals),
        ),
        Table(
            "round_groups",
            _("Round – answers by group"),
            (of_round, *tables.group_columns(questionnaire)),
            ("round", "variable", "level", "question"),
            tuple((release.round, *cells) for cells in tables.group_rows(release.breakdowns)),
        ),
        Table(
            "round_drivers",
            _("Round – what goes with satisfaction"),
            (of_round, *tables.driver_columns(questionnaire)),
            ("round", "question"),
            tuple((release.round, *cells) for cells in tables.driver_rows(release.drivers)),
        ),
    )
    return tuple(table for table in found if table.rows)
