"""`pikir agency`: sealing keys made, split, rehearsed, destroyed; second institutions and their countersignatures."""

from pathlib import Path

import click

from analytics.campaigns import custody, destruction, second_institutions, split_keys
from analytics.commands import JSON, PASSPHRASE_FILE, passphrase, print_json, with_office
from analytics.custody.countersigning import name_in_record, read_card
from analytics.custody.plan import Group, describe, make_plan
from analytics.custody_options import FILE, OWN_PASSPHRASES, SHARES, named_passphrases, unlocking
from analytics.office import AgencyOffice
from analytics.opening_commands import accept_draft, open_batch, open_offline


@click.command()
@click.argument("campaigns", nargs=-1, required=True, metavar="CAMPAIGN...")
@PASSPHRASE_FILE
@click.option("--split", metavar="K/N", help="Split the key: any K of N custodians open together.")
@click.option("--group", "groups", multiple=True, metavar="NAME:K/N", help="The same for each institution; all needed.")
@click.option("--custodians", metavar="NAME,NAME,…", help="Who gets a share, institution by institution.")
@click.option(
    "--shares",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the share files, one a custodian.",
)
@click.option("--protect", is_flag=True, help="Ask each custodian for a passphrase of their own for the share's file.")
@OWN_PASSPHRASES
@with_office
def keygen(  # noqa: PLR0917 (click's options)
    office: AgencyOffice,
    campaigns: tuple[str, ...],
    passphrase_file: Path | None,
    split: str | None,
    groups: tuple[str, ...],
    custodians: str | None,
    folder: Path | None,
    protect: bool,
    own_passphrases: tuple[str, ...],
) -> None:
    """Make the sealing key of each CAMPAIGN, and rehearse it: under a passphrase, or split between custodians.

    Whoever loses the passphrase (or too many shares) or the key file loses the campaign: nobody can open its batch.
    """
    if split is None and not groups:
        if custodians or folder or protect or own_passphrases:
            raise click.UsageError("custodians have shares of a split key only: add --split K/N or --group NAME:K/N")
        custody.keygen(office, campaigns, passphrase(passphrase_file, confirm=True))
        for campaign in campaigns:
            click.echo(f"Sealing key of {campaign} made: a test envelope went in and came out.")
        click.echo(f"Key files are in {office.config.keys}. Keep a copy on another medium, apart from the passphrase.")
        return
    if passphrase_file is not None or not custodians or folder is None:
        raise click.UsageError("a split key needs --custodians and --shares, and no --passphrase-file")
    plan = make_plan(split, groups, custodians)
    own = _ask_each(plan, protect=protect, known=named_passphrases(own_passphrases))
    made = split_keys.keygen_split(office, campaigns, plan, folder, own)
    _print_split(office, campaigns, plan, made)


@click.command()
@click.argument("campaign")
@PASSPHRASE_FILE
@SHARES
@OWN_PASSPHRASES
@JSON
@with_office
def rehearse(  # noqa: PLR0917 (click's options)
    office: AgencyOffice,
    campaign: str,
    passphrase_file: Path | None,
    share_files: tuple[Path, ...],
    own_passphrases: tuple[str, ...],
    as_json: bool,
) -> None:
    """Run a mock campaign in memory under the sealing key of CAMPAIGN, and open it with the key or shares at hand."""
    by = unlocking(office, share_files, own_passphrases, passphrase_file)
    proved = custody.rehearse(office, campaign, by)
    if as_json:
        print_json({"campaign_id": campaign, **vars(proved)})
        return
    click.echo(f"Rehearsed with the sealing key of {campaign}, in memory; nothing was stored. Proved:")
    click.echo(f"  - {proved.counted} mock people drew tokens, sealed answers for this key and sent them;")
    click.echo("  - the key file and what was given with it opened every envelope;")
    click.echo(f"  - all {proved.totals} counts by question and option are those of the answers that went in;")
    click.echo(f"  - {proved.rejected} replayed envelope was turned away.")


@click.command("destroy-key")
@click.argument("campaign")
@click.option("--reason", required=True, help="Why; signed into the certificate.")
@click.option("--dry-run", is_flag=True, help="Only say what would be destroyed.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@JSON
@with_office
def destroy_key(  # noqa: PLR0917 (click's options)
    office: AgencyOffice, campaign: str, reason: str, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Destroy the sealing key of CAMPAIGN once its appeal period is over or it is void; sign a certificate of it."""
    planned = destruction.plan_destruction(office, campaign)
    if not as_json:
        for file in planned.files:
            click.echo(f"{'Would be destroyed' if dry_run else 'To be destroyed'}: {file}")
    if dry_run:
        if as_json:
            print_json({"campaign_id": campaign, "files": [str(file) for file in planned.files], "done": planned.done})
        return
    if not yes:
        click.confirm("Nobody will ever open this batch again. Go on?", abort=True, err=True)
    certificate = destruction.destroy_key(office, campaign, reason)
    if as_json:
        files = [{"file": one.file, "sha256": one.sha256.hex()} for one in certificate.destroyed]
        print_json({"campaign_id": campaign, "reason": certificate.reason, "destroyed": files})
        return
    for one in certificate.destroyed:
        click.echo(f"Destroyed: {one.file}, SHA-256 {one.sha256.hex()}")
    click.echo(f"Certificate: {office.exchange.path(campaign, destruction.DESTRUCTION)}. Destroy every copy as well:")
    click.echo("those on other media, and on an offline machine.")


@click.command("trust-countersigner")
@click.argument("card", type=FILE)
@click.option("--yes", is_flag=True, help="The key was compared already; do not ask.")
@with_office
def trust_countersigner(office: AgencyOffice, card: Path, yes: bool) -> None:
    """Take countersignatures from the institution of CARD (its countersigner.jws) from now on."""
    text = card.read_text("ascii", errors="replace").strip()
    known = read_card(text)
    click.echo(f"{name_in_record(known.institution)}\n  key {known.key.hex()}")
    if not yes:
        click.confirm("Has this institution told you the same key by another way?", abort=True, err=True)
    second_institutions.trust_countersigner(office, text)
    click.echo("Known from now on. Its countersignatures are taken in by `certify` and `accept-countersignatures`.")


@click.command("accept-countersignatures")
@click.argument("campaign")
@with_office
def accept_countersignatures(office: AgencyOffice, campaign: str) -> None:
    """Take in what known institutions have countersigned of CAMPAIGN; its pages show it, its record does not change."""
    taken = second_institutions.accept_countersignatures(office, campaign)
    for one in taken.accepted:
        click.echo(f"Countersigned by {name_in_record(one.institution)}: Release {one.release.hex()}")
    for doubt in taken.doubts:
        click.echo(f"Not accepted: {doubt}", err=True)
    if not taken.accepted:
        click.echo("No countersignature by a known institution is in the exchange folder.")


COMMANDS = (
    *(keygen, rehearse, open_batch, open_offline, accept_draft, destroy_key),
    *(trust_countersigner, accept_countersignatures),
)


def _ask_each(plan: tuple[Group, ...], *, protect: bool, known: dict[str, str]) -> dict[str, str]:
    """The custodians' own passphrases. Raises click's usage error for a name that is no custodian's."""
    names = [name for group in plan for name in group.custodians]
    if unknown := set(known) - set(names):
        raise click.UsageError(f"no custodian is named {', '.join(sorted(unknown))}")
    asked = [name for name in names if protect and name not in known]
    return known | {
        name: click.prompt(f"{name}, your own passphrase", hide_input=True, confirmation_prompt=True, err=True)
        for name in asked
    }


def _print_split(
    office: AgencyOffice, campaigns: tuple[str, ...], plan: tuple[Group, ...], made: split_keys.SplitMade
) -> None:
    for campaign in campaigns:
        click.echo(f"Sealing key of {campaign} made: a test envelope went in and came out.")
    click.echo(f"It opens with shares of {describe(plan)}; {made.subsets_tried} sets of written shares were tried.")
    for file in made.files:
        click.echo(f"  {file}")
    click.echo(
        "Print each file or put it on the custodian's own medium, then delete it here. The secret is nowhere else."
    )
    click.echo(f"Key files are in {office.config.keys}. Keep a copy on another medium, apart from the shares.")
