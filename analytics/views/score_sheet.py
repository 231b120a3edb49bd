"""The score sheet's page: four KPIs are entered, the survey's comes from its record, scores are chosen, a file is made.

Who chose what is personal to the assessed head. So the page keeps everything itself: the server reads, scores and
answers, and stores nothing, not even in its journal.
"""

from collections.abc import Mapping
from types import MappingProxyType

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from analytics.campaigns.certified import Certified
from analytics.office import READERS
from analytics.reports.typesetting import MEDIA_TYPE as PDF
from analytics.score_sheet import form as form_words
from analytics.score_sheet.document import sheet_pdf
from analytics.score_sheet.entered import PEOPLE, FieldMissing, Filled, NotANumber, TextUnfit, field, fill
from analytics.score_sheet.order import Kind, planned_kpis
from analytics.score_sheet.sheet import (
    PlanNotPositive,
    ScoreAboveCeiling,
    ScoreNotInSteps,
    ScoreRefused,
)
from analytics.score_sheet.workbook import sheet_xlsx
from analytics.score_tables import TableAnomaly
from analytics.scoring import NothingToScore, ScoringRecord
from analytics.views import wording
from analytics.views.office import office
from analytics.views.selection import one_release
from analytics.workbook import MEDIA_TYPE as XLSX
from survey_app.domain.documents import read_document
from survey_app.domain.errors import PikirError
from survey_app.staff.guard import roles_allowed
from survey_app.web.languages import current_language

blueprint = Blueprint("score_sheet", __name__)
_FILES = {"pdf": (sheet_pdf, PDF), "xlsx": (sheet_xlsx, XLSX)}
NO_COMPLAINTS: Mapping[str, PikirError] = MappingProxyType({})


class RecordDoesNotCount(PikirError):
    """A record that was superseded or declared void must not decide a score."""

    slug = "record-does-not-count"


@blueprint.get("/<language:lang>/releases/<campaign_id>/<int:number>/score-sheet")
@roles_allowed(*READERS)
def page(campaign_id: str, number: int) -> str:
    """Answer: which scores may be chosen, and what do they come to."""
    shown, record = _standing_record(campaign_id, number)
    fields = _prefilled(record)
    return _page(shown, record, fields, fill(fields, record, current_language()), NO_COMPLAINTS, finished=False)


@blueprint.post("/<language:lang>/releases/<campaign_id>/<int:number>/score-sheet")
@roles_allowed(*READERS)
def fill_in(campaign_id: str, number: int) -> Response | str:
    """The file that was asked for, or the page with what keeps it from being made."""
    shown, record = _standing_record(campaign_id, number)
    fields = request.form.to_dict()
    wish = fields.get("wish")
    filled = fill(fields, record, current_language(), strict="strict" in fields)
    if wish in _FILES and filled.mark is not None:
        return _file(str(wish), shown, record, filled)
    finished = wish in _FILES
    complaints = {name: error for name, error in filled.complaints.items() if finished or not _is_missing(error)}
    answer = _page(shown, record, fields, filled, complaints, finished=finished)
    return Response(answer, 422) if finished else answer


def complaint(error: PikirError) -> str:
    """What is wrong with a field and what may stand there."""
    if isinstance(error, ScoreNotInSteps):
        return str(_("Scores have at most two decimals: %(example)s.", example=form_words.score_text(error.lowest)))
    if isinstance(error, ScoreAboveCeiling):
        highest = form_words.score_text(error.highest)
        return str(_("Appendix 4 allows at most %(highest)s for this percentage.", highest=highest))
    if isinstance(error, ScoreRefused):
        low, high = form_words.score_text(error.lowest), form_words.score_text(error.highest)
        return str(
            _("A score from %(lowest)s to %(highest)s is allowed for this percentage.", lowest=low, highest=high)
        )
    texts = {
        FieldMissing: _("Fill this in: the sheet needs it."),
        NotANumber: _("Write a number, such as 95,5."),
        TextUnfit: _("Too long, or with characters that cannot be printed."),
        PlanNotPositive: _("The plan must be more than 0."),
        TableAnomaly: _("No row of the Order covers this percentage (row “40-44,49”). The agency has to decide."),
    }
    return str(texts.get(type(error), error))


def _standing_record(campaign_id: str, number: int) -> tuple[Certified, ScoringRecord]:
    """A record that counts, its signature checked. Raises NothingCertified, NothingToScore, RecordDoesNotCount."""
    shown = one_release(office(), campaign_id, number)
    if shown.record_jws is None:
        raise NothingToScore("nobody's response counts: there is no KPI to score")
    if not shown.is_current:
        raise RecordDoesNotCount("the record was superseded or declared void")
    return shown, read_document(ScoringRecord, shown.record_jws, shown.release.agency_key)


def _prefilled(record: ScoringRecord) -> dict[str, str]:
    """What the Order and the record say before anybody writes."""
    language = current_language()
    fields = {"post": record.head[language], "period": record.round}
    for index, kpi in enumerate(planned_kpis(), 1):
        if kpi.kind is not Kind.SURVEY:
            name = "" if kpi.name is None else kpi.name[language]
            fields |= {field(index, "name"): name, field(index, "unit"): kpi.unit, field(index, "plan"): kpi.plan}
    return fields


def _page(
    shown: Certified,
    record: ScoringRecord,
    fields: Mapping[str, str],
    filled: Filled,
    complaints: Mapping[str, PikirError],
    *,
    finished: bool,
) -> str:
    """``finished``: a file was asked for, so that all complaints are gathered on top as well."""
    return render_template(
        "score_sheet.html",
        w=wording,
        words=form_words,
        shown=shown,
        release=shown.release,
        record=record,
        kpis=planned_kpis(),
        people=PEOPLE,
        fields=fields,
        field=field,
        filled=filled,
        finished=finished,
        complaints={name: complaint(error) for name, error in complaints.items()},
    )


def _file(wish: str, shown: Certified, record: ScoringRecord, filled: Filled) -> Response:
    make, media_type = _FILES[wish]
    response = Response(make(filled, record, shown.certified), mimetype=media_type)
    name = f"score-sheet-{record.round}-{record.body.code}.{wish}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _is_missing(error: PikirError) -> bool:
    return isinstance(error, FieldMissing)
