"""The life of a campaign as an officer types it; only the other offices are played."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from analytics.cli import agency
from analytics.office import AgencyOffice
from survey_app.domain import signing
from survey_app.domain.errors import PikirError
from survey_app.web.settings import Settings
from tests.clock import FakeClock
from tests.integration.agency.partners import DISPLEASED, PLEASED, Partners

DATES = {
    "--issuance-opens": "2026-11-03 09:00",
    "--issuance-closes": "2026-11-08 18:00",
    "--collection-opens": "2026-11-09T04:00:00Z",
    "--collection-closes": "2026-11-16 18:00",
}
TEXTS = {
    "--body-name-kk": "Су министрлігі",
    "--body-name-ru": "Министерство воды",
    "--body-name-en": "Ministry of Water",
    "--head-kk": "Аппарат басшысы",
    "--head-ru": "Руководитель аппарата",
    "--head-en": "Head of the apparatus",
}
ANSWERS = [PLEASED] * 9 + [DISPLEASED] * 3


class Officer:
    """Types `pikir agency …` and reads what comes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.passphrase_file = settings.instance / "passphrase"
        self.passphrase_file.write_text("correct horse battery\nsecond line\n")

    def types(self, *words: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(agency, words, obj=self._settings, input=typed, catch_exceptions=True)

    def succeeds(self, *words: str, typed: str | None = None) -> str:
        result = self.types(*words, typed=typed)
        assert result.exit_code == 0, (words, result.output, result.exception)
        return result.stdout

    def gets(self, *words: str) -> Any:
        return json.loads(self.succeeds(*words, "--json"))

    def creates_campaign(self, *more: str, round_code: str = "2026") -> str:
        options = [word for pair in (DATES | TEXTS).items() for word in pair]
        words = ("create-campaign", "--round", round_code, "--body-code", "min-water", *options, *more)
        return str(self.gets(*words)["campaign_id"])


@pytest.fixture
def officer(tmp_path: Path, environ: dict[str, str], clock: FakeClock) -> Officer:
    return Officer(Settings(tmp_path, environ, clock))


class TestLife:
    def test_from_a_round_to_an_export(
        self, officer: Officer, office: AgencyOffice, partners: Partners, clock: FakeClock, tmp_path: Path
    ) -> None:
        officer.succeeds("create-round", "2026", "--title", "Annual")
        campaign = officer.creates_campaign()
        partners.enrol(campaign, 20)
        officer.succeeds("keygen", campaign, typed="correct horse battery\ncorrect horse battery\n")
        announced = officer.gets("announce", campaign, "--eligible", "20")
        manifest_jws = office.exchange.get_text(campaign, "manifest.jws")
        assert announced["fingerprint"] == signing.fingerprint(manifest_jws).hex()
        schedule = partners.manifest(campaign).schedule
        assert schedule.issuance_opens.isoformat() == "2026-11-03T04:00:00+00:00"  # 09:00 in Almaty
        clock.now = schedule.issuance_closes
        partners.publish_drawn(campaign, 12)
        clock.now = schedule.collection_closes
        partners.close(campaign, ANSWERS, 12)
        opened = officer.gets("open", campaign, "--passphrase-file", str(officer.passphrase_file))
        again = officer.gets("open", campaign, "--passphrase-file", str(officer.passphrase_file))
        assert isinstance(opened.pop("attack_milliseconds"), int)
        assert again.pop("attack_milliseconds") >= 0
        assert opened == again
        assert opened["kpis"][0]["percent"] == "75.00"
        assert officer.gets("certify", campaign) == opened
        folder = tmp_path / "record"
        printed = officer.succeeds("export", campaign, "--output", str(folder))
        assert set(printed.split()) == {str(path) for path in folder.iterdir()}
        assert json.loads((folder / "scoring-record.json").read_bytes())["fact"] == "75.00"
        (row,) = officer.gets("status")
        assert (row["state"], row["eligible"], row["missing"]) == ("certified", 20, ["the end of the time for appeals"])

    def test_people_read_the_same_as_programs(self, officer: Officer, partners: Partners, clock: FakeClock) -> None:
        officer.succeeds("create-round", "2026")
        campaign = officer.creates_campaign("--visits", "two")
        assert "the sealing key" in " ".join(officer.succeeds("status").split())
        assert campaign in officer.succeeds("list")
        assert officer.gets("list")[0]["campaigns"][0]["state"] == "draft"
        partners.enrol(campaign, 20)
        officer.succeeds("keygen", campaign, "--passphrase-file", str(officer.passphrase_file))
        fingerprint = officer.succeeds("announce", campaign).split("\n")[1].replace(" ", "")
        assert fingerprint == officer.gets("status")[0]["fingerprint"]
        clock.now = partners.manifest(campaign).schedule.collection_closes
        partners.close(campaign, ANSWERS, None)
        text = officer.succeeds("open", campaign, "--passphrase-file", str(officer.passphrase_file))
        assert "n = 12" in text
        assert "fav_share/1: 75.00 %" in text
        assert "M = not stated" in text

    def test_void(self, officer: Officer, office: AgencyOffice) -> None:
        officer.succeeds("create-round", "2026")
        campaign = officer.creates_campaign()
        declined = officer.types("void", campaign, "--reason", "Wrong dates", typed="n\n")
        assert declined.exit_code == 1
        assert not office.exchange.has(campaign, "void.jws")
        officer.succeeds("void", campaign, "--reason", "Wrong dates", typed="y\n")
        assert officer.gets("status")[0]["void_reason"] == "Wrong dates"


class TestRefusals:
    def test_a_step_out_of_order_is_named_and_changes_nothing(self, officer: Officer) -> None:
        officer.succeeds("create-round", "2026")
        campaign = officer.creates_campaign()
        before = officer.gets("status")
        for words in (("announce", campaign), ("certify", campaign), ("export", campaign)):
            result = officer.types(*words)
            assert isinstance(result.exception, PikirError)
            assert "Allowed now: keygen, void" in str(result.exception)
        assert officer.gets("status") == before

    def test_wrong_times_are_explained(self, officer: Officer) -> None:
        officer.succeeds("create-round", "2026")
        options = [word for pair in (DATES | TEXTS | {"--issuance-opens": "tomorrow"}).items() for word in pair]
        result = officer.types("create-campaign", "--round", "2026", "--body-code", "min-water", *options)
        assert result.exit_code == 2
        assert "'2026-11-02 09:00' (Asia/Almaty)" in result.output

    def test_two_visits_must_not_overlap(self, officer: Officer) -> None:
        officer.succeeds("create-round", "2026")
        with pytest.raises(AssertionError, match="issuing must close before collecting opens"):
            officer.creates_campaign("--collection-opens", "2026-11-05 09:00")
        assert officer.creates_campaign("--collection-opens", "2026-11-05 09:00", "--visits", "single")

    def test_settings_that_would_weaken_protection(self, officer: Officer) -> None:
        officer.succeeds("create-round", "2026")
        for option, value in (("--minimum-group", "9"), ("--minimum-turnout", "101"), ("--appeal-days", "0")):
            with pytest.raises(AssertionError):
                officer.creates_campaign(option, value)

    def test_passphrases_that_do_not_match(self, officer: Officer, office: AgencyOffice) -> None:
        officer.succeeds("create-round", "2026")
        campaign = officer.creates_campaign()
        result = officer.types("keygen", campaign, typed="correct horse battery\nanother one\n")
        assert result.exit_code != 0
        assert not office.keys.has(f"sealing-{campaign}")


class TestStaff:
    def test_a_password_is_asked_for_twice_and_not_shown(self, officer: Officer) -> None:
        shown = officer.succeeds(
            "add-staff", "Aigerim", "--role", "officer", typed="a long password\na long password\n"
        )
        assert "aigerim can sign in as officer" in shown
        assert "a long password" not in shown


class TestHelp:
    @pytest.mark.parametrize("command", sorted(agency.commands))
    def test_every_command_explains_itself(self, officer: Officer, command: str) -> None:
        text = officer.succeeds(command, "--help")
        assert len(text.split("Options:")[0].split()) > 6

    def test_the_life_cycle_is_complete(self) -> None:
        assert set(agency.commands) >= {
            "create-round",
            "create-campaign",
            "keygen",
            "announce",
            "open",
            "certify",
            "void",
            "export",
            "status",
            "add-staff",
            "list",
        }


def test_times_are_almatys(officer: Officer) -> None:
    officer.succeeds("create-round", "2026")
    campaign = officer.creates_campaign()
    (row,) = officer.gets("status")
    assert row["campaign_id"] == campaign
    assert row["schedule"]["issuance_closes"] == "2026-11-08T13:00:00Z"
    assert row["schedule"]["collection_opens"] == "2026-11-09T04:00:00Z"
