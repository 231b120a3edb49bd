"""`pikir agency open-round`, `certify-round`: the figures of all bodies of a round together."""

from pathlib import Path

import click

from analytics import status_report
from analytics.campaigns import openings, round_certification, round_openings
from analytics.campaigns.round_keys import RoundKeys, are_split, round_keys
from analytics.campaigns.round_reading import RoundStanding, round_standing
from analytics.campaigns.round_state import RoundStep, missing_text, require_round
from analytics.commands import JSON, first_line, passphrase, print_json, with_office
from analytics.custody_options import FILE, OWN_PASSPHRASES, SHARES, given_shares, progress_bar
from analytics.office import AgencyOffice
from survey_app.web.exchange import ROUND_RELEASE


@click.command("open-round")
@click.argument("round_code", metavar="ROUND")
@click.option(
    "--without",
    multiple=True,
    metavar="CAMPAIGN",
    help="Leave this campaign out of the round's figures, for good; repeat it.",
)
@click.option("--reason", default="", help="Why they are left out; kept in the journal.")
@click.option(
    "--passphrase-file",
    "passphrase_files",
    type=FILE,
    multiple=True,
    help="Read a passphrase of sealing keys from the first line of this file instead of asking; repeat it.",
)
@SHARES
@OWN_PASSPHRASES
@click.option("--processes", type=click.IntRange(1), help="Processes that share the work.  [default: one a core]")
@JSON
@with_office
def open_round(  # noqa: PLR0917 (click's options)
    office: AgencyOffice,
    round_code: str,
    without: tuple[str, ...],
    reason: str,
    passphrase_files: tuple[Path, ...],
    share_files: tuple[Path, ...],
    own_passphrases: tuple[str, ...],
    processes: int | None,
    as_json: bool,
) -> None:
    """Open the closed batches of all bodies of ROUND together: decrypt, count, protect and attack in memory.

    Only drafts are kept: the round's own, and one of each body that has none certified. Void campaigns are left out. A
    round's figures are published once, so every campaign must be closed, void, or left out with --without.
    """
    standing = round_standing(office, round_code, without)
    require_round(RoundStep.OPEN, standing.situation)
    keys = _keys(office, standing, passphrase_files, share_files, own_passphrases)
    with progress_bar("Opening the round") as progress:
        release = round_openings.open_round_batches(
            office,
            round_code,
            keys,
            progress,
            without=without,
            reasons=dict.fromkeys(without, reason.strip()),
            processes=processes or openings.processes(),
        )
    if as_json:
        print_json(status_report.round_release_as_json(release))
        return
    click.echo(status_report.round_release_as_text(release))
    if standing.certified is not None and standing.certified.figures != release.figures:
        click.echo("This round is certified with other figures, so this correction shows its score row only.")
    after = round_standing(office, round_code, without)
    if after.draft is None:
        click.echo("These figures are certified already; there is nothing to do.")
    elif RoundStep.CERTIFY in after.situation.allowed:
        click.echo("This is a draft. Next: `pikir agency certify-round`.")
    else:
        click.echo(f"This is a draft. Before `pikir agency certify-round`: {missing_text(after.situation)}.")


@click.command("certify-round")
@click.argument("round_code", metavar="ROUND")
@click.option("--reason", help="Why it supersedes the figures certified before; needed then, and only then.")
@JSON
@with_office
def certify_round(office: AgencyOffice, round_code: str, reason: str | None, as_json: bool) -> None:
    """Sign the opened figures of all bodies of ROUND together, and hand them out. They are frozen."""
    release = round_certification.certify_round(office, round_code, reason=reason)
    if as_json:
        print_json(status_report.round_release_as_json(release))
        return
    click.echo(status_report.round_release_as_text(release))
    click.echo(f"Certified. The signed document is {office.exchange.round_path(round_code, ROUND_RELEASE)}.")


def _keys(
    office: AgencyOffice,
    standing: RoundStanding,
    passphrase_files: tuple[Path, ...],
    share_files: tuple[Path, ...],
    own_passphrases: tuple[str, ...],
) -> RoundKeys:
    """A passphrase is asked for only if a key is under one and no file gives it."""
    split = are_split(office, [campaign.campaign_id for campaign in standing.closed])
    passphrases = [first_line(file) for file in passphrase_files]
    if not passphrases and not all(split.values()):
        passphrases = [passphrase(None)]
    return round_keys(office, passphrases, given_shares(share_files, own_passphrases))


COMMANDS = (open_round, certify_round)
