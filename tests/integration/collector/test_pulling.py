"""What the collector takes over HTTP, and what it does not: by the very checks of its own steps."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from survey_app.domain import signing
from survey_app.responses import enrolment
from survey_app.responses.campaigns import find_campaign
from survey_app.responses.office import CollectorOffice
from survey_app.responses.pulling import make_puller
from survey_app.web import published, server
from survey_app.web.exchange import COLLECTOR_ENROLMENT, DRAFT, DRAWN, MANIFEST, VOID, Exchange
from survey_app.web.pulling import Pulled, pull
from tests.integration.collector.story import Surroundings

STRANGER = Ed25519PrivateKey.generate()


@dataclass
class Network:
    """The agency's and the issuer's documents lie ``elsewhere``; the collector's ``office`` reaches them over HTTP."""

    office: CollectorOffice
    elsewhere: Surroundings

    @property
    def campaign_id(self) -> str:
        return self.elsewhere.campaign_id

    def collector_pulls(self) -> list[Pulled]:
        return list(pull(make_puller(self.office)))

    def collector_enrols(self) -> None:
        """And the agency takes the enrolment."""
        enrolment.enrol(self.office, self.campaign_id)
        own = self.office.exchange.path(self.campaign_id, COLLECTOR_ENROLMENT)
        shutil.copy(own, self.elsewhere.exchange.path(self.campaign_id, COLLECTOR_ENROLMENT))

    def up_to_the_manifest(self) -> None:
        self.elsewhere.agency_sends_draft()
        self.collector_pulls()
        self.collector_enrols()
        self.elsewhere.agency_announces()
        self.collector_pulls()
        enrolment.accept(self.office, self.campaign_id)

    def has(self, name: str) -> bool:
        return self.office.exchange.has(self.campaign_id, name)


@pytest.fixture
def network(office, plan, tmp_path: Path) -> Iterator[Network]:
    elsewhere = replace(plan(), exchange=Exchange(tmp_path / "elsewhere"))
    apps = {f"/{name}": _app(name, elsewhere.exchange) for name in ("agency", "issuer")}
    listening = server.listen(DispatcherMiddleware(Flask("nothing"), apps), 0)
    thread = threading.Thread(target=listening.run)
    thread.start()
    sources = {name: f"http://127.0.0.1:{listening.port}/{name}" for name in ("agency", "issuer")}
    yield Network(replace(office, config=replace(office.config, sources=sources)), elsewhere)
    listening.close()
    thread.join()


def _app(name: str, exchange: Exchange) -> Flask:
    app = Flask(name)
    app.register_blueprint(published.make_blueprint(name, exchange))
    return app


def doubts(results: list[Pulled]) -> str:
    return "\n".join(doubt for result in results for doubt in result.doubts)


def test_each_document_is_taken_as_soon_as_it_can_be_checked(network, clock):
    network.up_to_the_manifest()
    clock.now = network.elsewhere.plan.schedule.issuance_closes
    network.elsewhere.issuer_publishes_drawn(7)

    (_, from_issuer) = network.collector_pulls()

    assert from_issuer.taken == (f"{network.campaign_id}/{DRAWN}",)
    assert enrolment.accept_drawn(network.office, network.campaign_id).drawn == 7


def test_a_manifest_waits_until_this_office_has_enrolled(network):
    network.elsewhere.agency_sends_draft()
    network.collector_pulls()
    network.elsewhere.exchange.put_text(network.campaign_id, MANIFEST, "whatever")
    assert network.collector_pulls()[0].doubts == ()
    assert not network.has(MANIFEST)


def test_a_draft_of_another_agency_than_the_pinned_one_is_not_taken(network, plan):
    network.up_to_the_manifest()
    forged = replace(
        network.elsewhere,
        keys=replace(network.elsewhere.keys, agency=STRANGER),
        plan=replace(network.elsewhere.plan, campaign_id="e" * 32, agency_key=signing.public_key_bytes(STRANGER)),
    )
    forged.agency_sends_draft()

    said = doubts(network.collector_pulls())

    assert f"{'e' * 32}/{DRAFT} of the agency was not taken: key changed" in said
    assert not network.office.exchange.has("e" * 32, DRAFT)


def test_a_manifest_that_says_otherwise_than_the_draft_is_not_taken(network):
    network.elsewhere.agency_sends_draft()
    network.collector_pulls()
    network.collector_enrols()
    network.elsewhere.agency_announces(minimum_group=99)

    assert "differs from the draft" in doubts(network.collector_pulls())
    assert not network.has(MANIFEST)


def test_m_under_another_key_is_not_taken(network):
    network.up_to_the_manifest()
    network.elsewhere.issuer_publishes_drawn(7, key=STRANGER)

    assert "signature" in doubts(network.collector_pulls())
    assert not network.has(DRAWN)


def test_only_the_agency_can_declare_a_campaign_void(network):
    network.up_to_the_manifest()
    network.elsewhere.agency_voids(key=STRANGER)
    assert "signature" in doubts(network.collector_pulls())
    assert not find_campaign(network.office, network.campaign_id).is_void
    network.elsewhere.exchange.path(network.campaign_id, VOID).unlink()
    network.elsewhere.agency_voids()

    network.collector_pulls()

    assert find_campaign(network.office, network.campaign_id).is_void


def test_a_campaign_that_was_over_before_it_was_known_here_is_left_alone(network):
    network.elsewhere.agency_sends_draft()
    network.elsewhere.agency_voids()

    assert network.collector_pulls()[0].taken == ()
    assert not network.has(DRAFT)


def test_an_office_hands_out_only_what_it_signs_itself(network):
    """Whatever else lies in its folder: here the collector's enrolment and a private note."""
    network.up_to_the_manifest()
    network.elsewhere.exchange.put(network.campaign_id, "note.txt", b"private")
    assert set(published.own_documents("agency", network.elsewhere.exchange, network.campaign_id)) == {DRAFT, MANIFEST}
