"""Custodians bring their shares to an opening, each in his own session; shares are in memory until enough are there."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from analytics.campaigns.reading import campaign_row
from analytics.custody import wrapped_key
from analytics.custody.errors import ShareRepeated, SharesMissing, WrongCustody
from analytics.custody.key_files import split_file
from analytics.custody.plan import Group
from analytics.custody.shares import Share, combine
from analytics.office import AgencyOffice


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
    """Shares by custodian for one secret; ``brought`` says which account brought whose share, one each.

    ``campaign_ids`` are the campaigns whose keys are under it.
    """

    custody: Custody
    campaign_ids: tuple[str, ...]
    shares: Mapping[str, Share]
    brought: Mapping[str, str]

    @property
    def is_enough(self) -> bool:
        """Whether each institution's threshold is reached."""
        return all(len(self.present(group)) >= group.threshold for group in self.custody.plan)

    def present(self, group: Group) -> tuple[str, ...]:
        """The custodians of an institution who have brought theirs."""
        return tuple(name for name in group.custodians if name in self.shares)


def custody_of(office: AgencyOffice, campaign_id: str) -> Custody:
    """How the key of a campaign is held, or would be. Raises UnknownCampaign, Malformed."""
    with office.database.read() as session:
        campaign_row(session, campaign_id)
    path = split_file(office.config.keys, campaign_id)
    if not path.exists():
        return Custody((), "")
    wrapped = wrapped_key.read(path.read_bytes())
    return Custody(wrapped.plan, wrapped.fingerprint)


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
