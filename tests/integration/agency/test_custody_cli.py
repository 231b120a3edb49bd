"""Custody as people type it: custodians, an offline machine, a second institution, the end of a key."""

import hashlib
import json
import shutil

import pytest

from analytics.campaigns.certification import certify
from analytics.campaigns.drafts import DraftRefused
from analytics.campaigns.state import StepOutOfOrder
from analytics.campaigns.voiding import void
from analytics.custody.destruction import Destruction
from analytics.custody.errors import KeyDestroyed, ShareDamaged, SharesMissing
from analytics.office import signing_key
from analytics.release import read_release, release_bytes
from survey_app.domain import signing
from survey_app.domain.documents import read_document
from survey_app.staff import journal
from tests.integration.agency.custodians import NAMES, People, altered, findings


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
        milliseconds = online.pop("attack_milliseconds")
        assert json.loads(draft.read_bytes()) == online
        assert release_bytes(certify(people.office, campaign)) == draft.read_bytes()
        assert people.verify(campaign)["passed"]
        with people.office.database.read() as session:
            opened = [json.loads(row.details) for row in journal.entries(session) if row.action == "open"]
        here = {"opened": digest, "attack_milliseconds": str(milliseconds)}
        assert opened == [{"opened": digest, "offline": "yes"}, here]

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
        (people.folder(campaign) / "destruction.jws").write_text(altered(text))
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
