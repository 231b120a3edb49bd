"""The form of Appendix 3 in words: what stands on the sheet, for paper and workbook alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from analytics.score_sheet.entered import Filled
from analytics.score_sheet.sheet import FIXED, PROVISIONAL, ROW_ONLY, FinalMark, Line, SheetIncomplete
from analytics.scoring import ScoringRecord
from analytics.views import wording
from survey_app.web.languages import current_language

FLAGS: Mapping[str, LazyString] = {
    PROVISIONAL: _l("The survey's KPI is provisional: too few responses or too low a turnout."),
    ROW_ONLY: _l("So few answered that only the row of Appendix 5 may be known, not the percentage."),
    FIXED: _l("The table leaves no choice here."),
}


@dataclass(frozen=True)
class Form:
    """The sheet's texts in the reader's language; ``columns`` and ``footnotes`` are the form's own."""

    title: str
    appendix: tuple[str, ...]
    person: str
    person_caption: str
    period: str
    period_caption: str
    columns: tuple[str, ...]
    total: str
    footnotes: tuple[str, ...]
    result: tuple[str, str]
    signature: tuple[tuple[str, str, str], ...]
    remarks: tuple[str, ...]
    source: tuple[tuple[str, str], ...]


def form_of(filled: Filled, record: ScoringRecord) -> Form:
    """The words of a finished sheet. Raises SheetIncomplete."""
    if filled.mark is None:
        raise SheetIncomplete("the sheet has no final mark yet")
    return Form(
        title=_("Score sheet"),
        appendix=(
            _("Appendix 3"),
            _("to the Methodology of assessing the activity of administrative civil servants of corps “A”"),
            _("Form"),
        ),
        person=f"{filled.people['person']}, {filled.people['post']}",
        person_caption=_("(full name, post of the assessed person)"),
        period=filled.people["period"],
        period_caption=_("(assessed period)"),
        columns=(
            _("No."),
            _("Name of the KPI"),
            _("Unit"),
            _("Planned value"),
            _("Actual value"),
            _("Realisation of the KPI, per cent"),
            _("Score (from 0 to 5)*"),
        ),
        total=_("Final mark (sum of all scores divided by the number of KPIs)"),
        footnotes=(
            _(
                "* The score is set by the percentage of the KPI's realisation according to Appendices 4 and 5 to this "
                "Methodology."
            ),
            _("For the KPI on the execution of assignments the score must not exceed the highest value."),
            _("For the other KPIs the authorised person sets a score within the allowed range at his discretion."),
        ),
        result=(_("Result of the assessment"), filled.mark.grade.name[current_language()]),
        signature=(
            (_("Authorised person"), filled.people["authorised"], _("(full name)")),
            (_("Post"), filled.people["authorised_post"], ""),
            (_("Signature"), "", _("(certified by an electronic digital signature)")),
            (_("Date"), "", ""),
        ),
        remarks=remarks(filled.complete, filled.mark),
        source=(
            (_("Body"), record.body.name[current_language()]),
            (_("Campaign"), record.campaign_id),
            (_("Release, SHA-256"), record.release.hex()),
            (_("Manifest's fingerprint"), record.manifest.hex()),
            (_("Software"), record.software),
        ),
    )


def remarks(lines: tuple[Line, ...], mark: FinalMark) -> tuple[str, ...]:
    """What has to be said about single KPIs and about the final mark."""
    told = [
        _("KPI %(number)s: %(remark)s", number=number, remark=flag(name))
        for number, line in enumerate(lines, 1)
        for name in line.flags
    ]
    told += [
        _("KPI %(number)s, reason for the score: %(note)s.", number=number, note=line.note.rstrip("."))
        for number, line in enumerate(lines, 1)
        if line.note
    ]
    if mark.flags:
        exact = Decimal(mark.exact.numerator) / Decimal(mark.exact.denominator)
        told.append(
            _(
                "The mean is %(exact)s; rounding it to %(mean)s decides the result. The Order has no rule of rounding; "
                "half is rounded up.",
                exact=wording.number(exact),
                mean=wording.number(mark.mean),
            )
        )
    return tuple(told)


def flag(name: str) -> str:
    """What a flag of a line means."""
    return str(FLAGS[name]) if name in FLAGS else wording.flag(name)


def fact_text(line: Line) -> str:
    """The fact, or the row where no more may be known."""
    return row_text(line) if line.fact is None else wording.number(line.fact)


def realisation_text(line: Line) -> str:
    """The realisation, or the row where no more may be known."""
    return row_text(line) if line.realisation is None else wording.number(line.realisation)


def row_text(line: Line) -> str:
    """The row's percentages, such as 55–59,99."""
    if line.row.to is None:
        return wording.number(100)
    return f"{wording.number(line.row.start.to_integral_value())}–{wording.number(line.row.to)}"


def allowed_text(line: Line) -> str:
    """What may be chosen, such as 3,25–3,49."""
    if line.is_fixed:
        return score_text(line.highest)
    return f"{score_text(line.lowest)}–{score_text(line.highest)}"


def score_text(score: Decimal) -> str:
    """A score with its two decimals."""
    return wording.number(f"{score:.2f}")
