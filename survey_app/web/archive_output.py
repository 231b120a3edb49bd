"""What the offices' archiving commands share: options, the question, how a plan and a certificate are told."""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from survey_app.domain.archive import ArchiveCertificate, Destroyed, PlannedArchive
from survey_app.domain.documents import format_time

DRY_RUN = click.option("--dry-run", is_flag=True, help="Only say what would be destroyed, and when it is due.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
YES = click.option("--yes", is_flag=True, help="Do not ask.")


P = TypeVar("P", bound=PlannedArchive)


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


def say_planned(planned: Iterable[P], things: Callable[[P], Iterable[str]]) -> None:
    """Nothing is left out: ``things`` are all that archiving a campaign would touch."""
    for one in planned:
        when = "due now" if one.awaited is None else f"not before {one.earliest}; waits for {one.awaited}"
        click.echo(f"{one.campaign_id}  {one.round}  {one.body}: {'archived' if one.done else when}")
        verb = "would be destroyed" if one.awaited is None else "would be destroyed then"
        for thing in things(one):
            click.echo(f"  {verb}: {thing}")


def planned_json(one: PlannedArchive, contents: dict[str, Any]) -> dict[str, Any]:
    """The same for other programs; ``contents`` are what archiving would touch."""
    return {
        "campaign_id": one.campaign_id,
        "round": one.round,
        "body": one.body,
        "is_due": one.awaited is None,
        "waits_for": one.awaited,
        "earliest": None if one.earliest is None else one.earliest.isoformat(),
        **contents,
        "archived": one.done,
    }


def say_archived(done: Sequence[PlannedArchive], *, as_json: bool) -> None:
    """What a timer's command has archived."""
    if as_json:
        click.echo(json.dumps({"archived": [one.campaign_id for one in done]}))
        return
    for one in done:
        click.echo(f"Archived {one.campaign_id} ({one.round}, {one.body}).")
    if not done:
        click.echo("Nothing is due.")


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
