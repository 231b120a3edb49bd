"""The issuer's part of a campaign's life, step by step, through the command line's operations and public HTTP."""

import base64
import sqlite3

import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.domain import base64url, blind_rsa, documents, signing
from survey_app.domain.manifest import CampaignManifest, DrawnStatement
from survey_app.domain.merkle import InclusionProof, verify_inclusion
from survey_app.identity import closing
from survey_app.identity.acceptance import accept
from survey_app.identity.enrolment import enrol
from survey_app.identity.errors import StepOutOfOrder
from survey_app.identity.invitations import invitations, roster_leaf
from survey_app.identity.models import DisputeRow, IssuanceRow, RosterEntryRow
from survey_app.identity.roster import import_roster
from survey_app.issuer_app import create_issuer_app
from tests.integration.issuer.offices import TWO_VISITS, Respondent, World, problem, roster_csv


def test_from_draft_to_deletion(world: World, app: Flask, campaign_id):
    office = app.extensions["pikir-office"]
    http = app.test_client()

    # 1. The agency drafts; the office imports the roster, and may correct it.
    draft = world.agency.drafts(campaign_id)
    import_roster(office, campaign_id, roster_csv(5))
    assert import_roster(office, campaign_id, roster_csv(4)).imported == 4

    # 2. It enrols: the roster is frozen, and the document is in the exchange folder.
    enrolment = enrol(office, campaign_id)
    document = office.exchange.get_text(campaign_id, "issuer-enrolment.jws")
    assert enrolment.eligible == 4
    assert enrolment.issuer_url == "https://issuer.example"
    assert signing.verify(document, "pikir-issuer-enrolment/1", enrolment.issuer_statement_key)
    with pytest.raises(StepOutOfOrder, match="frozen"):
        import_roster(office, campaign_id, roster_csv(9))

    # 3. Nothing can be drawn, or even seen, before the manifest is accepted.
    assert problem(http.get(f"/c/{campaign_id}/manifest")) == (404, "unknown-campaign")
    with pytest.raises(StepOutOfOrder, match="announced"):
        invitations(office, campaign_id)

    # 4. The agency announces, the office accepts, and serves the manifest byte for byte.
    manifest_text = world.agency.announces(draft, enrolment)
    accepted = accept(office, campaign_id)
    served = http.get(f"/c/{campaign_id}/manifest")
    assert served.content_type == "application/jose"
    assert served.text == manifest_text
    assert accepted.fingerprint == signing.fingerprint(served.text)
    manifest = documents.read_document(CampaignManifest, served.text, signing.public_key_bytes(world.agency.key))

    # 5. Each invitation's link carries a code and the fingerprint, in the person's language.
    found = invitations(office, campaign_id)
    assert [one.reference for one in found] == ["P-001", "P-002", "P-003", "P-004"]
    assert found[0].link == (
        f"https://issuer.example/ru/c/{campaign_id}/draw#{found[0].code}.{accepted.fingerprint.hex()}"
    )

    # 6. Two people draw; the finished signature verifies under the manifest's key.
    issuer_key = blind_rsa.public_key_from_spki(manifest.issuer_key)
    people = [Respondent(http, campaign_id, one.code, issuer_key) for one in found]
    for person in people[:2]:
        input_msg, blinded = person.prepares()
        response = person.draws(blinded.message)
        assert response.status_code == 200
        assert set(response.json) == {"blind_signature"}
        blind_signature = base64url.decode(response.json["blind_signature"])
        blind_rsa.verify(
            issuer_key, input_msg, blind_rsa.finalize(issuer_key, input_msg, blind_signature, blinded.inverse)
        )

    # 7. Everyone can ask what was drawn in his name, and find himself on the committed roster.
    for person, invitation, has_drawn in zip(people, found, (True, True, False, False), strict=True):
        standing = person.posts("status", {"code": person.code}).json
        assert standing["drawn"] is has_drawn
        leaf = base64url.decode(standing["roster_leaf"])
        path = standing["roster_path"]
        proof = InclusionProof(path["index"], path["size"], tuple(base64url.decode(node) for node in path["path"]))
        verify_inclusion(leaf, proof, manifest.roster_commitment)
        assert proof.size == manifest.eligible == 4
        assert leaf == roster_leaf(_code_bytes(invitation.code), invitation.reference)

    # 8. One of them says it was not he.
    assert people[1].posts("contest", {"code": people[1].code}).json == {"contested": True}
    assert people[1].posts("contest", {"code": people[1].code}).status_code == 200
    assert problem(people[2].posts("contest", {"code": people[2].code})) == (409, "nothing-to-contest")

    # 9. M is signed only after issuing closes by the clock.
    assert problem(http.get(f"/c/{campaign_id}/drawn")) == (404, "drawn-not-published")
    with pytest.raises(StepOutOfOrder, match="2026-11-09T13:00:00Z"):
        closing.publish_drawn(office, campaign_id)
    world.clock.now = TWO_VISITS.issuance_closes
    statement = closing.publish_drawn(office, campaign_id)
    assert statement == DrawnStatement(campaign_id, accepted.fingerprint, drawn=2, disputes=1)
    served = http.get(f"/c/{campaign_id}/drawn")
    assert served.content_type == "application/jose"
    assert served.text == office.exchange.get_text(campaign_id, "drawn.jws")
    assert documents.read_document(DrawnStatement, served.text, manifest.issuer_statement_key) == statement
    assert closing.publish_drawn(office, campaign_id) == statement

    # 10. With that, codes and signatures can no longer be made, and no address is left.
    assert not office.keys.has(f"invitation-{campaign_id}")
    assert not office.keys.has(f"issuer-{campaign_id}")
    with pytest.raises(StepOutOfOrder, match="destroyed"):
        invitations(office, campaign_id)
    assert b"@body.example" not in (world.instance / "identity.sqlite").read_bytes()

    # 11. Until collecting closes people can still ask, but no longer contest.
    assert people[0].posts("status", {"code": people[0].code}).json["drawn"] is True
    assert problem(people[0].posts("contest", {"code": people[0].code})) == (403, "contest-closed")
    with pytest.raises(StepOutOfOrder, match="2026-11-16T13:00:00Z"):
        closing.close(office, campaign_id)

    # 12. Then who has drawn is deleted: nobody can ask, and there is nothing to find out.
    world.clock.now = TWO_VISITS.collection_closes
    assert problem(people[0].posts("status", {"code": people[0].code})) == (403, "records-deleted")
    closing.close(office, campaign_id)
    closing.close(office, campaign_id)
    with office.database.read() as session:
        assert session.scalars(select(IssuanceRow)).all() == []
        assert session.scalars(select(DisputeRow)).all() == []
        entries = session.scalars(select(RosterEntryRow)).all()
    assert {entry.reference for entry in entries} == {"P-001", "P-002", "P-003", "P-004"}
    assert {(entry.email, entry.code_hash) for entry in entries} == {(None, None)}
    assert http.get(f"/c/{campaign_id}/drawn").status_code == 200


def test_an_office_that_starts_after_the_end_closes_by_itself(world: World, announced):
    """Given a finished campaign that nobody closed, when the office starts again, then who has drawn is deleted."""
    office = announced.office
    _, blinded = announced.respondents[0].prepares()
    assert announced.respondents[0].draws(blinded.message).status_code == 200
    world.clock.now = TWO_VISITS.issuance_closes
    closing.publish_drawn(office, announced.campaign_id)
    world.clock.now = TWO_VISITS.collection_closes

    create_issuer_app(world.config, world.clock).extensions["pikir-office"].database.dispose()

    with sqlite3.connect(world.instance / "identity.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM issuance").fetchone() == (0,)
    connection.close()


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
    for needle in (person.code.encode(), person.code.lower().encode(), _code_bytes(person.code), blinded.message):
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


def _code_bytes(code: str) -> bytes:
    return base64.b32decode(code + "======")
