"""`pikir issuer`: the issuing officer's steps in the life of a campaign."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from survey_app.identity import (
    acceptance,
    archive_commands,
    closing,
    enrolment,
    handouts,
    invitation_list,
    mail_commands,
    paper_commands,
    progress,
    roster,
)
from survey_app.identity.commands import campaign_argument, note, with_desk, with_office
from survey_app.identity.invitations import invitations as all_invitations
from survey_app.identity.office import ROLES, IssuerOffice
from survey_app.identity.pulling import make_puller
from survey_app.identity.turnout import turnout as turnout_band
from survey_app.staff.commands import staff_commands
from survey_app.web import pull_command
from survey_app.web.exchange import write_durably

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def issuer() -> None:
    """Issue tokens: roster, enrolment, invitations, turnout, the number drawn."""


@issuer.command("import-roster")
@campaign_argument
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--skip-bad", is_flag=True, help="Import the good lines of a file that has bad ones.")
@with_office
def import_roster(office: IssuerOffice, campaign: str, file: Path, *, skip_bad: bool) -> None:
    """Import the roster of CAMPAIGN from FILE, in place of an earlier one.

    FILE is XLSX, or CSV in UTF-8 with `;` or `,`, and has a header: reference, email (optional), language (kk, ru or
    en; optional, kk if missing). A file with bad lines is not imported unless --skip-bad is given.
    """
    done = roster.import_roster(office, campaign, file.read_bytes(), name=file.name, skip_bad=skip_bad)
    note(office, "import-roster", campaign, people=done.imported, left_out=len(done.bad_rows))
    for row in done.bad_rows:
        click.echo(f"Left out line {row.line}: {row.reason}", err=True)
    if done.ignored_columns:
        click.echo(f"Not stored, because nothing needs it: {', '.join(done.ignored_columns)}", err=True)
    click.echo(f"The roster of {campaign} has {done.imported} entries.")
    click.echo("Next: `pikir issuer enrol` freezes it.")


@issuer.command()
@pull_command.EVERY
@with_office
def pull(office: IssuerOffice, every: int | None) -> None:
    """Take the other offices' new documents over HTTP into the exchange folder, each checked before it is put there."""
    pull_command.run(make_puller(office), every)


@issuer.command()
@campaign_argument
@with_office
def enrol(office: IssuerOffice, campaign: str) -> None:
    """Freeze the roster of CAMPAIGN, make its keys, answer the agency's draft."""
    made = enrolment.enrol(office, campaign)
    note(office, "enrol", campaign, eligible=made.eligible, commitment=made.roster_commitment.hex())
    click.echo(f"Enrolled in {campaign} with {made.eligible} eligible, at {made.issuer_url}.")
    click.echo(f"Roster commitment: {made.roster_commitment.hex()}")
    click.echo("Next: the agency announces the campaign; then `pikir issuer accept`.")


@issuer.command()
@campaign_argument
@with_office
def accept(office: IssuerOffice, campaign: str) -> None:
    """Accept the announced manifest of CAMPAIGN if it says what was agreed."""
    accepted = acceptance.accept(office, campaign)
    note(office, "accept", campaign, fingerprint=accepted.fingerprint.hex())
    click.echo(f"Accepted the manifest of {campaign}, {accepted.manifest.body.name.en}, {accepted.manifest.round}.")
    click.echo(f"Fingerprint: {accepted.fingerprint.hex()}")
    click.echo("Next: `pikir issuer invitations`.")


@issuer.command()
@campaign_argument
@click.option(
    "--format",
    "kind",
    type=click.Choice(["csv", "json"]),
    default="csv",
    show_default=True,
    help="A table for a mail merge, or JSON for a program.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file, readable by you alone, instead of the screen.",
)
@with_office
def invitations(office: IssuerOffice, campaign: str, kind: str, output: Path | None) -> None:
    """List the invitation links of CAMPAIGN: reference, email, language, link.

    Each link is a secret of one person. Delete the file when the invitations are sent; it can be made again
    until the number drawn is published.
    """
    found = all_invitations(office, campaign)
    note(office, "take-links", campaign, people=len(found), times=handouts.count_handout(office, campaign, "links"))
    text = invitation_list.as_csv(found) if kind == "csv" else invitation_list.as_json(found)
    if output is None:
        click.echo(text, nl=False)
        return
    write_durably(output, text.encode(), 0o600)
    click.echo(f"Wrote {len(found)} invitations to {output}. Delete it when they are sent.", err=True)


OTHER_COMMANDS = (
    paper_commands.letters,
    paper_commands.mail_text,
    *mail_commands.COMMANDS,
    archive_commands.archive,
    archive_commands.archive_due,
    *staff_commands(with_desk, ROLES),
)
for command in OTHER_COMMANDS:
    issuer.add_command(command)


@issuer.command()
@campaign_argument
@json_option
@with_office
def turnout(office: IssuerOffice, campaign: str, *, as_json: bool) -> None:
    """Show the turnout of CAMPAIGN as a band, as of the last midnight (none below 50 eligible)."""
    band = turnout_band(office, campaign)
    if as_json:
        click.echo(json.dumps({"campaign_id": campaign, "turnout_percent": band}))
    elif band is None:
        click.echo("Turnout is not shown for a body of fewer than 50.")
    else:
        click.echo(f"Turnout: {band} %, as of the last midnight.")


@issuer.command("publish-drawn")
@campaign_argument
@json_option
@with_office
def publish_drawn(office: IssuerOffice, campaign: str, *, as_json: bool) -> None:
    """Sign the number of tokens drawn and of disputes in CAMPAIGN, after issuing closes.

    Destroys the invitation key, the blind-signing key and the e-mail addresses.
    """
    statement = closing.publish_drawn(office, campaign)
    note(office, "publish", campaign, drawn=statement.drawn, disputes=statement.disputes)
    if as_json:
        click.echo(json.dumps({"campaign_id": campaign, "drawn": statement.drawn, "disputes": statement.disputes}))
        return
    click.echo(f"Published for {campaign}: {statement.drawn} tokens drawn, {statement.disputes} disputes.")
    click.echo("The invitation key, the signing key and the e-mail addresses are destroyed.")


@issuer.command()
@campaign_argument
@with_office
def close(office: IssuerOffice, campaign: str) -> None:
    """Delete who has drawn in CAMPAIGN, after collecting closes (the office also does so when it starts)."""
    closing.close(office, campaign)
    note(office, "close", campaign)
    click.echo(f"Who has drawn in {campaign} is deleted.")


@issuer.command("list")
@json_option
@with_office
def list_campaigns(office: IssuerOffice, *, as_json: bool) -> None:
    """List the campaigns that this office knows."""
    found = progress.all_progress(office)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        click.echo(f"{one.campaign_id}  {one.round}  {one.body}: {one.state}")


@issuer.command()
@campaign_argument
@json_option
@with_office
def status(office: IssuerOffice, campaign: str, *, as_json: bool) -> None:
    """Show how far CAMPAIGN is, and the next step."""
    one = progress.progress(office, campaign)
    if as_json:
        click.echo(json.dumps(asdict(one), ensure_ascii=False, indent=2))
        return
    click.echo(f"{one.body}, {one.round}: {one.state}; {one.entries} on the roster.")
    click.echo(f"Next: {one.next_step}.")
