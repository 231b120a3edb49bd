"""What commands that unlock a sealing key share: share files, the custodians' own passphrases, the progress bar."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import Progress

from analytics.campaigns.custody import UnlockedBy
from analytics.campaigns.split_keys import read_shares
from analytics.commands import first_line, passphrase
from analytics.custody.key_files import SplitKeys
from analytics.custody.shares import Share
from analytics.office import AgencyOffice

Command = TypeVar("Command", bound=Callable[..., Any])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SHARES = click.option(
    "--share", "share_files", type=FILE, multiple=True, help="A custodian's share; repeat it for each that is needed."
)
OWN_PASSPHRASES = click.option(
    "--share-passphrase",
    "own_passphrases",
    multiple=True,
    metavar="NAME=FILE",
    help="A custodian's own passphrase in a file's first line, instead of asking for it.",
)


def named_passphrases(pairs: Sequence[str]) -> dict[str, str]:
    """Passphrases by custodian from NAME=FILE. Raises click's usage error."""
    found = {}
    for pair in pairs:
        name, equals, file = pair.rpartition("=")
        if not equals or not Path(file).is_file():
            raise click.BadParameter(
                f"{pair!r} is not NAME=FILE with a file that exists", param_hint="--share-passphrase"
            )
        found[name] = first_line(Path(file))
    return found


def given_shares(files: Sequence[Path], pairs: Sequence[str]) -> list[Share]:
    """The shares in these files; a custodian whose passphrase is not at hand is asked for it."""
    known = named_passphrases(pairs)
    return read_shares(files, lambda custodian: _own_passphrase(known, custodian))


def unlocking(
    office: AgencyOffice, share_files: Sequence[Path], pairs: Sequence[str], passphrase_file: Path | None
) -> UnlockedBy:
    """Shares if any are given, else the passphrase. Raises click's usage error for both."""
    if not share_files:
        return passphrase(passphrase_file)
    if passphrase_file is not None:
        raise click.UsageError("a sealing key is under a passphrase or split: give --passphrase-file or --share")
    return SplitKeys(office.config.keys, given_shares(share_files, pairs))


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error; call what it gives with (done, total)."""
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _own_passphrase(known: Mapping[str, str], custodian: str) -> str:
    if custodian in known:
        return known[custodian]
    return str(click.prompt(f"Passphrase of {custodian}'s share", hide_input=True, err=True))
