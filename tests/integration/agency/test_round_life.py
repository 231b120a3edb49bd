"""The life of a round as a whole: opened together, certified, superseded; what may be done, and what is missing."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from analytics.campaigns.certification import ReasonMissing, ReasonUnexpected, certify
from analytics.campaigns.certified import certified_in_round
from analytics.campaigns.certified_rounds import CertifiedRound, certified_rounds, present_round
from analytics.campaigns.openings import open_campaign_batch
from analytics.campaigns.reading import UnknownCampaign, UnknownRound
from analytics.campaigns.round_certification import certify_round
from analytics.campaigns.round_keys import RoundKeys, round_keys
from analytics.campaigns.round_openings import open_round_batches
from analytics.campaigns.round_reading import round_standing
from analytics.campaigns.split_keys import read_shares
from analytics.campaigns.state import StepOutOfOrder
from analytics.campaigns.voiding import void
from analytics.cli import agency
from analytics.custody.errors import WrongCustody
from analytics.models import AttackRow, ReleaseRow, RoundReleaseRow
from analytics.office import AgencyOffice, signing_key
from analytics.release import NotAttackedTogether, Release, read_release, release_bytes
from analytics.round_release import RoundRelease, read_round_release, round_release_bytes
from survey_app.domain import signing
from survey_app.domain.documents import from_payload, read_document, sign_document
from survey_app.domain.keyfile import WrongPassphrase
from survey_app.staff import journal
from survey_app.web.exchange import RELEASE
from survey_app.web.settings import Settings
from tests.clock import FakeClock
from tests.integration.agency import partners as play
from tests.integration.agency.conftest import agency_at, copied
from tests.integration.agency.custodians import ANSWERS, closed_under_split, nobody
from tests.integration.agency.partners import PASSPHRASE, SCHEDULE, TWELVE, Partners

REASON = "Fourteen ghosts on the roster."


@pytest.fixture
def instance(tmp_path: Path, round_world: Path) -> Path:
    """Rounds 2026, certified together, and 2027, opened but not certified; each test has a copy."""
    return copied(round_world, tmp_path / "instance")


@pytest.fixture
def office(instance: Path, clock: FakeClock, environ: dict[str, str]) -> Iterator[AgencyOffice]:
    clock.now = SCHEDULE.collection_closes
    opened = agency_at(instance, environ, clock)
    yield opened
    opened.database.dispose()


@pytest.fixture
def keys(office: AgencyOffice) -> RoundKeys:
    return round_keys(office, [PASSPHRASE])


def campaign_of(office: AgencyOffice, body: str, round_code: str = "2026") -> str:
    found = {one.release.body.code: one.release.campaign_id for one in certified_in_round(office, round_code)}
    return found[body]


def agency_key(office: AgencyOffice) -> bytes:
    return signing.public_key_bytes(signing_key(office))


def actions(office: AgencyOffice) -> list[tuple[str, str]]:
    with office.database.read() as session:
        rows = journal.entries(session)
        journal.check_chain(rows)
        return [(row.action, row.subject) for row in rows]


class TestCertified:
    def test_it_is_signed_and_in_the_rounds_folder(self, office: AgencyOffice) -> None:
        (one,) = certified_rounds(office, "2026")
        text = office.exchange.round_path("2026", "round-release.jws").read_text("ascii")
        assert text == one.jws
        assert read_document(RoundRelease, text, agency_key(office)) == one.release
        assert (one.number, one.status, one.release.supersedes, one.release.reason) == (1, "current", None, None)
        assert {body.code: body.pooled for body in one.release.bodies} == {
            "large": True,
            "middling": True,
            "small": False,
        }
        assert (one.release.n, one.release.eligible) == (72, 100)
        assert actions(office)[-2:] == [("open-round", "2026"), ("certify-round", "2026")]

    def test_its_counts_are_those_of_both_bodies(self, office: AgencyOffice) -> None:
        """40 of 60 and 7 of 12 are pleased or rather so with questions 3 to 11; 23 and 7 with 1 and 2."""
        figures = present_round(office, "2026").release
        shown = {total.question: (total.favourable, total.base) for total in figures.totals if total.hidden is None}
        for body in figures.bodies:
            assert body.not_in_totals == () or body.code == "small"
        assert {name: pair for name, pair in shown.items() if name in ("q3", "q11")} == {
            "q3": (47, 72),
            "q11": (47, 72),
        }

    def test_opening_it_again_changes_nothing(self, office: AgencyOffice, keys: RoundKeys) -> None:
        again = open_round_batches(office, "2026", keys, processes=1)
        assert again == present_round(office, "2026").release
        with office.database.read() as session:
            rows = session.scalars(select(RoundReleaseRow)).all()
            releases = session.scalars(select(ReleaseRow).where(ReleaseRow.number > 1)).all()
        assert [(row.number, row.draft) for row in rows] == [(1, None)]
        assert releases == []
        with pytest.raises(StepOutOfOrder, match="cannot certify-round"):
            certify_round(office, "2026", reason="again")


class TestOpening:
    def test_bodies_get_the_drafts_that_they_would_get_alone(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock, keys: RoundKeys
    ) -> None:
        """Round 2028: nothing was opened before. Alone afterwards, the same bytes come out."""
        campaigns = []
        for code, answers in (("first", TWELVE * 2), ("second", TWELVE)):
            clock.now = play.OPENS
            campaigns.append(
                play.closed_campaign(office, partners, clock, answers, len(answers) + 3, code=code, round_code="2028")
            )
        ticks: list[tuple[int, int]] = []
        drafted = open_round_batches(office, "2028", keys, lambda *tick: ticks.append(tick))
        assert ticks[-1] == (len(ticks), len(ticks))
        with office.database.read() as session:
            together = [session.get_one(ReleaseRow, (campaign_id, 1)).draft for campaign_id in campaigns]
            times = {
                campaign_id: session.get_one(AttackRow, (campaign_id, 1)).milliseconds for campaign_id in campaigns
            }
            opened = {row.subject: json.loads(row.details) for row in journal.entries(session) if row.action == "open"}
        assert {one: int(opened[one]["attack_milliseconds"]) for one in campaigns} == times
        alone = [open_campaign_batch(office, campaign_id, PASSPHRASE) for campaign_id in campaigns]
        assert [release_bytes(release).decode() for release in alone] == together
        with pytest.raises(StepOutOfOrder, match=r"first, second: not certified as the round was opened"):
            certify_round(office, "2028")
        for campaign_id in campaigns:
            certify(office, campaign_id)
        with pytest.raises(ReasonUnexpected):
            certify_round(office, "2028", reason="why not")
        assert certify_round(office, "2028") == drafted

    def test_it_waits_for_every_campaign(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock, keys: RoundKeys
    ) -> None:
        clock.now = play.OPENS
        late = play.announced_campaign(office, partners, 12, code="late")
        other = play.draft_campaign(office, code="never")
        clock.now = SCHEDULE.collection_closes
        assert dict(round_standing(office, "2026").situation.missing).popitem()[1] == ("late", "never")
        with pytest.raises(StepOutOfOrder, match=r"late, never: not closed yet"):
            open_round_batches(office, "2026", keys)
        void(office, other, "Begun by mistake.")
        assert {body.code for body in open_round_batches(office, "2026", keys, without=[late]).bodies} == {
            "large",
            "middling",
            "small",
        }
        with pytest.raises(UnknownCampaign):
            open_round_batches(office, "2026", keys, without=["0" * 32])
        with pytest.raises(UnknownRound):
            open_round_batches(office, "1999", keys)

    def test_keys_of_every_kind_open_it(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock, tmp_path: Path
    ) -> None:
        """The bodies of 2026 under a passphrase, and one more under shares."""
        clock.now = play.OPENS
        _, made = closed_under_split(office, partners, clock, tmp_path / "shares", code="split")
        shares = read_shares(made.files[:3], nobody)
        for given, refused in (
            (round_keys(office, [PASSPHRASE]), WrongCustody),
            (round_keys(office, [], shares), WrongCustody),
            (round_keys(office, ["another passphrase"], shares), WrongPassphrase),
        ):
            with pytest.raises(refused):
                open_round_batches(office, "2026", given)
        opened = open_round_batches(office, "2026", round_keys(office, ["another passphrase", PASSPHRASE], shares))
        assert "split" in {body.code for body in opened.pooled}

    def test_a_crash_leaves_nothing(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock, keys: RoundKeys
    ) -> None:
        clock.now = play.OPENS
        play.closed_campaign(office, partners, clock, ANSWERS, 20, code="alone", round_code="2028")
        before = actions(office)

        def crash(done: int, total: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            open_round_batches(office, "2028", keys, crash)
        assert actions(office) == before
        with office.database.read() as session:
            assert session.scalars(select(RoundReleaseRow).where(RoundReleaseRow.round == "2028")).all() == []


class TestChangedSince:
    def test_a_void_body_outdates_it_and_only_the_row_takes_its_place(
        self, office: AgencyOffice, keys: RoundKeys
    ) -> None:
        first = present_round(office, "2026")
        void(office, campaign_of(office, "middling"), REASON)
        assert described(present_round(office, "2026")) == ("outdated", [("middling", "void")])
        assert round_standing(office, "2026").situation.state == "outdated"
        draft = open_round_batches(office, "2026", keys)
        assert draft.verdict.result == "row_only"
        assert [(kpi.method, kpi.percent) for kpi in draft.kpis] == [("fav_share/1", None)]
        with pytest.raises(ReasonMissing):
            certify_round(office, "2026", reason=" ")
        second = certify_round(office, "2026", reason=REASON)
        assert (second.supersedes, second.reason) == (first.sha256, REASON)
        folder = office.exchange.round_path("2026", ".")
        assert (folder / "round-release-1.jws").read_text("ascii") == first.jws
        assert (
            read_document(RoundRelease, (folder / "round-release.jws").read_text("ascii"), agency_key(office)) == second
        )
        assert [(one.number, one.status) for one in certified_rounds(office, "2026")] == [
            (1, "superseded"),
            (2, "current"),
        ]

    def test_a_small_bodys_end_changes_nothing(self, office: AgencyOffice) -> None:
        void(office, campaign_of(office, "small"), REASON)
        assert described(present_round(office, "2026")) == ("current", [])

    def test_a_void_body_since_opening_wants_another_opening(self, office: AgencyOffice, keys: RoundKeys) -> None:
        pending = round_standing(office, "2027").closed[0].campaign_id
        open_round_batches(office, "2027", keys)
        void(office, pending, REASON)
        with pytest.raises(StepOutOfOrder, match="pending: changed since the round was opened"):
            certify_round(office, "2027")

    def test_a_corrected_body_outdates_it(
        self, office: AgencyOffice, partners: Partners, clock: FakeClock, keys: RoundKeys
    ) -> None:
        """As if an earlier version of the program had opened first."""
        clock.now = play.OPENS
        campaign_id = play.opened_campaign(office, partners, clock, TWELVE, 15, code="body", round_code="2028")
        with office.database.write() as session:
            row = session.get_one(ReleaseRow, (campaign_id, 1))
            older = release_bytes(replace(read_release(str(row.draft).encode()), software="pikir 0.0.1"))
            row.draft, row.opened_sha256 = older.decode(), hashlib.sha256(older).hexdigest()
        certify(office, campaign_id)
        open_round_batches(office, "2028", keys)
        certify_round(office, "2028")
        assert described(present_round(office, "2028")) == ("current", [])
        open_campaign_batch(office, campaign_id, PASSPHRASE)
        assert present_round(office, "2028").status == "current"  # a draft is nothing yet
        certify(office, campaign_id, reason="Opened by a version that is out of date.")
        assert described(present_round(office, "2028")) == ("outdated", [("body", "corrected")])
        again = open_round_batches(office, "2028", keys)
        assert again.figures == present_round(office, "2028").release.figures  # of the same batch: nothing new is told
        certify_round(office, "2028", reason="The body's own Release was corrected.")
        assert present_round(office, "2028").status == "current"


class TestRefused:
    def test_figures_beside_certified_ones(self, office: AgencyOffice, keys: RoundKeys) -> None:
        """A draft that was put there by another way, and would tell the difference."""
        void(office, campaign_of(office, "middling"), REASON)
        open_round_batches(office, "2026", keys)
        with office.database.write() as session:
            row = session.get_one(RoundReleaseRow, ("2026", 2))
            draft = read_round_release(str(row.draft).encode())
            other = replace(draft, verdict=replace(draft.verdict, result="pass"))
            row.draft = round_release_bytes(other).decode()
        with pytest.raises(NotAttackedTogether):
            certify_round(office, "2026", reason=REASON)

    def test_a_failed_attack_cannot_even_be_read(self, office: AgencyOffice) -> None:
        text = round_release_bytes(present_round(office, "2026").release)
        with pytest.raises(Exception, match="verdict"):
            read_round_release(text.replace(b'"result":"pass"', b'"result":"fail"'))

    def test_a_bodys_correction_that_shows_what_the_round_was_not_attacked_with(
        self, office: AgencyOffice, keys: RoundKeys
    ) -> None:
        """As if a later version hid less of the same batch: alone it is safe, with the round's figures unknown."""
        campaign_id = campaign_of(office, "middling")
        with office.database.write() as session:
            row = session.get_one(ReleaseRow, (campaign_id, 1))
            release = from_payload(Release, signing.peek(str(row.jws))[1])
            hidden = replace(release.totals[0], hidden="protected", favourable=None, unfavourable=None, base=None)
            row.jws = sign_document(replace(release, totals=(hidden, *release.totals[1:])), signing_key(office))
            row.opened_sha256 = "0" * 64
        office.exchange.path(campaign_id, RELEASE).unlink()
        open_campaign_batch(office, campaign_id, PASSPHRASE)
        with pytest.raises(NotAttackedTogether, match="round"):
            certify(office, campaign_id, reason="It hid too much.")


class TestCommands:
    @pytest.fixture
    def run(self, instance: Path, environ: dict[str, str], clock: FakeClock) -> Callable[..., Result]:
        """`pikir agency …`."""

        def call(*words: str) -> Result:
            settings = Settings(instance, environ, clock)
            return CliRunner().invoke(agency, words, obj=settings)

        return call

    def test_from_opening_to_the_signed_document(
        self, run: Callable[..., Result], office: AgencyOffice, tmp_path: Path
    ) -> None:
        secret = tmp_path / "passphrase"
        secret.write_text(PASSPHRASE + "\n")
        opened = run("open-round", "2027", "--passphrase-file", str(secret), "--processes", "1")
        assert opened.exit_code == 0, opened.output
        assert "n = 60" in opened.stdout
        assert "pending: not certified as the round was opened with them" in opened.stdout
        early = run("certify-round", "2027")
        assert early.exit_code != 0
        certify(office, round_standing(office, "2027").closed[0].campaign_id)
        done = run("certify-round", "2027", "--json")
        assert '"format": "pikir-round-release/1"' in done.stdout
        assert "all bodies together: certified" in run("list").stdout

    def test_the_list_says_what_is_missing(
        self, run: Callable[..., Result], office: AgencyOffice, clock: FakeClock
    ) -> None:
        clock.now = play.OPENS
        play.draft_campaign(office, code="later", round_code="2028")
        shown = run("list").stdout
        assert "2028" in shown
        assert "under-way; waiting for: later: not closed yet" in shown


def described(one: CertifiedRound) -> tuple[str, list[tuple[str, str]]]:
    return one.status, [(changed.body.code, changed.change) for changed in one.outdated]
