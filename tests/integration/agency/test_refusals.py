"""Steps at the wrong time and documents that do not hold: each is refused by name, and nothing changes."""

from pathlib import Path

import pytest
from sqlalchemy import select

from analytics.campaigns import certified
from analytics.campaigns.announcing import EligibleDiffers, announce
from analytics.campaigns.certification import certify
from analytics.campaigns.creation import CampaignExists, RoundExists, create_campaign, create_round
from analytics.campaigns.custody import keygen
from analytics.campaigns.openings import open_campaign_batch
from analytics.campaigns.pins import KeyChanged
from analytics.campaigns.reading import UnknownCampaign, UnknownRound, find_campaign
from analytics.campaigns.state import StepOutOfOrder
from analytics.models import ReleaseRow
from analytics.office import AgencyOffice
from survey_app.domain import signing
from survey_app.domain.errors import Malformed, PikirError
from survey_app.domain.keyfile import WrongPassphrase
from survey_app.web.exchange import MANIFEST, DocumentMissing
from tests.clock import FakeClock
from tests.integration.agency import partners as play
from tests.integration.agency.partners import DISPLEASED, PASSPHRASE, PLEASED, SCHEDULE, Partners

ANSWERS = [PLEASED] * 9 + [DISPLEASED] * 3


class TestOrder:
    """Each step at the wrong time says what is allowed now and what is missing, and changes nothing."""

    def test_nothing_without_a_round(self, office: AgencyOffice) -> None:
        with pytest.raises(UnknownRound):
            create_campaign(office, round="2031", body=play.body(), head=play.HEAD, visits="two", schedule=SCHEDULE)
        with pytest.raises(UnknownCampaign):
            announce(office, "f" * 32)

    def test_no_second_round_or_campaign_of_one_name(self, office: AgencyOffice) -> None:
        play.draft_campaign(office)
        with pytest.raises(RoundExists):
            create_round(office, "2026")
        with pytest.raises(CampaignExists):
            play.draft_campaign(office)

    def test_announcing_needs_key_and_enrolments(self, office: AgencyOffice, partners: Partners) -> None:
        campaign_id = play.draft_campaign(office)
        with pytest.raises(StepOutOfOrder) as refused:
            announce(office, campaign_id)
        assert "Allowed now: keygen, void" in str(refused.value)
        for missing in ("the sealing key", "the issuer's enrolment", "the collector's enrolment"):
            assert missing in str(refused.value)
        partners.enrol(campaign_id, 20)
        with pytest.raises(StepOutOfOrder, match="Missing: the sealing key"):
            announce(office, campaign_id)
        assert not office.exchange.has(campaign_id, MANIFEST)

    def test_one_sealing_key_and_one_manifest(self, office: AgencyOffice, partners: Partners) -> None:
        campaign_id = play.announced_campaign(office, partners, eligible=20)
        before = office.exchange.get(campaign_id, MANIFEST)
        with pytest.raises(StepOutOfOrder, match="the campaign is announced"):
            keygen(office, campaign_id, PASSPHRASE)
        with pytest.raises(StepOutOfOrder, match="Allowed now: void"):
            announce(office, campaign_id)
        assert office.exchange.get(campaign_id, MANIFEST) == before

    def test_announcing_after_issuing_would_have_closed(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock
    ) -> None:
        campaign_id = play.draft_campaign(office)
        partners.enrol(campaign_id, 20)
        keygen(office, campaign_id, PASSPHRASE)
        clock.now = SCHEDULE.issuance_closes
        with pytest.raises(StepOutOfOrder, match="issuing would be over"):
            announce(office, campaign_id)

    @pytest.mark.parametrize("step", ["open", "certify", "export"])
    def test_nothing_opens_before_close(
        self, office: AgencyOffice, partners: Partners, tmp_path: Path, step: str
    ) -> None:
        campaign_id = play.announced_campaign(office, partners, eligible=20)
        with pytest.raises(StepOutOfOrder, match="Missing: the time when issuing opens"):
            {
                "open": lambda: open_campaign_batch(office, campaign_id, PASSPHRASE),
                "certify": lambda: certify(office, campaign_id),
                "export": lambda: certified.export(office, campaign_id, tmp_path / "out"),
            }[step]()
        assert not (tmp_path / "out").exists()

    def test_opening_waits_for_the_collector(self, office: AgencyOffice, partners: Partners, clock: FakeClock) -> None:
        campaign_id = play.announced_campaign(office, partners, eligible=20)
        clock.now = SCHEDULE.collection_closes
        with pytest.raises(StepOutOfOrder, match="batch and board"):
            open_campaign_batch(office, campaign_id, PASSPHRASE)

    def test_certifying_needs_an_opening(self, office: AgencyOffice, partners: Partners, clock: FakeClock) -> None:
        campaign_id = play.closed_campaign(office, partners, clock, ANSWERS, eligible=20)
        with pytest.raises(StepOutOfOrder, match="Allowed now: open, void"):
            certify(office, campaign_id)

    def test_a_certified_release_is_certified_once(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock
    ) -> None:
        campaign_id = play.opened_campaign(office, partners, clock, ANSWERS, eligible=20)
        certify(office, campaign_id)
        open_campaign_batch(office, campaign_id, PASSPHRASE)  # the same figures: no draft comes of it
        with pytest.raises(StepOutOfOrder):
            certify(office, campaign_id, reason="again")


class TestRefusals:
    """Documents that others changed, and people's mistakes."""

    def test_roster_that_differs_from_the_register(self, office: AgencyOffice, partners: Partners) -> None:
        campaign_id = play.draft_campaign(office)
        partners.enrol(campaign_id, 20)
        keygen(office, campaign_id, PASSPHRASE)
        with pytest.raises(EligibleDiffers, match="N = 20, the staffing register 21"):
            announce(office, campaign_id, expected_eligible=21)
        assert len(announce(office, campaign_id, expected_eligible=20)) == 32

    def test_office_with_another_key_than_before(
        self, office: AgencyOffice, partners: Partners, strangers: Partners
    ) -> None:
        play.announced_campaign(office, partners, eligible=20)
        campaign_id = play.draft_campaign(office, "min-air")
        strangers.enrol(campaign_id, 20)
        keygen(office, campaign_id, PASSPHRASE)
        with pytest.raises(KeyChanged, match="key changed: the issuer"):
            announce(office, campaign_id)
        assert any("key changed" in str(doubt) for doubt in find_campaign(office, campaign_id).doubts)

    @pytest.mark.parametrize("name", ["issuer-enrolment.jws", "collector-enrolment.jws"])
    def test_changed_enrolment(self, office: AgencyOffice, partners: Partners, name: str) -> None:
        campaign_id = play.draft_campaign(office)
        partners.enrol(campaign_id, 20)
        keygen(office, campaign_id, PASSPHRASE)
        change_a_byte(office.exchange.path(campaign_id, name))
        with pytest.raises((signing.SignatureInvalid, Malformed)):
            announce(office, campaign_id)
        assert not office.exchange.has(campaign_id, MANIFEST)

    @pytest.mark.parametrize("name", ["board.jws", "batch.bin", "drawn.jws"])
    def test_changed_evidence(self, office: AgencyOffice, partners: Partners, clock: FakeClock, name: str) -> None:
        campaign_id = play.closed_campaign(office, partners, clock, ANSWERS, eligible=20)
        change_a_byte(office.exchange.path(campaign_id, name))
        with pytest.raises(PikirError) as refused:
            open_campaign_batch(office, campaign_id, PASSPHRASE)
        assert refused.value.slug in {
            "step-out-of-order",
            "batch-mismatch",
            "evidence-inconsistent",
            "document-signature-invalid",
        }
        assert not stored_releases(office)

    def test_wrong_passphrase_opens_nothing(self, office: AgencyOffice, partners: Partners, clock: FakeClock) -> None:
        campaign_id = play.closed_campaign(office, partners, clock, ANSWERS, eligible=20)
        with pytest.raises(WrongPassphrase):
            open_campaign_batch(office, campaign_id, "not this one")
        assert not stored_releases(office)

    def test_batch_that_is_gone(self, office: AgencyOffice, partners: Partners, clock: FakeClock) -> None:
        campaign_id = play.closed_campaign(office, partners, clock, ANSWERS, eligible=20)
        office.exchange.path(campaign_id, "batch.bin").unlink()
        with pytest.raises((StepOutOfOrder, DocumentMissing), match="batch"):
            open_campaign_batch(office, campaign_id, PASSPHRASE)


def change_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle] = ord("A") if data[middle] != ord("A") else ord("B")
    path.write_bytes(bytes(data))


def stored_releases(office: AgencyOffice) -> list[ReleaseRow]:
    with office.database.read() as session:
        return list(session.scalars(select(ReleaseRow)))
