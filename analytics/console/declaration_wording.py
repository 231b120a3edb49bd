"""What officers declare, in words; and every proposal by its name, where several wait."""

from collections.abc import Mapping

from flask_babel import LazyString, ngettext
from flask_babel import lazy_gettext as _l

from analytics.campaigns.archive_holds import UNHOLD
from analytics.campaigns.old_figures import DELETE_FIGURES
from analytics.campaigns.second_institutions import TRUST
from analytics.campaigns.state import Step
from analytics.console.wording import DOING, WHOLE_DOING
from analytics.custody.countersigning import read_card
from survey_app.staff.approvals import Proposal
from survey_app.web.languages import current_language

DECLARING: Mapping[str, LazyString] = {
    Step.VOID: _l("Declare the campaign void"),
    UNHOLD: _l("Lift the hold"),
    TRUST: _l("Trust a second institution"),
    DELETE_FIGURES: _l("Delete figures older than three years"),
}
DECLARED: Mapping[str, LazyString] = {
    Step.VOID: _l(
        "Nothing of it will count, every office stops it, and this cannot be undone. The reason is signed and "
        "published."
    ),
    UNHOLD: _l(
        "Archiving takes its course again: when it is due, the sealing key, the batch, the roster and the responses "
        "are destroyed at all three offices, by a timer as well. Nobody can count again afterwards."
    ),
    TRUST: _l(
        "From now on the agency takes this institution's countersignatures, and records and pages name it as one that "
        "has counted again."
    ),
    DELETE_FIGURES: _l(
        "These published figures and their signed documents are deleted here for good. What others have downloaded "
        "stays with them; the journal and the campaigns' other documents stay too."
    ),
}

_OF_CAMPAIGNS = {**{step.value: text for step, text in DOING.items()}, **WHOLE_DOING}


def title(proposal: Proposal) -> str:
    """What is proposed, and for what."""
    details = proposal.details
    if proposal.action == DELETE_FIGURES:
        return str(DECLARING[proposal.action])
    if proposal.action in DECLARING:
        what = details.get("body") or read_card(details["card"]).institution[current_language()]
        return f"{DECLARING[proposal.action]}: {what}"
    doing = _OF_CAMPAIGNS[proposal.action]
    number = ngettext("%(num)s campaign", "%(num)s campaigns", len(details["campaigns"]))
    return f"{doing}: {number}"
