"""A small demonstration, built by the same code as the real one: what it promises holds over public doors."""

import json
import re
import shutil
import socket
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

import config
import pikir
import wsgi
from simulation.http import UnexpectedAnswer, Web
from simulation.plan import make_plan
from simulation.respondent import FingerprintDiffers, Respondent
from survey_app.domain.answers import Answers
from survey_app.domain.documents import read_self_signed
from survey_app.domain.manifest import LANGUAGES, CampaignManifest
from survey_app.domain.token import unpack_token
from survey_app.web import demonstration, server
from survey_app.web.clock import system_clock
from survey_app.web.settings import Settings


def body(code, *rounds):
    name = {language: f"{code} {language}" for language in LANGUAGES}
    return {"code": code, "name": name, "head": name, "rounds": rounds}


def fielding(eligible, until, **more):
    return {"eligible": eligible, "turnout": 0.8, "mood": 0.8, "until": until, **more}


STORY = [
    body("ferries", fielding(14, "certified", disputes=1), fielding(16, "collecting")),
    body(
        "orchards",
        fielding(12, "voided", void_reason="the roster was another body's"),
        fielding(14, "collecting", visits="single"),
    ),
    body("trails", fielding(14, "issuing")),
    body("birds", fielding(12, "draft")),
]


@pytest.fixture(scope="module")
def port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="module")
def instance(tmp_path_factory, port):
    folder = tmp_path_factory.mktemp("demonstration") / "instance"
    settings = Settings(folder, {}, system_clock)
    pikir.build_demo(settings, port, make_plan(datetime.now(UTC), STORY))
    return folder


@pytest.fixture(scope="module")
def description(instance):
    return json.loads((instance / "demo.json").read_bytes())


@pytest.fixture(scope="module")
def served(instance, port):
    """The finished demonstration at the address that its documents name, by the real clock."""
    environ = demonstration.environment(instance, {})
    application = wsgi.make_application("all", Settings(instance, environ, system_clock))
    listening = server.listen(application, port)
    thread = threading.Thread(target=listening.run)
    thread.start()
    web = Web()
    yield web
    web.close()
    listening.close()
    thread.join()


def the(description, **wanted):
    """The one campaign with these fields."""
    (found,) = [c for c in description["campaigns"] if all(c[name] == value for name, value in wanted.items())]
    return found


def command(instance, *arguments):
    return CliRunner().invoke(pikir.main, ["--instance", str(instance), *arguments])


class TestDescription:
    def test_it_says_where_everything_is(self, instance, description, port):
        assert description["base_url"] == f"http://127.0.0.1:{port}"
        assert set(description["databases"]) == {"identity", "responses", "agency"}
        for path in (*description["databases"].values(), description["exchange"]):
            assert Path(path).exists()
            assert Path(path).is_relative_to(instance)
        for campaign in description["campaigns"]:
            assert {"campaign_id", "round", "body", "state", "visits", "eligible", "links", "token_files"} <= set(
                campaign
            )
        roles = [(person["office"], person["role"]) for person in description["staff"]]
        assert {office for office, _ in roles} == {"agency", "issuer"}
        assert roles.count(("agency", "officer")) == 2, "so that four eyes can be tried"
        assert {"issuing", "personnel"} <= {role for office, role in roles if office == "issuer"}
        assert all({"office", "role", "login", "password"} <= set(person) for person in description["staff"])

    def test_links_and_token_files_are_where_a_visitor_can_use_them(self, description):
        single, issuing = the(description, visits="single"), the(description, state="issuing")
        collecting = the(description, state="collecting", visits="two")

        assert len(single["links"]) >= 5
        assert len(issuing["links"]) >= 5
        assert len(collecting["token_files"]) >= 5
        others = [c for c in description["campaigns"] if c not in (single, issuing)]
        assert not any(campaign["links"] for campaign in others)

    def test_states_are_those_that_the_agency_sees(self, instance, description):
        result = command(instance, "agency", "status", "--json")
        seen = {campaign["campaign_id"]: campaign["state"] for campaign in json.loads(result.stdout)}

        assert {c["campaign_id"]: c["state"] for c in description["campaigns"]} == seen

    def test_nothing_of_it_is_a_secret_in_earnest(self, instance):
        assert (instance / config.DEMO_MARKER).exists()
        with pytest.raises(config.ConfigurationError):
            config.issuer_config(instance / "exchange", {"PIKIR_ISSUER_PASSPHRASE": config.DEMO_SECRET})


class TestVisitor:
    def test_goes_the_whole_way_at_once(self, description, served, questionnaire):
        respondent, campaign = Respondent(served), the(description, visits="single")
        token = respondent.draws_token(campaign["links"][0])
        answers = Answers(tuple(1 for _ in questionnaire.questions))

        assert respondent.submits(f"{description['base_url']}/collector", token, questionnaire, answers)

    def test_stops_if_the_issuer_shows_another_manifest_than_the_invitation(self, description, served):
        respondent, link = Respondent(served), the(description, visits="single")["links"][1]
        altered = link[:-1] + ("0" if link[-1] != "0" else "1")

        with pytest.raises(FingerprintDiffers):
            respondent.draws_token(altered)
        assert respondent.draws_token(link)

    def test_draws_where_issuing_is_open_but_cannot_answer_yet(self, description, served, questionnaire):
        respondent = Respondent(served)
        token = respondent.draws_token(the(description, state="issuing")["links"][0])

        with pytest.raises(UnexpectedAnswer) as refusal:
            respondent.submits(
                f"{description['base_url']}/collector",
                token,
                questionnaire,
                Answers((0,) * len(questionnaire.questions)),
            )
        assert refusal.value.status == 403

    def test_answers_with_every_ready_token_file(self, description, served, questionnaire):
        respondent, campaign = Respondent(served), the(description, state="collecting", visits="two")
        answers = Answers(tuple(len(question.options) for question in questionnaire.questions))
        for path in campaign["token_files"]:
            file = json.loads(Path(path).read_bytes())
            assert file["format"] == "pikir-token/1"
            assert file["campaign_id"] == campaign["campaign_id"]
            assert respondent.submits(file["collector"], unpack_token(file["token"]), questionnaire, answers)

    def test_has_weeks_to_do_so(self, description, served):
        now = datetime.now(UTC)
        for campaign in description["campaigns"]:
            if campaign["links"] or campaign["token_files"]:
                url = f"{description['base_url']}/collector/c/{campaign['campaign_id']}/manifest"
                schedule = read_self_signed(CampaignManifest, served.get(url), "agency_key").schedule
                closes = schedule.issuance_closes if campaign["links"] else schedule.collection_closes
                assert closes - now > timedelta(weeks=3)

    def test_is_told_on_every_page_that_it_is_a_demonstration(self, description, served):
        base, single = description["base_url"], the(description, visits="single")["campaign_id"]
        pages = [
            page.format(language)
            for language in LANGUAGES
            for page in (
                "/{}/",
                "/issuer/{}/",
                f"/issuer/{{}}/c/{single}/draw",
                "/collector/{}/",
                f"/collector/{{}}/c/{single}",
                f"/collector/{{}}/c/{single}/board",
                "/agency/{}/sign-in",
            )
        ]
        for page in pages:
            assert 'class="pk-demo"' in served.get(base + page), page

    def test_finds_links_and_sign_ins_at_the_front_door(self, description, served):
        front_door = served.get(f"{description['base_url']}/en/")

        for person in description["staff"]:
            assert person["password"] in front_door
        paths = re.findall(r'href="(/[^"]+#[^"]+)"', front_door)
        assert any(path.startswith("/issuer/en/c/") for path in paths)
        assert any(path.startswith("/collector/en/c/") for path in paths)


class TestDocuments:
    def test_a_certified_campaign_verifies(self, description):
        folder = Path(description["exchange"]) / the(description, state="certified")["campaign_id"]
        result = CliRunner().invoke(pikir.main, ["verify", str(folder)])

        assert result.exit_code == 0, result.output

    def test_a_changed_record_does_not(self, description, tmp_path):
        folder = Path(description["exchange"]) / the(description, state="certified")["campaign_id"]
        copy = shutil.copytree(folder, tmp_path / "copy")
        record = copy / "scoring-record.jws"
        text = record.read_text(encoding="ascii")
        record.write_text(text[:-8] + ("A" if text[-8] != "A" else "B") + text[-7:], encoding="ascii")

        assert CliRunner().invoke(pikir.main, ["verify", str(copy)]).exit_code == 1


class TestSecondStart:
    def test_builds_nothing_again(self, instance, description):
        before = {path: path.stat().st_mtime_ns for path in instance.rglob("*.jws")}
        result = command(instance, "demo", "--no-serve")

        assert result.exit_code == 0, result.output
        assert the(description, visits="single")["links"][0] in result.output
        assert {path: path.stat().st_mtime_ns for path in instance.rglob("*.jws")} == before
        assert json.loads((instance / "demo.json").read_bytes()) == description

    def test_takes_the_port_that_it_was_built_for(self, instance, port, served):
        result = command(instance, "run")

        assert result.exit_code == 1
        assert f"port {port} is in use" in result.output

    def test_an_interrupted_build_is_cleared_away_and_kept_from_others(self, instance, tmp_path):
        broken = shutil.copytree(instance, tmp_path / "broken")
        (broken / "demo.json").unlink()

        assert demonstration.is_to_be_built(broken)
        with demonstration.building(broken):
            assert {path.name for path in broken.iterdir()} == {config.DEMO_MARKER}
            with pytest.raises(demonstration.BuiltElsewhere), demonstration.building(broken):
                pass

    def test_is_never_built_over_something_else(self, tmp_path):
        (tmp_path / "identity.sqlite").write_bytes(b"of a real office")
        result = command(tmp_path, "demo", "--no-serve")

        assert result.exit_code == 1
        assert "no demonstration" in result.output
        assert (tmp_path / "identity.sqlite").read_bytes() == b"of a real office"

    def test_other_settings_do_not_reach_it(self, instance, port):
        environ = {"PIKIR_IDENTITY_DATABASE": "sqlite:////srv/real.sqlite", "PIKIR_PORT": "9000"}

        assert demonstration.environment(instance, environ) == {"PIKIR_PORT": "9000"}
        assert demonstration.environment(instance, {}) == {"PIKIR_PORT": str(port)}
