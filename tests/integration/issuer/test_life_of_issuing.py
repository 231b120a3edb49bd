"""The issuer's part of a campaign's life, step by step, through the command line's operations and public HTTP."""

import base64
import hashlib
import hmac
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from survey_app.domain import base64url, blind_rsa, documents, signing
from survey_app.domain.manifest import CampaignDraft, CampaignManifest, DrawnStatement, IssuerEnrolment
from survey_app.domain.merkle import InclusionProof, verify_inclusion
from survey_app.identity import closing
from survey_app.identity.acceptance import accept
from survey_app.identity.enrolment import enrol
from survey_app.identity.errors import StepOutOfOrder
from survey_app.identity.invitations import Invitation, invitations
from survey_app.identity.models import DisputeRow, IssuanceRow, RosterEntryRow
from survey_app.identity.office import AcceptedCampaign, IssuerOffice
from survey_app.identity.roster import import_roster
from survey_app.identity.views import OFFICE
from survey_app.issuer_app import create_issuer_app
from survey_app.web.exchange import Exchange
from tests.clock import FakeClock
from tests.integration.issuer.offices import TWO_VISITS, Agency, Respondent, World, problem, roster_csv


@dataclass
class Life:
    """One campaign, handed from step to step."""

    world: World
    office: IssuerOffice
    http: FlaskClient
    campaign_id: str
    draft: CampaignDraft | None = None
    enrolment: IssuerEnrolment | None = None
    accepted: AcceptedCampaign | None = None
    invitations: list[Invitation] = field(default_factory=list)
    people: list[Respondent] = field(default_factory=list)

    @property
    def manifest(self) -> CampaignManifest:
        return self.accepted.manifest


@pytest.fixture(scope="class")
def life(tmp_path_factory, blind_signing_key, campaign_id) -> Iterator[Life]:
    folder = tmp_path_factory.mktemp("life")
    world = World(folder, FakeClock(), Agency(Exchange(folder / "exchange")), blind_signing_key)
    app = create_issuer_app(world.config, world.clock)
    yield Life(world, app.extensions[OFFICE], app.test_client(), campaign_id)
    app.extensions[OFFICE].database.dispose()


class TestLifeOfIssuing:
    def test_01_the_roster_of_a_draft_is_imported_and_corrected(self, life: Life):
        life.draft = life.world.agency.drafts(life.campaign_id)
        import_roster(life.office, life.campaign_id, roster_csv(5))

        assert import_roster(life.office, life.campaign_id, roster_csv(4)).imported == 4

    def test_02_enrolling_freezes_the_roster(self, life: Life):
        life.enrolment = enrol(life.office, life.campaign_id)

        document = life.office.exchange.get_text(life.campaign_id, "issuer-enrolment.jws")
        assert life.enrolment.eligible == 4
        assert life.enrolment.issuer_url == "https://issuer.example"
        assert signing.verify(document, "pikir-issuer-enrolment/1", life.enrolment.issuer_statement_key)
        with pytest.raises(StepOutOfOrder, match="frozen"):
            import_roster(life.office, life.campaign_id, roster_csv(9))

    def test_03_nothing_is_seen_before_the_manifest_is_accepted(self, life: Life):
        assert problem(life.http.get(f"/c/{life.campaign_id}/manifest")) == (404, "unknown-campaign")
        with pytest.raises(StepOutOfOrder, match="announced"):
            invitations(life.office, life.campaign_id)

    def test_04_the_accepted_manifest_is_served_byte_for_byte(self, life: Life):
        text = life.world.agency.announces(life.draft, life.enrolment)
        life.accepted = accept(life.office, life.campaign_id)

        served = life.http.get(f"/c/{life.campaign_id}/manifest")
        assert served.content_type == "application/jose"
        assert served.text == text
        assert life.accepted.fingerprint == hashlib.sha256(served.data).digest()

    def test_05_links_carry_code_and_fingerprint_in_the_persons_language(self, life: Life):
        life.invitations = invitations(life.office, life.campaign_id)

        first, fingerprint = life.invitations[0], life.accepted.fingerprint.hex()
        assert [one.reference for one in life.invitations] == ["P-001", "P-002", "P-003", "P-004"]
        assert first.link == f"https://issuer.example/ru/c/{life.campaign_id}/draw#{first.code}.{fingerprint}"

    def test_06_two_people_draw_tokens_that_verify(self, life: Life):
        key = blind_rsa.public_key_from_spki(life.manifest.issuer_key)
        life.people = [Respondent(life.http, life.campaign_id, one.code, key) for one in life.invitations]
        for person in life.people[:2]:
            input_msg, blinded = person.prepares()
            response = person.draws(blinded.message)

            assert response.status_code == 200
            assert set(response.json) == {"blind_signature"}
            blind_signature = base64url.decode(response.json["blind_signature"])
            signature = blind_rsa.finalize(key, input_msg, blind_signature, blinded.inverse)
            blind_rsa.verify(key, input_msg, signature)

    def test_07_everyone_finds_himself_on_the_committed_roster(self, life: Life):
        drawn = (True, True, False, False)
        for person, invitation, has_drawn in zip(life.people, life.invitations, drawn, strict=True):
            standing = person.posts("status", {"code": person.code}).json
            assert set(standing) == {"drawn", "roster_leaf", "roster_path"}
            assert standing["drawn"] is has_drawn
            leaf, path = base64url.decode(standing["roster_leaf"]), standing["roster_path"]
            proof = InclusionProof(path["index"], path["size"], tuple(base64url.decode(node) for node in path["path"]))
            verify_inclusion(leaf, proof, life.manifest.roster_commitment)
            assert proof.size == life.manifest.eligible == 4
            salt = hmac.digest(code_bytes(invitation.code), b"pikir/roster-salt/1", "sha256")[:16]
            assert leaf == hashlib.sha256(b"\x00" + salt + invitation.reference.encode()).digest()

    def test_08_one_of_them_says_it_was_not_he(self, life: Life):
        contests = [person.posts("contest", {"code": person.code}) for person in (*life.people[1:3], life.people[1])]

        assert contests[0].json == contests[2].json == {"contested": True}
        assert problem(contests[1]) == (409, "nothing-to-contest")

    def test_09_the_number_drawn_is_signed_after_issuing_closes(self, life: Life):
        assert problem(life.http.get(f"/c/{life.campaign_id}/drawn")) == (404, "drawn-not-published")
        life.world.clock.now = TWO_VISITS.issuance_closes - timedelta(seconds=1)
        with pytest.raises(StepOutOfOrder, match="2026-11-09T13:00:00Z"):
            closing.publish_drawn(life.office, life.campaign_id)
        life.world.clock.now = TWO_VISITS.issuance_closes
        statement = closing.publish_drawn(life.office, life.campaign_id)

        assert statement == DrawnStatement(life.campaign_id, life.accepted.fingerprint, drawn=2, disputes=1)
        served = life.http.get(f"/c/{life.campaign_id}/drawn")
        assert served.content_type == "application/jose"
        assert served.text == life.office.exchange.get_text(life.campaign_id, "drawn.jws")
        assert documents.read_document(DrawnStatement, served.text, life.manifest.issuer_statement_key) == statement
        assert closing.publish_drawn(life.office, life.campaign_id) == statement

    def test_10_with_that_codes_keys_and_addresses_are_gone(self, life: Life):
        assert not life.office.keys.has(f"invitation-{life.campaign_id}")
        assert not life.office.keys.has(f"issuer-{life.campaign_id}")
        with pytest.raises(StepOutOfOrder, match="destroyed"):
            invitations(life.office, life.campaign_id)
        assert b"@body.example" not in (life.world.instance / "identity.sqlite").read_bytes()

    def test_11_until_collecting_closes_people_can_ask_but_no_longer_contest(self, life: Life):
        person = life.people[0]
        life.world.clock.now = TWO_VISITS.collection_closes - timedelta(seconds=1)

        assert person.posts("status", {"code": person.code}).json["drawn"] is True
        assert problem(person.posts("contest", {"code": person.code})) == (403, "contest-closed")
        with pytest.raises(StepOutOfOrder, match="2026-11-16T13:00:00Z"):
            closing.close(life.office, life.campaign_id)

    def test_12_then_who_has_drawn_is_deleted(self, life: Life):
        life.world.clock.now = TWO_VISITS.collection_closes
        refused = life.people[0].posts("status", {"code": life.people[0].code})
        closing.close(life.office, life.campaign_id)
        closing.close(life.office, life.campaign_id)

        assert problem(refused) == (403, "records-deleted")
        with life.office.database.read() as session:
            assert session.scalars(select(IssuanceRow)).all() == []
            assert session.scalars(select(DisputeRow)).all() == []
            entries = session.scalars(select(RosterEntryRow)).all()
        assert {entry.reference for entry in entries} == {"P-001", "P-002", "P-003", "P-004"}
        assert {(entry.email, entry.code_hash) for entry in entries} == {(None, None)}
        assert life.http.get(f"/c/{life.campaign_id}/drawn").status_code == 200


def test_an_office_that_starts_after_the_end_closes_by_itself(world: World, announced):
    """Given a finished campaign that nobody closed, when the office starts again, then who has drawn is deleted."""
    office = announced.office
    _, blinded = announced.respondents[0].prepares()
    assert announced.respondents[0].draws(blinded.message).status_code == 200
    world.clock.now = TWO_VISITS.issuance_closes
    closing.publish_drawn(office, announced.campaign_id)
    world.clock.now = TWO_VISITS.collection_closes

    create_issuer_app(world.config, world.clock).extensions[OFFICE].database.dispose()

    with sqlite3.connect(world.instance / "identity.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM issuance").fetchone() == (0,)
    connection.close()


@pytest.mark.parametrize("name", ["issuer-enrolment.jws", "drawn.jws"])
def test_an_office_that_died_after_signing_finishes_when_it_starts(world: World, announced, name):
    """Given a statement that is signed and stored, but not in the exchange folder, and keys that are there still."""
    office, campaign_id = announced.office, announced.campaign_id
    document = office.exchange.path(campaign_id, name)
    keys = {path: path.read_bytes() for path in world.config.keys.glob(f"*{campaign_id}.key")}
    world.clock.now = TWO_VISITS.issuance_closes
    closing.publish_drawn(office, campaign_id)
    signed = document.read_bytes()
    document.unlink()
    for path, data in keys.items():
        path.write_bytes(data)

    create_issuer_app(world.config, world.clock).extensions[OFFICE].database.dispose()

    assert document.read_bytes() == signed
    assert len(keys) == 2
    assert not [path for path in keys if path.exists()]


def test_a_campaign_whose_number_is_not_published_is_not_closed(world: World, announced):
    world.clock.now = TWO_VISITS.collection_closes

    with pytest.raises(StepOutOfOrder, match="publish-drawn"):
        closing.close(announced.office, announced.campaign_id)
    closing.close_due(announced.office)

    assert closing.publish_drawn(announced.office, announced.campaign_id).drawn == 0


def test_the_database_holds_no_code_and_no_time(world: World, announced):
    """Given a draw, then neither the code in any form nor the clock's time is in the database's bytes."""
    person = announced.respondents[0]
    _, blinded = person.prepares()
    assert person.draws(blinded.message).status_code == 200

    raw = (world.instance / "identity.sqlite").read_bytes()
    assert b"P-001" in raw
    for needle in (person.code.encode(), person.code.lower().encode(), code_bytes(person.code), blinded.message):
        assert needle not in raw
    with sqlite3.connect(world.instance / "identity.sqlite") as connection:
        columns = connection.execute(
            "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
        ).fetchall()
    connection.close()
    kept = {(table, column) for table, column in columns if table in ("roster_entry", "issuance", "dispute")}
    assert kept == {
        ("roster_entry", "entry_id"),
        ("roster_entry", "campaign_id"),
        ("roster_entry", "reference"),
        ("roster_entry", "email"),
        ("roster_entry", "language"),
        ("roster_entry", "code_hash"),
        ("roster_entry", "leaf"),
        ("issuance", "entry_id"),
        ("issuance", "blinded_hash"),
        ("dispute", "entry_id"),
    }


def code_bytes(code: str) -> bytes:
    return base64.b32decode(code + "======")
