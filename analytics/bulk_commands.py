"""`pikir agency create-campaigns`, `import-staffing`: many bodies from one table, CSV or XLSX."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from analytics.campaign_command import term_options, terms_of
from analytics.campaigns.body_file import read_bodies
from analytics.campaigns.bulk import Preview, all_warnings, create_planned, preview_campaigns
from analytics.campaigns.hand_ins import BadRow
from analytics.campaigns.moments import local_text
from analytics.campaigns.staffing import import_register, read_staffing
from analytics.commands import JSON, print_json, with_office
from analytics.custody_options import FILE
from analytics.office import AgencyOffice
from survey_app.domain.manifest import LocalisedText
from survey_app.web.spreadsheet import Table, read_spreadsheet

SKIP_BAD = click.option("--skip-bad", is_flag=True, help="Go on with the good rows although some are bad.")


@click.command("create-campaigns")
@click.argument("file", type=FILE)
@click.option("--round", "round_code", required=True, help="Code of the round.")
@click.option("--head-kk", default="", help="The assessed head's post in Kazakh, where a row names none.")
@click.option("--head-ru", default="", help="The same in Russian.")
@click.option("--head-en", default="", help="The same in English.")
@term_options
@click.option("--dry-run", is_flag=True, help="Only say what would be created.")
@SKIP_BAD
@JSON
@with_office
def create_campaigns(
    office: AgencyOffice, file: Path, round_code: str, *, dry_run: bool, skip_bad: bool, as_json: bool, **options: Any
) -> None:
    """Draft a campaign for each body in FILE (CSV or XLSX), all under the same terms; a row may name exceptions.

    Columns: code, name_kk, name_ru, name_en; if they differ from the options head_kk, head_ru, head_en, visits,
    the four times, kpi_method, minimum_group, minimum_turnout.
    """
    head = LocalisedText(*(options[f"head_{language}"] for language in ("kk", "ru", "en")))
    preview = preview_campaigns(office, round_code, terms_of(options), read_bodies(_table(file), head))
    if not as_json:
        _print_preview(preview)
    if not dry_run:
        _refuse_bad(preview.refused, skip_bad=skip_bad)
        drafts = create_planned(office, preview, preview.digest)
        if not as_json:
            click.echo(f"{len(drafts)} campaigns drafted in round {round_code}. The other offices can enrol.")
    if as_json:
        print_json(_preview_as_json(preview))


@click.command("import-staffing")
@click.argument("file", type=FILE)
@click.option("--round", "round_code", required=True, help="Code of the round.")
@SKIP_BAD
@with_office
def import_staffing(office: AgencyOffice, file: Path, round_code: str, skip_bad: bool) -> None:
    """Take the staffing register in FILE (CSV or XLSX; columns code, servants) to compare each roster's N with."""
    register = read_staffing(_table(file))
    _print_bad(register.bad_rows)
    _refuse_bad(register.bad_rows, skip_bad=skip_bad)
    import_register(office, round_code, register.servants)
    click.echo(f"The staffing register of round {round_code} has {len(register.servants)} bodies of this file now.")


def _table(file: Path) -> Table:
    return read_spreadsheet(file.read_bytes(), file.name)


def _refuse_bad(rows: Sequence[BadRow], *, skip_bad: bool) -> None:
    if rows and not skip_bad:
        raise click.ClickException(f"{len(rows)} rows cannot be taken, so nothing was done. Mend them, or --skip-bad.")


def _print_bad(rows: Sequence[BadRow]) -> None:
    for row in rows:
        click.echo(f"Not taken: {row}", err=True)


def _print_preview(preview: Preview) -> None:
    for one in preview.planned:
        times = one.terms.schedule
        click.echo(f"{one.body.code}  {one.body.name.ru}")
        click.echo(
            f"  {one.terms.visits}, {one.terms.kpi_method}; issuing {local_text(times.issuance_opens)} to "
            f"{local_text(times.issuance_closes)}, collecting {local_text(times.collection_opens)} to "
            f"{local_text(times.collection_closes)}" + (f"; differs: {', '.join(one.differs)}" if one.differs else "")
        )
    for warning, codes in all_warnings(preview.planned).items():
        click.echo(f"Look again: {warning} [{', '.join(codes)}]", err=True)
    _print_bad(preview.refused)


def _preview_as_json(preview: Preview) -> dict[str, Any]:
    return {
        "round": preview.round,
        "planned": [{"line": one.line, "body": one.body.code, "differs": list(one.differs)} for one in preview.planned],
        "refused": [{"line": row.line, "reason": row.reason.name, "detail": row.detail} for row in preview.refused],
        "warnings": [
            {"warning": str(warning), "bodies": list(codes)} for warning, codes in all_warnings(preview.planned).items()
        ],
    }
