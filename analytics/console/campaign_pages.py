"""What an officer does with one campaign besides the steps: poster, preview, export, archiving, void."""

from typing import get_args

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from analytics.campaigns.archiving import plan_of
from analytics.campaigns.certified import exported_files
from analytics.campaigns.reading import find_campaign
from analytics.campaigns.rehearsals import can_rehearse, last_rehearsal
from analytics.campaigns.second_institutions import accept_countersignatures
from analytics.campaigns.share_gathering import custody_of
from analytics.console import archive_wording
from analytics.console.declarations import propose_void
from analytics.console.desk import actor
from analytics.console.errors import CodeMistyped
from analytics.console.proposals import proposals_about
from analytics.console.rendering import page
from analytics.console.sending import download, packed
from analytics.poster import PaperSize, Poster, poster_pdf
from analytics.views.office import office
from survey_app.domain.errors import PikirError
from survey_app.domain.manifest import LANGUAGES
from survey_app.web.questionnaires import find_questionnaire


def questionnaire(campaign_id: str) -> Response:
    """Answer: what will respondents be asked."""
    found = find_campaign(office(), campaign_id)
    asked = find_questionnaire(found.draft.questionnaire)
    return page("console_questionnaire.html", campaign=found, questionnaire=asked, total=len(asked.questions))


def poster(campaign_id: str) -> AnyResponse:
    """The poster as PDF."""
    found = find_campaign(office(), campaign_id)
    chosen = [language for language in request.args.getlist("language") if language in LANGUAGES] or ["kk", "ru"]
    paper: PaperSize = "a3" if request.args.get("paper") == "a3" else "a4"
    wanted = Poster(chosen, paper, request.args.get("help_desk", "")[:120])
    try:
        data = poster_pdf(office(), found, wanted)
    except PikirError as error:
        return show_actions(campaign_id, error)
    return download(f"poster-{found.draft.round}-{found.draft.body.code}.pdf", data, "application/pdf")


def actions(campaign_id: str) -> Response:
    """Answer: what else can be done with this campaign."""
    return show_actions(campaign_id, None)


def declare_void(campaign_id: str) -> AnyResponse:
    """Propose it with the reason that was typed, and the body's code typed once more."""
    try:
        _require_typed(campaign_id)
        return propose_void(campaign_id, request.form.get("reason", ""))
    except PikirError as error:
        return show_actions(campaign_id, error)


def export(campaign_id: str) -> AnyResponse:
    """Everything that is signed and certified of this campaign, in one archive."""
    try:
        files = exported_files(office(), campaign_id, actor=actor())
    except PikirError as error:
        return show_actions(campaign_id, error)
    draft = find_campaign(office(), campaign_id).draft
    return download(f"pikir-{draft.round}-{draft.body.code}.zip", packed(files), "application/zip")


def take_countersignatures(campaign_id: str) -> Response:
    """Take in what known institutions have put into the exchange folder."""
    try:
        taken = accept_countersignatures(office(), campaign_id, actor=actor())
    except PikirError as error:
        return show_actions(campaign_id, error)
    return show_actions(campaign_id, None, taken=taken)


def _require_typed(campaign_id: str) -> None:
    if request.form.get("code", "").strip() != find_campaign(office(), campaign_id).draft.body.code:
        raise CodeMistyped("the body's code was not typed as it stands")


def show_actions(campaign_id: str, problem: PikirError | None, **more: object) -> Response:
    """The page of what else can be done, with what was refused just now and what was typed."""
    found = find_campaign(office(), campaign_id)
    return page(
        "console_campaign.html",
        200 if problem is None else 400,
        campaign=found,
        planned=plan_of(office(), found),
        archive_words=archive_wording,
        can_rehearse=can_rehearse(office(), found),
        is_split=custody_of(office(), campaign_id).is_split,
        rehearsed=last_rehearsal(office(), campaign_id),
        papers=get_args(PaperSize),
        proposals=proposals_about(found),
        typed=request.form,
        problem=problem,
        **more,
    )
