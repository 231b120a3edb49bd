"""Invitations on paper and as e-mail: each person's own secret, in his language, and nowhere else."""

import re
import stat
import tempfile
from dataclasses import replace
from pathlib import Path

import html5lib
import pytest
from click.testing import CliRunner, Result

from survey_app.identity import letters
from survey_app.identity.campaigns import find_active
from survey_app.identity.cli import issuer
from survey_app.identity.errors import CampaignVoid
from survey_app.identity.invitation_mail import invitation_mail
from survey_app.identity.invitations import invitations
from survey_app.issuer_app import create_issuer_app
from survey_app.web.settings import Settings
from tests.integration.issuer.conftest import Announced, announce, make_world
from tests.integration.issuer.offices import ENVIRONMENT
from tests.printed import closely, pages, placed, qr_texts, words

PEOPLE = 6
SAYS = {
    "kk": ("Ойыңызды айтыңыз. Оны сіз айтқаныңызды ешкім білмейді", "Су министрлігі", "2026 ж. 2 қараша, 09:00"),
    "ru": ("Скажите, что думаете. Никто не узнает, что это были вы", "Министерство воды", "2 ноября 2026 г., 09:00"),
    "en": ("Say what you think. Nobody will know it was you", "Ministry of Water", "2 November 2026, 09:00"),
}


@pytest.fixture(scope="module")
def campaign(tmp_path_factory, blind_signing_key, campaign_id):
    world = make_world(tmp_path_factory.mktemp("letters"), blind_signing_key)
    app = create_issuer_app(world.config, world.clock)
    announced = announce(world, app, campaign_id, PEOPLE)
    yield announced
    announced.office.database.dispose()


def types(announced: Announced, *options: str) -> Result:
    settings = Settings(announced.world.instance, ENVIRONMENT, announced.world.clock)
    command, *rest = options
    return CliRunner().invoke(issuer, [command, announced.campaign_id, *rest], obj=settings)


def printed(announced: Announced, output: Path, *options: str) -> bytes:
    result = types(announced, "letters", "--output", str(output), *options)
    assert result.exit_code == 0, (result.output, result.exception)
    return output.read_bytes()


def fingerprint(announced: Announced) -> str:
    return find_active(announced.office, announced.campaign_id).fingerprint.hex()


@pytest.fixture(scope="module")
def pdf(campaign: Announced, tmp_path_factory) -> bytes:
    """Everybody's letter."""
    return printed(campaign, tmp_path_factory.mktemp("out") / "letters.pdf", "--help-desk", "+7 7172 00 00 00")


class TestLetters:
    def test_a_page_for_everyone_in_his_language(self, campaign: Announced, pdf: bytes):
        found = pages(pdf)
        assert len(found) == PEOPLE
        assert {one.language for one in campaign.invitations} == {"kk", "ru", "en"}
        for page, one in zip(found, campaign.invitations, strict=True):
            text = words(page)
            assert one.reference in text
            assert "+7 7172 00 00 00" in text
            for said in SAYS[one.language]:
                assert said in text

    def test_a_letter_holds_his_code_and_nobody_elses(self, campaign: Announced, pdf: bytes):
        for page, own in zip(pages(pdf), campaign.invitations, strict=True):
            text = closely(page)
            for one in campaign.invitations:
                assert (one.code in text) == (one is own)
                assert (one.reference in text) == (one is own)
            assert fingerprint(campaign) in text
            assert f"{own.link.partition('/c/')[0]}/" in text, "the address at which the code is typed"

    def test_its_qr_code_is_the_link(self, campaign: Announced, pdf: bytes):
        assert qr_texts(pages(pdf)) == [[one.link] for one in campaign.invitations]

    def test_what_shows_in_the_window_is_the_reference_and_never_the_code(self, campaign: Announced, pdf: bytes):
        """The window of DIN 5008 B: 20 to 105 mm from the left, 45 to 90 mm from the top; the fold is at 105 mm."""
        for page, one in zip(pages(pdf), campaign.invitations, strict=True):
            above = [(text, x, y) for text, x, y in placed(page) if y < 105]
            ((x, y),) = [(x, y) for text, x, y in above if one.reference in text]
            assert 20 <= x <= 105
            assert 45 <= y <= 90
            seen = "".join("".join(text.split()) for text, _, _ in above)
            assert SAYS[one.language][0].replace(" ", "") in seen
            assert one.code[:4] not in seen

    def test_all_in_one_language_if_asked(self, campaign: Announced, tmp_path: Path):
        found = pages(printed(campaign, tmp_path / "ru.pdf", "--language", "ru"))
        assert all(SAYS["ru"][0] in words(page) for page in found)
        expected = [one.link for one in invitations(campaign.office, campaign.campaign_id, "ru")]
        assert qr_texts(found) == [[link] for link in expected]
        assert all("/ru/c/" in link for link in expected)


class TestCards:
    def test_four_a_sheet_each_with_his_own(self, campaign: Announced, tmp_path: Path):
        found = pages(printed(campaign, tmp_path / "cards.pdf", "--format", "cards"))
        people = [campaign.invitations[:4], campaign.invitations[4:]]
        assert [sorted(texts) for texts in qr_texts(found)] == [sorted(one.link for one in four) for four in people]
        for page, four in zip(found, people, strict=True):
            text = closely(page)
            assert [one.reference for one in campaign.invitations if one.code in text] == [o.reference for o in four]
            assert text.count(fingerprint(campaign)) == len(four)
            assert all(f"{one.link.partition('/c/')[0]}/" in text for one in four), "where the code is typed"
        assert "Ойыңызды айтыңыз" in words(found[0])


@pytest.mark.parametrize("form", ["letters", "cards"])
def test_a_single_visit_is_called_one_in_each_language(campaign: Announced, form: str):
    accepted = find_active(campaign.office, campaign.campaign_id)
    two = letters.common_words(campaign.office, accepted, letters.Paper(form))
    single = replace(accepted, manifest=replace(accepted.manifest, visits="single"))
    one = letters.common_words(campaign.office, single, letters.Paper(form))
    said = {"kk": "Бір рет кіру:", "ru": "Один визит:", "en": "Single visit:"}
    for person in campaign.invitations[:3]:
        for common, expected in ((one, True), (two, False)):
            (page,) = pages(letters.letters_pdf(common, [person], form=form, moment=campaign.office.clock()))
            assert (said[person.language] in words(page)) == expected


class TestFiles:
    def test_readable_by_the_officer_alone_even_over_an_open_file(self, campaign: Announced, tmp_path: Path):
        output = tmp_path / "letters.pdf"
        output.write_bytes(b"")
        output.chmod(0o644)
        printed(campaign, output)
        assert stat.S_IMODE(output.stat().st_mode) == 0o600

    def test_many_people_make_numbered_files_and_nothing_else(self, campaign, tmp_path, monkeypatch):
        """Each file is set in a process of its own; neither leaves anything in a folder for temporary files."""
        temporary = tmp_path / "temporary"
        temporary.mkdir()
        monkeypatch.setenv("TMPDIR", str(temporary))
        monkeypatch.setattr(tempfile, "tempdir", None)
        monkeypatch.setattr(letters, "PEOPLE_A_FILE", 4)
        out = tmp_path / "out"
        out.mkdir()

        result = types(campaign, "letters", "--output", str(out / "min-water.pdf"))

        assert result.exit_code == 0, (result.output, result.exception)
        files = sorted(out.iterdir())
        assert [file.name for file in files] == ["min-water-01.pdf", "min-water-02.pdf"]
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
        found = [page for file in files for page in pages(file.read_bytes())]
        assert qr_texts(found) == [[one.link] for one in campaign.invitations]
        assert list(temporary.rglob("*")) == []
        assert all(one.code not in result.output for one in campaign.invitations)

    def test_a_void_campaign_invites_nobody(self, world, app, campaign_id, tmp_path):
        announced = announce(world, app, campaign_id, 2)
        world.agency.voids(campaign_id)
        for words_ in (("letters", "--output", str(tmp_path / "l.pdf")), ("mail-text", "--output", str(tmp_path))):
            assert isinstance(types(announced, *words_).exception, CampaignVoid)
        assert list(tmp_path.glob("*.pdf")) == []


class TestMail:
    def test_files_for_a_mail_merge_hold_no_secret(self, campaign: Announced, tmp_path: Path):
        result = types(campaign, "mail-text", "--output", str(tmp_path / "mail"), "--help-desk", "1414 <help>")
        assert result.exit_code == 0, result.output
        files = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "mail").iterdir()}
        assert set(files) == {f"invitation-{language}.{kind}" for language in SAYS for kind in ("txt", "html")}
        for language, said in SAYS.items():
            for kind in ("txt", "html"):
                content = files[f"invitation-{language}.{kind}"].replace("\u00a0", " ")
                assert "{link}" in content
                assert all(text in content for text in said)
                assert all(one.code not in content for one in campaign.invitations)
            assert "1414 <help>" in files[f"invitation-{language}.txt"]
            assert "1414 &lt;help&gt;" in files[f"invitation-{language}.html"]

    @pytest.mark.parametrize("language", ["kk", "ru", "en"])
    def test_the_html_is_valid_and_loads_nothing(self, campaign: Announced, language: str):
        own = campaign.invitations[0]
        accepted = find_active(campaign.office, campaign.campaign_id)
        mail = invitation_mail(accepted, language, own.link, demo=True)
        html5lib.HTMLParser(strict=True).parse(mail.html)
        assert not re.search(r"<(img|link|script|iframe)|src=|@import|url\(", mail.html)
        assert set(re.findall(r'href="([^"]*)"', mail.html)) == {own.link}
        assert own.link in mail.text
        assert fingerprint(campaign) in "".join(mail.text.split())
        assert mail.subject in mail.html
