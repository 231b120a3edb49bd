"""Another system pulls scoring records over HTTP and checks what it was given."""

import dataclasses
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

import pikir
from analytics.agency_app import create_agency_app
from analytics.api_tokens import (
    ApiTokenExists,
    UnknownApiToken,
    add_api_token,
    api_tokens,
    revoke_api_token,
)
from analytics.campaigns.certification import certify
from analytics.campaigns.openings import open_campaign_batch
from analytics.campaigns.voiding import void
from analytics.models import ApiTokenRow, ReleaseRow
from analytics.office import AgencyOffice, signing_key
from analytics.round_release import RoundBody, RoundRelease
from analytics.scoring import ScoringRecord
from survey_app.domain import signing
from survey_app.domain.documents import read_document
from survey_app.domain.errors import Malformed
from tests.clock import FakeClock
from tests.integration.agency import partners as play
from tests.integration.agency.conftest import agency_at, copied
from tests.integration.agency.partners import PASSPHRASE, Partners
from tests.integration.agency.test_life_cycle import ANSWERS
from tests.schema import mismatches, resolve

LIST = "/api/v1/rounds/2026/scoring-records"
OPENAPI = "/api/v1/openapi.json"


@pytest.fixture
def client(office: AgencyOffice, clock: FakeClock) -> Iterator[FlaskClient]:
    app = create_agency_app(office.config, clock)
    yield app.test_client()
    app.extensions["agency"].database.dispose()


@pytest.fixture
def bearer(office: AgencyOffice) -> dict[str, str]:
    return {"Authorization": f"Bearer {add_api_token(office, 'hr-system')}"}


def certified_bodies(office: AgencyOffice, partners: Partners, clock: FakeClock, *codes: str) -> list[str]:
    """A certified campaign for each body, one after another."""
    campaigns = []
    for code in codes:
        clock.now = play.OPENS - timedelta(days=1)
        campaigns.append(play.opened_campaign(office, partners, clock, ANSWERS, eligible=20, code=code))
        clock.now += timedelta(minutes=len(campaigns))
        certify(office, campaigns[-1])
    return campaigns


def schema_of(document: dict, path: str, status: str = "200") -> dict:
    answer = document["paths"][path]["get"]["responses"][status]["content"]
    return next(iter(answer.values()))["schema"]


class TestPulling:
    def test_every_record_with_its_signature(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock, client: FlaskClient, bearer: dict[str, str]
    ) -> None:
        (campaign_id,) = certified_bodies(office, partners, clock, "water")
        answer = client.get(LIST, headers=bearer)
        assert (answer.status_code, answer.mimetype) == (200, "application/json")
        (item,) = answer.json["items"]
        key = signing.public_key_bytes(signing_key(office))
        record = read_document(ScoringRecord, item["jws"], key)
        assert (item["id"], item["status"], item["record"]["fact"]) == (f"{campaign_id}/1", "current", "75.00")
        assert (record.fact, record.score_range, record.body.code) == ("75.00", "3,75-3,99", "water")
        assert "score" not in item["record"]

    def test_answers_are_as_the_document_says(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock, client: FlaskClient, bearer: dict[str, str]
    ) -> None:
        document = client.get(OPENAPI).json
        (campaign_id,) = certified_bodies(office, partners, clock, "water")
        clock.now = play.OPENS - timedelta(days=1)
        few = play.opened_campaign(office, partners, clock, ANSWERS[:5], eligible=20, code="few")
        certify(office, few)
        one = f"{LIST}/{campaign_id}/1"
        template = "/api/v1/rounds/{round}/scoring-records"
        for url, path in ((LIST, template), (one, template + "/{campaign_id}/{number}"), (OPENAPI, OPENAPI)):
            answer = client.get(url, headers=bearer)
            assert answer.status_code == 200
            assert mismatches(answer.json, schema_of(document, path), document) == []
        for url, headers, status in (
            (LIST, {}, "401"),
            (f"{LIST}?limit=0", bearer, "400"),
            (LIST[:-20], bearer, "404"),
        ):
            answer = client.get(url, headers=headers)
            assert (str(answer.status_code), answer.mimetype) == (status, "application/problem+json")
            assert mismatches(answer.json, {"$ref": "#/components/schemas/Problem"}, document) == []

    def test_pages_are_stable_while_more_is_certified(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock, client: FlaskClient, bearer: dict[str, str]
    ) -> None:
        first, second = certified_bodies(office, partners, clock, "zinc", "iron")
        page = client.get(f"{LIST}?limit=1", headers=bearer)
        assert [item["id"] for item in page.json["items"]] == [f"{first}/1"]
        clock.now = play.OPENS - timedelta(days=1)
        third = play.opened_campaign(office, partners, clock, ANSWERS, eligible=20, code="apples")
        clock.now += timedelta(hours=1)
        certify(office, third)
        seen = []
        while (link := page.headers.get("Link")) is not None:
            found = re.fullmatch(r'<(.+)>; rel="next"', link)
            assert found is not None
            page = client.get(found[1], headers=bearer)
            seen += [item["id"] for item in page.json["items"]]
        assert seen == [f"{second}/1", f"{third}/1"]
        assert page.json["next_cursor"] is None

    def test_superseded_and_void_are_shown_for_what_they_are(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock, client: FlaskClient, bearer: dict[str, str]
    ) -> None:
        corrected, voided = certified_bodies(office, partners, clock, "water", "wind")
        with office.database.write() as session:  # as if the program that opened first had been wrong
            session.get_one(ReleaseRow, (corrected, 1)).opened_sha256 = "0" * 64
        open_campaign_batch(office, corrected, PASSPHRASE)
        clock.now += timedelta(days=1)
        certify(office, corrected, reason="a disputed draw was settled")
        void(office, voided, "the key leaked")
        items = {item["id"]: item for item in client.get(LIST, headers=bearer).json["items"]}
        assert {key: item["status"] for key, item in items.items()} == {
            f"{corrected}/1": "superseded",
            f"{voided}/1": "void",
            f"{corrected}/2": "current",
        }
        assert items[f"{corrected}/1"]["superseded_by"] == f"{corrected}/2"
        assert items[f"{corrected}/2"]["record"]["reason"] == "a disputed draw was settled"
        assert items[f"{voided}/1"]["void_reason"] == "the key leaked"
        only = client.get(f"{LIST}?status=current&body=water", headers=bearer).json["items"]
        assert [item["id"] for item in only] == [f"{corrected}/2"]

    def test_unchanged_answers_are_not_sent_again(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock, client: FlaskClient, bearer: dict[str, str]
    ) -> None:
        (campaign_id,) = certified_bodies(office, partners, clock, "water")
        for url in (LIST, f"{LIST}/{campaign_id}/1", OPENAPI):
            etag = client.get(url, headers=bearer).headers["ETag"]
            again = client.get(url, headers={**bearer, "If-None-Match": etag})
            assert (again.status_code, again.data) == (304, b"")
        etag = client.get(LIST, headers=bearer).headers["ETag"]
        void(office, campaign_id, "wrong roster")
        assert client.get(LIST, headers={**bearer, "If-None-Match": etag}).status_code == 200

    def test_a_round_without_records_is_an_empty_list(
        self, office: AgencyOffice, client: FlaskClient, bearer: dict[str, str]
    ) -> None:
        play.draft_campaign(office)
        assert client.get(LIST, headers=bearer).json == {"round": "2026", "items": [], "next_cursor": None}

    @pytest.mark.parametrize(
        "query",
        ["limit=0", "limit=201", "limit=x", "cursor=x", "cursor=W10", "status=draft", "stauts=void", "limit=1&limit=2"],
    )
    def test_what_is_not_understood_is_refused(
        self, office: AgencyOffice, client: FlaskClient, bearer: dict[str, str], query: str
    ) -> None:
        play.draft_campaign(office)
        answer = client.get(f"{LIST}?{query}", headers=bearer)
        assert (answer.status_code, answer.json["type"]) == (400, "urn:pikir:problem:malformed")

    @pytest.mark.parametrize("path", [LIST, f"{LIST}/{'0' * 32}/1", "/api/v1/nothing"])
    def test_what_is_not_there(self, client: FlaskClient, bearer: dict[str, str], path: str) -> None:
        answer = client.get(path, headers={**bearer, "Accept": "*/*"})
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


class TestTokens:
    @pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer pikir_wrong", "Basic YTpi"])
    def test_nobody_else_comes_in(self, office: AgencyOffice, client: FlaskClient, header: str | None) -> None:
        add_api_token(office, "hr-system")
        answer = client.get(LIST, headers={} if header is None else {"Authorization": header})
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")

    def test_an_unknown_round_is_not_told_to_strangers(self, client: FlaskClient) -> None:
        assert client.get("/api/v1/rounds/1999/scoring-records").status_code == 401

    def test_a_revoked_token_opens_nothing(
        self, office: AgencyOffice, client: FlaskClient, bearer: dict[str, str]
    ) -> None:
        play.draft_campaign(office)
        assert client.get(LIST, headers=bearer).status_code == 200
        revoke_api_token(office, "hr-system")
        assert client.get(LIST, headers=bearer).status_code == 401
        assert api_tokens(office) == ()

    def test_only_the_hash_is_stored_and_the_journal_knows(self, office: AgencyOffice) -> None:
        secret = add_api_token(office, "hr-system")
        with office.database.read() as session:
            row = session.get(ApiTokenRow, "hr-system")
        assert row is not None
        assert secret not in f"{row.secret_sha256}{row.name}{row.created}"
        stored = office.database.engine.url.database
        assert stored is not None
        with open(stored, "rb") as file:  # noqa: PTH123 (the database's own path)
            assert secret.encode() not in file.read()

    def test_names_are_taken_once_and_are_plain(self, office: AgencyOffice) -> None:
        add_api_token(office, "hr-system")
        with pytest.raises(ApiTokenExists):
            add_api_token(office, "hr-system")
        with pytest.raises(Malformed):
            add_api_token(office, "two words")
        with pytest.raises(UnknownApiToken):
            revoke_api_token(office, "other")

    def test_on_the_command_line(self, tmp_path: Path, environ: dict[str, str]) -> None:
        def run(*words: str) -> Result:
            return CliRunner().invoke(pikir.main, ["--instance", str(tmp_path), "agency", *words], env=environ)

        made = run("add-api-token", "hr-system")
        assert re.fullmatch(r"pikir_[A-Za-z0-9_-]{43}\n", made.stdout)
        assert json.loads(run("list-api-tokens", "--json").stdout)[0]["name"] == "hr-system"
        assert run("revoke-api-token", "hr-system").exit_code == 0
        assert run("list-api-tokens").stdout == ""
        assert run("revoke-api-token", "hr-system").exit_code == 1


class TestRoundReleases:
    def test_the_round_as_a_whole_with_what_became_of_it(
        self, tmp_path: Path, round_world: Path, environ: dict[str, str], clock: FakeClock
    ) -> None:
        clock.now = play.SCHEDULE.collection_closes
        office = agency_at(copied(round_world, tmp_path / "whole"), environ, clock)
        client = create_agency_app(office.config, clock).test_client()
        headers = {"Authorization": f"Bearer {add_api_token(office, 'statistics')}"}
        url = "/api/v1/rounds/{}/round-releases"
        document = client.get(OPENAPI).json
        schema = schema_of(document, "/api/v1/rounds/{round}/round-releases")
        answer = client.get(url.format("2026"), headers=headers)
        assert mismatches(answer.json, schema, document) == []
        (item,) = answer.json["items"]
        release = read_document(RoundRelease, item["jws"], signing.public_key_bytes(signing_key(office)))
        assert (item["id"], item["status"], item["release"]["n"], release.n) == ("2026/1", "current", 72, 72)
        body = next(body for body in release.bodies if body.code == "middling")
        void(office, body.campaign_id, "Fourteen ghosts on the roster.")
        (item,) = client.get(url.format("2026"), headers=headers).json["items"]
        changed = {"campaign_id": body.campaign_id, "body": "middling", "change": "void"}
        assert (item["status"], item["outdated"]) == ("outdated", [changed])
        assert client.get(url.format("2027"), headers=headers).json["items"] == []
        assert client.get(url.format("2026")).status_code == 401
        assert client.get(url.format("2026") + "?limit=1", headers=headers).status_code == 400
        office.database.dispose()

    def test_the_schema_has_the_documents_fields(self, client: FlaskClient) -> None:
        schemas = client.get(OPENAPI).json["components"]["schemas"]
        for name, kind in (("RoundRelease", RoundRelease), ("RoundBody", RoundBody)):
            fields = [field.name for field in dataclasses.fields(kind)]
            assert [one for one in schemas[name]["properties"] if one != "format"] == fields


class TestDocument:
    def test_it_is_public_and_names_every_route(self, client: FlaskClient) -> None:
        rules_of = client.application.url_map.iter_rules()
        document = client.get(OPENAPI).json
        assert document["openapi"].startswith("3.1")
        rules = [str(rule) for rule in rules_of if str(rule).startswith("/api/") and "path:" not in str(rule)]
        described = {re.sub(r"\{[a-z_]+\}", "{}", path) for path in document["paths"]}
        assert described == {re.sub(r"<[a-z_:]+>", "{}", rule) for rule in rules}

    def test_every_reference_leads_somewhere(self, client: FlaskClient) -> None:
        document = client.get(OPENAPI).json
        for reference in re.findall(r'"\$ref": ?"([^"]+)"', json.dumps(document)):
            assert resolve(reference, document)

    def test_the_records_schema_has_the_records_fields(self, client: FlaskClient) -> None:
        schema = client.get(OPENAPI).json["components"]["schemas"]["ScoringRecord"]
        fields = [field.name for field in dataclasses.fields(ScoringRecord)]
        assert list(schema["properties"]) == ["format", *fields]
        assert sorted(schema["required"]) == sorted(["format", *fields])
