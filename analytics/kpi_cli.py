"""`pikir kpi`: the KPI of a plain file of answers. What it prints is not a Release: nothing is protected."""

import json
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from analytics.answer_file import read_answer_file
from analytics.kpi import METHODS, Kpi, compute_kpis
from analytics.percent import fraction_text, percent_text
from analytics.tally import Tally, count_answers
from survey_app.domain.errors import PikirError
from survey_app.domain.questionnaire import parse_questionnaire

TOO_FEW_ANSWERS = "too-few-answers"
NO_KPI = "no_kpi"


@click.command("kpi")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--eligible", type=click.IntRange(min=1), required=True, help="N: how many people could have answered.")
@click.option("--method", type=click.Choice(list(METHODS)), help="Only this method; all five without it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
@click.option(
    "--questionnaire",
    "questionnaire_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Another questionnaire's JSON file; Appendix 7 without it.",
)
def kpi(file: Path, eligible: int, method: str | None, as_json: bool, questionnaire_file: Path | None) -> None:
    """Compute the KPI from FILE, a table of answers.

    FILE is CSV (comma or semicolon, UTF-8): a header q1..q14, then one row a response with option positions from 1,
    blank for no answer; q12 to q14 may be left out. A response with fewer than 6 of the 11 answered does not count.

    The result is for checking and teaching: it is not a Release, and nothing in it is protected.
    """
    try:
        questionnaire = parse_questionnaire(_questionnaire_bytes(questionnaire_file))
        tally = count_answers(questionnaire, read_answer_file(questionnaire, file.read_bytes()))
        kpis = compute_kpis(questionnaire, tally, eligible)
    except PikirError as error:
        raise click.UsageError(str(error)) from error
    names = [method] if method else list(METHODS)
    chosen = {name: kpis.get(name) for name in names}
    if as_json:
        report = kpi_report(chosen, tally, eligible)
        if method:
            report = {"method": method, **report.pop(method), **report}
        click.echo(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        _print_tables(chosen, tally, eligible)


def kpi_report(kpis: Mapping[str, Kpi | None], tally: Tally, eligible: int) -> dict[str, Any]:
    """What --json prints: one object a method, and beside them n, N and how many responses were rejected, by reason."""
    methods = {name: _method_report(kpi) for name, kpi in kpis.items()}
    rejected = {TOO_FEW_ANSWERS: tally.unusable} if tally.unusable else {}
    return {**methods, "n": tally.n, "N": eligible, "rejected": rejected}


def _method_report(kpi: Kpi | None) -> dict[str, Any]:
    if kpi is None:
        nothing = dict.fromkeys(("fraction", "percent", "ci95", "logical_bounds", "score_range"))
        return {**nothing, "flags": [NO_KPI]}
    return {
        "fraction": fraction_text(kpi.value),
        "percent": percent_text(kpi.value),
        "ci95": [_hundredths(bound) for bound in kpi.ci95],
        "logical_bounds": [percent_text(bound) for bound in kpi.logical_bounds],
        "score_range": kpi.row.score,
        "flags": list(kpi.flags),
    }


def _hundredths(share: Fraction) -> float:
    """Percent as a number, rounded half up to 0.01: interval bounds are estimates, not exact values."""
    percent = Decimal(share.numerator * 100) / Decimal(share.denominator)
    return float(percent.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _questionnaire_bytes(file: Path | None) -> bytes:
    if file is not None:
        return file.read_bytes()
    return resources.files("survey_app").joinpath("questionnaires/appendix7.json").read_bytes()


def _print_tables(kpis: Mapping[str, Kpi | None], tally: Tally, eligible: int) -> None:
    table = Table(
        title=f"KPI, n = {tally.n} of N = {eligible}", caption="Not a Release: for checking and teaching only."
    )
    for heading in ("method", "KPI %", "fraction", "95 %", "logical", "score"):
        table.add_column(heading, justify="left" if heading == "method" else "right", no_wrap=True)
    for name, kpi in kpis.items():
        table.add_row(name, *_cells(kpi))
    console = Console(highlight=False)
    console.print(table)
    for name, kpi in kpis.items():
        if kpi is not None and kpi.flags:
            console.print(f"{name}: {', '.join(kpi.flags)}")
    if tally.unusable:
        console.print(f"Not counted, too few answers: {tally.unusable}")


def _cells(kpi: Kpi | None) -> tuple[str, ...]:
    if kpi is None:
        return ("no answers", "-", "-", "-", "-")
    ranges = ("-".join(map(percent_text, bounds)) for bounds in (kpi.ci95, kpi.logical_bounds))
    return (percent_text(kpi.value), fraction_text(kpi.value), *ranges, kpi.row.score)
