"""A split sealing key made in the browser: not in force before every custodian has shown that he has his share.

A ceremony is kept in memory only. Each custodian downloads his share, keeps it, and hands the file in again. When all
have, the key is put together from what they handed in, rehearsed, and only then written. A crash before that leaves
nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analytics.campaigns.reading import campaign_row, read_campaign
from analytics.campaigns.split_keys import all_or_nothing, custodian_names, rehearse_shares
from analytics.campaigns.state import Step, require
from analytics.custody import share_file, wrapped_key
from analytics.custody.errors import ShareForeign, SharesMissing
from analytics.custody.key_files import SplitKeys, from_der, label_of, prove, split_file, to_der
from analytics.custody.plan import Group, check_plan, describe
from analytics.custody.shares import Share, fingerprint_of, new_secret, split_secret
from analytics.models import CampaignRow
from analytics.office import AgencyOffice
from survey_app.domain import sealing
from survey_app.domain.documents import read_self_signed
from survey_app.domain.manifest import CampaignDraft
from survey_app.staff import journal
from survey_app.web.exchange import write_durably
from survey_app.web.questionnaires import find_questionnaire


@dataclass(frozen=True)
class KeyCeremony:
    """``wrapped`` are key files by campaign, ``shares`` by custodian, ``shown`` those that came back."""

    plan: tuple[Group, ...]
    fingerprint: str
    bodies: Mapping[str, str]
    rounds: str
    wrapped: Mapping[str, bytes]
    shares: Mapping[str, Share]
    shown: Mapping[str, Share]

    @property
    def campaign_ids(self) -> tuple[str, ...]:
        """Campaigns whose keys are under this secret."""
        return tuple(self.wrapped)

    @property
    def awaited(self) -> tuple[str, ...]:
        """Custodians who have not shown their share."""
        return tuple(name for name in self.shares if name not in self.shown)


def begin_ceremony(office: AgencyOffice, campaign_ids: Sequence[str], plan: Sequence[Group]) -> KeyCeremony:
    """Keys for these campaigns under one new secret, split; all in memory. Raises StepOutOfOrder, PlanInvalid."""
    groups, secret = check_plan(plan), new_secret()
    with office.database.read() as session:
        rows = [campaign_row(session, campaign_id) for campaign_id in campaign_ids]
        for row in rows:
            require(Step.KEYGEN, read_campaign(office, session, row).situation)
        bodies = {row.campaign_id: row.body for row in rows}
        rounds = ", ".join(sorted({row.round for row in rows}))
    wrapped = {
        campaign_id: wrapped_key.wrap(to_der(sealing.generate_sealing_key()), label_of(campaign_id), secret, groups)
        for campaign_id in bodies
    }
    shares = {share.custodian: share for share in split_secret(secret, groups)}
    return KeyCeremony(groups, fingerprint_of(secret), bodies, rounds, wrapped, shares, {})


def share_sheet(ceremony: KeyCeremony, custodian: str, passphrase: str | None) -> tuple[str, str]:
    """File name and text of a custodian's share, under his own ``passphrase`` if he wants one. Raises ShareForeign."""
    share = _own(ceremony, custodian)
    text = share_file.write(share, ceremony.rounds, list(ceremony.bodies.items()), passphrase)
    return share_file.file_name(share), text


def show_share(ceremony: KeyCeremony, custodian: str, share: Share) -> KeyCeremony:
    """A custodian hands his share in again. Raises ShareForeign unless it is the one that he was given."""
    if share != _own(ceremony, custodian):
        raise ShareForeign("this is not the share that was made for you in this ceremony")
    return replace(ceremony, shown={**ceremony.shown, custodian: share})


def finish_ceremony(office: AgencyOffice, ceremony: KeyCeremony, *, actor: str = journal.COMMAND_LINE) -> None:
    """Rehearse with the shares as shown, write the key files and record the keys, all or nothing.

    Raises SharesMissing while a custodian has not shown his, StepOutOfOrder, RehearsalFailed.
    """
    if ceremony.awaited:
        raise SharesMissing(f"not shown yet: {', '.join(ceremony.awaited)}")
    shown = list(ceremony.shown.values())
    rehearse_shares(shown, ceremony.plan, ceremony.fingerprint)
    with all_or_nothing() as written, office.database.write() as session:
        rows = [campaign_row(session, campaign_id) for campaign_id in ceremony.campaign_ids]
        for row in rows:
            require(Step.KEYGEN, read_campaign(office, session, row).situation)
            path = split_file(office.config.keys, row.campaign_id)
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            written.append(path)
            write_durably(path, ceremony.wrapped[row.campaign_id], 0o600)
        keys = SplitKeys(office.config.keys, shown)
        _rehearse(rows[0], keys)
        for row in rows:
            row.sealing_key = prove(from_der(keys.load(label_of(row.campaign_id))), row.campaign_id)
            details = {"split": describe(ceremony.plan), "secret": ceremony.fingerprint}
            details["custodians"] = custodian_names(ceremony.plan)
            journal.record(session, office.clock, actor, Step.KEYGEN, row.campaign_id, **details)
    for campaign_id in ceremony.campaign_ids:
        office.keys.destroy(label_of(campaign_id))  # of a call under a passphrase that broke off


def _rehearse(row: CampaignRow, keys: SplitKeys) -> None:
    """A whole mock campaign under one of the keys; each opens a test envelope besides. Raises RehearsalFailed."""
    from analytics.custody.rehearsal import rehearse  # noqa: PLC0415 (brings pandas, which the web pages do without)

    draft = read_self_signed(CampaignDraft, row.draft, "agency_key")
    private = from_der(keys.load(label_of(row.campaign_id)))
    rehearse(draft, prove(private, row.campaign_id), private, find_questionnaire(draft.questionnaire))


def _own(ceremony: KeyCeremony, custodian: str) -> Share:
    share = ceremony.shares.get(custodian)
    if share is None:
        raise ShareForeign(f"{custodian} holds no share in this ceremony")
    return share
