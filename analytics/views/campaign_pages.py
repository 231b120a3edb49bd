"""Pages about campaigns on their way: no figure before certification."""

from analytics.campaigns.reading import Round, campaigns, find_campaign, rounds
from analytics.campaigns.staffing import statement_of
from analytics.campaigns.state import Step
from analytics.campaigns.verdicts import latest_verdict
from analytics.views.office import office
from analytics.views.rendering import render
from survey_app.web.fingerprint import comparable_rows

CONSOLE_STEPS = (Step.KEYGEN, Step.ANNOUNCE, Step.OPEN, Step.CERTIFY)


def campaign_list() -> str:
    """Answer: where does every campaign stand."""
    found = campaigns(office())
    by_round: dict[Round, list[object]] = {known: [] for known in rounds(office())}
    for known, members in by_round.items():
        members.extend(campaign for campaign in found if campaign.draft.round == known.code)
    return render("campaigns.html", by_round=by_round)


def campaign(campaign_id: str) -> str:
    """Answer: what is this campaign, and what is next."""
    found = find_campaign(office(), campaign_id)
    fingerprint = None if found.fingerprint is None else comparable_rows(found.fingerprint)
    return render(
        "campaign.html",
        campaign=found,
        fingerprint=fingerprint,
        attack=latest_verdict(office(), campaign_id),
        staffing=statement_of(office(), found) if found.manifest is not None else None,
        steps=[step for step in CONSOLE_STEPS if step in found.situation.allowed],
    )
