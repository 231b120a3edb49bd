"""`pikir collector`: the collecting officer's steps in the life of a campaign."""

import json

import click

from survey_app.domain.batch import Board
from survey_app.responses import archive_commands, batch, due_steps, enrolment
from survey_app.responses.campaign import Campaign
from survey_app.responses.campaigns import all_campaigns
from survey_app.responses.commands import with_office
from survey_app.responses.office import CollectorOffice
from survey_app.responses.pulling import make_puller
from survey_app.web import pull_command


@click.group()
def collector() -> None:
    """Collect sealed responses: enrol, accept the signed documents, close, archive."""


for command in (archive_commands.archive, archive_commands.archive_due):
    collector.add_command(command)


@collector.command()
@pull_command.EVERY
@with_office
def pull(office: CollectorOffice, every: int | None) -> None:
    """Take the other offices' new documents over HTTP into the exchange folder, each checked before it is put there."""
    pull_command.run(make_puller(office), every)


@collector.command()
@click.argument("campaign")
@with_office
def enrol(office: CollectorOffice, campaign: str) -> None:
    """Answer the agency's draft of CAMPAIGN with this office's key, address and client."""
    made = enrolment.enrol(office, campaign)
    click.echo(f"Enrolled in {campaign} with the key {made.collector_key.hex()} at {made.collector_url}.")
    click.echo("Next: the agency announces the campaign; then `pikir collector accept`.")


@collector.command()
@click.argument("campaign")
@with_office
def accept(office: CollectorOffice, campaign: str) -> None:
    """Accept the announced manifest of CAMPAIGN: only under it tokens are taken."""
    accepted = enrolment.accept(office, campaign)
    click.echo(f"Accepted the manifest of {campaign}, {accepted.manifest.body.name.en}, {accepted.manifest.round}.")
    click.echo(f"Fingerprint: {accepted.fingerprint.hex()}")


@collector.command("accept-drawn")
@click.argument("campaign")
@with_office
def accept_drawn(office: CollectorOffice, campaign: str) -> None:
    """Accept the issuer's signed statement of M, the number of tokens drawn for CAMPAIGN."""
    statement = enrolment.accept_drawn(office, campaign)
    click.echo(f"Accepted M = {statement.drawn} drawn tokens, {statement.disputes} disputed, for {campaign}.")


@collector.command()
@click.argument("campaign")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@with_office
def close(office: CollectorOffice, campaign: str, as_json: bool) -> None:
    """Freeze the batch of CAMPAIGN and publish its board: N, M, K and the root."""
    figures = _board_figures(batch.close(office, campaign))
    if as_json:
        click.echo(json.dumps(figures))
        return
    click.echo(f"Closed {campaign}: N = {figures['N']}, M = {figures['M']}, K = {figures['K']}.")
    click.echo(f"Root of the board: {figures['root']}")
    click.echo("Batch and board are in the exchange folder; the database was rewritten without traces of order.")


@collector.command("steps-due")
@with_office
def steps_due(office: CollectorOffice) -> None:
    """Take every step of every campaign that is possible now: enrol, accept, accept-drawn, close. For a timer.

    The first enrolment is yours: compare the agency's key, then `pikir collector enrol`.
    """
    if not due_steps.knows_agency(office):
        click.echo("No campaign was enrolled in yet: compare the agency's key, then `pikir collector enrol CAMPAIGN`.")
        return
    has_problem = False
    for outcome in due_steps.take_due_steps(office):
        click.echo(_said(outcome), err=outcome.problem is not None)
        has_problem = has_problem or outcome.problem is not None
    if has_problem:
        raise click.exceptions.Exit(1)


@collector.command()
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@with_office
def status(office: CollectorOffice, as_json: bool) -> None:
    """List the campaigns and where each one stands; the number of responses only after close."""
    rows = [_status(office, campaign) for campaign in all_campaigns(office)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        received = "" if row["K"] is None else f"  K = {row['K']}"
        waiting = "  waits for drawn.jws" if row["M"] is None else f"  M = {row['M']}"
        state = "archived" if row["archived"] else row["state"]
        click.echo(f"{row['campaign_id']}  {row['round']}  {row['body']}  {state}  N = {row['N']}{waiting}{received}")
    if not rows:
        click.echo("No manifest was accepted yet.")


def _said(outcome: due_steps.Outcome) -> str:
    if outcome.problem is None:
        return f"{outcome.campaign_id}: {outcome.step}"
    what = "nothing was done" if outcome.step is None else f"{outcome.step} refused"
    return f"{outcome.campaign_id}: {what}: {outcome.problem}"


def _status(office: CollectorOffice, campaign: Campaign) -> dict[str, object]:
    manifest = campaign.manifest
    return {
        "campaign_id": manifest.campaign_id,
        "round": manifest.round,
        "body": manifest.body.code,
        "visits": manifest.visits,
        "state": campaign.state(office.clock()),
        "N": manifest.eligible,
        "M": campaign.drawn.drawn if campaign.drawn else None,
        "K": campaign.board.received if campaign.board else None,
        "archived": campaign.is_archived,
        "fingerprint": campaign.fingerprint.hex(),
    }


def _board_figures(board: Board) -> dict[str, object]:
    return {
        "campaign_id": board.campaign_id,
        "N": board.eligible,
        "M": board.drawn,
        "K": board.received,
        "root": board.root.hex(),
        "batch_sha256": board.batch.hex(),
        "manifest": board.manifest.hex(),
    }
