"""What opens the sealing keys of some campaigns, as people bring it: passphrases, and shares of one secret or several.

A round's keys need not be held in one way. Everything is in memory until each key can be opened.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analytics.campaigns.custody import unlock
from analytics.campaigns.round_keys import RoundKeys
from analytics.campaigns.share_gathering import Custody, ShareGathering, bring_share, custody_of
from analytics.custody.errors import ShareForeign, WrongCustody
from analytics.custody.key_files import SplitKeys
from analytics.custody.shares import Share
from analytics.office import AgencyOffice
from survey_app.domain.keyfile import WrongPassphrase
from survey_app.web.keystore import KeyStore


@dataclass(frozen=True)
class KeyGathering:
    """``shares`` are gathered for each secret of its own; ``under`` are key folders under passphrases that were typed.

    ``locked`` are campaigns whose key is under a passphrase that nobody has typed yet.
    """

    shares: tuple[ShareGathering, ...]
    under: tuple[KeyStore, ...]
    locked: tuple[str, ...]

    @property
    def is_split(self) -> bool:
        """Whether custodians are wanted."""
        return bool(self.shares)

    @property
    def is_mixed(self) -> bool:
        """Whether the keys are held in more than one way."""
        return len(self.shares) + bool(self.locked or self.under) > 1

    @property
    def is_enough(self) -> bool:
        """Whether every key can be opened."""
        return not self.locked and all(one.is_enough for one in self.shares)

    def has_brought(self, login: str) -> bool:
        """Whether somebody has brought a share."""
        return any(login in one.brought for one in self.shares)

    def may_bring(self, login: str) -> bool:
        """Whether shares are missing of a secret for which this account has brought none."""
        return any(login not in one.brought and not one.is_enough for one in self.shares)


def begin_gathering(office: AgencyOffice, campaign_ids: Sequence[str]) -> KeyGathering:
    """What these campaigns' keys need. Raises UnknownCampaign, Malformed."""
    held: dict[Custody, list[str]] = {}
    for campaign_id in campaign_ids:
        held.setdefault(custody_of(office, campaign_id), []).append(campaign_id)
    shares = tuple(ShareGathering(custody, tuple(ids), {}, {}) for custody, ids in held.items() if custody.is_split)
    return KeyGathering(shares, (), tuple(one for custody, ids in held.items() if not custody.is_split for one in ids))


def type_passphrase(office: AgencyOffice, gathering: KeyGathering, passphrase: str) -> KeyGathering:
    """Take in a passphrase that opens keys which are still locked; others may need another one.

    Raises WrongPassphrase if it opens none of them, KeyMissing, KeyDestroyed, Malformed.
    """
    store, locked = KeyStore(office.config.keys, passphrase, typed=True), []
    refused: WrongPassphrase | None = None
    for campaign_id in gathering.locked:
        try:
            unlock(office, campaign_id, store)
        except WrongPassphrase as error:
            refused = error
            locked.append(campaign_id)
    if refused is not None and len(locked) == len(gathering.locked):
        raise refused
    return replace(gathering, under=(*gathering.under, store), locked=tuple(locked))


def bring_to(gathering: KeyGathering, login: str, share: Share) -> KeyGathering:
    """Take in a custodian's share of whichever secret it belongs to. Raises what bring_share does."""
    if not gathering.shares:
        raise WrongCustody("these sealing keys are not split: they need passphrases, no shares")
    found = next((one for one in gathering.shares if one.custody.fingerprint == share.fingerprint), None)
    if found is None:
        raise ShareForeign(f"the share of {share.custodian} is of no key that is to be opened here")
    brought = bring_share(found, login, share)
    return replace(gathering, shares=tuple(brought if one is found else one for one in gathering.shares))


def gathered(office: AgencyOffice, gathering: KeyGathering) -> RoundKeys:
    """The keys, as far as they can be opened, each tried. Raises what unlocking does."""
    folder = office.config.keys
    split = {one.custody.fingerprint: SplitKeys(folder, list(one.shares.values())) for one in gathering.shares}
    for one in gathering.shares:
        for campaign_id in one.campaign_ids:
            unlock(office, campaign_id, split[one.custody.fingerprint])
    return RoundKeys(gathering.under, split)
