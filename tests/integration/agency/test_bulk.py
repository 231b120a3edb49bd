"""A whole round from one table: what would be created is said first, bad rows with their reasons; then exactly that."""

import io
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from analytics.campaigns.announcing import DifferenceReasonUnexpected, EligibleDiffers, announce
from analytics.campaigns.body_file import read_bodies
from analytics.campaigns.bulk import PreviewOutdated, create_planned, preview_campaigns
from analytics.campaigns.creation import create_round
from analytics.campaigns.custody import keygen
from analytics.campaigns.hand_ins import ColumnsUnknown
from analytics.campaigns.reading import campaigns
from analytics.campaigns.staffing import import_register, read_staffing, register_of, statement_of
from analytics.campaigns.terms import CampaignTerms
from analytics.office import AgencyOffice
from analytics.staffing_statement import StaffingStatement
from analytics.verify import verify_path
from survey_app.domain.documents import read_document
from survey_app.staff import journal
from survey_app.web.spreadsheet import read_spreadsheet
from tests import builders
from tests.integration.agency import partners as play
from tests.integration.agency.partners import HEAD, PASSPHRASE, SCHEDULE, Partners
from tests.integration.agency.test_cli import DATES, Officer, officer

__all__ = ["officer"]
TERMS = CampaignTerms("two", SCHEDULE)
HEADER = "code;name_kk;name_ru;name_en;visits;collection_closes;kpi_method;minimum_turnout"
BODIES = f"""{HEADER}
min-water;Су министрлігі;Министерство воды;Ministry of Water;;;;
min-air;Ауа министрлігі;Министерство воздуха;Ministry of Air;;2026-11-20 18:00;mean_score/1;60
min water;А;Б;В;;;;
min-air;А;Б;В;;;;
min-soil;А;;В;;;;
min-fire;А;Б;В;three;;;
min-rain;А;Б;В;;soon;;
min-snow;А;Б;В;;2026-11-05 09:00;;
min-wind;А;=Б;В;;;;
min-fog;А;Б;В;;;;101
"""


def bodies(text: str = BODIES, head: Any = HEAD) -> Any:
    return read_bodies(read_spreadsheet(text.encode(), "bodies.csv"), head)


class TestPreview:
    def test_says_what_would_be_created_and_why_other_rows_would_not(self, office: AgencyOffice) -> None:
        create_round(office, "2026")
        preview = preview_campaigns(office, "2026", TERMS, bodies())

        assert [(one.body.code, one.differs) for one in preview.planned] == [
            ("min-water", ()),
            ("min-air", ("collection_closes", "kpi_method", "minimum_turnout")),
        ]
        assert [(row.line, row.reason.name, row.detail.split(":")[0]) for row in preview.refused] == [
            (4, "CODE", "min water"),
            (5, "REPEATED", "3"),
            (6, "MISSING", "name_ru"),
            (7, "VISITS", "three"),
            (8, "TIME", "collection_closes"),
            (9, "SCHEDULE", "collecting must open before it closes"),
            (10, "FORMULA", "name_ru"),
            (11, "NUMBER", "minimum_turnout"),
        ]
        assert campaigns(office) == ()

    def test_creates_exactly_what_was_shown(self, office: AgencyOffice) -> None:
        create_round(office, "2026")
        preview = preview_campaigns(office, "2026", TERMS, bodies())
        drafts = create_planned(office, preview, preview.digest, actor="aigerim")

        assert {c.campaign_id: c.draft.kpi_method for c in campaigns(office)} == {
            drafts[0].campaign_id: "fav_share/1",
            drafts[1].campaign_id: "mean_score/1",
        }
        assert drafts[1].schedule.collection_closes.isoformat() == "2026-11-20T13:00:00+00:00"
        assert all(office.exchange.has(draft.campaign_id, "draft.jws") for draft in drafts)
        again = preview_campaigns(office, "2026", TERMS, bodies())
        assert again.planned == ()
        assert [row.reason.name for row in again.refused][:2] == ["EXISTS", "EXISTS"]
        with pytest.raises(PreviewOutdated):
            create_planned(office, again, preview.digest)

    def test_a_post_that_neither_form_nor_row_names_is_missing(self, office: AgencyOffice) -> None:
        empty = type(HEAD)("", "", "")
        own = "code;name_kk;name_ru;name_en;head_kk;head_ru;head_en\na;А;Б;В;Г;Д;Е\nb;А;Б;В;Г;;Е\n"
        file = bodies(own, empty)
        assert [row.head.ru for row in file.rows] == ["Д"]
        assert [(row.line, row.detail) for row in file.bad_rows] == [(3, "head_ru")]

    def test_a_table_without_the_columns_names_those_it_lacks(self) -> None:
        with pytest.raises(ColumnsUnknown) as refused:
            bodies("код;наименование\nx;y\n")
        assert refused.value.missing == ("name_kk", "name_en")

    def test_a_workbook_with_dates_is_as_good(self, office: AgencyOffice) -> None:
        file = io.BytesIO()
        book = xlsxwriter.Workbook(file, {"in_memory": True, "remove_timezone": True})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER.split(";"))
        sheet.write_row(1, 0, ["min-water", "А", "Б", "В", 1])
        sheet.write_datetime(1, 5, SCHEDULE.collection_closes, book.add_format({"num_format": "dd.mm.yyyy hh:mm"}))
        book.close()
        create_round(office, "2026")
        read = read_bodies(read_spreadsheet(file.getvalue(), "t.xlsx"), HEAD)
        (row,) = read.rows
        assert row.exceptions["visits"] == "single"
        assert str(row.exceptions["collection_closes"]) == "2026-11-16 23:00:00+00:00"  # 04:00 as typed, in Almaty


class TestStaffing:
    def test_bad_rows_are_named_and_good_ones_kept(self) -> None:
        text = "Код органа;Число служащих\nmin-water;1 200\nmin water;5\nmin-air;0\nmin-soil;many\nmin-water;7\n"
        file = read_staffing(read_spreadsheet(text.encode(), "register.csv"))
        assert file.servants == {"min-water": 1200}
        assert [(row.line, row.reason.name) for row in file.bad_rows] == [
            (3, "CODE"),
            (4, "NUMBER"),
            (5, "NUMBER"),
            (6, "REPEATED"),
        ]

    def ready(self, office: AgencyOffice, partners: Partners, eligible: int, register: int | None) -> str:
        campaign_id = play.draft_campaign(office)
        partners.enrol(campaign_id, eligible)
        keygen(office, campaign_id, PASSPHRASE)
        if register is not None:
            import_register(office, "2026", {"min-water": register})
        return campaign_id

    def said(self, office: AgencyOffice, campaign_id: str) -> StaffingStatement:
        text = office.exchange.get_text(campaign_id, "staffing.jws")
        manifest = play.Partners(office.exchange, builders.office_keys()).manifest(campaign_id)
        return read_document(StaffingStatement, text, manifest.agency_key)

    def findings(self, office: AgencyOffice, campaign_id: str) -> list[tuple[str, str]]:
        folder = office.exchange.path(campaign_id, ".")
        report = verify_path(folder, builders.official_questionnaire())
        return [(one.status, one.message) for one in report.findings if one.check == "staffing"]

    def test_the_same_number_is_signed_as_such(self, office: AgencyOffice, partners: Partners) -> None:
        campaign_id = self.ready(office, partners, 20, 20)
        with pytest.raises(DifferenceReasonUnexpected):
            announce(office, campaign_id, difference_reason="because")
        announce(office, campaign_id)
        said = self.said(office, campaign_id)
        assert (said.register, said.eligible, said.reason) == (20, 20, None)
        assert self.findings(office, campaign_id) == [("ok", "staffing_same")]

    def test_a_difference_needs_a_reason_which_is_signed_journalled_and_verified(
        self, office: AgencyOffice, partners: Partners
    ) -> None:
        campaign_id = self.ready(office, partners, 20, 23)
        with pytest.raises(EligibleDiffers) as refused:
            announce(office, campaign_id)
        assert (refused.value.eligible, refused.value.register) == (20, 23)
        assert not office.exchange.has(campaign_id, "manifest.jws")
        announce(office, campaign_id, difference_reason=" three are on leave ")
        said = self.said(office, campaign_id)
        assert (said.register, said.eligible, said.reason) == (23, 20, "three are on leave")
        (campaign,) = campaigns(office)
        assert statement_of(office, campaign) == said
        with office.database.read() as session:
            entry = journal.entries(session)[-1]
        assert "three are on leave" in entry.details
        assert self.findings(office, campaign_id) == [("ok", "staffing_differs")]

    def test_a_statement_about_another_manifest_fails(self, office: AgencyOffice, partners: Partners) -> None:
        one = self.ready(office, partners, 20, 20)
        announce(office, one)
        other = play.announced_campaign(office, partners, 20, code="min-air")
        office.exchange.path(other, "staffing.jws").write_bytes(office.exchange.get(one, "staffing.jws"))
        assert [status for status, _ in self.findings(office, other)] == ["failed"]

    def test_without_a_register_nothing_is_stated_and_verify_says_so(
        self, office: AgencyOffice, partners: Partners
    ) -> None:
        campaign_id = self.ready(office, partners, 20, None)
        announce(office, campaign_id)
        assert not office.exchange.has(campaign_id, "staffing.jws")
        assert self.findings(office, campaign_id) == [("impossible", "staffing_not_stated")]


class TestCommandLine:
    def test_a_round_and_its_register_from_files(
        self, officer: Officer, office: AgencyOffice, partners: Partners, tmp_path: Path
    ) -> None:
        officer.succeeds("create-round", "2026")
        table, register = tmp_path / "bodies.csv", tmp_path / "register.csv"
        table.write_text(BODIES, encoding="utf-8")
        options = [word for pair in DATES.items() for word in pair]
        posts = ("--head-kk", "Б", "--head-ru", "Р", "--head-en", "H")
        words = ("create-campaigns", str(table), "--round", "2026", *options, *posts)

        told = officer.gets(*words, "--dry-run")
        assert [one["body"] for one in told["planned"]] == ["min-water", "min-air"]
        assert len(told["refused"]) == 8
        assert campaigns(office) == ()
        refused = officer.types(*words)
        assert refused.exit_code == 1
        assert "line 4" in refused.stderr
        assert campaigns(office) == ()
        officer.succeeds(*words, "--skip-bad")
        assert [c.draft.body.code for c in campaigns(office)] == ["min-air", "min-water"]

        register.write_text("code;servants\nmin-water;21\nmin-air;x\n", encoding="utf-8")
        assert officer.types("import-staffing", str(register), "--round", "2026").exit_code == 1
        officer.succeeds("import-staffing", str(register), "--round", "2026", "--skip-bad")
        assert register_of(office, "2026") == {"min-water": 21}
        campaign = next(c.campaign_id for c in campaigns(office) if c.draft.body.code == "min-water")
        partners.enrol(campaign, 20)
        keygen(office, campaign, PASSPHRASE)
        assert isinstance(officer.types("announce", campaign).exception, EligibleDiffers)
        officer.succeeds("announce", campaign, "--difference-reason", "one retired")
