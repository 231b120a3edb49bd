"""The agency's part in the life of a campaign, step by step, through its public functions."""

import csv
import io
import json
from pathlib import Path

import pytest
from sqlalchemy import select

from analytics.campaigns import certified
from analytics.campaigns.certification import ReasonMissing, certify
from analytics.campaigns.custody import keygen, load_sealing_key, sealing_keys
from analytics.campaigns.openings import open_campaign_batch
from analytics.campaigns.reading import find_campaign
from analytics.campaigns.state import State, Step, StepOutOfOrder
from analytics.campaigns.verdicts import latest_verdict
from analytics.campaigns.voiding import void
from analytics.models import ReleaseRow
from analytics.office import AgencyOffice, signing_key
from analytics.release import Release, release_bytes
from analytics.scoring import ScoringRecord
from survey_app.domain import sealing, signing
from survey_app.domain.documents import read_document
from survey_app.domain.keyfile import WrongPassphrase
from survey_app.domain.manifest import CampaignDraft, CampaignManifest, VoidStatement
from survey_app.staff import journal
from survey_app.web.exchange import MANIFEST, RECORD, RELEASE, VOID
from tests.clock import FakeClock
from tests.integration.agency import partners as play
from tests.integration.agency.partners import DISPLEASED, PASSPHRASE, PLEASED, SCHEDULE, Partners

ANSWERS = [PLEASED] * 9 + [DISPLEASED] * 3  # fav_share: 9 of 12 on every question = 75.00 %


def agency_key(office: AgencyOffice) -> bytes:
    return signing.public_key_bytes(signing_key(office))


class TestLife:
    """One campaign, forward only."""

    def test_1_draft_is_signed_and_lies_in_the_exchange(self, office: AgencyOffice) -> None:
        campaign_id = play.draft_campaign(office)
        draft = read_document(CampaignDraft, office.exchange.get_text(campaign_id, "draft.jws"), agency_key(office))
        assert draft.campaign_id == campaign_id
        assert (draft.kpi_method, draft.minimum_group, draft.minimum_turnout, draft.appeal_days) == (
            "fav_share/1",
            10,
            50,
            10,
        )
        assert "пункта 8" in draft.legal_basis
        present = find_campaign(office, campaign_id).situation
        assert present.state is State.DRAFT
        assert present.allowed == (Step.KEYGEN, Step.VOID)

    def test_2_sealing_keys_open_what_was_sealed_for_them(self, office: AgencyOffice) -> None:
        campaigns = [play.draft_campaign(office, code) for code in ("one", "two")]
        keygen(office, campaigns, PASSPHRASE)
        keys = [load_sealing_key(sealing_keys(office, PASSPHRASE), campaign) for campaign in campaigns]
        assert len({sealing.sealing_key_bytes(key.public_key()) for key in keys}) == 2
        with pytest.raises(WrongPassphrase):
            load_sealing_key(sealing_keys(office, "another passphrase"), campaigns[0])

    def test_3_manifest_joins_draft_and_enrolments(self, office: AgencyOffice, partners: Partners) -> None:
        campaign_id = play.announced_campaign(office, partners, eligible=20)
        text = office.exchange.get_text(campaign_id, MANIFEST)
        manifest = read_document(CampaignManifest, text, agency_key(office))
        assert (manifest.eligible, manifest.schedule) == (20, SCHEDULE)
        assert manifest.collector_url == "http://127.0.0.1:8000/collector"
        assert find_campaign(office, campaign_id).fingerprint == signing.fingerprint(text)

    def test_4_state_follows_the_clock_and_the_documents(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock
    ) -> None:
        campaign_id = play.announced_campaign(office, partners, eligible=20)
        seen = [find_campaign(office, campaign_id).situation.state]
        for moment in (SCHEDULE.issuance_opens, SCHEDULE.issuance_closes):
            clock.now = moment
            seen.append(find_campaign(office, campaign_id).situation.state)
        partners.publish_drawn(campaign_id, 12)
        seen.append(find_campaign(office, campaign_id).situation.state)
        for moment in (SCHEDULE.collection_opens, SCHEDULE.collection_closes):
            clock.now = moment
            seen.append(find_campaign(office, campaign_id).situation.state)
        partners.close(campaign_id, ANSWERS, 12)
        seen.append(find_campaign(office, campaign_id).situation.state)
        assert seen == [
            State.ANNOUNCED,
            State.ISSUING,
            State.ISSUED,
            State.DRAWN_PUBLISHED,
            State.COLLECTING,
            State.COLLECTED,
            State.CLOSED,
        ]

    def test_5_opening_gives_the_kpi_and_again_the_same_bytes(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock
    ) -> None:
        campaign_id = play.closed_campaign(office, partners, clock, ANSWERS, eligible=20)
        told: list[tuple[int, int]] = []
        first = open_campaign_batch(office, campaign_id, PASSPHRASE, lambda done, total: told.append((done, total)))
        again = open_campaign_batch(office, campaign_id, PASSPHRASE)
        assert told[-1] == (12, 12)
        assert release_bytes(first) == release_bytes(again)
        assert first.pinned is not None
        assert (first.pinned.percent, first.pinned.score_range) == ("75.00", "3,75-3,99")
        assert find_campaign(office, campaign_id).situation.state is State.OPENED
        kept = latest_verdict(office, campaign_id)
        assert kept is not None
        assert kept.milliseconds is not None
        assert (kept.verdict, kept.certified) == (first.verdict, False)
        assert b"milliseconds" not in release_bytes(first)
        assert not office.exchange.has(campaign_id, RELEASE)
        with office.database.read() as session:
            (row,) = session.scalars(select(ReleaseRow))
        assert (row.number, row.jws, row.draft) == (1, None, release_bytes(first).decode())

    def test_6_certifying_signs_release_and_record(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock
    ) -> None:
        campaign_id = play.opened_campaign(office, partners, clock, ANSWERS, eligible=20)
        release = certify(office, campaign_id)
        text = office.exchange.get_text(campaign_id, RELEASE)
        assert read_document(Release, text, agency_key(office)) == release
        record_text = office.exchange.get_text(campaign_id, RECORD)
        record = read_document(ScoringRecord, record_text, agency_key(office))
        assert (record.fact, record.row, record.release) == ("75.00", "75-79,99", signing.fingerprint(text))
        as_json = json.loads(office.exchange.get(campaign_id, "scoring-record.json"))
        assert as_json["fact"] == "75.00"
        (as_csv,) = csv.DictReader(
            io.StringIO(office.exchange.get(campaign_id, "scoring-record.csv").decode("utf-8-sig"))
        )
        assert (as_csv["fact"], as_csv["jws"]) == ("75.00", record_text)
        assert find_campaign(office, campaign_id).situation.state is State.CERTIFIED

    def test_7_export_writes_what_was_signed(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock, tmp_path: Path
    ) -> None:
        campaign_id = play.opened_campaign(office, partners, clock, ANSWERS, eligible=20)
        certify(office, campaign_id)
        written = certified.export(office, campaign_id, tmp_path / "out")
        assert {path.name for path in written} == {
            "release.jws",
            "scoring-record.jws",
            "scoring-record.json",
            "scoring-record.csv",
            "scoring-record.xlsx",
            "manifest.jws",
        }
        for path in written:
            if path.suffix != ".xlsx":  # made on demand, never put into the exchange folder
                assert path.read_bytes() == office.exchange.get(campaign_id, path.name)
        only = certified.export(office, campaign_id, tmp_path / "only", "csv")
        assert {path.name for path in only} == {"release.jws", "scoring-record.csv", "manifest.jws"}

    def test_8_the_journal_tells_it_all(self, office: AgencyOffice, partners: Partners, clock: FakeClock) -> None:
        campaign_id = play.opened_campaign(office, partners, clock, ANSWERS, eligible=20)
        certify(office, campaign_id)
        with office.database.read() as session:
            rows = journal.entries(session)
        journal.check_chain(rows)
        assert [row.action for row in rows] == [
            "create-round",
            "create-campaign",
            "keygen",
            "announce",
            "open",
            "certify",
        ]


class TestVoid:
    def test_nothing_goes_on_after_it(self, office: AgencyOffice, partners: Partners, clock: FakeClock) -> None:
        campaign_id = play.closed_campaign(office, partners, clock, ANSWERS, eligible=20)
        with pytest.raises(ReasonMissing):
            void(office, campaign_id, "  ")
        void(office, campaign_id, "The roster held 14 people who had left.")
        text = office.exchange.get_text(campaign_id, VOID)
        statement = read_document(VoidStatement, text, agency_key(office))
        assert statement.reason == "The roster held 14 people who had left."
        with pytest.raises(StepOutOfOrder, match="the campaign is voided"):
            open_campaign_batch(office, campaign_id, PASSPHRASE)
        with pytest.raises(StepOutOfOrder):
            void(office, campaign_id, "again")

    def test_the_body_can_have_another_campaign(self, office: AgencyOffice) -> None:
        first = play.draft_campaign(office)
        void(office, first, "Wrong dates.")
        assert play.draft_campaign(office) != first


class TestSuperseding:
    """A wrong certified Release is never edited: another one, with a reason, takes its place."""

    @staticmethod
    def corrected(office: AgencyOffice, campaign_id: str) -> None:
        """As if the program that opened first had been wrong: what is stored differs from what comes out now."""
        with office.database.write() as session:
            session.scalars(select(ReleaseRow)).one().opened_sha256 = "0" * 64
        open_campaign_batch(office, campaign_id, PASSPHRASE)

    def test_it_needs_a_reason_and_names_its_predecessor(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock
    ) -> None:
        campaign_id = play.opened_campaign(office, partners, clock, ANSWERS, eligible=20)
        certify(office, campaign_id)
        first = office.exchange.get_text(campaign_id, RELEASE)
        self.corrected(office, campaign_id)
        with pytest.raises(ReasonMissing):
            certify(office, campaign_id)
        release = certify(office, campaign_id, reason="Rounding was wrong in version 0.1.")
        assert release.supersedes == signing.fingerprint(first)
        assert release.reason == "Rounding was wrong in version 0.1."
        assert office.exchange.get_text(campaign_id, "release-1.jws") == first
        second = office.exchange.get_text(campaign_id, RELEASE)
        assert read_document(Release, second, agency_key(office)) == release
        found = certified.certified_of_campaign(office, campaign_id)
        assert [(c.number, c.superseded_by, c.is_current) for c in found] == [(1, 2, False), (2, None, True)]


class TestCrash:
    def test_a_crash_while_opening_leaves_nothing(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock, tmp_path: Path
    ) -> None:
        campaign_id = play.closed_campaign(office, partners, clock, ANSWERS, eligible=20)
        before = contents(tmp_path)

        def crash(done: int, total: int) -> None:
            if done == total:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            open_campaign_batch(office, campaign_id, PASSPHRASE, crash)
        assert contents(tmp_path) == before
        assert open_campaign_batch(office, campaign_id, PASSPHRASE).n == 12


class TestJournal:
    def test_the_database_refuses_to_change_it(self, office: AgencyOffice) -> None:
        play.draft_campaign(office)
        for change in ("UPDATE journal SET actor = 'nobody'", "DELETE FROM journal"):
            with pytest.raises(Exception, match="append-only"), office.database.engine.begin() as connection:
                connection.exec_driver_sql(change)

    def test_a_changed_entry_is_found(self, office: AgencyOffice) -> None:
        play.draft_campaign(office)
        with office.database.read() as session:
            rows = list(journal.entries(session))
            journal.check_chain(rows)
            rows[0].actor = "somebody else"
            with pytest.raises(journal.JournalBroken, match="entry 1"):
                journal.check_chain(rows)
            session.rollback()
            with pytest.raises(journal.JournalBroken, match="entry 1"):
                journal.check_chain(rows[1:])


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
