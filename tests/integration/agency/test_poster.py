"""The agency's poster: everybody can compare with it, and nobody can be led anywhere by it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analytics.campaigns.announcing import announce
from analytics.campaigns.custody import keygen
from analytics.campaigns.state import StepOutOfOrder
from analytics.cli import agency
from analytics.office import AgencyOffice
from survey_app.domain import signing
from survey_app.web.settings import Settings
from tests.clock import FakeClock
from tests.integration.agency.partners import PASSPHRASE, Partners
from tests.integration.agency.test_cli import Officer
from tests.printed import closely, pages, qr_texts, words

SAYS = {
    "kk": ("Ешкім біле алмайтын нәрсе: кім не деп жауап бергені", "Су министрлігі", "Аппарат басшысы"),
    "ru": ("Чего не узнает никто: кто что ответил", "Министерство воды", "Руководитель аппарата"),
    "en": ("What nobody can learn: who answered what", "Ministry of Water", "Head of the apparatus"),
}


@pytest.fixture
def settings(tmp_path: Path, environ: dict[str, str], clock: FakeClock) -> Settings:
    return Settings(tmp_path, environ, clock)


@pytest.fixture
def campaign(settings: Settings, office: AgencyOffice, partners: Partners) -> str:
    """Announced."""
    officer = Officer(settings)
    officer.succeeds("create-round", "2026")
    campaign_id = officer.creates_campaign()
    partners.enrol(campaign_id, 20)
    keygen(office, [campaign_id], PASSPHRASE)
    announce(office, campaign_id)
    return campaign_id


def types(settings: Settings, campaign: str, output: Path, *options: str) -> Result:
    return CliRunner().invoke(agency, ["poster", campaign, "--output", str(output), *options], obj=settings)


def test_each_language_says_it_and_shows_the_whole_fingerprint(settings, office, campaign, tmp_path):
    output = tmp_path / "poster.pdf"
    options = [word for language in SAYS for word in ("--language", language)]
    assert types(settings, campaign, output, *options, "--help-desk", "1414").exit_code == 0
    found = pages(output.read_bytes())
    fingerprint = signing.fingerprint(office.exchange.get_text(campaign, "manifest.jws")).hex()
    assert len(found) == len(SAYS)
    for page, said in zip(found, SAYS.values(), strict=True):
        assert all(text in words(page) for text in said)
        assert fingerprint in closely(page)
        assert "1414" in words(page)


def test_its_qr_code_is_text_to_compare_and_leads_to_no_form(settings, office, campaign, partners, tmp_path):
    output = tmp_path / "poster.pdf"
    assert types(settings, campaign, output).exit_code == 0
    found = pages(output.read_bytes())
    manifest = partners.manifest(campaign)
    fingerprint = signing.fingerprint(office.exchange.get_text(campaign, "manifest.jws")).hex()
    for (text,) in qr_texts(found):
        head, *rows, address = text.split("\n")
        assert head == "Pikir 2026 min-water"
        assert "".join(rows).replace(" ", "") == fingerprint
        assert address == f"{office.config.url}/c/{campaign}/manifest"
    for page in found:
        assert "/Annots" not in page  # nothing to click
        for url in (manifest.issuer_url, manifest.collector_url):
            assert url not in closely(page)


def test_the_manifest_is_where_the_qr_code_says(app, office, campaign):
    body = app.test_client().get(f"/c/{campaign}/manifest").data.decode("ascii")
    assert body == office.exchange.get_text(campaign, "manifest.jws")


def test_kazakh_and_russian_if_nothing_is_said_and_a3_if_asked(settings, campaign, tmp_path):
    assert types(settings, campaign, tmp_path / "a4.pdf").exit_code == 0
    assert types(settings, campaign, tmp_path / "a3.pdf", "--paper", "a3").exit_code == 0
    small, large = (pages((tmp_path / name).read_bytes()) for name in ("a4.pdf", "a3.pdf"))
    assert [SAYS[language][0] in words(page) for page, language in zip(large, ("kk", "ru"), strict=True)] == [True] * 2
    assert [round(float(side) / 72 * 25.4) for side in small[0].mediabox[2:]] == [210, 297]
    assert [round(float(side) / 72 * 25.4) for side in large[0].mediabox[2:]] == [297, 420]


def test_not_before_the_manifest_and_not_for_a_void_campaign(settings, office, partners, tmp_path):
    officer = Officer(settings)
    officer.succeeds("create-round", "2026")
    campaign_id = officer.creates_campaign()
    early = types(settings, campaign_id, tmp_path / "poster.pdf")
    assert isinstance(early.exception, StepOutOfOrder)
    partners.enrol(campaign_id, 20)
    keygen(office, [campaign_id], PASSPHRASE)
    announce(office, campaign_id)
    officer.succeeds("void", campaign_id, "--reason", "Wrong dates", "--yes")
    late = types(settings, campaign_id, tmp_path / "poster.pdf")
    assert isinstance(late.exception, StepOutOfOrder)
    assert not (tmp_path / "poster.pdf").exists()
