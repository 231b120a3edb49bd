"""Split sealing keys in an agency: made with shares, opened with some of them, refused without."""

import base64
from pathlib import Path

import pytest
from sqlalchemy import select

from analytics.campaigns import split_keys
from analytics.campaigns.announcing import announce
from analytics.campaigns.custody import keygen, rehearse, sealing_keys, unlock
from analytics.campaigns.openings import open_campaign_batch
from analytics.campaigns.reading import find_campaign
from analytics.campaigns.split_keys import keygen_split, read_shares
from analytics.campaigns.state import State, StepOutOfOrder
from analytics.custody.errors import (
    RehearsalFailed,
    ShareDamaged,
    ShareForeign,
    ShareRepeated,
    SharesMissing,
    WrongCustody,
)
from analytics.custody.key_files import SplitKeys, split_file, to_der
from analytics.custody.shares import combine, fingerprint_of
from analytics.models import ReleaseRow
from analytics.office import AgencyOffice
from analytics.release import release_bytes
from survey_app.domain import sealing
from survey_app.domain.keyfile import WrongPassphrase
from survey_app.staff import journal
from survey_app.web.keystore import KeyMissing
from tests import builders
from tests.clock import FakeClock
from tests.integration.agency import partners as play
from tests.integration.agency.custodians import THREE_OF_FIVE, TWO_INSTITUTIONS, by, closed_under_split, nobody
from tests.integration.agency.partners import PASSPHRASE, Partners


def drafts_of(office: AgencyOffice) -> list[ReleaseRow]:
    with office.database.read() as session:
        return list(session.scalars(select(ReleaseRow)))


class TestMaking:
    def test_one_split_serves_a_round(self, office: AgencyOffice, tmp_path: Path) -> None:
        campaigns = [play.draft_campaign(office, code) for code in ("one", "two", "three")]
        made = keygen_split(office, campaigns, THREE_OF_FIVE, tmp_path / "shares")
        assert made.subsets_tried == 10
        assert len(made.files) == len(set(made.files)) == 5
        keys = by(office, made, 0, 2, 4)
        opened = [unlock(office, campaign, keys) for campaign in campaigns]
        assert len({to_der(key) for key in opened}) == 3
        with office.database.read() as session:
            entries = [row for row in journal.entries(session) if row.action == "keygen"]
        assert [row.subject for row in entries] == campaigns
        assert all("Zarina" in row.details and made.fingerprint in row.details for row in entries)

    def test_the_secret_and_the_keys_are_written_nowhere(self, office: AgencyOffice, tmp_path: Path) -> None:
        """Looked for in every file under the instance, with the journal's journal and the database."""
        campaign = play.draft_campaign(office)
        made = keygen_split(office, [campaign], THREE_OF_FIVE, tmp_path / "shares")
        shares = read_shares(made.files, nobody)
        secret = combine(shares, THREE_OF_FIVE, made.fingerprint)
        private = unlock(office, campaign, by(office, made, 0, 1, 2))
        number = private.private_numbers().private_value.to_bytes(32, "big")
        for needle in (secret, number):
            forms = (
                needle,
                needle.hex().encode(),
                base64.b64encode(needle)[:-2],
                base64.urlsafe_b64encode(needle)[:-2],
            )
            for path in (path for path in tmp_path.rglob("*") if path.is_file()):
                assert not any(form in path.read_bytes() for form in forms), path
        assert all(path.stat().st_mode & 0o077 == 0 for path in made.files)
        assert split_file(office.config.keys, campaign).stat().st_mode & 0o077 == 0

    def test_a_failed_rehearsal_leaves_nothing_and_no_manifest(
        self, office: AgencyOffice, partners: Partners, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        campaign = play.draft_campaign(office)
        partners.enrol(campaign, 20)
        write = split_keys.share_file.write
        swapped = lambda share, *rest: write(share, *rest).replace("Secret:", "Sekret:")  # noqa: E731 (a bad printer)
        monkeypatch.setattr(split_keys.share_file, "write", swapped)
        with pytest.raises(ShareDamaged):
            keygen_split(office, [campaign], THREE_OF_FIVE, tmp_path / "shares")
        assert not list((tmp_path / "shares").glob("*"))
        assert not split_file(office.config.keys, campaign).exists()
        with pytest.raises(StepOutOfOrder, match="the sealing key"):
            announce(office, campaign)

    def test_a_key_that_was_made_is_not_made_again(self, office: AgencyOffice, tmp_path: Path) -> None:
        campaign = play.draft_campaign(office)
        keygen_split(office, [campaign], THREE_OF_FIVE, tmp_path / "shares")
        with pytest.raises(StepOutOfOrder):
            keygen(office, campaign, PASSPHRASE)
        with pytest.raises(StepOutOfOrder):
            keygen_split(office, [campaign], THREE_OF_FIVE, tmp_path / "again")

    def test_a_lost_key_file_cannot_be_announced(
        self, office: AgencyOffice, partners: Partners, tmp_path: Path
    ) -> None:
        campaign = play.draft_campaign(office)
        partners.enrol(campaign, 20)
        keygen_split(office, [campaign], THREE_OF_FIVE, tmp_path / "shares")
        split_file(office.config.keys, campaign).unlink()
        with pytest.raises(KeyMissing):
            announce(office, campaign)


class TestOpening:
    def test_any_custodians_get_the_same_bytes(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock, tmp_path: Path
    ) -> None:
        """One custodian's share is lost: with three of the other four nothing is."""
        campaign, made = closed_under_split(office, partners, clock, tmp_path / "shares")
        made.files[1].unlink()
        first = open_campaign_batch(office, campaign, by(office, made, 0, 2, 4))
        again = open_campaign_batch(office, campaign, by(office, made, 4, 3, 2, 0))
        assert release_bytes(first) == release_bytes(again)
        assert first.pinned is not None
        assert first.pinned.percent == "75.00"
        assert find_campaign(office, campaign).situation.state is State.OPENED

    def test_what_does_not_suffice_opens_nothing(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock, tmp_path: Path
    ) -> None:
        campaign, made = closed_under_split(office, partners, clock, tmp_path / "shares")
        other = play.draft_campaign(office, "other", round_code="2027")
        foreign = keygen_split(office, [other], THREE_OF_FIVE, tmp_path / "other")
        mixed = read_shares([made.files[0], made.files[1], foreign.files[2]], nobody)
        for keys, refusal, text in (
            (by(office, made, 0, 3), SharesMissing, "1 more of agency (2 of 3 are here; ask Bolat, Dana, Zarina)"),
            (by(office, made, 0, 3, 3), ShareRepeated, "Yerlan"),
            (SplitKeys(office.config.keys, mixed), ShareForeign, "Dana"),
            (SplitKeys(office.config.keys, ()), SharesMissing, "3 of 5"),
            (PASSPHRASE, WrongCustody, "3 of 5 of agency"),
        ):
            with pytest.raises(refusal) as refused:
                open_campaign_batch(office, campaign, keys)
            assert text in str(refused.value)
        assert drafts_of(office) == []
        assert find_campaign(office, campaign).situation.state is State.CLOSED

    def test_two_institutions_need_each_other(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock, tmp_path: Path
    ) -> None:
        campaign, made = closed_under_split(office, partners, clock, tmp_path / "shares", TWO_INSTITUTIONS)
        assert made.subsets_tried == 6  # 3 pairs of the agency, each with one of two of the ombudsman
        with pytest.raises(SharesMissing, match="1 more of ombudsman"):
            open_campaign_batch(office, campaign, by(office, made, 0, 1, 2))
        assert open_campaign_batch(office, campaign, by(office, made, 0, 1, 4)).n == 12

    def test_the_same_figures_as_under_a_passphrase(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock, tmp_path: Path
    ) -> None:
        """One batch, one key, kept in both ways: the custody leaves no trace in the Release."""
        campaign, made = closed_under_split(office, partners, clock, tmp_path / "shares")
        split = open_campaign_batch(office, campaign, by(office, made, 0, 1, 2))
        private = unlock(office, campaign, by(office, made, 0, 1, 2))
        split_file(office.config.keys, campaign).unlink()
        sealing_keys(office, PASSPHRASE).create(f"sealing-{campaign}", to_der(private))
        assert release_bytes(open_campaign_batch(office, campaign, PASSPHRASE)) == release_bytes(split)

    def test_shares_do_not_open_what_a_passphrase_keeps(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock, tmp_path: Path
    ) -> None:
        campaign = play.closed_campaign(office, partners, clock, [play.PLEASED] * 12, 20)
        other = play.draft_campaign(office, "other", round_code="2027")
        made = keygen_split(office, [other], THREE_OF_FIVE, tmp_path / "shares")
        with pytest.raises(WrongCustody, match="its passphrase"):
            open_campaign_batch(office, campaign, by(office, made, 0, 1, 2))

    def test_shares_under_their_custodians_own_passphrases(self, office: AgencyOffice, tmp_path: Path) -> None:
        campaign = play.draft_campaign(office)
        own = {"Bolat": "a word of Bolat's", "Dana": "a word of Dana's"}
        made = keygen_split(office, [campaign], THREE_OF_FIVE, tmp_path / "shares", own)
        keys = SplitKeys(office.config.keys, read_shares(made.files[:3], own.__getitem__))
        assert unlock(office, campaign, keys)
        with pytest.raises(WrongPassphrase, match="Dana"):
            read_shares(made.files[:3], {**own, "Dana": own["Bolat"]}.__getitem__)


class TestRehearsal:
    def test_a_mock_campaign_proves_the_key_as_it_is_kept(self, office: AgencyOffice, tmp_path: Path) -> None:
        campaign = play.draft_campaign(office)
        made = keygen_split(office, [campaign], THREE_OF_FIVE, tmp_path / "shares")
        files = sorted(path for path in tmp_path.rglob("*") if path.is_file())
        proved = rehearse(office, campaign, by(office, made, 1, 2, 3))
        questions = builders.official_questionnaire().substantive
        assert (proved.counted, proved.rejected) == (12, 1)
        assert proved.totals == sum(len(question.options) for question in questions)
        assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == files
        with office.database.read() as session:
            assert [row.action for row in journal.entries(session)][-1] == "rehearse"

    def test_under_a_passphrase(self, office: AgencyOffice) -> None:
        campaign = play.draft_campaign(office)
        with pytest.raises(StepOutOfOrder, match="no sealing key yet"):
            rehearse(office, campaign, PASSPHRASE)
        keygen(office, campaign, PASSPHRASE)
        assert rehearse(office, campaign, PASSPHRASE).counted == 12
        with pytest.raises(WrongPassphrase):
            rehearse(office, campaign, "another passphrase")

    def test_a_key_that_is_not_the_manifests_is_found(self, office: AgencyOffice) -> None:
        """The file was replaced by another key's, under the right passphrase and label."""
        campaign = play.draft_campaign(office)
        keygen(office, campaign, PASSPHRASE)
        (office.config.keys / f"sealing-{campaign}.key").unlink()
        sealing_keys(office, PASSPHRASE).create(f"sealing-{campaign}", to_der(sealing.generate_sealing_key()))
        with pytest.raises(RehearsalFailed, match="does not belong to the manifest's sealing key"):
            rehearse(office, campaign, PASSPHRASE)

    def test_fingerprints_differ(self, office: AgencyOffice, tmp_path: Path) -> None:
        campaigns = [play.draft_campaign(office, code) for code in ("one", "two")]
        made = [keygen_split(office, [c], THREE_OF_FIVE, tmp_path / c) for c in campaigns]
        assert made[0].fingerprint != made[1].fingerprint
        assert made[0].fingerprint != fingerprint_of(bytes(32))
