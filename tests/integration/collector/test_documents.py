"""Which signed documents the collector believes, and what a void statement stops."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey_app.domain import sealing
from survey_app.domain.errors import Malformed, PikirError
from survey_app.domain.manifest import ClientHashes, LocalisedText, QuestionnaireReference
from survey_app.domain.signing import SignatureInvalid
from survey_app.responses import batch, enrolment, errors
from survey_app.responses.campaigns import find_campaign
from survey_app.responses.office import CollectorOffice, open_collector
from survey_app.responses.submission import submit
from survey_app.web.cluster import StorageUnsuitable
from survey_app.web.exchange import DRAFT, DRAWN, MANIFEST, VOID, DocumentMissing
from survey_app.web.questionnaires import UnknownQuestionnaire
from tests.builders import OfficeKeys, office_keys
from tests.clock import FakeClock
from tests.integration.collector.story import Surroundings

Plan = Callable[..., Surroundings]
OTHER_CAMPAIGN = "ab" * 16


def test_enrolling_needs_a_draft(office: CollectorOffice, plan: Plan) -> None:
    with pytest.raises(DocumentMissing):
        enrolment.enrol(office, plan().campaign_id)


def test_the_draft_must_be_of_this_campaign(office: CollectorOffice, plan: Plan) -> None:
    story = plan()
    story.agency_sends_draft()
    text = story.exchange.get_text(story.campaign_id, DRAFT)
    story.exchange.put_text(OTHER_CAMPAIGN, DRAFT, text)
    with pytest.raises(errors.DocumentChanged):
        enrolment.enrol(office, OTHER_CAMPAIGN)


def test_an_unknown_questionnaire_is_not_enrolled_on(office: CollectorOffice, plan: Plan) -> None:
    story = plan()
    altered = QuestionnaireReference(story.plan.questionnaire.id, story.plan.questionnaire.version, bytes(32))
    story = replace(story, plan=replace(story.plan, questionnaire=altered))
    story.agency_sends_draft()
    with pytest.raises(UnknownQuestionnaire):
        enrolment.enrol(office, story.campaign_id)


def test_the_agencys_key_is_pinned_at_the_first_enrolment(office: CollectorOffice, plan: Plan) -> None:
    first = plan()
    first.agency_sends_draft()
    enrolment.enrol(office, first.campaign_id)
    stranger: OfficeKeys = replace(office_keys(), agency=Ed25519PrivateKey.generate())
    other = replace(plan(campaign_id=OTHER_CAMPAIGN), keys=stranger)
    other = replace(other, plan=replace(other.plan, agency_key=stranger.agency.public_key().public_bytes_raw()))
    other.agency_sends_draft()
    with pytest.raises(errors.KeyChanged, match="key changed"):
        enrolment.enrol(office, OTHER_CAMPAIGN)
    with pytest.raises(errors.StepOutOfOrder):
        enrolment.accept(office, OTHER_CAMPAIGN)


def test_a_second_draft_is_not_enrolled_on(office: CollectorOffice, plan: Plan) -> None:
    story = plan()
    story.agency_sends_draft()
    enrolment.enrol(office, story.campaign_id)
    story.exchange.path(story.campaign_id, DRAFT).unlink()
    replace(story, plan=replace(story.plan, kpi_method="mean_score/1")).agency_sends_draft()
    with pytest.raises(errors.DocumentChanged):
        enrolment.enrol(office, story.campaign_id)


OTHER_KEY = sealing.sealing_key_bytes(sealing.generate_sealing_key().public_key())


@pytest.mark.parametrize(
    ("changes", "refusal", "named"),
    [
        ({"head": LocalisedText("a", "b", "c")}, errors.DocumentChanged, "head"),
        ({"kpi_method": "mean_score/1"}, errors.DocumentChanged, "kpi_method"),
        ({"minimum_group": 3}, errors.DocumentChanged, "minimum_group"),
        ({"visits": "single"}, errors.DocumentChanged, "visits"),
        ({"collector_key": bytes(32)}, errors.DocumentChanged, "collector_key"),
        ({"collector_url": "https://elsewhere.example"}, errors.DocumentChanged, "collector_url"),
        ({"client": ClientHashes(bytes(32), bytes(32))}, errors.DocumentChanged, "client.collector"),
        ({"campaign_id": OTHER_CAMPAIGN}, errors.DocumentChanged, "campaign_id"),
        ({"agency_key": bytes(32)}, errors.KeyChanged, "key changed"),
        ({"issuer_key": b"no key"}, Malformed, "SubjectPublicKeyInfo"),
        ({"sealing_key": OTHER_KEY[:-1]}, Malformed, "sealing key"),
    ],
)
def test_a_manifest_that_changes_what_was_agreed_is_refused(
    office: CollectorOffice, plan: Plan, changes: dict[str, Any], refusal: type[PikirError], named: str
) -> None:
    story = plan()
    story.agency_sends_draft()
    enrolment.enrol(office, story.campaign_id)
    story.agency_announces(**changes)
    with pytest.raises(refusal, match=named):
        enrolment.accept(office, story.campaign_id)
    with pytest.raises(errors.UnknownCampaign):
        find_campaign(office, story.campaign_id)


def test_a_manifest_under_another_key_or_with_an_altered_byte_is_refused(office: CollectorOffice, plan: Plan) -> None:
    story = plan()
    story.agency_sends_draft()
    enrolment.enrol(office, story.campaign_id)
    story.agency_announces(key=Ed25519PrivateKey.generate())
    with pytest.raises(SignatureInvalid):
        enrolment.accept(office, story.campaign_id)
    target = story.exchange.path(story.campaign_id, MANIFEST)
    target.unlink()
    story.agency_announces()
    text = target.read_text()
    target.write_text(text[:-3] + ("A" if text[-3] != "A" else "B") + text[-2:])
    with pytest.raises((SignatureInvalid, Malformed)):
        enrolment.accept(office, story.campaign_id)
    target.write_text(text)
    enrolment.accept(office, story.campaign_id)


def test_an_accepted_manifest_is_never_replaced(office: CollectorOffice, plan: Plan) -> None:
    story = plan()
    story.agency_sends_draft()
    enrolment.enrol(office, story.campaign_id)
    story.agency_announces()
    first = enrolment.accept(office, story.campaign_id)
    assert enrolment.accept(office, story.campaign_id) == first
    story.exchange.path(story.campaign_id, MANIFEST).unlink()
    story.agency_announces(eligible=21)
    with pytest.raises(errors.DocumentChanged):
        enrolment.accept(office, story.campaign_id)
    assert find_campaign(office, story.campaign_id).fingerprint == first.fingerprint


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"key": Ed25519PrivateKey.generate()}, SignatureInvalid),
        ({"manifest": bytes(32)}, errors.DocumentChanged),
        ({"campaign_id": OTHER_CAMPAIGN}, errors.DocumentChanged),
    ],
)
def test_a_false_drawn_statement_is_refused(
    office: CollectorOffice, plan: Plan, clock: FakeClock, changes: dict[str, Any], refusal: type[PikirError]
) -> None:
    story = plan()
    story.up_to_collecting(office, clock)
    refuses_drawn(office, story, refusal, drawn=20, **changes)


@pytest.mark.parametrize("drawn", [21, -1])
def test_more_tokens_than_people_are_refused(office: CollectorOffice, plan: Plan, clock: FakeClock, drawn: int) -> None:
    story = plan()
    story.up_to_collecting(office, clock)
    refuses_drawn(office, story, errors.DocumentChanged, drawn=drawn)


def refuses_drawn(office: CollectorOffice, story: Surroundings, refusal: type[PikirError], **changes: Any) -> None:
    """As if nothing had been accepted yet, the issuer publishes something false."""
    with office.database.write() as session:
        session.connection().exec_driver_sql("UPDATE campaign SET drawn = NULL")
    story.exchange.path(story.campaign_id, DRAWN).unlink()
    story.issuer_publishes_drawn(**changes)
    with pytest.raises(refusal):
        enrolment.accept_drawn(office, story.campaign_id)


def test_m_is_final_only_after_issuing_and_never_changes(office: CollectorOffice, plan: Plan, clock: FakeClock) -> None:
    story = plan()
    story.up_to_collecting(office, clock, drawn=12)
    assert enrolment.accept_drawn(office, story.campaign_id).drawn == 12
    clock.now = story.plan.schedule.issuance_closes - timedelta(seconds=1)
    with pytest.raises(errors.StepOutOfOrder):
        enrolment.accept_drawn(office, story.campaign_id)
    clock.now = story.plan.schedule.collection_opens
    story.exchange.path(story.campaign_id, DRAWN).unlink()
    story.issuer_publishes_drawn(13)
    with pytest.raises(errors.DocumentChanged):
        enrolment.accept_drawn(office, story.campaign_id)


def test_a_single_visit_does_not_wait_for_m_but_its_closing_does(
    office: CollectorOffice, plan: Plan, clock: FakeClock
) -> None:
    two = plan().plan.schedule
    schedule = replace(two, collection_opens=two.issuance_opens, issuance_closes=two.collection_closes)
    story = plan(visits="single", schedule=schedule)
    story.agency_sends_draft()
    enrolment.enrol(office, story.campaign_id)
    story.agency_announces()
    enrolment.accept(office, story.campaign_id)
    submit(office, story.campaign_id, story.respondent_seals(1))
    clock.now = schedule.collection_closes
    with pytest.raises(errors.StepOutOfOrder, match="accept-drawn"):
        batch.close(office, story.campaign_id)
    story.issuer_publishes_drawn(1)
    enrolment.accept_drawn(office, story.campaign_id)
    assert batch.close(office, story.campaign_id).received == 1


def test_more_responses_than_tokens_are_not_closed(office: CollectorOffice, plan: Plan, clock: FakeClock) -> None:
    story = plan()
    story.up_to_collecting(office, clock, drawn=1)
    for _ in range(2):
        submit(office, story.campaign_id, story.respondent_seals(1))
    clock.now = story.plan.schedule.collection_closes
    with pytest.raises(errors.TooManyResponses, match=r"K = 2 .* M = 1"):
        batch.close(office, story.campaign_id)
    assert find_campaign(office, story.campaign_id).board is None


def test_a_frozen_batch_takes_nothing_even_if_the_clock_goes_back(
    office: CollectorOffice, plan: Plan, clock: FakeClock
) -> None:
    story = plan()
    story.up_to_collecting(office, clock)
    clock.now = story.plan.schedule.collection_closes
    assert batch.close(office, story.campaign_id).received == 0
    clock.now = story.plan.schedule.collection_opens
    with pytest.raises(errors.CollectionClosed):
        submit(office, story.campaign_id, story.respondent_seals(1))


def test_closing_one_campaign_leaves_another_collecting(office: CollectorOffice, plan: Plan, clock: FakeClock) -> None:
    short = plan()
    longer = replace(short.plan.schedule, collection_closes=short.plan.schedule.collection_closes + timedelta(days=1))
    long = plan(campaign_id=OTHER_CAMPAIGN, schedule=longer)
    for story in (short, long):
        story.up_to_collecting(office, clock)
    mine, other = short.respondent_seals(1), long.respondent_seals(1)
    submit(office, short.campaign_id, mine)
    submit(office, long.campaign_id, other)
    clock.now = short.plan.schedule.collection_closes
    board = batch.close(office, short.campaign_id)
    assert (board.received, batch.public_board(office, short.campaign_id)[1]) == (1, [mine.leaf])
    assert submit(office, long.campaign_id, other)[1] is False
    assert submit(office, long.campaign_id, long.respondent_seals(1))[1] is True


def test_a_void_campaign_takes_nothing_and_stays_void(office: CollectorOffice, plan: Plan, clock: FakeClock) -> None:
    story = plan()
    story.up_to_collecting(office, clock)
    envelope = story.respondent_seals(1)
    submit(office, story.campaign_id, envelope)
    story.agency_voids()
    for attempt in (envelope, story.respondent_seals(1)):
        with pytest.raises(errors.CampaignVoid):
            submit(office, story.campaign_id, attempt)
    story.exchange.path(story.campaign_id, VOID).unlink()
    restarted = open_collector(office.config, clock)
    assert find_campaign(restarted, story.campaign_id).state(clock()) == "void"
    for step in (enrolment.accept, enrolment.accept_drawn, batch.close):
        with pytest.raises(errors.CampaignVoid):
            step(restarted, story.campaign_id)
    restarted.database.dispose()


def test_a_campaign_voided_before_it_began_is_not_enrolled_on(office: CollectorOffice, plan: Plan) -> None:
    story = plan()
    story.agency_sends_draft()
    story.agency_voids()
    with pytest.raises(errors.CampaignVoid):
        enrolment.enrol(office, story.campaign_id)


@pytest.mark.parametrize("changes", [{"key": Ed25519PrivateKey.generate()}, {"campaign_id": OTHER_CAMPAIGN}])
def test_only_the_agency_can_void_and_only_this_campaign(
    office: CollectorOffice, plan: Plan, clock: FakeClock, changes: dict[str, Any]
) -> None:
    story = plan()
    story.up_to_collecting(office, clock)
    story.agency_voids(**changes)
    assert submit(office, story.campaign_id, story.respondent_seals(1))[1] is True


def test_the_server_learns_what_the_command_line_accepted(
    office: CollectorOffice, plan: Plan, clock: FakeClock
) -> None:
    """Two processes share the database: what one accepts, the other knows at its next request."""
    story = plan()
    server = open_collector(office.config, clock)
    story.agency_sends_draft()
    enrolment.enrol(office, story.campaign_id)
    with pytest.raises(errors.UnknownCampaign):
        find_campaign(server, story.campaign_id)
    story.agency_announces()
    enrolment.accept(office, story.campaign_id)
    clock.now = story.plan.schedule.collection_opens
    with pytest.raises(errors.DrawnNotPublished):
        submit(server, story.campaign_id, story.respondent_seals(1))
    story.issuer_publishes_drawn(20)
    enrolment.accept_drawn(office, story.campaign_id)
    submit(server, story.campaign_id, story.respondent_seals(1))
    clock.now = story.plan.schedule.collection_closes
    batch.close(office, story.campaign_id)
    assert len(batch.public_board(server, story.campaign_id)[1]) == 1
    server.database.dispose()


def test_a_database_that_could_keep_the_order_is_refused(office: CollectorOffice, clock: FakeClock) -> None:
    for url in ("mysql://127.0.0.1/responses", "sqlite://"):
        with pytest.raises(StorageUnsuitable):
            open_collector(replace(office.config, database_url=url), clock)
