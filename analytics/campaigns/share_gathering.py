"""Custodians bring their shares to an opening, each in his own session; shares are in memory until enough are there."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analytics.campaigns.reading import campaign_row
from analytics.custody import wrapped_key
from analytics.custody.errors import ShareRepeated, SharesMissing, WrongCustody
from analytics.custody.key_files import SplitKeys, split_file
from analytics.custody.plan import Group
from analytics.custody.shares import Share, combine
from analytics.office import AgencyOffice
from survey_app.domain.errors import PikirError


class DifferentKeys(PikirError):
    """Campaigns that are to be opened together are not under the same secret, or not all split."""

    slug = "different-keys"


@dataclass(frozen=True)
class Custody:
    """How the keys of some campaigns are held: ``plan`` is empty under a passphrase, ``fingerprint`` the secret's."""

    plan: tuple[Group, ...]
    fingerprint: str

    @property
    def is_split(self) -> bool:
        """Whether custodians hold shares."""
        return bool(self.plan)


@dataclass(frozen=True)
class ShareGathering:
    """Shares by custodian for one secret; ``brought`` says which account brought whose share, one each."""

    custody: Custody
    shares: Mapping[str, Share]
    brought: Mapping[str, str]

    @property
    def is_enough(self) -> bool:
        """Whether each institution's threshold is reached."""
        return all(len(self.present(group)) >= group.threshold for group in self.custody.plan)

    def present(self, group: Group) -> tuple[str, ...]:
        """The custodians of an institution who have brought theirs."""
        return tuple(name for name in group.custodians if name in self.shares)


def custody_of(office: AgencyOffice, campaign_ids: Sequence[str]) -> Custody:
    """How the keys of these campaigns are held, all in the same way. Raises DifferentKeys, Malformed."""
    with office.database.read() as session:
        known = [campaign_row(session, campaign_id).campaign_id for campaign_id in campaign_ids]
    found = {_custody(office, campaign_id) for campaign_id in known}
    if len(found) != 1:
        raise DifferentKeys("these campaigns' keys are not held together: open those under one key at a time")
    return found.pop()


def bring_share(gathering: ShareGathering, login: str, share: Share) -> ShareGathering:
    """Take in the share that an account brings, after trying it with those that are here.

    Raises ShareForeign, ShareDamaged, ShareRepeated, ShareNotGenuine, WrongCustody.
    """
    if not gathering.custody.is_split:
        raise WrongCustody("this sealing key is not split: it needs its passphrase, no shares")
    if gathering.brought.get(login, share.custodian) != share.custodian:
        raise ShareRepeated("each person brings one share, his own")
    if share.custodian in gathering.shares and gathering.brought.get(login) != share.custodian:
        raise ShareRepeated(f"the share of {share.custodian} is here already, brought by somebody else")
    shares = {**gathering.shares, share.custodian: share}
    with contextlib.suppress(SharesMissing):  # that is what a gathering is for
        combine(list(shares.values()), gathering.custody.plan, gathering.custody.fingerprint)
    return replace(gathering, shares=shares, brought={**gathering.brought, login: share.custodian})


def gathered(office: AgencyOffice, gathering: ShareGathering) -> SplitKeys:
    """The keys, unlocked by what was brought."""
    return SplitKeys(office.config.keys, list(gathering.shares.values()))


def _custody(office: AgencyOffice, campaign_id: str) -> Custody:
    path = split_file(office.config.keys, campaign_id)
    if not path.exists():
        return Custody((), "")
    wrapped = wrapped_key.read(path.read_bytes())
    return Custody(wrapped.plan, wrapped.fingerprint)
