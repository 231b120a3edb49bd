"""`pikir issuer archive` and `archive-due`: the end of a campaign at the issuer, by hand or by a timer."""

import json
from collections.abc import Iterator, Sequence

import click

from survey_app.identity import archiving
from survey_app.identity.archiving import IssuerArchive
from survey_app.identity.commands import campaign_argument, with_office
from survey_app.identity.office import IssuerOffice
from survey_app.web.archive_output import (
    DRY_RUN,
    JSON,
    YES,
    certificate_json,
    confirm,
    planned_json,
    say_archived,
    say_certificate,
    say_planned,
)


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
    say_archived(archiving.archive_due(office), as_json=as_json)


def _say(planned: Sequence[IssuerArchive], *, as_json: bool) -> None:
    if as_json:
        listed = [planned_json(one, {"keys": list(one.keys), "rows": dict(one.rows)}) for one in planned]
        click.echo(json.dumps(listed, ensure_ascii=False))
    else:
        say_planned(planned, _things)


def _things(one: IssuerArchive) -> Iterator[str]:
    yield from (f"key {label}" for label in one.keys)
    yield from (f"{count} rows of {name}" for name, count in one.rows)
