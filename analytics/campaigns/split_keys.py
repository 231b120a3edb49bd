"""Sealing keys that several custodians hold together: made, split, written, and rehearsed from what was written.

One call makes one random secret for all its campaigns. The secret is never written: after the call it exists only
when enough custodians put their shares together.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from analytics.campaigns.publication import FileExists
from analytics.campaigns.reading import campaign_row, read_campaign
from analytics.campaigns.state import Step, require
from analytics.custody import share_file, wrapped_key
from analytics.custody.errors import RehearsalFailed
from analytics.custody.key_files import SplitKeys, from_der, label_of, prove, split_file, to_der
from analytics.custody.plan import Group, check_plan, describe
from analytics.custody.shares import Share, combine, fingerprint_of, new_secret, sample_subsets, split_secret
from analytics.models import CampaignRow
from analytics.office import AgencyOffice
from survey_app.domain import sealing
from survey_app.staff import journal
from survey_app.web.exchange import write_durably

MOST_SUBSETS = 60


@dataclass(frozen=True)
class SplitMade:
    """A finished split: which secret, one file a custodian, and how many sets of shares were tried."""

    fingerprint: str
    files: tuple[Path, ...]
    subsets_tried: int


def keygen_split(
    office: AgencyOffice,
    campaign_ids: Sequence[str],
    plan: Sequence[Group],
    folder: Path,
    passphrases: Mapping[str, str] | None = None,
    *,
    actor: str = journal.COMMAND_LINE,
) -> SplitMade:
    """Make the sealing keys of ``campaign_ids`` under one split secret; a share for each custodian in ``folder``.

    ``passphrases`` protects the files of the custodians named in it. Before anything counts, the shares are read back,
    sets of them that must suffice are put together, and each key opens a test envelope. If any of that fails,
    nothing remains. Raises StepOutOfOrder, PlanInvalid, FileExists, RehearsalFailed.
    """
    groups, own = check_plan(plan), passphrases or {}
    secret = new_secret()
    with all_or_nothing() as written, office.database.write() as session:
        rows = [campaign_row(session, campaign_id) for campaign_id in campaign_ids]
        for row in rows:
            require(Step.KEYGEN, read_campaign(office, session, row).situation)
        for row in rows:
            _write_key(office, row.campaign_id, secret, groups, written)
        shares = split_secret(secret, groups)
        files = [_write_share(share, rows, folder, own.get(share.custodian), written) for share in shares]
        read = read_shares(files, own.__getitem__)
        tried = rehearse_shares(read, groups, fingerprint_of(secret))
        keys = SplitKeys(office.config.keys, read)
        for row in rows:
            row.sealing_key = prove(from_der(keys.load(label_of(row.campaign_id))), row.campaign_id)
            details = {
                "split": describe(groups),
                "secret": fingerprint_of(secret),
                "custodians": custodian_names(groups),
            }
            journal.record(session, office.clock, actor, Step.KEYGEN, row.campaign_id, **details)
    for row in rows:
        office.keys.destroy(label_of(row.campaign_id))  # of a call under a passphrase that broke off
    return SplitMade(fingerprint_of(secret), tuple(files), tried)


def read_shares(paths: Sequence[Path], passphrase_of: Callable[[str], str]) -> list[Share]:
    """Shares from their files, asking for each custodian's own passphrase where one protects it.

    Raises ShareDamaged, WrongPassphrase.
    """
    return [share_file.read(path.read_text("utf-8", errors="replace"), passphrase_of) for path in paths]


@contextmanager
def all_or_nothing() -> Iterator[list[Path]]:
    """Files put into the list are removed again if the block fails."""
    written: list[Path] = []
    try:
        yield written
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def _write_key(
    office: AgencyOffice, campaign_id: str, secret: bytes, plan: Sequence[Group], written: list[Path]
) -> None:
    """A fresh key; a file of a call that broke off is replaced, since nothing was ever sealed for it."""
    path = split_file(office.config.keys, campaign_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    written.append(path)
    file = wrapped_key.wrap(to_der(sealing.generate_sealing_key()), label_of(campaign_id), secret, plan)
    write_durably(path, file, 0o600)


def _write_share(
    share: Share, rows: Sequence[CampaignRow], folder: Path, passphrase: str | None, written: list[Path]
) -> Path:
    path = folder / share_file.file_name(share)
    if path.exists():
        raise FileExists(f"{path} exists")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    written.append(path)
    rounds = ", ".join(sorted({row.round for row in rows}))
    text = share_file.write(share, rounds, [(row.campaign_id, row.body) for row in rows], passphrase)
    write_durably(path, text.encode(), 0o600)
    return path


def rehearse_shares(shares: Sequence[Share], plan: Sequence[Group], fingerprint: str) -> int:
    """How many sets of shares gave the secret: all that must suffice, or a sample in which every share occurs."""
    subsets = set(sample_subsets(shares, plan, MOST_SUBSETS))
    for subset in subsets:
        if fingerprint_of(combine(subset, plan, fingerprint)) != fingerprint:
            raise RehearsalFailed("a set of shares gives another secret")
    return len(subsets)


def custodian_names(plan: Sequence[Group]) -> str:
    """Who holds shares, institution by institution, for the journal."""
    return "; ".join(f"{group.name}: {', '.join(group.custodians)}" for group in plan)
