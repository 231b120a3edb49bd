"""`pikir agency open`, `open-offline`, `accept-draft`: a batch is opened here, or on a machine without network."""

import hashlib
from pathlib import Path

import click

from analytics import status_report
from analytics.campaigns import drafts, openings
from analytics.campaigns.verdicts import latest_verdict
from analytics.commands import JSON, PASSPHRASE_FILE, passphrase, print_json, with_office
from analytics.custody.key_files import read_key_file
from analytics.custody_options import FILE, OWN_PASSPHRASES, SHARES, given_shares, progress_bar, unlocking
from analytics.evidence import Evidence, check_evidence
from analytics.office import AgencyOffice
from analytics.release import Release, release_bytes
from survey_app.domain import signing
from survey_app.domain.documents import read_document
from survey_app.domain.errors import Malformed
from survey_app.web.exchange import write_durably
from survey_app.web.questionnaires import find_questionnaire


@click.command("open")
@click.argument("campaign")
@PASSPHRASE_FILE
@SHARES
@OWN_PASSPHRASES
@JSON
@with_office
def open_batch(  # noqa: PLR0917 (click's options)
    office: AgencyOffice,
    campaign: str,
    passphrase_file: Path | None,
    share_files: tuple[Path, ...],
    own_passphrases: tuple[str, ...],
    as_json: bool,
) -> None:
    """Open the closed batch of CAMPAIGN: decrypt, count and protect in memory. Only a draft Release is kept.

    A split key needs custodians' shares (--share) instead of a passphrase.
    """
    by = unlocking(office, share_files, own_passphrases, passphrase_file)
    with progress_bar("Opening") as progress:
        release = openings.open_campaign_batch(office, campaign, by, progress)
    _print_draft(office, release, as_json=as_json)


@click.command("open-offline")
@click.argument("batch", type=FILE)
@click.option("--manifest", type=FILE, required=True, help="The campaign's manifest.jws.")
@click.option("--board", type=FILE, required=True, help="Its board.jws.")
@click.option("--drawn", type=FILE, help="Its drawn.jws; left out only if M was never stated.")
@click.option(
    "--superseded", type=FILE, multiple=True, help="For a correction: each Release certified before (release.jws)."
)
@click.option("--key", type=FILE, required=True, help="The sealing key's file from the agency's key folder.")
@PASSPHRASE_FILE
@SHARES
@OWN_PASSPHRASES
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where to write the draft Release."
)
def open_offline(  # noqa: PLR0917 (click's options)
    batch: Path,
    manifest: Path,
    board: Path,
    drawn: Path | None,
    superseded: tuple[Path, ...],
    key: Path,
    passphrase_file: Path | None,
    share_files: tuple[Path, ...],
    own_passphrases: tuple[str, ...],
    output: Path,
) -> None:
    """Open BATCH on a machine without network or database; only a draft Release is written.

    The same bytes come out as `pikir agency open` would give. Take the file back for `pikir agency accept-draft`,
    and the SHA-256 that is shown here on paper.
    """
    from analytics.timed_opening import open_timed  # noqa: PLC0415 (brings pandas)

    statement = None if drawn is None else _document(drawn)
    evidence = Evidence(_document(manifest), _document(board), statement, batch.read_bytes())
    checked = check_evidence(evidence)
    shares = given_shares(share_files, own_passphrases)
    private = read_key_file(key.read_bytes(), checked.manifest.campaign_id, shares, lambda: passphrase(passphrase_file))
    questionnaire = find_questionnaire(checked.manifest.questionnaire)
    texts = [_document(file) for file in superseded]
    before = {signing.fingerprint(text): read_document(Release, text, checked.manifest.agency_key) for text in texts}
    with progress_bar("Opening") as progress:
        opened = open_timed(
            evidence,
            private,
            questionnaire,
            processes=openings.processes(),
            progress=progress,
            superseded=before,
        )
    release = opened.release
    data = release_bytes(release)
    write_durably(output, data)
    digest = hashlib.sha256(data).hexdigest()
    click.echo(status_report.release_as_text(release))
    click.echo(status_report.attack_as_text(release.verdict, opened.attack_milliseconds))
    click.echo(f"Draft written to {output}. Its SHA-256; copy at least the first line by hand:")
    for start in range(0, len(digest), drafts.LEAST_DIGITS):
        part = digest[start : start + drafts.LEAST_DIGITS]
        click.echo("  " + " ".join(part[i : i + 4] for i in range(0, len(part), 4)))
    click.echo(f"Next, at the agency: `pikir agency accept-draft {release.campaign_id} {output.name}`.")


@click.command("accept-draft")
@click.argument("campaign")
@click.argument("file", type=FILE)
@click.option("--sha256", "digits", help="First 20 digits or all of the hash that the offline machine showed.")
@JSON
@with_office
def accept_draft(office: AgencyOffice, campaign: str, file: Path, digits: str | None, as_json: bool) -> None:
    """Take the draft Release in FILE, opened on an offline machine, as the draft of CAMPAIGN.

    Its hash is typed by the person who saw it on that machine's screen; the file must be of this campaign's manifest,
    board and batch.
    """
    typed = digits or click.prompt(f"First {drafts.LEAST_DIGITS} digits of its SHA-256, as copied by hand", err=True)
    release = drafts.accept_draft(office, campaign, file.read_bytes(), typed)
    _print_draft(office, release, as_json=as_json)


def _print_draft(office: AgencyOffice, release: Release, *, as_json: bool) -> None:
    kept = latest_verdict(office, release.campaign_id)
    milliseconds = None if kept is None else kept.milliseconds
    if as_json:
        print_json(status_report.release_as_json(release) | {"attack_milliseconds": milliseconds})
        return
    click.echo(status_report.release_as_text(release))
    click.echo(status_report.attack_as_text(release.verdict, milliseconds))
    click.echo("This is a draft. Next: `pikir agency certify`.")


def _document(file: Path) -> str:
    """A compact JWS. Raises Malformed."""
    try:
        return file.read_text("ascii").strip()
    except UnicodeDecodeError as error:
        raise Malformed(f"{file} is no signed document") from error
