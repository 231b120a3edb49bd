"""All published figures for other programs: CSV files under a Table Schema, and the signed documents they come from.

Codes and field names do not depend on a language; titles and descriptions are in English, questions in all three.
A text that a spreadsheet could take for a formula begins with an apostrophe.
"""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

from analytics.campaigns.certified import Certified
from analytics.release import software_version
from analytics.reports.contents import BodyContents, Contents
from analytics.reports.definitions import definitions
from analytics.reports.speech import speaking
from analytics.reports.tables import Column, Table
from analytics.reports.workbook import tables_of, title_of
from analytics.workbook import Value
from survey_app.domain.documents import format_time
from survey_app.domain.manifest import LANGUAGES
from survey_app.domain.questionnaire import Questionnaire
from survey_app.web.csv_cells import harmless

MEDIA_TYPE = "application/zip"
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    "datetime": {"type": "datetime", "format": "default"},
}


def data_package(contents: Contents) -> bytes:
    """A ZIP file; the same contents give the same bytes."""
    entries = [contents.shown] if isinstance(contents, BodyContents) else list(contents.entries)
    with speaking("en"):
        tables = (*tables_of(contents), *_codebooks(entries, contents.questionnaire))
        files = {f"data/{table.name}.csv": _csv(table) for table in tables}
        descriptor = _descriptor(contents, entries, tables)
    files |= _documents(entries)
    if not isinstance(contents, BodyContents):
        files |= {
            f"documents/rounds/{one.release.round}-{one.number}/round-release.jws": one.jws.encode("ascii")
            for one in contents.rounds
        }
    files = {"datapackage.json": json.dumps(descriptor, ensure_ascii=False, indent=1).encode() + b"\n", **files}
    return _zip(files)


def _descriptor(contents: Contents, entries: Sequence[Certified], tables: Sequence[Table]) -> dict[str, Any]:
    release = entries[-1].release
    terms = "\n\n".join(f"{term}: {text}" for term, text in definitions(release))
    return {
        "profile": "tabular-data-package",
        "name": contents.name,
        "title": f"Pikir: {title_of(contents)}",
        "description": f"Certified figures, after disclosure control.\n\n{terms}",
        "created": format_time(contents.moment),
        "version": "1",
        "contributors": [{"title": software_version(), "role": "wrangler"}],
        "resources": [_resource(table) for table in tables],
    }


def _resource(table: Table) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title,
        "path": f"data/{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {
            "fields": [_field(column, table) for column in table.columns],
            "missingValues": [""],
            "primaryKey": list(table.key),
            **_references(table),
        },
    }


def _field(column: Column, table: Table) -> dict[str, Any]:
    described: dict[str, Any] = {"name": column.name, "title": column.title, **_TYPES[column.kind]}
    if column.name in table.key:
        described["constraints"] = {"required": True}
    return described


def _references(table: Table) -> dict[str, Any]:
    """Which codebooks explain a table's codes."""
    names = {column.name for column in table.columns}
    keys = {"codes_bodies": ("body",), "codes_questions": ("question",), "codes_options": ("question", "option")}
    found = [
        {"fields": list(fields), "reference": {"resource": resource, "fields": list(fields)}}
        for resource, fields in keys.items()
        if resource != table.name and names.issuperset(fields)
    ]
    return {"foreignKeys": found} if found else {}


def _codebooks(entries: Sequence[Certified], questionnaire: Questionnaire) -> tuple[Table, ...]:
    """What codes mean, in all three languages."""
    texts = tuple(Column(f"text_{language}", "string", f"Text ({language})") for language in LANGUAGES)
    bodies = {entry.release.body.code: entry.release.body.name for entry in entries}
    question = Column("question", "string", "Question")
    return (
        Table(
            "codes_bodies",
            "Bodies",
            (Column("body", "string", "Body"), *texts),
            ("body",),
            tuple((code, *(name[language] for language in LANGUAGES)) for code, name in sorted(bodies.items())),
        ),
        Table(
            "codes_questions",
            "Questions",
            (
                question,
                Column("number", "integer", "Number"),
                Column("kind", "string", "substantive or demographic"),
                Column("variable", "string", "Name of a demographic question's variable"),
                *texts,
            ),
            ("question",),
            tuple(
                (q.id, q.number, q.kind, q.name, *(q.text[lang] for lang in LANGUAGES)) for q in questionnaire.questions
            ),
        ),
        Table(
            "codes_options",
            "Options, the most favourable first",
            (question, Column("option", "string", "Option"), Column("position", "integer", "Position from 1"), *texts),
            ("question", "option"),
            tuple(
                (q.id, option.code, position, *(option.text[language] for language in LANGUAGES))
                for q in questionnaire.questions
                for position, option in enumerate(q.options, 1)
            ),
        ),
    )


def _documents(entries: Sequence[Certified]) -> dict[str, bytes]:
    """The signed originals: who has the agency's key can check that the tables say the same."""
    files = {}
    for entry in entries:
        folder = f"documents/{entry.release.campaign_id}-{entry.number}"
        files[f"{folder}/release.jws"] = entry.jws.encode("ascii")
        if entry.record_jws is not None:
            files[f"{folder}/scoring-record.jws"] = entry.record_jws.encode("ascii")
    return files


def _csv(table: Table) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.name for column in table.columns)
    writer.writerows([_cell(value) for value in row] for row in table.rows)
    return text.getvalue().encode()


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return harmless(value) if isinstance(value, str) else str(value)


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            package.writestr(entry, data)
    return buffer.getvalue()
