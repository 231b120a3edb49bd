"""The files that a report comes as, for the web and the command line alike."""

from typing import Literal

from analytics.reports import data_package, typesetting, workbook
from analytics.reports.body_document import body_pdf
from analytics.reports.contents import BodyContents, Contents
from analytics.reports.round_document import round_pdf
from analytics.reports.speech import speaking
from analytics.workbook import MEDIA_TYPE as XLSX
from survey_app.web.languages import current_language

Form = Literal["pdf", "xlsx", "zip"]
MEDIA_TYPES: dict[Form, str] = {"pdf": typesetting.MEDIA_TYPE, "xlsx": XLSX, "zip": data_package.MEDIA_TYPE}


def report(contents: Contents, form: Form) -> bytes:
    """One file in the present language; the data package (zip) does not depend on it."""
    if form == "zip":
        return data_package.data_package(contents)
    if form == "xlsx":
        return workbook.report_xlsx(contents)
    return body_pdf(contents) if isinstance(contents, BodyContents) else round_pdf(contents)


def file_name(contents: Contents, form: Form) -> str:
    """pikir-2026-min-water-report-kk.pdf; the data package is pikir-2026-min-water-data.zip."""
    return f"{contents.name}-data.zip" if form == "zip" else f"{contents.name}-report-{current_language()}.{form}"


def all_files(contents: Contents, languages: tuple[str, ...]) -> dict[str, bytes]:
    """Every form of a report by file name, printed ones in each language."""
    files: dict[str, bytes] = {}
    for language in languages:
        with speaking(language):
            for form in MEDIA_TYPES:
                name = file_name(contents, form)
                if name not in files:
                    files[name] = report(contents, form)
    return files
