"""The score sheet's page: what is entered, what is allowed, what is refused, and the files that come of it."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from analytics.campaigns.certified import certified_in_round
from analytics.campaigns.voiding import void
from analytics.office import AgencyOffice
from analytics.score_sheet.entered import field
from analytics.score_sheet.order import planned_kpis
from tests.integration.agency.browsing import Staff, check_page

# Body "large" has 66.67 %: row 65-69,99 of Appendix 5, scores 3,25-3,49.
FACTS = {1: ("97", "4,75"), 2: ("84", "4,20"), 4: ("92,5", "4.6"), 5: ("98", "4,9")}
HOSTILE = '=HYPERLINK("http://x"), #strong[x] $a$ <script> "'


@pytest.fixture
def office(office_with_figures: AgencyOffice) -> AgencyOffice:
    return office_with_figures


def path_of(office: AgencyOffice, body: str, lang: str = "en") -> str:
    found = {one.release.body.code: one for one in certified_in_round(office, "2026")}[body]
    return f"/{lang}/releases/{found.release.campaign_id}/{found.number}/score-sheet"


@pytest.fixture
def path(office: AgencyOffice) -> str:
    return path_of(office, "large")


def entries(**changes: str) -> dict[str, str]:
    filled = {
        "person": "Сынақов Ә.",
        "post": "Head",
        "period": "2026",
        "authorised": "Пробный П.",
        "authorised_post": "Minister",
        field(3, "score"): "3,30",
    }
    for index, (fact, score) in FACTS.items():
        given = {"name": HOSTILE, "unit": "%", "plan": "100", "fact": fact, "score": score}
        filled |= {field(index, name): value for name, value in given.items()}
    return {**filled, **changes}


def send(staff: Staff, path: str, data: dict[str, str]):
    token = staff.csrf_token(staff.get(path).text)
    return staff.post(path, {**data, "csrf_token": token})


class TestPage:
    @pytest.mark.parametrize("lang", ["kk", "ru", "en"])
    def test_it_is_prefilled_with_what_the_order_and_the_record_say(
        self, office: AgencyOffice, staff: Staff, lang: str
    ) -> None:
        page = staff.page(path_of(office, "large", lang))
        assert ("66.67" if lang == "en" else "66,67") in page
        assert ("3.25–3.49" if lang == "en" else "3,25–3,49") in page
        for kpi in planned_kpis()[:2]:
            assert kpi.name is not None
            assert kpi.name[lang] in page
        assert f'name="{field(3, "score")}" value=""' in page  # A6: never filled in
        assert f'name="{field(3, "fact")}"' not in page  # not editable

    def test_strangers_are_sent_to_the_sign_in(self, visitor: Staff, path: str) -> None:
        response = visitor.get(path)
        assert response.status_code == 302
        assert "/sign-in" in response.headers["Location"]

    def test_a_small_body_shows_its_row_only(self, office: AgencyOffice, staff: Staff) -> None:
        page = staff.page(path_of(office, "small"))
        assert "only the row of Appendix 5 may be known" in page

    def test_checking_shows_ranges_and_the_mark_and_asks_for_nothing(self, staff: Staff, path: str) -> None:
        response = send(staff, path, {field(1, "plan"): "100", field(1, "fact"): "97", "wish": "check"})
        assert response.status_code == 200
        check_page(response, path)
        assert "0.00–4.75" in response.text
        assert "The sheet cannot be made yet" not in response.text
        whole = send(staff, path, entries(wish="check")).text
        assert "<b>4.35</b> effective" in whole  # (4.75 + 4.20 + 3.30 + 4.60 + 4.90) / 5

    def test_what_was_entered_is_kept_and_escaped(self, staff: Staff, path: str) -> None:
        response = send(staff, path, entries(wish="check"))
        check_page(response, path)
        assert "&lt;script&gt;" in response.text


class TestRefusals:
    def test_each_field_says_what_is_wrong_with_it(self, staff: Staff, path: str) -> None:
        wrong = {
            field(1, "score"): "4.76",
            field(2, "score"): "4.255",
            field(3, "score"): "3.50",
            field(4, "fact"): "many",
            "person": "",
        }
        response = send(staff, path, entries(wish="pdf", **wrong))
        assert response.status_code == 422
        check_page(response, path)
        for text in (
            "Appendix 4 allows at most 4.75",
            "Scores have at most two decimals",
            "A score from 3.25 to 3.49 is allowed",
            "Write a number",
            "Fill this in",
        ):
            assert response.text.count(text) == 2  # in the summary, and beside the field
        assert f'href="#{field(1, "score")}"' in response.text

    def test_strict_reading_of_the_gap_in_the_tables(self, staff: Staff, path: str) -> None:
        gap = entries(wish="pdf", **{field(2, "fact"): "44.7", field(2, "score"): "2.10"})
        assert send(staff, path, gap).mimetype == "application/pdf"
        response = send(staff, path, {**gap, "strict": "1"})
        assert response.status_code == 422
        assert "No row of the Order covers this percentage" in response.text

    def test_a_forged_fact_of_the_survey_changes_nothing(self, staff: Staff, path: str) -> None:
        response = send(staff, path, entries(wish="xlsx", **{field(3, "fact"): "99", field(3, "plan"): "1"}))
        assert rows_of(response.data)[3][5] == 66.67

    def test_a_void_record_scores_nobody(self, office: AgencyOffice, staff: Staff, path: str) -> None:
        void(office, path.split("/")[3], "the key leaked")
        response = staff.get(path)
        assert response.status_code == 409
        assert "does not count any more" in response.text


def rows_of(data: bytes) -> dict[int, list]:
    """The sheet's lines by the KPI's number."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    return {int(row[0]): row for row in rows if isinstance(row[0], float)}


class TestFiles:
    def test_the_workbook_has_numbers_and_no_formula(self, staff: Staff, path: str) -> None:
        response = send(staff, path, entries(wish="xlsx"))
        assert response.headers["Content-Disposition"] == 'attachment; filename="score-sheet-2026-large.xlsx"'
        rows = rows_of(response.data)
        assert [rows[index][3:7] for index in sorted(rows)] == [
            [100, 97, 97, 4.75],
            [100, 84, 84, 4.2],
            [100, 66.67, 66.67, 3.3],
            [100, 92.5, 92.5, 4.6],
            [100, 98, 98, 4.9],
        ]
        assert rows[1][1] == " ".join(HOSTILE.split())
        assert b"<f>" not in response.data

    @pytest.mark.parametrize("lang", ["kk", "ru", "en"])
    def test_the_pdf_is_the_form_of_appendix_3(self, office: AgencyOffice, staff: Staff, lang: str) -> None:
        response = send(staff, path_of(office, "large", lang), entries(wish="pdf"))
        assert response.mimetype == "application/pdf"
        reader = PdfReader(io.BytesIO(response.data))
        text = " ".join(reader.pages[0].extract_text().split())
        point = "." if lang == "en" else ","
        assert len(reader.pages) == 1
        for figure in ("66.67", "3.30", "4.75", "4.35", "92.50"):
            assert figure.replace(".", point) in text
        assert "Сынақов Ә." in text
        assert "#strong[x] $a$" in text  # typed text is never markup
        assert {"kk": "тиімді", "ru": "эффективно", "en": "effective"}[lang] in text

    def test_the_same_entries_give_the_same_bytes(self, staff: Staff, path: str) -> None:
        for wish in ("pdf", "xlsx"):
            assert send(staff, path, entries(wish=wish)).data == send(staff, path, entries(wish=wish)).data

    def test_nothing_is_stored(self, office: AgencyOffice, staff: Staff, path: str) -> None:
        send(staff, path, entries(wish="check"))
        before = everything(office)
        assert send(staff, path, entries(wish="pdf")).status_code == 200
        assert everything(office) == before
        assert not any("Сынақов".encode() in data for data in before.values())


def everything(office: AgencyOffice) -> dict[str, bytes]:
    """Every file of the agency."""
    folder = Path(str(office.database.engine.url.database)).parent.parent
    return {str(file): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}
