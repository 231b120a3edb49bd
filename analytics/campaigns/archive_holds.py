"""A hold keeps a campaign from being archived while an appeal that came in time is being decided."""

from analytics.campaigns.certification import ReasonMissing
from analytics.campaigns.reading import campaign_row
from analytics.campaigns.state import NotAsAgreed
from analytics.models import ArchiveHoldRow, ArchiveRow
from analytics.office import AgencyOffice
from survey_app.domain.archive import AlreadyArchived
from survey_app.domain.errors import PikirError
from survey_app.staff import journal

HOLD, UNHOLD = "hold", "unhold"
DECIDED = "the appeal was decided"


class HoldReasonMissing(ReasonMissing):
    """A hold is made and lifted with a reason, which the journal keeps."""

    slug = "hold-reason-missing"


class NotOnHold(PikirError):
    """There is no hold that could be lifted."""

    slug = "not-on-hold"


def hold(office: AgencyOffice, campaign_id: str, reason: str, *, actor: str = journal.COMMAND_LINE) -> None:
    """Keep keys and batch until the hold is lifted. Raises UnknownCampaign, HoldReasonMissing, AlreadyArchived."""
    check_hold_reason(reason)
    with office.database.write() as session:
        campaign_row(session, campaign_id)
        if session.get(ArchiveRow, campaign_id) is not None:
            raise AlreadyArchived("the campaign is archived already: its keys and its batch are destroyed")
        session.merge(ArchiveHoldRow(campaign_id=campaign_id, reason=reason.strip()))
        journal.record(session, office.clock, actor, HOLD, campaign_id, reason=reason.strip())


def unhold(
    office: AgencyOffice,
    campaign_id: str,
    reason: str = DECIDED,
    *,
    held: str | None = None,
    actor: str = journal.COMMAND_LINE,
) -> None:
    """Let the campaign be archived when it is due; nothing happens without a hold.

    ``held`` is the reason of the hold that two officers agreed to lift. Raises UnknownCampaign, HoldReasonMissing,
    NotAsAgreed if another hold stands now.
    """
    check_hold_reason(reason)
    with office.database.write() as session:
        campaign_row(session, campaign_id)
        found = session.get(ArchiveHoldRow, campaign_id)
        if held is not None and (found is None or found.reason != held):
            raise NotAsAgreed("the hold that was to be lifted is not the one that stands")
        if found is not None:
            session.delete(found)
            journal.record(session, office.clock, actor, UNHOLD, campaign_id, reason=reason.strip())


def check_hold_reason(reason: str) -> None:
    """Raise HoldReasonMissing for an empty reason."""
    if not reason.strip():
        raise HoldReasonMissing("archiving is put on hold, and a hold lifted, only with a reason (--reason)")
