"""Signed documents as files: the manifest for everyone, Release and scoring record for staff."""

from flask import Blueprint, Response, abort

from analytics.campaigns.certified_rounds import one_round
from analytics.campaigns.publication import forms_of
from analytics.campaigns.reading import UnknownCampaign, find_campaign
from analytics.office import READERS
from analytics.views.office import office
from analytics.views.selection import one_release
from analytics.workbook import MEDIA_TYPE
from survey_app.staff.guard import roles_allowed

api = Blueprint("api", __name__)
_MEDIA_TYPES = {
    ".jws": "application/jose",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": MEDIA_TYPE,
}


@api.get("/c/<campaign_id>/manifest")
def manifest(campaign_id: str) -> Response:
    """The manifest as signed; public."""
    document = find_campaign(office(), campaign_id).manifest_jws
    if document is None:
        raise UnknownCampaign(f"campaign {campaign_id} is not announced")
    return Response(document, mimetype="application/jose")


@api.get("/c/<campaign_id>/<int:number>/<name>")
@roles_allowed(*READERS)
def certified_file(campaign_id: str, number: int, name: str) -> Response:
    """release.jws, scoring-record.jws, .json, .csv or .xlsx of a certified Release."""
    shown = one_release(office(), campaign_id, number)
    files = forms_of(shown.jws, shown.record_jws)
    if name not in files:
        abort(404)
    body = shown.release.body.code
    response = Response(files[name], content_type=_MEDIA_TYPES[name[name.rindex(".") :]])
    response.headers["Content-Disposition"] = f'attachment; filename="{shown.release.round}-{body}-{name}"'
    return response


@api.get("/rounds/<round_code>/<int:number>/round-release.jws")
@roles_allowed(*READERS)
def round_file(round_code: str, number: int) -> Response:
    """The signed figures of all bodies of a round together."""
    response = Response(one_round(office(), round_code, number).jws, mimetype="application/jose")
    response.headers["Content-Disposition"] = f'attachment; filename="{round_code}-round-release-{number}.jws"'
    return response
