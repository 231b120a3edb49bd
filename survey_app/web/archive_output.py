"""What the three offices' archiving commands share: options, the question, and how a certificate is told."""

from pathlib import Path
from typing import Any

import click

from survey_app.domain.archive import ArchiveCertificate, Destroyed
from survey_app.domain.documents import format_time

DRY_RUN = click.option("--dry-run", is_flag=True, help="Only say what would be destroyed, and when it is due.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
YES = click.option("--yes", is_flag=True, help="Do not ask.")


def confirm(question: str, *, yes: bool) -> None:
    """Ask on the terminal. Raises click's Abort."""
    if not yes:
        click.confirm(question, abort=True, err=True)


def say_certificate(certificate: ArchiveCertificate, place: Path) -> None:
    """One line for each thing that is no more."""
    click.echo(f"Archived {certificate.campaign_id}.")
    for one in certificate.destroyed:
        click.echo(f"  destroyed: {describe(one)}")
    click.echo(f"Certificate: {place}.")


def describe(one: Destroyed) -> str:
    """Such as: 25 rows of roster_entry."""
    if one.kind == "rows":
        return f"{one.count} rows of {one.name}"
    return one.name if one.sha256 is None else f"{one.name}, SHA-256 {one.sha256.hex()}"


def certificate_json(certificate: ArchiveCertificate) -> dict[str, Any]:
    """The certificate for other programs."""
    destroyed = [
        {
            "kind": one.kind,
            "name": one.name,
            "count": one.count,
            "sha256": None if one.sha256 is None else one.sha256.hex(),
        }
        for one in certificate.destroyed
    ]
    return {
        "campaign_id": certificate.campaign_id,
        "office": certificate.office,
        "moment": format_time(certificate.moment),
        "reason": certificate.reason,
        "destroyed": destroyed,
    }
