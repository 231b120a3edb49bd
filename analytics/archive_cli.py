"""`pikir agency archive`, `archive-due`, `hold`, `unhold`: the end of a campaign, by hand or by a timer."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import click

from analytics.campaigns import archive_holds, archiving, old_figures
from analytics.campaigns.archiving import PlannedArchive
from analytics.campaigns.old_figures import OldFigures, OldRound
from analytics.commands import JSON, print_json, with_office
from analytics.office import AgencyOffice
from survey_app.web.archive_output import DRY_RUN, YES, certificate_json, confirm, say_certificate


@click.command()
@click.argument("campaign")
@click.option("--reason", default=archiving.DUE, show_default=True, help="Signed into the certificate.")
@DRY_RUN
@YES
@JSON
@with_office
def archive(  # noqa: PLR0917 (click's options)
    office: AgencyOffice, campaign: str, reason: str, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Destroy the sealing key and the batch of CAMPAIGN once it cannot be appealed, or is void; sign a certificate.

    Release and scoring record stay three years.
    """
    planned = archiving.plan_archive(office, campaign)
    if dry_run:
        print_json([_json(planned)]) if as_json else _say([planned])
        return
    if not as_json:
        _say([planned])
    if planned.is_due:
        confirm("Nobody will ever open this batch again. Go on?", yes=yes)
    certificate = archiving.archive(office, campaign, reason)
    if as_json:
        print_json(certificate_json(certificate))
        return
    say_certificate(certificate, office.exchange.path(campaign, archiving.ARCHIVE))
    click.echo("Destroy every copy as well: on other media, on an offline machine, at a second institution.")
    click.echo("Next: `pikir issuer archive` and `pikir collector archive`, once they have this certificate.")


@click.command("archive-due")
@DRY_RUN
@JSON
@with_office
def archive_due(office: AgencyOffice, dry_run: bool, as_json: bool) -> None:
    """Archive every campaign that is due, and delete figures that are older than three years. For a timer."""
    planned, old = archiving.plan_all(office), old_figures.plan_old_figures(office)
    if dry_run:
        _print_plan(planned, old, old_figures.plan_old_rounds(office), as_json=as_json)
        return
    certificates = archiving.archive_due(office)
    deleted, rounds = old_figures.delete_old_figures(office), old_figures.delete_old_rounds(office)
    if as_json:
        archived = [certificate_json(certificate) for certificate in certificates]
        print_json(
            {"archived": archived, "figures_deleted": [one.campaign_id for one in deleted], "rounds_deleted": rounds}
        )
        return
    for certificate in certificates:
        say_certificate(certificate, office.exchange.path(certificate.campaign_id, archiving.ARCHIVE))
    for one in deleted:
        click.echo(f"Deleted the figures of {one.campaign_id} ({one.round}, {one.body}): {one.releases} Releases.")
    for code in rounds:
        click.echo(f"Deleted the figures of round {code} as a whole.")
    if not certificates and not deleted and not rounds:
        click.echo("Nothing is due.")


@click.command()
@click.argument("campaign")
@click.option("--reason", required=True, help="Which appeal; kept in the journal.")
@with_office
def hold(office: AgencyOffice, campaign: str, reason: str) -> None:
    """Keep the keys and the batch of CAMPAIGN beyond the time for appeals, while one is being decided."""
    archive_holds.hold(office, campaign, reason)
    click.echo(f"Archiving of {campaign} is on hold. Lift it with `pikir agency unhold {campaign}`.")


@click.command()
@click.argument("campaign")
@click.option("--reason", default=archive_holds.DECIDED, show_default=True, help="Kept in the journal.")
@with_office
def unhold(office: AgencyOffice, campaign: str, reason: str) -> None:
    """Let CAMPAIGN be archived when it is due."""
    archive_holds.unhold(office, campaign, reason)
    click.echo(f"Archiving of {campaign} is not on hold.")


COMMANDS = (archive, archive_due, hold, unhold)


def _print_plan(
    planned: Sequence[PlannedArchive], old: Sequence[OldFigures], rounds: Sequence[OldRound], *, as_json: bool
) -> None:
    if as_json:
        figures = [
            {"campaign_id": one.campaign_id, "until": one.until.isoformat(), "is_due": one.is_due} for one in old
        ]
        whole = [{"round": one.round, "until": one.until.isoformat(), "is_due": one.is_due} for one in rounds]
        print_json({"campaigns": [_json(one) for one in planned], "figures": figures, "round_figures": whole})
        return
    _say(planned)
    for one in old:
        click.echo(f"{one.campaign_id}  {one.round}  {one.body}: {_figures(one)}")
    for each in rounds:
        click.echo(f"round {each.round} as a whole: {_figures(each)}")


def _figures(one: OldFigures | OldRound) -> str:
    then = "would be deleted now" if one.is_due else f"are kept until {one.until.isoformat()}"
    return f"figures ({one.releases} Releases, {len(one.files)} files) {then}"


def _say(planned: Sequence[PlannedArchive]) -> None:
    """Nothing is left out: every file and every table that archiving would touch."""
    for one in planned:
        when = f"due now{_round(one)}" if one.is_due else "archived" if one.done else f"not due: {_awaited(one)}"
        click.echo(f"{one.campaign_id}  {one.round}  {one.body}: {when}")
        verb = "would be destroyed" if one.is_due or one.done else "would be destroyed then"
        for file in one.files:
            click.echo(f"  {verb}: {file}")
        if one.drafts:
            click.echo(f"  {verb}: {one.drafts} uncertified draft in the database")


def _round(one: PlannedArchive) -> str:
    if one.round_until is None:
        return ""
    return (
        f", but not by itself before {one.round_until + timedelta(days=1)}: the figures of the round are not certified "
        "yet, and cannot be opened without it (pikir agency open-round)"
    )


def _awaited(one: PlannedArchive) -> str:
    if one.situation.missing:
        until = "" if one.due is None else f", from {one.due.isoformat()} on"
        return f"{one.situation.state.value}, waits for {'; '.join(one.situation.missing)}{until}"
    return f"{one.situation.state.value}"


def _json(one: PlannedArchive) -> dict[str, Any]:
    return {
        "campaign_id": one.campaign_id,
        "round": one.round,
        "body": one.body,
        "state": one.situation.state.value,
        "is_due": one.is_due,
        "due": None if one.due is None else one.due.isoformat(),
        "waits_for_round_until": None if one.round_until is None else one.round_until.isoformat(),
        "on_hold": one.hold,
        "waits_for": [missing.value for missing in one.situation.missing],
        "files": [str(file) for file in one.files],
        "drafts": one.drafts,
        "archived": one.done,
    }
