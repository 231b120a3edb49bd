"""Pages about one body."""

from analytics.campaigns.certified import Certified
from analytics.views import drawings, figure_tables, selection
from analytics.views.office import office
from analytics.views.rendering import render
from survey_app.web.fingerprint import comparable_rows


def body(round_code: str, body_code: str) -> str:
    """Answer: how satisfied are the servants of one body, and how certain is that."""
    return _body_page(selection.current_of_body(office(), round_code, body_code))


def release(campaign_id: str, number: int) -> str:
    """The same for one particular Release, superseded or void as it may be."""
    return _body_page(selection.one_release(office(), campaign_id, number))


def questions(round_code: str, body_code: str) -> str:
    """Answer: what are the servants of one body satisfied with, and what not."""
    shown = selection.current_of_body(office(), round_code, body_code)
    questionnaire = selection.questionnaire_of(shown.release.questionnaire)
    return _page(
        "questions.html",
        shown,
        questions={question.id: question for question in questionnaire.substantive},
        totals=drawings.by_favour(shown.release.totals),
        chart=drawings.likert(shown.release, questionnaire, f"{_name(shown)}-q"),
    )


def groups(round_code: str, body_code: str) -> str:
    """Answer: do groups of servants see it differently."""
    shown = selection.current_of_body(office(), round_code, body_code)
    questionnaire = selection.questionnaire_of(shown.release.questionnaire)
    tables = figure_tables.groups(shown.release.breakdowns, questionnaire)
    charts = {table.variable: drawings.groups(table, _name(shown)) for table in tables}
    return _page("groups.html", shown, groups=tables, charts=charts)


def drivers(round_code: str, body_code: str) -> str:
    """Answer: what goes with overall satisfaction, and where is it weak."""
    shown = selection.current_of_body(office(), round_code, body_code)
    questionnaire = selection.questionnaire_of(shown.release.questionnaire)
    lines = figure_tables.drivers(shown.release, questionnaire)
    return _page(
        "drivers.html",
        shown,
        lines=lines,
        chart=drawings.drivers(lines, f"{_name(shown)}-drivers"),
    )


def trend(round_code: str, body_code: str) -> str:
    """Answer: how has satisfaction moved over the rounds."""
    shown = selection.current_of_body(office(), round_code, body_code)
    past = selection.history(office(), body_code)
    return _page(
        "trend.html",
        shown,
        history=past,
        steps=figure_tables.steps(past),
        chart=drawings.trend(past),
    )


def _body_page(shown: Certified) -> str:
    release_ = shown.release
    questionnaire = selection.questionnaire_of(release_.questionnaire)
    hashes = (release_.manifest, shown.sha256, release_.root)
    return _page(
        "body.html",
        shown,
        gap=figure_tables.gap(release_, questionnaire),
        chart=drawings.methods(release_, _name(shown)),
        fingerprints=[comparable_rows(value) for value in hashes],
    )


def _page(template: str, shown: Certified, **values: object) -> str:
    past = selection.history(office(), shown.release.body.code)
    return render(
        template,
        shown=shown,
        release=shown.release,
        rounds_of_body=[entry for entry in past if entry.is_current],
        **values,
    )


def _name(shown: Certified) -> str:
    return f"pikir-{shown.release.round}-{shown.release.body.code}"
