"""Reports: the Release's figures and no others, in every form and language, byte for byte the same again."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from analytics.campaigns.certified import Certified
from analytics.campaigns.certified_rounds import CertifiedRound
from analytics.campaigns.reading import Round
from analytics.figures import Driver, Drivers, KpiFigure, PercentRange
from analytics.release import Release
from analytics.reports.contents import BodyContents, RoundContents
from analytics.reports.files import MEDIA_TYPES, all_files, report
from analytics.reports.ranks import places
from analytics.reports.speech import speaking
from analytics.round_release import RoundBody, RoundRelease
from analytics.scoring import make_record
from survey_app.domain.documents import sign_document
from survey_app.domain.manifest import Body, LocalisedText
from tests.builders import make_campaign, official_questionnaire
from tests.certified import open_built

LANGUAGES = ("kk", "ru", "en")
MOMENT = datetime(2026, 11, 25, 5, 30, tzinfo=UTC)
FIFTY = [(1, 1) + (1, 2, 3, 4) * 2 + (1, i % 2 + 1, i % 2 + 1, i % 3 + 1) for i in range(30)] + [
    (3, 2) + (4, 3, 2, 1) * 2 + (3, i % 2 + 1, i % 2 + 1, i % 3 + 1) for i in range(24)
]
FEW = [(1,) * 11] * 5 + [(3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4)] * 3
HOSTILE = LocalisedText(*('=HYPERLINK("http://x") #strong[b] $a$ @cite <b>' for _ in range(3)))


def certified(rows, eligible, **options) -> Certified:
    campaign = make_campaign(rows, eligible=eligible, **options)
    return signed(open_built(campaign), campaign.keys.agency)


def signed(release: Release, key) -> Certified:
    jws = sign_document(release, key)
    return Certified(release, 1, MOMENT, None, None, jws, sign_document(make_record(jws), key))


@pytest.fixture(scope="module")
def large() -> Certified:
    return certified(FIFTY, 71)


@pytest.fixture(scope="module")
def few() -> Certified:
    return certified(FEW, 13, body=Body("few", LocalisedText("Шағын", "Малый орган", "Small body")))


@pytest.fixture(scope="module")
def hostile() -> Certified:
    return certified(FEW, 13, body=Body("=1+1", HOSTILE), head=HOSTILE)


def of_body(shown: Certified) -> BodyContents:
    return BodyContents(shown, (shown,), official_questionnaire())


def of_round(*entries: Certified) -> RoundContents:
    return RoundContents(Round("2026", ""), entries, (), (), official_questionnaire())


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def made(contents, form, language="en") -> bytes:
    with speaking(language):
        return report(contents, form)


def sheets_of(data: bytes) -> dict[str, list[list]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def package_of(data: bytes) -> tuple[dict, dict[str, list[dict]]]:
    """The descriptor and each resource's rows."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        descriptor = json.loads(package.read("datapackage.json"))
        rows = {
            resource["name"]: list(csv.DictReader(io.StringIO(package.read(resource["path"]).decode(), newline="")))
            for resource in descriptor["resources"]
        }
    return descriptor, rows


class TestPrinted:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_body_says_what_its_release_says(self, large, language):
        text = text_of(made(of_body(large), "pdf", language))
        figure = large.release.pinned
        point = "." if language == "en" else ","
        for number in (figure.percent, figure.interval.low, figure.interval.high, large.release.turnout):
            assert number.replace(".", point) in text
        assert large.release.body.name[language] in text
        for question in official_questionnaire().substantive:
            assert question.text[language].split()[0] in text
        assert large.sha256.hex()[:4] in text

    def test_a_small_body_shows_its_row_only(self, few):
        text = text_of(made(of_body(few), "pdf"))
        assert "Only 8 responses count, fewer than 10" in text
        assert "3.00–3.24" in text  # 5 of 8 = 62.5 %
        assert "62.5" not in text.replace("60–64.99", "")

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_round_has_every_body(self, large, few, language):
        text = text_of(made(of_round(large, few), "pdf", language))
        for entry in (large, few):
            assert entry.release.body.name[language] in text

    def test_it_is_tagged_for_screen_readers(self, large):
        root = PdfReader(io.BytesIO(made(of_body(large), "pdf"))).trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"] == "en"
        assert b"pdfuaid" in root["/Metadata"].get_object().get_data()

    def test_names_are_never_markup(self, hostile):
        text = text_of(made(of_body(hostile), "pdf"))
        assert '=HYPERLINK("http://x") #strong[b] $a$ @cite <b>' in text

    def test_drivers_are_drawn(self, large):
        drivers = Drivers("q11", 47, (Driver("q1", 61), Driver("q2", 39)))
        text = text_of(made(of_body(replace(large, release=replace(large.release, drivers=drivers))), "pdf"))
        assert "61 %" in text.replace("\u00a0", " ")
        assert "explain 47 per cent" in text

    @pytest.mark.parametrize(
        ("change", "words"),
        [({"void_reason": "the key leaked"}, "Declared void"), ({"superseded_by": 2}, "Superseded by Release 2")],
    )
    def test_what_does_not_count_says_so_on_every_page(self, large, change, words):
        pages = PdfReader(io.BytesIO(made(of_body(replace(large, **change)), "pdf"))).pages
        assert all(words in " ".join(page.extract_text().split()) for page in pages)
        round_text = text_of(made(of_round(large, replace(large, **change)), "pdf"))
        assert words in round_text


class TestWorkbook:
    def test_one_sheet_a_table_and_real_numbers(self, large):
        sheets = sheets_of(made(of_body(large), "xlsx"))
        assert next(iter(sheets)) == "KPI by body"
        assert list(sheets)[-1] == "Method and definitions"
        header, row = sheets["KPI by body"]
        kpi = row[header.index("KPI, per cent")]
        assert kpi == float(Decimal(large.release.pinned.percent))
        assert row[header.index("Responses that count (n)")] == 54

    def test_questions_are_the_releases(self, large):
        header, *rows = sheets_of(made(of_body(large), "xlsx"))["Answers by question"]
        found = [(row[header.index("Favourable")] or None, row[header.index("Answers")] or None) for row in rows]
        assert found == [(total.favourable, total.base) for total in large.release.totals]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_nothing_is_a_formula(self, hostile, language):
        data = made(of_round(hostile), "xlsx", language)
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            parts = {name: book.read(name) for name in book.namelist()}
        assert not any(b"<f>" in part or b"hyperlink" in part for part in parts.values())
        assert b"=HYPERLINK" in parts["xl/sharedStrings.xml"]


class TestDataPackage:
    def test_every_resource_fits_its_schema(self, large, few):
        descriptor, tables = package_of(made(of_round(large, few), "zip"))
        for resource in descriptor["resources"]:
            fields = resource["schema"]["fields"]
            names = [field["name"] for field in fields]
            for row in tables[resource["name"]]:
                assert list(row) == names
                for field in fields:
                    assert fits(row[field["name"]], field), (resource["name"], field["name"], row[field["name"]])
            keys = [tuple(row[name] for name in resource["schema"]["primaryKey"]) for row in tables[resource["name"]]]
            assert len(set(keys)) == len(keys)

    def test_codes_are_explained(self, large):
        descriptor, tables = package_of(made(of_body(large), "zip"))
        for resource in descriptor["resources"]:
            for reference in resource["schema"].get("foreignKeys", []):
                target = tables[reference["reference"]["resource"]]
                known = {tuple(row[name] for name in reference["fields"]) for row in target}
                used = {tuple(row[name] for name in reference["fields"]) for row in tables[resource["name"]]}
                assert used <= known, resource["name"]

    def test_figures_are_the_releases_to_the_digit(self, large):
        _descriptor, tables = package_of(made(of_body(large), "zip"))
        (row,) = tables["bodies"]
        figure = large.release.pinned
        assert (row["kpi_percent"], row["interval_low"], row["row"]) == (
            figure.percent,
            figure.interval.low,
            figure.row,
        )
        cells = [cell for group in large.release.breakdowns for cell in group.cells]
        assert [(r["favourable"], r["base"]) for r in tables["groups"]] == [
            (text(cell.favourable), text(cell.base)) for cell in cells
        ]

    def test_it_carries_the_signed_documents(self, large):
        with zipfile.ZipFile(io.BytesIO(made(of_body(large), "zip"))) as package:
            folder = f"documents/{large.release.campaign_id}-1"
            assert package.read(f"{folder}/release.jws").decode() == large.jws
            assert package.read(f"{folder}/scoring-record.jws").decode() == large.record_jws

    def test_it_does_not_depend_on_the_language(self, large):
        assert len({made(of_body(large), "zip", language) for language in LANGUAGES}) == 1

    def test_no_cell_is_a_formula(self, hostile):
        _descriptor, tables = package_of(made(of_body(hostile), "zip"))
        cells = [cell for rows in tables.values() for row in rows for cell in row.values()]
        assert any("HYPERLINK" in cell for cell in cells)
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


class TestPooled:
    """A round's own figures, once they are opened together, stand beside the bodies'."""

    @pytest.fixture
    def contents(self, large, few) -> RoundContents:
        release = large.release
        figures = {name: getattr(release, name) for name in ("kpis", "totals", "breakdowns", "drivers", "verdict")}
        same = ("round", "agency_key", "questionnaire", "method", "minimum_group", "eligible", "received", "n")
        bodies = tuple(
            RoundBody(
                one.release.campaign_id,
                one.release.body.code,
                one.release.manifest,
                one.release.board,
                one.opened_sha256,
                pooled=one is large,
                not_in_totals=("q3",) if one is large else (),
                not_in_breakdowns=("q3", "q5") if one is large else (),
            )
            for one in (large, few)
        )
        pooled = RoundRelease(
            **{name: getattr(release, name) for name in (*same, "turnout", "software")},
            bodies=bodies,
            **figures,
            supersedes=None,
            reason=None,
        )
        return replace(of_round(large, few), rounds=(CertifiedRound(pooled, 1, MOMENT, None, (), (), "a.b.c"),))

    def test_on_paper(self, contents):
        text = text_of(made(contents, "pdf"))
        assert "KPI of all together" in text
        assert "percentages are never averaged" in text
        assert "without its answers to questions 3; by group without its answers to questions 5" in text
        assert "left out: too few responses" in text

    def test_as_tables(self, contents):
        _descriptor, tables = package_of(made(contents, "zip"))
        pooled = contents.pooled.release
        assert [row["kpi_percent"] for row in tables["round_methods"]] == [text(one.percent) for one in pooled.kpis]
        assert [row["base"] for row in tables["round_questions"]] == [text(total.base) for total in pooled.totals]
        assert [row["favourable"] for row in tables["round_groups"]] == [
            text(cell.favourable) for group in pooled.breakdowns for cell in group.cells
        ]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_each_table_has_a_sheet_of_its_own(self, contents, language):
        _descriptor, tables = package_of(made(contents, "zip"))
        codebooks = [name for name in tables if name.startswith("codes_")]
        assert len(sheets_of(made(contents, "xlsx", language))) == len(tables) - len(codebooks) + 1


class TestFiles:
    def test_the_same_again_is_the_same_to_the_byte(self, large, few):
        for contents in (of_body(large), of_round(large, few)):
            assert all_files(contents, LANGUAGES) == all_files(contents, LANGUAGES)

    def test_names(self, large):
        assert sorted(all_files(of_body(large), ("kk", "ru"))) == [
            "pikir-2026-min-water-data.zip",
            *(f"pikir-2026-min-water-report-{lang}.{form}" for lang in ("kk", "ru") for form in ("pdf", "xlsx")),
        ]

    def test_no_figure_is_shown_that_a_release_hides(self, few):
        """Eight of thirteen responded: their totals, percentages and fractions are nowhere in any file."""
        for form in MEDIA_TYPES:
            data = made(of_body(few), form)
            if form == "pdf":
                found = text_of(data)
            else:
                with zipfile.ZipFile(io.BytesIO(data)) as package:
                    found = " ".join(package.read(n).decode() for n in package.namelist() if "documents" not in n)
            assert not re.search(r"62[.,]5|\b5/8\b", found)


class TestPlaces:
    @pytest.mark.parametrize(
        ("intervals", "expected"),
        [
            ([("80", "90"), ("60", "70"), ("40", "50")], [(1, 1), (2, 2), (3, 3)]),
            ([("60", "80"), ("50", "65"), ("40", "55")], [(1, 2), (1, 3), (2, 3)]),
            ([("60", "80"), None, ("80", "90")], [(1, 2), None, (1, 2)]),
            ([], []),
        ],
    )
    def test_a_place_is_as_certain_as_the_intervals(self, intervals, expected):
        assert places([kpi(interval) for interval in intervals]) == expected


def kpi(interval) -> KpiFigure:
    bounds = None if interval is None else PercentRange(*interval)
    return KpiFigure("fav_share/1", None, None, bounds, None, "65-69,99", "3,25-3,49", None, ())


def text(number) -> str:
    return "" if number is None else str(number)


def fits(cell: str, field: dict) -> bool:
    """A cell under a Table Schema field."""
    if cell == "":
        return not field.get("constraints", {}).get("required", False)
    patterns = {
        "integer": r"-?\d+",
        "number": r"-?\d+(\.\d+)?",
        "boolean": "true|false",
        "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
        "string": r"(?s).+",
    }
    return re.fullmatch(patterns[field["type"]], cell) is not None
