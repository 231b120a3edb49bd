"""The score sheet on paper."""

from dataclasses import asdict
from datetime import datetime

from flask_babel import gettext as _

from analytics.reports.typesetting import typeset
from analytics.score_sheet.entered import Filled
from analytics.score_sheet.form import allowed_text, fact_text, form_of, realisation_text, score_text
from analytics.score_sheet.sheet import SheetIncomplete
from analytics.scoring import ScoringRecord
from analytics.views import wording
from survey_app.web.languages import current_language


def sheet_pdf(filled: Filled, record: ScoringRecord, moment: datetime) -> bytes:
    """The form of Appendix 3, filled in, as PDF in the present language. Raises SheetIncomplete."""
    form = form_of(filled, record)
    if filled.mark is None:
        raise SheetIncomplete("the sheet has no final mark yet")
    rows = [
        {
            "name": line.name,
            "unit": line.unit,
            "plan": wording.number(line.plan),
            "fact": fact_text(line),
            "realisation": realisation_text(line),
            "score": score_text(line.score),
            "allowed": allowed_text(line),
        }
        for line in filled.complete
        if line.score is not None
    ]
    data = {
        **asdict(form),
        "language": current_language(),
        "rows": rows,
        "mean": score_text(filled.mark.mean),
        "allowed": _("allowed"),
        "remarks_title": _("To be read with it"),
        "source_title": _("KPI 3 comes from the signed scoring record"),
    }
    return typeset("score_sheet.typ", data, moment)
