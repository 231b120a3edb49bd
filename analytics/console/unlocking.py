"""Sealing keys unlocked for an opening, before anything counts: a wrong passphrase must not use an approval up."""

from collections.abc import Sequence

from analytics.campaigns.custody import UnlockedBy, sealing_keys, unlock
from analytics.office import AgencyOffice
from survey_app.web.keystore import KeyStore


def by_passphrase(office: AgencyOffice, campaign_ids: Sequence[str], passphrase: str) -> KeyStore:
    """The keys of these campaigns, each of which this passphrase opens.

    Raises WrongPassphrase, KeyMissing, KeyDestroyed, WrongCustody, Malformed.
    """
    keys = sealing_keys(office, passphrase)
    require_all(office, campaign_ids, keys)
    return keys


def require_all(office: AgencyOffice, campaign_ids: Sequence[str], keys: UnlockedBy) -> None:
    """Raise what unlocking raises unless these keys open each of the campaigns."""
    for campaign_id in campaign_ids:
        unlock(office, campaign_id, keys)
