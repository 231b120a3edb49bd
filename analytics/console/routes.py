"""The console's routes: which path, which roles, and where the second factor is asked for again."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from analytics.console import (
    archive_pages,
    campaign_pages,
    institution_pages,
    key_pages,
    old_figure_pages,
    opening_pages,
    planning_pages,
    rehearsals,
    round_pages,
    staffing_pages,
    step_pages,
    whole_round,
)
from survey_app.staff.guard import roles_allowed, step_up_required

OFFICER = ("officer",)
HOLDERS = ("officer", "custodian")
View = Callable[..., Any]
console_pages = Blueprint("console", __name__)

_ROUND, _CAMPAIGN = "/console/rounds/<round_code>", "/console/campaigns/<campaign_id>"
_OFFICERS: tuple[tuple[str, str, str, View], ...] = (
    ("GET", "/console", "round_list", round_pages.round_list),
    ("POST", "/console", "begin_round", round_pages.begin_round),
    ("GET", _ROUND, "round_page", round_pages.round_page),
    ("GET", f"{_ROUND}/campaigns", "new_campaigns", planning_pages.new_campaigns),
    ("GET", f"{_ROUND}/campaign", "new_campaign", planning_pages.new_campaign),
    ("POST", f"{_ROUND}/preview", "preview", planning_pages.preview),
    ("POST", f"{_ROUND}/create", "create", planning_pages.create),
    ("GET", f"{_ROUND}/archiving", "archiving", archive_pages.archiving),
    ("GET", f"{_ROUND}/staffing", "staffing", staffing_pages.staffing),
    ("POST", f"{_ROUND}/staffing", "look_at_register", staffing_pages.look_at_register),
    ("POST", f"{_ROUND}/staffing/keep", "keep_register", staffing_pages.keep_register),
    ("POST", f"{_ROUND}/dry-run", "dry_run", step_pages.dry_run),
    ("POST", f"{_ROUND}/propose", "suggest", step_pages.suggest),
    ("GET", f"{_ROUND}/opening", "foresee_whole", whole_round.foresee_whole),
    ("POST", f"{_ROUND}/whole", "propose_whole", whole_round.propose_whole),
    ("POST", f"{_ROUND}/keys/passphrase", "make_under_passphrase", key_pages.make_under_passphrase),
    ("POST", f"{_ROUND}/keys/split", "begin_split", key_pages.begin_split),
    ("POST", "/console/ceremonies/<key>/abandon", "abandon", key_pages.abandon),
    ("POST", "/console/proposals/<proposal_id>/withdraw", "withdraw", step_pages.withdraw),
    ("GET", "/console/openings/<key>", "opening", opening_pages.opening),
    ("GET", "/console/openings/<key>/progress", "opening_progress", opening_pages.opening_progress),
    ("POST", "/console/gatherings/<key>/passphrase", "unlock_more", opening_pages.unlock_more),
    ("POST", "/console/gatherings/<key>/forget", "forget_shares", opening_pages.forget_shares),
    ("GET", _CAMPAIGN, "campaign", campaign_pages.actions),
    ("GET", f"{_CAMPAIGN}/questionnaire", "questionnaire", campaign_pages.questionnaire),
    ("GET", f"{_CAMPAIGN}/poster", "poster", campaign_pages.poster),
    ("POST", f"{_CAMPAIGN}/hold", "hold", archive_pages.put_on_hold),
    ("POST", f"{_CAMPAIGN}/rehearse", "rehearse_key", rehearsals.rehearse_key),
    ("POST", f"{_CAMPAIGN}/countersignatures", "take_countersignatures", campaign_pages.take_countersignatures),
    ("GET", f"{_CAMPAIGN}/offline", "offline", opening_pages.offline),
    ("GET", "/console/old-figures", "old_figures", old_figure_pages.old_figures),
    ("POST", "/console/old-figures", "delete_figures", old_figure_pages.delete_figures),
    ("GET", "/console/institutions", "institutions", institution_pages.institutions),
    ("POST", "/console/institutions", "look_at_card", institution_pages.look_at_card),
    (
        "POST",
        "/console/institutions/countersignatures",
        "hand_in_countersignatures",
        institution_pages.hand_in_countersignatures,
    ),
)
_AFTER_STEP_UP: tuple[tuple[str, str, str, View], ...] = (
    ("GET", "/console/proposals/<proposal_id>", "proposal", step_pages.proposal),
    ("POST", "/console/proposals/<proposal_id>", "approve", step_pages.approve),
    ("POST", f"{_CAMPAIGN}/void", "declare_void", campaign_pages.declare_void),
    ("POST", f"{_CAMPAIGN}/unhold", "unhold", archive_pages.lift_hold),
    ("POST", f"{_CAMPAIGN}/export", "export", campaign_pages.export),
    ("POST", f"{_CAMPAIGN}/offline", "take_draft", opening_pages.take_draft),
    ("POST", "/console/institutions/trust", "trust", institution_pages.trust),
)
_HOLDERS: tuple[tuple[str, str, str, View], ...] = (
    ("GET", "/console/custody", "custody", key_pages.my_custody),
    ("GET", "/console/ceremonies/<key>", "ceremony", key_pages.ceremony),
    ("POST", "/console/ceremonies/<key>/share", "take_share", key_pages.take_share),
    ("POST", "/console/ceremonies/<key>/back", "bring_back", key_pages.bring_back),
    ("GET", "/console/gatherings/<key>", "gathering", opening_pages.gathering),
    ("POST", "/console/gatherings/<key>", "bring", opening_pages.bring),
)


def _add(routes: tuple[tuple[str, str, str, View], ...], guard: Callable[[View], View]) -> None:
    for method, path, endpoint, view in routes:
        console_pages.add_url_rule(f"/<language:lang>{path}", endpoint, guard(view), methods=[method])


_add(_OFFICERS, roles_allowed(*OFFICER))
_add(_AFTER_STEP_UP, lambda view: roles_allowed(*OFFICER)(step_up_required(view)))
_add(_HOLDERS, roles_allowed(*HOLDERS))
