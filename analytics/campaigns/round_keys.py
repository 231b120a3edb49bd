"""What unlocks the sealing keys of a whole round: passphrases and shares, of whichever kind and however many."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from cryptography.hazmat.primitives.asymmetric import ec

from analytics.campaigns.custody import load_sealing_key, refuse_destroyed
from analytics.custody import wrapped_key
from analytics.custody.errors import KeyDestroyed, WrongCustody
from analytics.custody.key_files import SplitKeys, split_file
from analytics.custody.plan import describe
from analytics.custody.shares import Share
from analytics.office import AgencyOffice
from survey_app.domain.keyfile import WrongPassphrase
from survey_app.web.keystore import KeyStore


@dataclass(frozen=True)
class RoundKeys:
    """``under`` are key folders under a passphrase each, ``split`` custodians' shares by the secret's fingerprint."""

    under: tuple[KeyStore, ...] = ()
    split: Mapping[str, SplitKeys] = field(default_factory=dict)


def round_keys(office: AgencyOffice, passphrases: Iterable[str] = (), shares: Sequence[Share] = ()) -> RoundKeys:
    """From passphrases and shares as they were given; shares of different secrets are kept apart."""
    folder = office.config.keys
    by_secret = groupby(sorted(shares, key=_secret), key=_secret)
    return RoundKeys(
        tuple(KeyStore(folder, passphrase, typed=True) for passphrase in passphrases),
        {secret: SplitKeys(folder, list(group)) for secret, group in by_secret},
    )


def are_split(office: AgencyOffice, campaign_ids: Iterable[str]) -> dict[str, bool]:
    """By campaign, whether its key is under a secret that custodians share, rather than under a passphrase."""
    return {campaign_id: split_file(office.config.keys, campaign_id).exists() for campaign_id in campaign_ids}


def unlock_round(
    office: AgencyOffice, campaign_ids: Sequence[str], keys: RoundKeys
) -> list[ec.EllipticCurvePrivateKey]:
    """The private sealing key of each campaign.

    Raises KeyDestroyed, WrongCustody, KeyMissing, WrongPassphrase, Malformed, and what combining shares raises.
    """
    for campaign_id in campaign_ids:
        try:
            refuse_destroyed(office, campaign_id)
        except KeyDestroyed as error:
            raise KeyDestroyed(f"{error}; leave it out of the round's figures (--without {campaign_id})") from error
    return [load_sealing_key(key_that_opens(office, campaign_id, keys), campaign_id) for campaign_id in campaign_ids]


def key_that_opens(office: AgencyOffice, campaign_id: str, keys: RoundKeys) -> KeyStore | SplitKeys:
    """Which of the keys is a campaign's. Raises WrongCustody, KeyMissing, WrongPassphrase, Malformed."""
    split = split_file(office.config.keys, campaign_id)
    if split.exists():
        wrapped = wrapped_key.read(split.read_bytes())
        if wrapped.fingerprint not in keys.split:
            raise WrongCustody(
                f"the sealing key of campaign {campaign_id} is split: it needs shares of {describe(wrapped.plan)} "
                "(--share), no passphrase"
            )
        return keys.split[wrapped.fingerprint]
    refused: WrongPassphrase | None = None
    for store in keys.under:
        try:
            load_sealing_key(store, campaign_id)
        except WrongPassphrase as error:
            refused = error
        else:
            return store
    if refused is not None:
        raise WrongPassphrase(f"the sealing key of campaign {campaign_id}: {refused}") from refused
    raise WrongCustody(f"the sealing key of campaign {campaign_id} is not split: it needs its passphrase")


def _secret(share: Share) -> str:
    return share.fingerprint
