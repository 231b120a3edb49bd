"""`pikir verify`: checks public files and says, in words, what was checked and what nobody can."""

import json
import re
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from analytics.verification.wording import detail, limit, title, word
from analytics.verify import Report, verify_path
from survey_app.domain import base64url
from survey_app.domain.errors import PikirError
from survey_app.domain.manifest import LANGUAGES
from survey_app.domain.questionnaire import Questionnaire, parse_questionnaire
from survey_app.domain.signing import PUBLIC_KEY_BYTES

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
COLOURS = {"ok": "green", "failed": "bold red", "impossible": "yellow"}


@click.command("verify")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--agency-key", metavar="B64URL", help="The agency's public key, from its own announcement.")
@click.option(
    "--countersigner",
    "countersigners",
    multiple=True,
    metavar="KEY",
    help="A second institution's public key; repeat it.",
)
@click.option("--manifest", type=FILE, help="With a single file: its campaign's manifest.")
@click.option("--board", type=FILE, multiple=True, help="With a receipt: board.json, or board.jws and batch.bin.")
@click.option(
    "--campaigns",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="With a round's document: the folder with its campaigns' folders.  [default: the exchange folder around it]",
)
@click.option("--questionnaire", type=FILE, help="A fielded questionnaire other than Appendix 7.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the report.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(  # noqa: PLR0917 (click's options)
    path: Path,
    agency_key: str | None,
    countersigners: tuple[str, ...],
    manifest: Path | None,
    board: tuple[Path, ...],
    campaigns: Path | None,
    questionnaire: Path | None,
    lang: str,
    as_json: bool,
) -> None:
    """Check PATH: a campaign's or a round's folder in the exchange, one of their files, or an exported journal.

    A round's folder is rounds/CODE, a journal's file ends with .jsonl. Recomputes whatever public files determine:
    signatures, hashes, the Merkle root, every token's and holder's signature, sums, the KPI, the scoring record. Exits
    with 0 only if something was checked and nothing failed.
    """
    try:
        key = None if agency_key is None else base64url.decode(agency_key, PUBLIC_KEY_BYTES)
        seconds = [_public_key(text) for text in countersigners]
        fielded = _questionnaire(questionnaire)
    except PikirError as error:
        raise click.UsageError(str(error)) from error
    others = (*((manifest,) if manifest else ()), *board)
    with Progress(console=Console(stderr=True), transient=True, disable=as_json or not sys.stderr.isatty()) as bar:
        task = bar.add_task(path.name)
        report = verify_path(
            path,
            fielded,
            agency_key=key,
            countersigners=seconds or None,
            others=others,
            campaigns=campaigns,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    if as_json:
        click.echo(json.dumps(report_json(path, report, lang), ensure_ascii=False, indent=1))
    else:
        _print_report(report, lang)
    sys.exit(0 if report.passed else 1)


def report_json(path: Path, report: Report, language: str) -> dict[str, Any]:
    """What --json prints."""
    checks = [
        {
            "check": finding.check,
            "title": title(finding, language),
            "status": finding.status,
            "detail": detail(finding, language),
            "file": finding.subject,
        }
        for finding in report.findings
    ]
    limits = [limit(name, language) for name in report.limits]
    return {"path": str(path), "passed": report.passed, "checks": checks, "cannot_be_verified": limits}


def _print_report(report: Report, language: str) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for finding in report.findings:
        status = Text(word(finding.status, language).ljust(14), style=COLOURS[finding.status])
        subject = f" [{finding.subject}]" if finding.subject else ""
        console.print(status, Text(title(finding, language) + subject), sep="")
        if found := detail(finding, language):
            console.print(Text(" " * 14 + found, style="dim"))
    if report.limits:
        console.print()
        console.print(Text(word("limits", language)))
    for name in report.limits:
        console.print(Text(f"  - {limit(name, language)}"))
    console.print()
    console.print(Text(_summary(report, language), style="bold"))


def _summary(report: Report, language: str) -> str:
    failed = sum(finding.status == "failed" for finding in report.findings)
    checked = failed + sum(finding.status == "ok" for finding in report.findings)
    if not checked:
        return word("nothing", language)
    return word("not_passed" if failed else "passed", language, failed=failed, checked=checked)


def _public_key(text: str) -> bytes:
    """32 bytes from 64 hex digits, as a card shows them, or from base64url. Raises Malformed."""
    digits = "".join(text.split())
    if re.fullmatch(r"[0-9a-fA-F]{64}", digits):
        return bytes.fromhex(digits)
    return base64url.decode(text, PUBLIC_KEY_BYTES)


def _questionnaire(file: Path | None) -> Questionnaire:
    if file is not None:
        return parse_questionnaire(file.read_bytes())
    return parse_questionnaire(resources.files("survey_app").joinpath("questionnaires/appendix7.json").read_bytes())
