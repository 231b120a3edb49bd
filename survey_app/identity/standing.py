"""What one person may ask with his code: has someone drawn in my name, am I on the roster; and his dispute."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.domain.merkle import InclusionProof, inclusion_proof
from survey_app.identity.campaigns import find_active
from survey_app.identity.errors import ContestClosed, NothingToContest, RecordsDeleted
from survey_app.identity.inserting import insert_once
from survey_app.identity.invitations import hash_code, parse_code
from survey_app.identity.issuance import find_entry
from survey_app.identity.models import CampaignRow, DisputeRow, RosterEntryRow
from survey_app.identity.office import AcceptedCampaign, IssuerOffice


@dataclass(frozen=True)
class Standing:
    """Whether somebody has drawn with a code, and its place in the tree that the manifest commits to.

    ``roster_leaf`` (32 bytes) leads by ``roster_path`` to the manifest's ``roster_commitment``.
    """

    drawn: bool
    roster_leaf: bytes
    roster_path: InclusionProof


def status(office: IssuerOffice, campaign_id: str, code: str) -> Standing:
    """Where a code's holder stands, from the manifest's acceptance until collecting closes.

    Raises CodeMalformed, UnknownCampaign, CampaignVoid, RecordsDeleted, UnknownInvitation.
    """
    code_hash = hash_code(parse_code(code))
    campaign = find_active(office, campaign_id)
    _require_records(office, campaign)
    with office.database.read() as session:
        entry_id, issued = find_entry(session, campaign_id, code_hash)
        leaf = session.get_one(RosterEntryRow, entry_id).leaf or b""
        leaves = _sorted_leaves(office, campaign_id, session)
    return Standing(issued is not None, leaf, inclusion_proof(leaves, leaves.index(leaf)))


def contest(office: IssuerOffice, campaign_id: str, code: str) -> None:
    """Record that the code's holder did not draw what was drawn with his code; again: nothing new.

    Possible until M and the number of disputes are signed. Raises as ``status`` does, and NothingToContest,
    ContestClosed.
    """
    code_hash = hash_code(parse_code(code))
    _require_records(office, find_active(office, campaign_id))
    with office.database.write() as session:
        entry_id, issued = find_entry(session, campaign_id, code_hash)
        drawn = session.execute(
            select(CampaignRow.drawn).where(CampaignRow.campaign_id == campaign_id).with_for_update(read=True)
        ).scalar_one()
        if drawn is not None:
            raise ContestClosed("the number of disputes is signed and published")
        if issued is None:
            raise NothingToContest("nothing was drawn with this code")
        insert_once(session, DisputeRow, {"entry_id": entry_id})


def count_disputes(session: Session, campaign_id: str) -> int:
    """How many say that somebody else drew in their name; who they are is no officer's business."""
    return session.execute(
        select(func.count())
        .select_from(DisputeRow)
        .join(RosterEntryRow, RosterEntryRow.entry_id == DisputeRow.entry_id)
        .where(RosterEntryRow.campaign_id == campaign_id)
    ).scalar_one()


def _require_records(office: IssuerOffice, campaign: AcceptedCampaign) -> None:
    if office.clock() >= campaign.manifest.schedule.collection_closes:
        raise RecordsDeleted("the campaign is closed; who has drawn is deleted")


def _sorted_leaves(office: IssuerOffice, campaign_id: str, session: Session) -> tuple[bytes, ...]:
    leaves = office.memory.leaves.get(campaign_id)
    if leaves is None:
        found = session.scalars(select(RosterEntryRow.leaf).where(RosterEntryRow.campaign_id == campaign_id))
        leaves = tuple(sorted(leaf for leaf in found if leaf is not None))
        office.memory.leaves[campaign_id] = leaves
    return leaves
