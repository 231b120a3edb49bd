"""`pikir issuer …` step by step, as an issuing officer types it; refusals are one line and exit code 1."""

import csv
import io
import json
from dataclasses import dataclass

import pytest
from click.testing import CliRunner, Result

import pikir
from survey_app.domain import documents, signing
from survey_app.domain.manifest import IssuerEnrolment
from survey_app.identity.cli import issuer
from survey_app.identity.errors import StepOutOfOrder
from survey_app.web.settings import Settings
from tests.integration.issuer.conftest import make_world
from tests.integration.issuer.offices import ENVIRONMENT, TWO_VISITS, World, roster_csv


@dataclass(frozen=True)
class Officer:
    """Types commands; ``runs`` expects success, ``fails`` a refusal of our own."""

    world: World
    campaign_id: str

    def types(self, *words: str) -> Result:
        settings = Settings(self.world.instance, ENVIRONMENT, self.world.clock)
        return CliRunner().invoke(issuer, list(words), obj=settings)

    def runs(self, command: str, *words: str) -> Result:
        result = self.types(command, self.campaign_id, *words)
        assert result.exit_code == 0, (result.output, result.exception)
        return result

    def fails(self, command: str, *words: str) -> str:
        result = self.types(command, self.campaign_id, *words)
        assert isinstance(result.exception, StepOutOfOrder), result.output
        return str(result.exception)

    def status(self) -> dict[str, object]:
        return json.loads(self.runs("status", "--json").stdout)


@pytest.fixture(scope="class")
def officer(tmp_path_factory, blind_signing_key, campaign_id) -> Officer:
    return Officer(make_world(tmp_path_factory.mktemp("office"), blind_signing_key), campaign_id)


@pytest.fixture(scope="class")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("files") / "roster.csv"


class TestOfficersCommands:
    def test_01_a_roster_with_bad_lines_is_listed_and_not_imported(self, officer: Officer, file):
        officer.world.agency.drafts(officer.campaign_id)
        file.write_bytes("номер;почта;ФИО\nP-1;a@b.kz;А\nP-1;;Б\nP-3;x;В\n".encode())

        text = officer.fails("import-roster", str(file))

        assert "line 3: the same reference as in line 2" in text
        assert "line 4: the address is not an e-mail address" in text
        assert json.loads(officer.types("list", "--json").stdout) == []

    def test_02_its_good_lines_are_imported_if_asked(self, officer: Officer, file):
        result = officer.runs("import-roster", str(file), "--skip-bad")

        assert "1 entries" in result.stdout
        assert "Left out line 3" in result.stderr
        assert "ФИО" in result.stderr
        assert officer.status()["state"] == "roster imported"

    def test_03_the_clean_file_replaces_it(self, officer: Officer, file):
        file.write_bytes(roster_csv(60))

        assert "60 entries" in officer.runs("import-roster", str(file)).stdout
        assert officer.status()["entries"] == 60

    def test_04_steps_out_of_order_say_what_is_next(self, officer: Officer):
        assert "pikir issuer enrol" in officer.fails("accept")
        assert "pikir issuer enrol" in officer.fails("invitations")
        assert "pikir issuer accept" in officer.fails("publish-drawn")

    def test_05_enrol(self, officer: Officer):
        office = officer.world.opens_office()
        officer.world.provides_blind_key(office, officer.campaign_id)
        office.database.dispose()

        assert "60 eligible" in officer.runs("enrol").stdout
        assert officer.runs("enrol").stdout == officer.runs("enrol").stdout
        assert officer.status()["state"] == "enrolled"

    def test_06_accept(self, officer: Officer):
        exchange = officer.world.agency.exchange
        draft = officer.world.agency.drafts(officer.campaign_id)
        document = exchange.get_text(officer.campaign_id, "issuer-enrolment.jws")
        enrolment = documents.read_self_signed(IssuerEnrolment, document, "issuer_statement_key")
        manifest = officer.world.agency.announces(draft, enrolment)

        assert signing.fingerprint(manifest).hex() in officer.runs("accept").stdout
        assert officer.status()["state"] == "issuing"

    def test_07_invitations_as_csv_and_json(self, officer: Officer, file):
        rows = list(csv.DictReader(io.StringIO(officer.runs("invitations").stdout)))
        assert list(rows[0]) == ["reference", "email", "language", "link"]
        assert len({row["link"] for row in rows}) == 60
        assert json.loads(officer.runs("invitations", "--format", "json").stdout) == rows

        output = file.with_name("invitations.csv")
        result = officer.runs("invitations", "--output", str(output))
        assert result.stdout == ""
        assert "60 invitations" in result.stderr
        assert output.stat().st_mode & 0o777 == 0o600
        assert list(csv.DictReader(io.StringIO(output.read_text(encoding="utf-8")))) == rows

    def test_08_turnout_is_a_band(self, officer: Officer):
        assert json.loads(officer.runs("turnout", "--json").stdout) == {
            "campaign_id": officer.campaign_id,
            "turnout_percent": "<25",
        }
        assert "<25 %" in officer.runs("turnout").stdout

    def test_09_publish_drawn(self, officer: Officer):
        assert "2026-11-09T13:00:00Z" in officer.fails("publish-drawn")
        officer.world.clock.now = TWO_VISITS.issuance_closes
        assert officer.status()["state"] == "issuing closed"

        expected = {"campaign_id": officer.campaign_id, "drawn": 0, "disputes": 0}
        assert json.loads(officer.runs("publish-drawn", "--json").stdout) == expected
        assert "0 tokens drawn" in officer.runs("publish-drawn").stdout
        assert "destroyed" in officer.fails("invitations")
        assert officer.status()["state"] == "drawn published"

    def test_10_close(self, officer: Officer):
        assert "2026-11-16T13:00:00Z" in officer.fails("close")
        officer.world.clock.now = TWO_VISITS.collection_closes

        assert "deleted" in officer.runs("close").stdout
        assert officer.status()["state"] == "closed"
        listed = json.loads(officer.types("list", "--json").stdout)
        assert [one["campaign_id"] for one in listed] == [officer.campaign_id]
        assert officer.campaign_id in officer.types("list").stdout


def test_an_unknown_campaign_says_how_to_begin(world: World):
    assert "import-roster" in Officer(world, "f" * 32).fails("enrol")


@pytest.mark.parametrize("command", sorted(issuer.commands))
def test_every_command_explains_itself(command):
    result = CliRunner().invoke(issuer, [command, "--help"])

    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 4


def test_through_the_front_command_a_refusal_is_one_line(world: World, campaign_id, monkeypatch):
    for name in ("PIKIR_ISSUER_PASSPHRASE", "PIKIR_ISSUER_SECRET_KEY"):
        monkeypatch.setenv(name, ENVIRONMENT[name])
    words = ["--instance", str(world.instance), "issuer", "enrol", campaign_id]

    result = CliRunner().invoke(pikir.main, words)

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: this office does not know campaign")
    assert result.stdout == ""
