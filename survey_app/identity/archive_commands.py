"""`pikir issuer archive` and `archive-due`: the end of a campaign at the issuer, by hand or by a timer."""

import json
from collections.abc import Sequence
from typing import Any

import click

from survey_app.identity import archiving
from survey_app.identity.archiving import PlannedArchive
from survey_app.identity.commands import campaign_argument, with_office
from survey_app.identity.office import IssuerOffice
from survey_app.web.archive_output import DRY_RUN, JSON, YES, certificate_json, confirm, say_certificate


@click.command()
@campaign_argument
@DRY_RUN
@YES
@JSON
@with_office
def archive(office: IssuerOffice, campaign: str, *, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Destroy the roster of CAMPAIGN and all that hangs on it, once the agency has archived it, or it is void.

    Signs a certificate of what was destroyed. N, its commitment and M stay in signed documents that name nobody.
    """
    planned = archiving.plan_archive(office, campaign)
    if dry_run or not as_json:
        _say([planned], as_json=as_json)
    if dry_run:
        return
    if planned.awaited is None:
        confirm("The roster cannot be brought back. Go on?", yes=yes)
    certificate = archiving.archive(office, campaign)
    if certificate is None:
        click.echo(f"Archived {campaign}; this office never signed anything, so there is no certificate.")
    elif as_json:
        click.echo(json.dumps(certificate_json(certificate), ensure_ascii=False))
    else:
        say_certificate(certificate, office.exchange.path(campaign, archiving.ARCHIVE))
        click.echo("Destroy every copy as well: roster files, invitation lists, letters, backups.")


@click.command("archive-due")
@DRY_RUN
@JSON
@with_office
def archive_due(office: IssuerOffice, *, dry_run: bool, as_json: bool) -> None:
    """Archive every campaign that the agency has archived, or that is void. For a timer."""
    if dry_run:
        _say(archiving.plan_all(office), as_json=as_json)
        return
    done = archiving.archive_due(office)
    if as_json:
        click.echo(json.dumps({"archived": [one.campaign_id for one in done]}))
        return
    for one in done:
        click.echo(f"Archived {one.campaign_id} ({one.round}, {one.body}).")
    if not done:
        click.echo("Nothing is due.")


def _say(planned: Sequence[PlannedArchive], *, as_json: bool) -> None:
    """Nothing is left out: every key and every table that archiving would touch."""
    if as_json:
        click.echo(json.dumps([_json(one) for one in planned], ensure_ascii=False))
        return
    for one in planned:
        when = "due now" if one.awaited is None else f"not before {one.earliest}; waits for {one.awaited}"
        click.echo(f"{one.campaign_id}  {one.round}  {one.body}: {'archived' if one.done else when}")
        verb = "would be destroyed" if one.awaited is None else "would be destroyed then"
        for label in one.keys:
            click.echo(f"  {verb}: key {label}")
        for name, count in one.rows:
            click.echo(f"  {verb}: {count} rows of {name}")


def _json(one: PlannedArchive) -> dict[str, Any]:
    return {
        "campaign_id": one.campaign_id,
        "round": one.round,
        "body": one.body,
        "is_due": one.awaited is None,
        "waits_for": one.awaited,
        "earliest": None if one.earliest is None else one.earliest.isoformat(),
        "keys": list(one.keys),
        "rows": dict(one.rows),
        "archived": one.done,
    }
