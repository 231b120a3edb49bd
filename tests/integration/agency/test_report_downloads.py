"""Reports over the web and on the command line."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

import pikir
from analytics.campaigns.certified import Certified, certified_in_round
from analytics.campaigns.reading import campaigns
from analytics.campaigns.voiding import void
from analytics.office import AgencyOffice
from tests.integration.agency.browsing import Staff

TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


@pytest.fixture
def office(office_with_figures: AgencyOffice) -> AgencyOffice:
    return office_with_figures


@pytest.fixture
def large(office: AgencyOffice) -> Certified:
    return next(one for one in certified_in_round(office, "2026") if one.release.body.code == "large")


class TestWeb:
    @pytest.mark.parametrize("form", TYPES)
    def test_of_a_body_and_of_a_round(self, staff: Staff, large: Certified, form: str) -> None:
        for path, name in (
            (f"/ru/reports/{large.release.campaign_id}/1.{form}", "pikir-2026-large"),
            (f"/ru/reports/rounds/2026.{form}", "pikir-2026"),
        ):
            response = staff.get(path)
            ending = "data.zip" if form == "zip" else f"report-ru.{form}"
            assert (response.status_code, response.mimetype) == (200, TYPES[form])
            assert response.headers["Content-Disposition"] == f'attachment; filename="{name}-{ending}"'
            assert response.headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("lang", ["kk", "ru", "en"])
    def test_pages_link_to_them(self, staff: Staff, large: Certified, lang: str) -> None:
        body, overview = staff.page(f"/{lang}/rounds/2026/large"), staff.page(f"/{lang}/rounds/2026")
        for form in TYPES:
            assert f"/{lang}/reports/{large.release.campaign_id}/1.{form}" in body
            assert f"/{lang}/reports/rounds/2026.{form}" in overview

    def test_only_for_staff(self, visitor: Staff, large: Certified) -> None:
        for path in (f"/en/reports/{large.release.campaign_id}/1.pdf", "/en/reports/rounds/2026.zip"):
            assert visitor.get(path).status_code == 302

    @pytest.mark.parametrize("path", ["rounds/2027.pdf", "rounds/1999.pdf", "rounds/2026.exe", f"{'0' * 32}/1.pdf"])
    def test_of_nothing_certified_there_is_none(self, staff: Staff, path: str) -> None:
        assert staff.get(f"/en/reports/{path}").status_code == 404

    def test_a_void_campaign_is_void_on_paper(self, office: AgencyOffice, staff: Staff, large: Certified) -> None:
        void(office, large.release.campaign_id, "the key leaked")
        pdf = staff.get(f"/en/reports/{large.release.campaign_id}/1.pdf").data
        assert "the key leaked" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
        with zipfile.ZipFile(io.BytesIO(staff.get("/en/reports/rounds/2026.zip").data)) as package:
            assert "void" in package.read("data/bodies.csv").decode()
            assert json.loads(package.read("datapackage.json"))["profile"] == "tabular-data-package"


class TestCommand:
    @pytest.fixture
    def run(self, tmp_path: Path, office: AgencyOffice, environ: dict[str, str]):
        def call(*words: str) -> Result:
            instance = str(tmp_path / "instance")
            return CliRunner().invoke(pikir.main, ["--instance", instance, "agency", "report", *words], env=environ)

        return call

    def test_it_writes_every_form(self, run, large: Certified, tmp_path: Path) -> None:
        out = tmp_path / "out"
        made = run(large.release.campaign_id, "--output", str(out), "--lang", "kk", "--lang", "ru")
        assert made.exit_code == 0, made.output
        assert sorted(path.name for path in out.iterdir()) == [
            "pikir-2026-large-data.zip",
            "pikir-2026-large-report-kk.pdf",
            "pikir-2026-large-report-kk.xlsx",
            "pikir-2026-large-report-ru.pdf",
            "pikir-2026-large-report-ru.xlsx",
        ]
        assert run(large.release.campaign_id, "--output", str(out)).exit_code == 0  # the same files, and English

    def test_it_is_what_the_web_gives(self, run, staff: Staff, tmp_path: Path) -> None:
        run("--round", "2026", "--output", str(tmp_path / "out"), "--lang", "en")
        for form in TYPES:
            (path,) = (tmp_path / "out").glob(f"*.{form}")
            assert path.read_bytes() == staff.get(f"/en/reports/rounds/2026.{form}").data

    def test_what_it_refuses(self, run, office: AgencyOffice, large: Certified) -> None:
        (pending,) = campaigns(office, "2027")
        assert run().exit_code == 2
        assert run(large.release.campaign_id, "--round", "2026").exit_code == 2
        assert run(pending.campaign_id).exit_code == 1
        assert run("--round", "1999").exit_code == 1
