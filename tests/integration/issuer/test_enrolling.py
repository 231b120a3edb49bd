"""Import, enrolment, acceptance and void: what is refused, what may be repeated, whose key counts."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from survey_app.domain import documents, signing
from survey_app.domain.errors import Malformed
from survey_app.domain.manifest import LocalisedText, VoidStatement
from survey_app.identity import closing, enrolment
from survey_app.identity.acceptance import accept
from survey_app.identity.enrolment import enrol
from survey_app.identity.errors import (
    CampaignVoid,
    ClientMissing,
    DocumentChanged,
    KeyChanged,
    RosterUnreadable,
    StepOutOfOrder,
    UnknownCampaign,
)
from survey_app.identity.invitations import invitations
from survey_app.identity.mail.plan import INVITATION
from survey_app.identity.mail.queue import begin
from survey_app.identity.models import CampaignRow, RosterEntryRow
from survey_app.identity.office import IssuerOffice
from survey_app.identity.progress import progress
from survey_app.identity.roster import RosterHasBadRows, import_roster
from survey_app.identity.turnout import turnout
from survey_app.web.exchange import DocumentMissing
from tests.integration.issuer.conftest import Announced
from tests.integration.issuer.offices import TWO_VISITS, Agency, World, problem, roster_csv

OTHER_CAMPAIGN = "f" * 32
WITH_BAD_LINES = b"reference;email\nP-1;a@b.kz\nP-1;c@d.kz\nP-2;nonsense\nP-3;\n"


def references(office: IssuerOffice, campaign_id: str) -> set[str]:
    with office.database.read() as session:
        query = select(RosterEntryRow.reference).where(RosterEntryRow.campaign_id == campaign_id)
        return set(session.scalars(query))


@pytest.fixture
def enrolled(world: World, office: IssuerOffice, campaign_id: str):
    """(draft, enrolment) of a campaign that the agency has not announced yet."""
    draft = world.agency.drafts(campaign_id)
    import_roster(office, campaign_id, roster_csv(3))
    world.provides_blind_key(office, campaign_id)
    return draft, enrol(office, campaign_id)


# Importing


def test_a_roster_needs_a_draft(office, campaign_id):
    with pytest.raises(DocumentMissing):
        import_roster(office, campaign_id, roster_csv(3))


def test_a_file_with_bad_lines_changes_nothing(world, office, campaign_id):
    world.agency.drafts(campaign_id)
    import_roster(office, campaign_id, roster_csv(2))

    with pytest.raises(RosterHasBadRows, match=r"line 3: the same reference.*\n.*line 4: the address") as refused:
        import_roster(office, campaign_id, WITH_BAD_LINES)

    assert [row.line for row in refused.value.bad_rows] == [3, 4]
    assert "c@d.kz" not in str(refused.value)
    assert references(office, campaign_id) == {"P-001", "P-002"}


def test_its_good_lines_are_taken_if_asked(world, office, campaign_id):
    world.agency.drafts(campaign_id)

    done = import_roster(office, campaign_id, WITH_BAD_LINES, skip_bad=True)

    assert (done.imported, [row.line for row in done.bad_rows]) == (2, [3, 4])
    assert references(office, campaign_id) == {"P-1", "P-3"}


@pytest.mark.parametrize("data", [b"reference\n", b"reference\n\n;\n"])
def test_an_empty_roster_is_refused(world, office, campaign_id, data):
    world.agency.drafts(campaign_id)

    with pytest.raises(StepOutOfOrder, match="no line"):
        import_roster(office, campaign_id, data, skip_bad=True)


def test_what_is_no_roster_is_refused_even_with_skip_bad(world, office, campaign_id):
    world.agency.drafts(campaign_id)

    with pytest.raises(RosterUnreadable):
        import_roster(office, campaign_id, b"hello", skip_bad=True)


def test_two_campaigns_may_have_the_same_people(world, office, campaign_id):
    for each in (campaign_id, OTHER_CAMPAIGN):
        world.agency.drafts(each)
        import_roster(office, each, roster_csv(3))

    assert references(office, campaign_id) == references(office, OTHER_CAMPAIGN)


# Enrolling


def test_enrolling_needs_a_roster(world, office, campaign_id):
    world.agency.drafts(campaign_id)

    with pytest.raises(StepOutOfOrder, match="import-roster"):
        enrol(office, campaign_id)


def test_enrolling_again_gives_the_same_document(world, office, campaign_id, enrolled):
    before = office.exchange.get_text(campaign_id, "issuer-enrolment.jws")
    office.exchange.path(campaign_id, "issuer-enrolment.jws").unlink()

    assert enrol(office, campaign_id) == enrolled[1]
    assert office.exchange.get_text(campaign_id, "issuer-enrolment.jws") == before
    with pytest.raises(StepOutOfOrder, match="frozen"):
        import_roster(office, campaign_id, roster_csv(4))


def test_one_statement_key_speaks_in_all_campaigns_and_one_blind_key_in_one(world, office, campaign_id, enrolled):
    world.agency.drafts(OTHER_CAMPAIGN)
    import_roster(office, OTHER_CAMPAIGN, roster_csv(3))

    other = enrol(office, OTHER_CAMPAIGN)

    assert other.issuer_statement_key == enrolled[1].issuer_statement_key
    assert other.issuer_key != enrolled[1].issuer_key
    assert other.roster_commitment != enrolled[1].roster_commitment


def test_the_client_bundle_is_pinned_and_must_be_there(world, office, campaign_id, monkeypatch, tmp_path):
    world.agency.drafts(campaign_id)
    import_roster(office, campaign_id, roster_csv(3))
    monkeypatch.setattr(enrolment, "STATIC", tmp_path)

    with pytest.raises(ClientMissing):
        enrol(office, campaign_id)

    assert not office.keys.has(f"issuer-{campaign_id}")


def test_a_draft_of_another_agency_is_refused_after_the_first_enrolment(world, office, enrolled):
    Agency(world.agency.exchange).drafts(OTHER_CAMPAIGN)

    with pytest.raises(KeyChanged, match="key changed"):
        import_roster(office, OTHER_CAMPAIGN, roster_csv(3))


def test_a_draft_in_another_campaigns_folder_is_refused(world, office, campaign_id):
    world.agency.drafts(campaign_id)
    document = office.exchange.get_text(campaign_id, "draft.jws")
    office.exchange.put_text(OTHER_CAMPAIGN, "draft.jws", document)

    with pytest.raises(UnknownCampaign):
        import_roster(office, OTHER_CAMPAIGN, roster_csv(3))


def test_a_draft_with_a_changed_byte_is_refused(world, office, campaign_id):
    world.agency.drafts(campaign_id)
    path = office.exchange.path(campaign_id, "draft.jws")
    document = path.read_text()
    path.write_text(document[:-20] + ("A" if document[-20] != "A" else "B") + document[-19:])

    with pytest.raises(signing.SignatureInvalid):
        import_roster(office, campaign_id, roster_csv(3))


# Accepting


def test_accepting_needs_enrolment_and_announcement(world, office, campaign_id):
    with pytest.raises(StepOutOfOrder, match="import-roster"):
        accept(office, campaign_id)
    world.agency.drafts(campaign_id)
    import_roster(office, campaign_id, roster_csv(3))
    with pytest.raises(StepOutOfOrder, match="enrol"):
        accept(office, campaign_id)
    with pytest.raises(StepOutOfOrder, match="enrol"):
        invitations(office, campaign_id)
    world.provides_blind_key(office, campaign_id)
    enrol(office, campaign_id)
    with pytest.raises(DocumentMissing, match="manifest"):
        accept(office, campaign_id)
    with pytest.raises(StepOutOfOrder, match="accept"):
        closing.publish_drawn(office, campaign_id)


def test_accepting_again_changes_nothing(world, office, campaign_id, enrolled):
    world.agency.announces(*enrolled)

    assert accept(office, campaign_id) == accept(office, campaign_id)


def tampered() -> list[tuple[str, object]]:
    other_time = replace(TWO_VISITS, issuance_closes=TWO_VISITS.issuance_closes + timedelta(hours=1))
    return [
        ("eligible", 4),
        ("roster_commitment", b"r" * 32),
        ("issuer_key", b"k" * 422),
        ("issuer_statement_key", b"k" * 32),
        ("issuer_url", "https://issuer.example.evil"),
        ("schedule", other_time),
        ("kpi_method", "mean_score/1"),
        ("visits", "single"),
        ("round", "2027"),
        ("head", LocalisedText("1", "2", "3")),
        ("agency_key", b"a" * 32),
        ("minimum_group", 3),
    ]


def test_a_manifest_that_says_something_else_is_refused(world, office, campaign_id, enrolled):
    for name, value in tampered():
        world.agency.announces(*enrolled, **{name: value})
        with pytest.raises(DocumentChanged, match=f"agreed to, in: {name}"):
            accept(office, campaign_id)
        office.exchange.path(campaign_id, "manifest.jws").unlink()

    with pytest.raises(StepOutOfOrder, match="accept"):
        invitations(office, campaign_id)


def test_a_manifest_that_pins_another_script_is_refused(world, office, campaign_id, enrolled):
    client = replace(world.agency.manifest_of(*enrolled).client, issuer=b"s" * 32)
    world.agency.announces(*enrolled, client=client)

    with pytest.raises(DocumentChanged, match=r"client\.issuer"):
        accept(office, campaign_id)


def test_a_manifest_under_another_key_is_refused(world, office, campaign_id, enrolled):
    impostor = Agency(world.agency.exchange)
    impostor.announces(*enrolled)

    with pytest.raises(signing.SignatureInvalid):
        accept(office, campaign_id)


def test_a_manifest_is_never_exchanged_for_another(world, office, campaign_id, enrolled):
    world.agency.announces(*enrolled)
    accept(office, campaign_id)
    office.exchange.path(campaign_id, "manifest.jws").unlink()
    world.agency.announces(*enrolled, collector_url="https://another.example")

    with pytest.raises(DocumentChanged, match="not the one"):
        accept(office, campaign_id)


# Void


def test_a_void_campaign_stops_everywhere(world: World, announced: Announced):
    person, office, campaign_id = announced.respondents[0], announced.office, announced.campaign_id
    _, blinded = person.prepares()
    assert person.draws(blinded.message).status_code == 200

    world.agency.voids(campaign_id)

    assert problem(person.draws(blinded.message)) == (403, "campaign-void")
    assert problem(person.posts("status", {"code": person.code})) == (403, "campaign-void")
    assert problem(person.posts("contest", {"code": person.code})) == (403, "campaign-void")
    assert person.client.get(f"/c/{campaign_id}/manifest").status_code == 200
    for step in (enrol, accept, invitations, turnout, closing.publish_drawn, partial(begin, number=INVITATION)):
        office.memory.void.clear()  # each may be the first to notice it, and writes it down
        with office.database.write() as session:
            session.get_one(CampaignRow, campaign_id).void = None
        with pytest.raises(CampaignVoid):
            step(office, campaign_id)
    with pytest.raises(CampaignVoid):
        import_roster(office, campaign_id, roster_csv(3))
    assert progress(office, campaign_id).state == "void"


def test_it_stays_void_when_the_declaration_is_taken_away(world: World, announced: Announced):
    person = announced.respondents[0]
    world.agency.voids(announced.campaign_id)
    assert problem(person.draws(person.prepares()[1].message)) == (403, "campaign-void")
    announced.office.exchange.path(announced.campaign_id, "void.jws").unlink()

    reopened = world.opens_office()
    with pytest.raises(CampaignVoid):
        invitations(reopened, announced.campaign_id)
    with pytest.raises(CampaignVoid):
        turnout(reopened, announced.campaign_id)
    reopened.database.dispose()


def test_only_the_agency_can_declare_it_void(world: World, announced: Announced):
    person, campaign_id = announced.respondents[0], announced.campaign_id
    Agency(world.agency.exchange).voids(campaign_id)
    assert person.draws(person.prepares()[1].message).status_code == 200

    elsewhere = documents.sign_document(VoidStatement(OTHER_CAMPAIGN, "reason"), world.agency.key)
    announced.office.exchange.path(campaign_id, "void.jws").write_text(elsewhere)
    assert person.posts("status", {"code": person.code}).status_code == 200

    announced.office.exchange.path(campaign_id, "void.jws").unlink()
    world.agency.voids(campaign_id)
    assert problem(person.posts("status", {"code": person.code})) == (403, "campaign-void")


def test_a_void_campaign_is_closed_after_its_end_without_a_number(world: World, announced: Announced):
    world.agency.voids(announced.campaign_id)
    world.clock.now = TWO_VISITS.collection_closes

    closing.close_due(announced.office)

    assert not announced.office.keys.has(f"issuer-{announced.campaign_id}")
    with announced.office.database.read() as session:
        assert {row.email for row in session.scalars(select(RosterEntryRow))} == {None}


def test_a_folder_name_that_is_no_campaign_is_malformed(office):
    with pytest.raises(Malformed):
        import_roster(office, "../../etc", roster_csv(1))
