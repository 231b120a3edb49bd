"""Custody as people type it: custodians, an offline machine, a second institution, the end of a key."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import pikir
from analytics import journal
from analytics.campaigns.certification import certify
from analytics.campaigns.drafts import DraftRefused
from analytics.campaigns.second_institutions import NotASecondInstitution
from analytics.campaigns.state import StepOutOfOrder
from analytics.campaigns.voiding import void
from analytics.custody.countersigning import (
    Countersignature,
    CountersignatureMismatch,
    ReopenedDiffers,
    file_name,
    make_card,
    opened_sha256,
)
from analytics.custody.destruction import Destruction
from analytics.custody.errors import KeyDestroyed, ShareDamaged, SharesMissing
from analytics.office import AgencyOffice, signing_key
from analytics.release import Release, read_release, release_bytes
from analytics.scoring import ScoringRecord
from survey_app.domain import signing
from survey_app.domain.documents import from_payload, read_document, sign_document
from survey_app.domain.manifest import LocalisedText
from survey_app.web.keystore import KeyStore
from survey_app.web.settings import Settings
from tests.clock import FakeClock
from tests.integration.agency import partners as play
from tests.integration.agency.browsing import Staff
from tests.integration.agency.custodians import ANSWERS, NAMES
from tests.integration.agency.partners import PASSPHRASE, Partners

OMBUDSMAN = LocalisedText("Омбудсмен кеңсесі", "Офис омбудсмена", "Office of the Ombudsman")
IN_RECORD = "Омбудсмен кеңсесі / Офис омбудсмена / Office of the Ombudsman"


class People:
    """Officers, custodians and a second institution, each typing `pikir …`."""

    def __init__(self, settings: Settings, office: AgencyOffice, partners: Partners, clock: FakeClock) -> None:
        self.settings, self.office, self.partners, self.clock = settings, office, partners, clock
        self.place = settings.instance / "people"
        self.place.mkdir()
        self.shares = self.place / "shares"
        self.own = self.place / "own"
        for name, text in (("own-passphrase", "the ombudsman's own\n"), ("passphrase", f"{PASSPHRASE}\n")):
            (self.place / name).write_text(text)

    def types(self, *words: object, typed: str | None = None) -> Result:
        group, *rest = map(str, words)
        command = pikir.main.get_command(None, group)  # type: ignore[arg-type]
        assert command is not None
        return CliRunner().invoke(command, rest, obj=self.settings, input=typed)

    def succeed(self, *words: object, typed: str | None = None) -> str:
        result = self.types(*words, typed=typed)
        assert result.exit_code == 0, (words, result.output, result.exception)
        return result.stdout

    def are_refused(self, refusal: type[Exception], *words: object, typed: str | None = None) -> str:
        result = self.types(*words, typed=typed)
        assert isinstance(result.exception, refusal), (words, result.output, result.exception)
        return str(result.exception)

    def sheets(self, *names: str) -> list[str]:
        """--share for the sheets of these custodians."""
        found = [next(self.shares.glob(f"*-{name}.txt")) for name in names]
        return [word for path in found for word in ("--share", str(path))]

    def split(self, campaign_id: str, *words: str) -> str:
        how = words or ("--split", "3/5")
        return self.succeed("agency", "keygen", campaign_id, *how, "--custodians", NAMES, "--shares", self.shares)

    def close(self, campaign_id: str) -> None:
        """From the key to the closed batch."""
        self.succeed("agency", "announce", campaign_id)
        self.partners.publish_drawn(campaign_id, len(ANSWERS))
        self.clock.now = self.partners.manifest(campaign_id).schedule.collection_closes
        self.partners.close(campaign_id, ANSWERS, len(ANSWERS))

    def closed(self) -> str:
        campaign_id = self.drafted()
        self.split(campaign_id)
        self.close(campaign_id)
        return campaign_id

    def drafted(self) -> str:
        campaign_id = play.draft_campaign(self.office)
        self.partners.enrol(campaign_id, 20)
        return campaign_id

    def folder(self, campaign_id: str) -> Path:
        return self.office.exchange.path(campaign_id, ".")

    def key_file(self, campaign_id: str) -> Path:
        return self.office.config.keys / f"sealing-{campaign_id}.split"

    def carry_offline(self, campaign_id: str) -> tuple[list[object], Path]:
        """The files of an opening on another machine, and the words of the command up to the shares."""
        machine = self.place / "offline"
        shutil.copytree(self.folder(campaign_id), machine)
        shutil.copy(self.key_file(campaign_id), machine / "sealing.key")
        draft = machine / "draft.json"
        documents = [w for n in ("manifest", "board", "drawn") for w in (f"--{n}", machine / f"{n}.jws")]
        return [machine / "batch.bin", *documents, "--key", machine / "sealing.key", "--output", draft], draft

    def found_institution(self) -> str:
        names = ("--name-kk", OMBUDSMAN.kk, "--name-ru", OMBUDSMAN.ru, "--name-en", OMBUDSMAN.en)
        secret = ("--own-passphrase-file", self.place / "own-passphrase")
        return self.succeed("countersign", "keygen", self.own, *names, *secret).split()[-1]

    def is_trusted(self) -> None:
        self.succeed("agency", "trust-countersigner", self.own / "countersigner.jws", typed="y\n")

    def countersigning(self, campaign_id: str, *more: object) -> list[object]:
        secret = ("--own-passphrase-file", self.place / "own-passphrase")
        key = ("--key", self.key_file(campaign_id), *self.sheets("Aigul", "Bolat", "Dana"))
        return ["countersign", "sign", self.folder(campaign_id), "--own", self.own, *secret, *key, *more]

    def verify(self, campaign_id: str, *more: str) -> Any:
        return json.loads(self.types("verify", self.folder(campaign_id), "--json", *more).stdout)


@pytest.fixture
def people(
    tmp_path: Path, environ: dict[str, str], office: AgencyOffice, partners: Partners, clock: FakeClock
) -> People:
    return People(Settings(tmp_path, environ, clock), office, partners, clock)


def findings(report: Any) -> dict[str, str]:
    return {one["check"]: one["status"] for one in report["checks"]}


class TestSplit:
    def test_from_keygen_to_a_release(self, people: People) -> None:
        campaign = people.drafted()
        printed = people.split(campaign)
        assert "3 of 5 of agency; 10 sets of written shares were tried" in printed
        assert all(str(path) in printed for path in people.shares.iterdir())
        proved = people.succeed("agency", "rehearse", campaign, *people.sheets("Aigul", "Dana", "Zarina"))
        assert "12 mock people" in proved
        people.close(campaign)
        opened = people.succeed("agency", "open", campaign, *people.sheets("Bolat", "Dana", "Yerlan"))
        assert "fav_share/1: 75.00 %" in opened
        people.succeed("agency", "certify", campaign)

    def test_too_few_and_a_share_with_a_changed_word(self, people: People) -> None:
        campaign = people.closed()
        told = people.are_refused(SharesMissing, "agency", "open", campaign, *people.sheets("Aigul", "Bolat"))
        assert "1 more of agency" in told
        assert "ask Dana, Yerlan, Zarina" in told
        sheet = next(people.shares.glob("*-Bolat.txt"))
        text = sheet.read_text()
        word = text.split("Words:")[1].split()[9]
        sheet.write_text(text.replace(word, "academic" if word != "academic" else "acid"))
        told = people.are_refused(ShareDamaged, "agency", "open", campaign, *people.sheets("Aigul", "Bolat", "Dana"))
        assert "Bolat" in told

    def test_two_institutions_with_passphrases_of_their_own(self, people: People) -> None:
        campaign = people.drafted()
        (people.place / "olga").write_text("olga's own words\n")
        groups = ("--group", "agency:2/3", "--group", "ombudsman:1/2", "--protect")
        asked = "".join(f"{name} keeps this\n" * 2 for name in ("Aigul", "Bolat", "Dana", "Yerlan"))
        words = ("--custodians", NAMES, "--shares", people.shares, "--share-passphrase", f"Zarina={people.place}/olga")
        people.succeed("agency", "keygen", campaign, *groups, *words, typed=asked)
        sheets = people.sheets("Aigul", "Bolat", "Zarina")
        own = ("--share-passphrase", f"Zarina={people.place / 'olga'}")
        typed = "Aigul keeps this\nBolat keeps this\n"
        assert people.succeed("agency", "rehearse", campaign, *sheets, *own, typed=typed)
        assert "ombudsman" in people.are_refused(
            SharesMissing, "agency", "rehearse", campaign, *sheets[:4], typed=typed
        )

    @pytest.mark.parametrize(
        "words",
        [
            ("--split", "3/5"),
            ("--split", "3/5", "--custodians", NAMES),
            ("--custodians", NAMES),
            ("--split", "3/5", "--custodians", NAMES, "--shares", "x", "--share-passphrase", "Nobody=/etc/hostname"),
            ("--split", "3/5", "--custodians", NAMES, "--shares", "x", "--share-passphrase", "Aigul"),
        ],
    )
    def test_wrong_calls(self, people: People, words: tuple[str, ...]) -> None:
        assert people.types("agency", "keygen", people.drafted(), *words).exit_code == 2


class TestOffline:
    def test_the_same_bytes_as_online(self, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
        campaign = people.closed()
        words, draft = people.carry_offline(campaign)
        with monkeypatch.context() as machine:
            machine.setattr("analytics.commands.open_agency", None)  # there is no database to open
            shown = people.succeed("agency", "open-offline", *words, *people.sheets("Aigul", "Dana", "Yerlan"))
        digest = hashlib.sha256(draft.read_bytes()).hexdigest()
        assert digest in "".join(shown.split())
        typed = " ".join(digest[i : i + 4] for i in range(0, 20, 4))
        people.succeed("agency", "accept-draft", campaign, draft, typed=f"{typed}\n")
        online = json.loads(
            people.succeed("agency", "open", campaign, *people.sheets("Aigul", "Bolat", "Zarina"), "--json")
        )
        assert json.loads(draft.read_bytes()) == online
        assert release_bytes(certify(people.office, campaign)) == draft.read_bytes()
        assert people.verify(campaign)["passed"]
        with people.office.database.read() as session:
            opened = [json.loads(row.details) for row in journal.entries(session) if row.action == "open"]
        assert opened == [{"opened": digest, "offline": "yes"}, {"opened": digest}]

    def test_a_draft_that_is_not_what_was_opened(self, people: People) -> None:
        campaign = people.closed()
        words, draft = people.carry_offline(campaign)
        people.succeed("agency", "open-offline", *words, *people.sheets("Aigul", "Dana", "Yerlan"))
        genuine = draft.read_bytes()
        digest = hashlib.sha256(genuine).hexdigest()
        wrong = digest[:19] + ("0" if digest[19] != "0" else "1")
        for digits in (wrong, digest[:19], "no digits at all, sorry", digest + "0"):
            people.are_refused(DraftRefused, "agency", "accept-draft", campaign, draft, typed=f"{digits}\n")
        fields = json.loads(genuine)
        for change in (
            {"n": 11},
            {"received": 13},
            {"campaign_id": "ff" * 16},
            {"root": fields["manifest"]},
            {"eligible": 13},
            {"software": "pikir 0.0.1"},
            {"countersigned": "somebody"},
            {"turnout": "99.00"},
        ):
            forged = json.dumps(fields | change, ensure_ascii=False, separators=(",", ":")).encode()
            draft.write_bytes(forged)
            result = people.types(
                "agency", "accept-draft", campaign, draft, "--sha256", hashlib.sha256(forged).hexdigest()
            )
            assert result.exit_code == 1, change
        pretty = json.dumps(fields, ensure_ascii=False, indent=1).encode()
        draft.write_bytes(pretty)
        told = people.are_refused(
            DraftRefused, "agency", "accept-draft", campaign, draft, "--sha256", hashlib.sha256(pretty).hexdigest()
        )
        assert "other bytes" in told
        with pytest.raises(StepOutOfOrder):
            certify(people.office, campaign)

    def test_with_a_passphrase(self, people: People) -> None:
        campaign = people.drafted()
        secret = people.place / "passphrase"
        people.succeed("agency", "keygen", campaign, "--passphrase-file", secret)
        people.close(campaign)
        key = people.office.config.keys / f"sealing-{campaign}.key"
        shutil.copy(key, people.key_file(campaign))
        words, draft = people.carry_offline(campaign)
        people.key_file(campaign).unlink()
        people.succeed("agency", "open-offline", *words, "--passphrase-file", secret)
        people.succeed("agency", "open", campaign, "--passphrase-file", secret)
        assert release_bytes(certify(people.office, campaign)) == draft.read_bytes()
        assert read_release(draft.read_bytes()).n == 12


class TestCountersigning:
    def test_before_certification_the_record_says_so(self, people: People, visitor: Staff) -> None:
        campaign = people.closed()
        key = people.found_institution()
        people.is_trusted()
        people.succeed("agency", "open", campaign, *people.sheets("Aigul", "Dana", "Yerlan"))
        assert "Not compared" in people.succeed(*people.countersigning(campaign))
        people.succeed("agency", "certify", campaign)
        text = people.office.exchange.get_text(campaign, "scoring-record.jws")
        assert from_payload(ScoringRecord, signing.peek(text)[1]).countersigned == IN_RECORD
        report = people.verify(campaign, "--countersigner", key)
        assert report["passed"]
        found = findings(report)
        assert (found["countersignature"], found["countersigner-key"], found["record-countersigned"]) == ("ok",) * 3
        assert "A second institution has re-opened the batch" in report["cannot_be_verified"][0]
        visitor.sign_in()
        page = visitor.get("/en/rounds/2026/min-water").get_data(as_text=True)
        assert "Re-opened and countersigned by Office of the Ombudsman." in page
        assert OMBUDSMAN.kk in visitor.get("/kk/rounds/2026/min-water").get_data(as_text=True)
        exported = people.place / "exported"
        people.succeed("agency", "export", campaign, "--output", exported)
        assert len(list(exported.glob("countersignature-*.jws"))) == 1

    def test_afterwards_it_stands_beside_the_record(self, people: People, visitor: Staff) -> None:
        campaign = people.closed()
        people.found_institution()
        people.succeed("agency", "open", campaign, *people.sheets("Aigul", "Dana", "Yerlan"))
        people.succeed("agency", "certify", campaign)
        before = people.office.exchange.get(campaign, "scoring-record.jws")
        visitor.sign_in()
        assert "No second institution" in visitor.get("/en/rounds/2026/min-water").get_data(as_text=True)
        assert "The same as the agency certified" in people.succeed(*people.countersigning(campaign))
        nobody = people.types("agency", "accept-countersignatures", campaign)
        assert "is not known here" in nobody.output
        people.is_trusted()
        assert IN_RECORD in people.succeed("agency", "accept-countersignatures", campaign)
        assert "by Office of the Ombudsman" in visitor.get("/en/rounds/2026/min-water").get_data(as_text=True)
        assert people.office.exchange.get(campaign, "scoring-record.jws") == before
        found = findings(people.verify(campaign))
        assert (found["countersignature"], found["countersigner-key"]) == ("ok", "impossible")
        assert "record-countersigned" not in found

    def test_another_result_is_not_countersigned(self, people: People) -> None:
        """The agency's officer changed a figure before signing."""
        campaign = people.closed()
        people.found_institution()
        people.succeed("agency", "open", campaign, *people.sheets("Aigul", "Dana", "Yerlan"))
        certify(people.office, campaign)
        path = people.folder(campaign) / "release.jws"
        fields = json.loads(signing.peek(path.read_text())[1])
        fields["kpis"][0]["percent"] = "85.00"
        changed = from_payload(Release, json.dumps(fields).encode())
        path.write_text(sign_document(changed, signing_key(people.office)))
        told = people.are_refused(ReopenedDiffers, *people.countersigning(campaign))
        assert "They differ in: kpis" in told
        assert not list(people.folder(campaign).glob("countersignature-*"))

    def test_two_openings_that_differ_stop_certification(self, people: People) -> None:
        campaign = people.closed()
        people.found_institution()
        people.is_trusted()
        people.succeed(*people.countersigning(campaign))
        (path,) = people.folder(campaign).glob("countersignature-*")
        genuine = from_payload(Countersignature, signing.peek(path.read_text())[1])
        path.unlink()
        key = own_key(people)
        other = Countersignature(genuine.campaign_id, genuine.manifest, bytes(32), genuine.institution, genuine.key)
        (people.folder(campaign) / file_name(other)).write_text(sign_document(other, key))
        people.succeed("agency", "open", campaign, *people.sheets("Aigul", "Dana", "Yerlan"))
        told = people.are_refused(CountersignatureMismatch, "agency", "certify", campaign)
        assert "another Release" in told
        assert not people.office.exchange.has(campaign, "release.jws")

    def test_forged_ones_are_refused(self, people: People) -> None:
        campaign = people.closed()
        key = people.found_institution()
        people.is_trusted()
        people.succeed("agency", "open", campaign, *people.sheets("Aigul", "Dana", "Yerlan"))
        release = certify(people.office, campaign)
        agency = signing_key(people.office)
        own = own_key(people)
        good = Countersignature(
            campaign, release.manifest, opened_sha256(release), OMBUDSMAN, signing.public_key_bytes(own)
        )
        by_agency = Countersignature(*(*list(vars(good).values())[:4], signing.public_key_bytes(agency)))
        of_other = Countersignature("ff" * 16, *list(vars(good).values())[1:])
        forged = {
            "signed by another than it says": sign_document(good, agency),
            "the agency's own": sign_document(by_agency, agency),
            "of another campaign": sign_document(of_other, own),
            "a changed letter": _changed(sign_document(good, own)),
            "no document": "nothing",
        }
        path = people.folder(campaign) / file_name(good)
        for what, text in forged.items():
            path.write_text(text)
            report = people.verify(campaign, "--countersigner", key)
            assert not report["passed"], what
            assert findings(report)["countersignature"] == "failed", what
            taken = people.types("agency", "accept-countersignatures", campaign)
            assert "Not accepted" in taken.output, what
        stranger = Countersignature(*(*list(vars(good).values())[:3], LocalisedText("a", "b", "c"), good.key))
        path.write_text(sign_document(stranger, own))
        assert "another institution's name" in people.types("agency", "accept-countersignatures", campaign).output
        path.write_text(sign_document(good, own))
        assert people.verify(campaign, "--countersigner", key)["passed"]
        assert (
            findings(people.verify(campaign, "--countersigner", agency.public_key().public_bytes_raw().hex()))[
                "countersigner-key"
            ]
            == "failed"
        )

    def test_a_record_cannot_claim_it_without_proof(self, people: People) -> None:
        campaign = people.closed()
        people.found_institution()
        people.is_trusted()
        people.succeed("agency", "open", campaign, *people.sheets("Aigul", "Dana", "Yerlan"))
        people.succeed(*people.countersigning(campaign))
        people.succeed("agency", "certify", campaign)
        (path,) = people.folder(campaign).glob("countersignature-*")
        path.unlink()
        assert findings(people.verify(campaign))["record-countersigned"] == "failed"

    def test_the_agency_is_no_second_institution(self, people: People) -> None:
        key = signing_key(people.office)
        card = people.place / "card.jws"
        card.write_text(sign_document(make_card(OMBUDSMAN, key), key))
        people.are_refused(NotASecondInstitution, "agency", "trust-countersigner", card, "--yes")


class TestDestruction:
    def archived(self, people: People) -> str:
        campaign = people.closed()
        people.succeed("agency", "open", campaign, *people.sheets("Aigul", "Dana", "Yerlan"))
        people.succeed("agency", "certify", campaign)
        return campaign

    def test_only_when_the_appeal_period_is_over(self, people: People) -> None:
        """Certified on Tuesday 17 November 2026: ten working days end on Tuesday 1 December."""
        campaign = self.archived(people)
        assert people.clock.now.isoformat() == "2026-11-17T04:00:00+00:00"
        words = ("agency", "destroy-key", campaign, "--reason", "archived", "--yes")
        people.clock.advance(days=14, hours=14)  # 1 December, 23:00 in Almaty
        assert "until 2026-12-01 (10 working days)" in people.are_refused(StepOutOfOrder, *words)
        assert people.key_file(campaign).exists()
        people.clock.advance(hours=2)
        people.succeed(*words)
        assert not people.key_file(campaign).exists()

    def test_nothing_of_the_key_remains(self, people: People) -> None:
        campaign = self.archived(people)
        people.clock.advance(days=30)
        key = people.key_file(campaign)
        left_over = key.with_name(f".{key.name}.123.tmp")
        shutil.copy(key, left_over)
        contents = key.read_bytes()
        ciphertext = json.loads(contents)["ciphertext"].encode()
        words = ("agency", "destroy-key", campaign, "--reason", "archived")
        dry = people.succeed(*words, "--dry-run")
        assert str(key) in dry
        assert str(left_over) in dry
        assert key.read_bytes() == contents
        assert people.types(*words, typed="n\n").exit_code == 1
        assert key.exists()
        done = json.loads(people.succeed(*words, "--yes", "--json"))
        assert {one["sha256"] for one in done["destroyed"]} == {hashlib.sha256(contents).hexdigest()}
        for path in (path for path in people.settings.instance.rglob("*") if path.is_file()):
            assert ciphertext not in path.read_bytes(), path
        assert [path.name for path in people.office.config.keys.iterdir()] == ["agency.key"]

    def test_the_certificate_is_signed_and_checked(self, people: People) -> None:
        campaign = self.archived(people)
        people.clock.advance(days=30)
        key = people.key_file(campaign)
        digest = hashlib.sha256(key.read_bytes()).digest()
        people.succeed("agency", "destroy-key", campaign, "--reason", "archived", "--yes")
        text = people.office.exchange.get_text(campaign, "destruction.jws")
        certificate = read_document(Destruction, text, signing.public_key_bytes(signing_key(people.office)))
        (file,) = certificate.destroyed
        assert (file.label, file.file, file.sha256) == (f"sealing-{campaign}", key.name, digest)
        assert (certificate.moment, certificate.reason) == (people.clock.now, "archived")
        assert findings(people.verify(campaign))["destruction"] == "ok"
        with people.office.database.read() as session:
            last = journal.entries(session)[-1]
        assert (last.action, last.subject) == ("destroy-key", campaign)
        (people.folder(campaign) / "destruction.jws").write_text(_changed(text))
        assert findings(people.verify(campaign))["destruction"] == "failed"

    def test_afterwards_everybody_is_told(self, people: People) -> None:
        campaign = self.archived(people)
        people.clock.advance(days=30)
        copy = people.place / "a copy on another medium"
        shutil.copy(people.key_file(campaign), copy)
        people.succeed("agency", "destroy-key", campaign, "--reason", "archived", "--yes")
        sheets = people.sheets("Aigul", "Dana", "Yerlan")
        assert "was destroyed" in people.are_refused(KeyDestroyed, "agency", "open", campaign, *sheets)
        assert "was destroyed" in people.are_refused(KeyDestroyed, "agency", "rehearse", campaign, *sheets)
        shutil.copy(copy, people.key_file(campaign))
        people.succeed("agency", "destroy-key", campaign, "--reason", "archived", "--yes")
        assert not people.key_file(campaign).exists()

    def test_a_void_campaigns_key_at_once_and_no_other(self, people: People) -> None:
        campaign = people.drafted()
        words = ("agency", "destroy-key", campaign, "--reason", "void", "--yes")
        assert "none was made" in people.are_refused(StepOutOfOrder, *words)
        people.split(campaign)
        assert "Missing: a certified Release" in people.are_refused(StepOutOfOrder, *words)
        void(people.office, campaign, "Wrong dates")
        people.succeed(*words)
        assert not people.key_file(campaign).exists()


def own_key(people: People) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(KeyStore(people.own, "the ombudsman's own").load("countersigner"))


def _changed(text: str) -> str:
    head, payload, signature = text.split(".")
    return ".".join((head, payload, ("A" if signature[0] != "A" else "B") + signature[1:]))
