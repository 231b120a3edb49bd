"""`pikir issuer` for e-mail: plan reminders, send, see what comes back."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from survey_app.identity.commands import campaign_argument, note, with_office
from survey_app.identity.mail import bounces as bounced_mail
from survey_app.identity.mail.plan import INVITATION, cancel_reminders, mailings, plan_reminders
from survey_app.identity.mail.queue import begin
from survey_app.identity.mail.sending import send_all, send_mailing
from survey_app.identity.mail.stopping import go_on_sending, stop_sending, stopped
from survey_app.identity.office import IssuerOffice
from survey_app.staff import journal

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command("plan-reminders")
@campaign_argument
@click.option(
    "--on", "days", type=click.DateTime(["%Y-%m-%d"]), multiple=True, help="A day of a reminder, by Almaty's calendar."
)
@with_office
def plan(office: IssuerOffice, campaign: str, days: tuple[datetime, ...]) -> None:
    """Choose the days of the reminders of CAMPAIGN before anybody is invited; without --on there are none.

    Each goes to everybody whom the invitation went to, whoever has drawn by then, at 9 o'clock by Almaty's time. The
    issuer's server sends it by itself.
    """
    planned = plan_reminders(office, campaign, [day.date() for day in days])
    note(office, "plan-reminders", campaign, days=", ".join(str(one.day) for one in planned if one.day))
    for one in planned:
        if one.day is not None:
            click.echo(f"Reminder {one.number} goes to everybody on {one.day}.")
    click.echo("Next: `pikir issuer send-invitations`; from the first invitation on the days are fixed.")


@click.command("send-invitations")
@campaign_argument
@with_office
def send_invitations(office: IssuerOffice, campaign: str) -> None:
    """Send the invitation of CAMPAIGN by e-mail to everybody with an address. Again: only to whom it has not gone yet.

    Each message holds one person's secret link, in his language. Whom mail does not reach is listed by
    `pikir issuer bounces`; people without an address get letters.
    """
    total = begin(office, campaign, INVITATION)
    note(office, "send-mail", campaign, mailing=INVITATION, people=total)
    _send(send_mailing(office, campaign, INVITATION), total)
    _tell(office, campaign, INVITATION)


@click.command("cancel-reminders")
@campaign_argument
@with_office
def cancel(office: IssuerOffice, campaign: str) -> None:
    """Cancel all reminders of CAMPAIGN that have not begun, for everybody and for good."""
    number = cancel_reminders(office, campaign)
    note(office, "cancel-reminders", campaign, reminders=number)
    click.echo(f"Cancelled: {number}. Nobody gets a reminder any more.")


@click.command("stop-sending")
@campaign_argument
@with_office
def stop(office: IssuerOffice, campaign: str) -> None:
    """Hold up all mail of CAMPAIGN, after the message under way, until `pikir issuer go-on-sending`.

    A reminder that is still stopped when its day ends is not sent any more.
    """
    waiting = stop_sending(office, campaign, journal.COMMAND_LINE)
    note(office, "stop-sending", campaign, waiting=waiting)
    click.echo(f"Stopped. Messages that wait: {waiting}. Next: `pikir issuer go-on-sending {campaign}`.")


@click.command("go-on-sending")
@campaign_argument
@with_office
def go_on(office: IssuerOffice, campaign: str) -> None:
    """Send again what waits in CAMPAIGN; the issuer's server does it within a minute."""
    left_out = go_on_sending(office, campaign)
    note(office, "go-on-sending", campaign, reminders_left_out=left_out.reminders, people_left_out=left_out.people)
    if left_out.reminders or left_out.people:
        click.echo(
            f"Not sent any more, because their day is over: {left_out.reminders} reminders, "
            f"and the rest of one to {left_out.people} people."
        )
    click.echo("The issuer's server sends what waits; or `pikir issuer send-mail`.")


@click.command("send-mail")
@with_office
def send_mail(office: IssuerOffice) -> None:
    """Send all that waits in every campaign, and the reminders whose hour has come. The issuer's server does it too."""
    left: dict[tuple[str, int], int] = {}
    for campaign_id, number, waiting in send_all(office):
        left[campaign_id, number] = waiting
    for campaign_id, number in left:
        note(office, "send-mail", campaign_id, mailing=number)
        click.echo(f"{campaign_id}: ", nl=False)
        _tell(office, campaign_id, number)
    held_up = stopped(office)
    for campaign_id, officer in sorted(held_up.items()):
        click.echo(f"{campaign_id}: stopped by {officer}; `pikir issuer go-on-sending` goes on.")
    if not left and not held_up:
        click.echo("Nothing waits.")


@click.command("bounces")
@campaign_argument
@click.option(
    "--report",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take in failures first: reports of delivery (.eml, mbox), or a text with addresses.",
)
@json_option
@with_office
def bounces(office: IssuerOffice, campaign: str, report: Path | None, *, as_json: bool) -> None:
    """List whom mail does not reach in CAMPAIGN. Says nothing of who has drawn."""
    if report is not None:
        taken = bounced_mail.take_report(office, campaign, report.read_bytes())
        note(office, "take-bounces", campaign, new=taken.new, foreign=taken.foreign)
        click.echo(f"{taken.new} new, {taken.known} known already, {taken.foreign} not on this roster.", err=True)
    found = bounced_mail.bounced(office, campaign)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        click.echo(f"{one.reference}  {one.email}  {one.status}")
    click.echo(f"Mail does not reach {len(found)} people.", err=True)


@click.command("correct-address")
@campaign_argument
@click.argument("reference")
@click.argument("email")
@with_office
def correct_address(office: IssuerOffice, campaign: str, reference: str, email: str) -> None:
    """Give REFERENCE in CAMPAIGN, whom mail does not reach, the address EMAIL."""
    bounced_mail.correct_address(office, campaign, reference, email)
    note(office, "correct-address", campaign)
    click.echo("Corrected. Next: `pikir issuer send-invitations` sends the invitation to the new address.")


def _send(progress: Iterable[int], total: int) -> None:
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Sending", total=total)
        for left in progress:
            bar.update(task, completed=total - left)


def _tell(office: IssuerOffice, campaign_id: str, number: int) -> None:
    what = "The invitation" if number == INVITATION else f"Reminder {number}"
    one = next(one for one in mailings(office, campaign_id) if one.number == number)
    unreached = len(bounced_mail.bounced(office, campaign_id))
    done = (one.total or 0) - one.waiting
    click.echo(f"{what}: {done} of {one.total} done; mail does not reach {unreached} people.")


COMMANDS = (plan, cancel, send_invitations, stop, go_on, send_mail, bounces, correct_address)
