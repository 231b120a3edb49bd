"""`pikir agency`: the life of a campaign on the command line. Commands parse, call one function, and print."""

from pathlib import Path

import click
from rich.console import Console

from analytics import archive_cli, custody_cli, round_commands, status_report
from analytics.bulk_commands import create_campaigns, import_staffing
from analytics.campaign_command import create_campaign
from analytics.campaigns import (
    announcing,
    certification,
    certified,
    creation,
    publication,
    reading,
    round_reading,
    voiding,
)
from analytics.campaigns.pulling import make_puller
from analytics.commands import JSON, OUTPUT, print_json, with_desk, with_office
from analytics.office import ROLES, AgencyOffice
from analytics.poster_command import poster
from analytics.release import Release
from analytics.report_command import report
from analytics.token_commands import add_token, list_tokens, revoke_token
from survey_app.staff.commands import staff_commands
from survey_app.web import pull_command


@click.group()
def agency() -> None:
    """Rounds and campaigns: create, announce, open, certify, export."""


OTHER_COMMANDS = (
    create_campaign,
    create_campaigns,
    import_staffing,
    poster,
    report,
    add_token,
    revoke_token,
    list_tokens,
    *custody_cli.COMMANDS,
    *archive_cli.COMMANDS,
    *round_commands.COMMANDS,
    *staff_commands(with_desk, ROLES),
)
for command in OTHER_COMMANDS:
    agency.add_command(command)


@agency.command()
@pull_command.EVERY
@with_office
def pull(office: AgencyOffice, every: int | None) -> None:
    """Take the other offices' new documents over HTTP into the exchange folder, each checked before it is put there."""
    pull_command.run(make_puller(office), every)


@agency.command("create-round")
@click.argument("code")
@click.option("--title", default="", help="A name to show beside the code.")
@with_office
def create_round(office: AgencyOffice, code: str, title: str) -> None:
    """Begin the round CODE, such as 2026: one exercise over all bodies."""
    made = creation.create_round(office, code, title)
    click.echo(f"Round {made.code} begun. Next: `pikir agency create-campaign --round {made.code} ...` for each body.")


@agency.command()
@click.argument("campaign")
@click.option("--eligible", type=int, help="N by the staffing register, if none was handed in with import-staffing.")
@click.option("--difference-reason", help="Why the roster's N differs from it; signed and published.")
@JSON
@with_office
def announce(
    office: AgencyOffice, campaign: str, eligible: int | None, difference_reason: str | None, as_json: bool
) -> None:
    """Sign and publish the manifest of CAMPAIGN; nothing in it can change afterwards.

    Refused while the roster's N differs from the staffing register and no reason is given.
    """
    fingerprint = announcing.announce(
        office, campaign, expected_eligible=eligible, difference_reason=difference_reason
    ).hex()
    if as_json:
        print_json({"campaign_id": campaign, "fingerprint": fingerprint})
        return
    click.echo(f"Campaign {campaign} announced. Fingerprint, for posters and invitations:")
    click.echo("  " + " ".join(fingerprint[i : i + 4] for i in range(0, len(fingerprint), 4)))
    click.echo("Next: `pikir issuer accept` and `invitations`, `pikir collector accept`.")


@agency.command()
@click.argument("campaign")
@click.option("--reason", help="Why it supersedes the Release certified before; needed then, and only then.")
@JSON
@with_office
def certify(office: AgencyOffice, campaign: str, reason: str | None, as_json: bool) -> None:
    """Sign the opened Release of CAMPAIGN and its scoring record, and hand them out. Figures are frozen."""
    release = certification.certify(office, campaign, reason=reason)
    _print_release(release, as_json=as_json)
    if not as_json:
        click.echo(f"Certified. Release and scoring record are in {office.exchange.path(campaign, '.')}.")


@agency.command()
@click.argument("campaign")
@click.option("--reason", required=True, help="Published with the signed statement.")
@click.confirmation_option(prompt="Nothing of this campaign will count, and this cannot be undone. Go on?")
@with_office
def void(office: AgencyOffice, campaign: str, reason: str) -> None:
    """Declare CAMPAIGN void, with a reason; every office stops it once it sees the statement."""
    voiding.void(office, campaign, reason)
    click.echo(f"Campaign {campaign} is void.")


@agency.command()
@click.argument("campaign")
@OUTPUT
@click.option(
    "--format",
    "form",
    type=click.Choice(["all", *publication.FORMATS]),
    default="all",
    show_default=True,
    help="Form of the scoring record.",
)
@with_office
def export(office: AgencyOffice, campaign: str, output: Path, form: publication.Format) -> None:
    """Write the certified Release, the scoring record and the manifest of CAMPAIGN as files."""
    for path in certified.export(office, campaign, output, form):
        click.echo(path)


@agency.command()
@click.option("--round", "round_code", help="Only this round.")
@JSON
@with_office
def status(office: AgencyOffice, round_code: str | None, as_json: bool) -> None:
    """Show where every campaign stands, what is allowed now, and what is missing."""
    found = reading.campaigns(office, round_code)
    if as_json:
        print_json([status_report.as_json(campaign) for campaign in found])
        return
    if not found:
        click.echo("There is no campaign yet. Begin with: pikir agency create-round")
        return
    Console().print(status_report.as_table(found))
    for campaign in found:
        for doubt in campaign.doubts:
            click.echo(f"{campaign.campaign_id}: not accepted: {doubt}", err=True)


@agency.command("list")
@JSON
@with_office
def list_rounds(office: AgencyOffice, as_json: bool) -> None:
    """List rounds with their campaigns' identifiers, and where the figures of each round as a whole stand."""
    found = {known: reading.campaigns(office, known.code) for known in reading.rounds(office)}
    together = {known: round_reading.round_standing(office, known.code).situation for known in found}
    if as_json:
        print_json(
            [status_report.round_as_json(known, campaigns, together[known]) for known, campaigns in found.items()]
        )
        return
    for known, campaigns in found.items():
        click.echo(f"{known.code}  {known.title}".rstrip())
        click.echo(f"  all bodies together: {status_report.round_situation_as_text(together[known])}")
        for campaign in campaigns:
            click.echo(f"  {campaign.campaign_id}  {campaign.draft.body.code}  {campaign.situation.state}")


def _print_release(release: Release, *, as_json: bool) -> None:
    if as_json:
        print_json(status_report.release_as_json(release))
    else:
        click.echo(status_report.release_as_text(release))
