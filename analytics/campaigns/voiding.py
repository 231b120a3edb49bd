"""Declaring a campaign void: a signed statement with the reason, which stops every office that sees it."""

from analytics.campaigns.certification import ReasonMissing
from analytics.campaigns.reading import Campaign, campaign_row, find_campaign, read_campaign
from analytics.campaigns.state import Step, require
from analytics.office import AgencyOffice, signing_key
from survey_app.domain.documents import sign_document
from survey_app.domain.manifest import VoidStatement
from survey_app.staff import journal
from survey_app.web.exchange import VOID


def void(office: AgencyOffice, campaign_id: str, reason: str, *, actor: str = journal.COMMAND_LINE) -> VoidStatement:
    """Sign and publish that nothing of this campaign counts; its documents stay.

    Raises StepOutOfOrder, ReasonMissing.
    """
    reason = _require_reason(reason)
    with office.database.write() as session:
        row = campaign_row(session, campaign_id)
        require(Step.VOID, read_campaign(office, session, row).situation)
        statement = VoidStatement(campaign_id, reason)
        row.void = sign_document(statement, signing_key(office))
        journal.record(session, office.clock, actor, Step.VOID, campaign_id, reason=reason)
        office.exchange.put_text(campaign_id, VOID, row.void)
    return statement


def check_voiding(office: AgencyOffice, campaign_id: str, reason: str) -> Campaign:
    """The campaign as it is now, if it can be declared void. Raises UnknownCampaign, StepOutOfOrder, ReasonMissing."""
    _require_reason(reason)
    found = find_campaign(office, campaign_id)
    require(Step.VOID, found.situation)
    return found


def _require_reason(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing("a campaign is declared void only with a reason (--reason)")
    return reason.strip()
