"""The round's own figures as tables: counts pooled over bodies, never averages of percentages."""

from collections.abc import Sequence

from flask_babel import gettext as _

from analytics.campaigns.certified_rounds import CertifiedRound
from analytics.reports import marks, tables
from analytics.reports.tables import Column, Row, Table
from survey_app.domain.documents import format_time
from survey_app.domain.questionnaire import Questionnaire


def pooled_tables(
    rounds: Sequence[CertifiedRound], questionnaire: Questionnaire, names: dict[str, str]
) -> tuple[Table, ...]:
    """Every certified RoundRelease with its bodies, methods, questions, options, groups and drivers.

    ``names`` are those of bodies by code. Tables without any row are left out.
    """
    found = (
        _releases(rounds),
        _bodies(rounds, names),
        Table(
            "round_methods",
            _("Round – KPI by method"),
            (*_columns(), *tables.method_columns()),
            ("round", "number", "method"),
            tuple(
                (*_of(one), *tables.method_cells(figure, one.release.method))
                for one in rounds
                for figure in one.release.kpis
            ),
        ),
        Table(
            "round_questions",
            _("Round – answers by question"),
            (*_columns(), *tables.question_columns(questionnaire)),
            ("round", "number", "question"),
            tuple((*_of(one), *tables.total_cells(total)) for one in rounds for total in one.release.totals),
        ),
        Table(
            "round_options",
            _("Round – answers by option"),
            (*_columns(), *tables.option_columns(questionnaire)),
            ("round", "number", "question", "option"),
            tuple(
                (*_of(one), *cells)
                for one in rounds
                for total in one.release.totals
                for cells in tables.option_rows(total, questionnaire)
            ),
        ),
        Table(
            "round_groups",
            _("Round – answers by group"),
            (*_columns(), *tables.group_columns(questionnaire)),
            ("round", "number", "variable", "level", "question"),
            tuple((*_of(one), *cells) for one in rounds for cells in tables.group_rows(one.release.breakdowns)),
        ),
        Table(
            "round_drivers",
            _("Round – what goes with satisfaction"),
            (*_columns(), *tables.driver_columns(questionnaire)),
            ("round", "number", "question"),
            tuple((*_of(one), *cells) for one in rounds for cells in tables.driver_rows(one.release.drivers)),
        ),
    )
    return tuple(table for table in found if table.rows)


def _columns() -> tuple[Column, ...]:
    return Column("round", "string", _("Round")), Column("number", "integer", _("Number"))


def _of(one: CertifiedRound) -> Row:
    return one.release.round, one.number


def _releases(rounds: Sequence[CertifiedRound]) -> Table:
    """A row for each: its KPI, and what became of it."""
    columns = (
        *_columns(),
        Column("status", "string", _("Status"), labels=marks.statuses()),
        Column("reason", "string", _("Reason for the correction")),
        Column("certified", "datetime", _("Certified")),
        Column("method", "string", _("Method"), labels=marks.methods()),
        *tables.kpi_columns(),
        Column("n", "integer", _("Responses that count (n)")),
        Column("eligible", "integer", _("Eligible (N)")),
        Column("turnout_percent", "number", _("Turnout, per cent"), 2),
        Column("received", "integer", _("Envelopes received (K)")),
        Column("attack", "string", _("Attack before certification"), labels=marks.verdicts()),
        Column("release_sha256", "string", _("Release, SHA-256")),
        Column("software", "string", _("Software")),
    )
    rows = tuple(
        (
            *_of(one),
            one.status,
            one.release.reason,
            format_time(one.certified),
            one.release.method,
            *tables.kpi_cells(one.release.pinned),
            one.release.n,
            one.release.eligible,
            tables.decimal(one.release.turnout),
            one.release.received,
            one.release.verdict.result,
            one.sha256.hex(),
            one.release.software,
        )
        for one in rounds
    )
    return Table("rounds", _("All bodies together"), columns, ("round", "number"), rows)


def _bodies(rounds: Sequence[CertifiedRound], names: dict[str, str]) -> Table:
    """Whose answers are in, and what has changed since."""
    columns = (
        *_columns(),
        Column("body", "string", _("Body"), labels=names),
        Column("campaign_id", "string", _("Campaign")),
        Column("part", "string", _("In the round's figures?"), labels=marks.parts()),
        Column("change", "string", _("Since then"), labels=marks.changes()),
        Column("not_in_totals", "string", _("Questions without its answers, totals")),
        Column("not_in_breakdowns", "string", _("Questions without its answers, groups")),
        Column("manifest_sha256", "string", _("Manifest's fingerprint")),
        Column("board_sha256", "string", _("Board, SHA-256")),
        Column("opened_sha256", "string", _("Release as opened, SHA-256")),
    )
    changed = [{entry.body.campaign_id: entry.change for entry in one.outdated} for one in rounds]
    rows = tuple(
        (
            *_of(one),
            body.code,
            body.campaign_id,
            "in" if body.pooled else "small",
            since.get(body.campaign_id),
            " ".join(body.not_in_totals) or None,
            " ".join(body.not_in_breakdowns) or None,
            body.manifest.hex(),
            body.board.hex(),
            body.opened.hex(),
        )
        for one, since in zip(rounds, changed, strict=True)
        for body in one.release.bodies
    )
    return Table("round_bodies", _("Round – bodies"), columns, ("round", "number", "campaign_id"), rows)
