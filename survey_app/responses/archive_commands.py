"""`pikir collector archive` and `archive-due`: the end of a campaign at the collector, by hand or by a timer."""

import json
from collections.abc import Iterator, Sequence

import click

from survey_app.responses import archiving
from survey_app.responses.archiving import CollectorArchive
from survey_app.responses.commands import with_office
from survey_app.responses.office import CollectorOffice
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
@click.argument("campaign")
@DRY_RUN
@YES
@JSON
@with_office
def archive(office: CollectorOffice, campaign: str, *, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Destroy the sealed responses of CAMPAIGN and its batch, once the agency has archived it, or it is void.

    Signs a certificate of what was destroyed. The signed board stays, the list of envelopes does not.
    """
    planned = archiving.plan_archive(office, campaign)
    if dry_run or not as_json:
        _say([planned], as_json=as_json)
    if dry_run:
        return
    if planned.awaited is None:
        confirm("No receipt can be looked up afterwards, and no batch opened again. Go on?", yes=yes)
    certificate = archiving.archive(office, campaign)
    if as_json:
        click.echo(json.dumps(certificate_json(certificate), ensure_ascii=False))
    else:
        say_certificate(certificate, office.exchange.path(campaign, archiving.ARCHIVE))
        click.echo("Destroy every copy as well: the one backup of the database, and batches that were handed on.")


@click.command("archive-due")
@DRY_RUN
@JSON
@with_office
def archive_due(office: CollectorOffice, *, dry_run: bool, as_json: bool) -> None:
    """Archive every campaign that the agency has archived, or that is void. For a timer."""
    if dry_run:
        _say(archiving.plan_all(office), as_json=as_json)
        return
    say_archived(archiving.archive_due(office), as_json=as_json)


def _say(planned: Sequence[CollectorArchive], *, as_json: bool) -> None:
    if as_json:
        listed = [
            planned_json(one, {"responses": one.responses, "files": [str(file) for file in one.files]})
            for one in planned
        ]
        click.echo(json.dumps(listed, ensure_ascii=False))
    else:
        say_planned(planned, _things)


def _things(one: CollectorArchive) -> Iterator[str]:
    if one.responses:
        yield f"{one.responses} rows of response"
    yield from map(str, one.files)
