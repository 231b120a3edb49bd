"""`pikir verify`: accepts what is true, refuses any changed byte, finds dropped, swapped and replayed envelopes."""

import json
import shutil
import string
from dataclasses import fields, replace

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from analytics.release import supersede
from analytics.scoring import make_record
from analytics.verification.wording import texts
from analytics.verify import LIMITS, verify_path
from analytics.verify_cli import verify
from survey_app.domain import base64url, signing
from survey_app.domain.batch import Board
from survey_app.domain.documents import from_payload, sign_document
from survey_app.domain.manifest import LANGUAGES, VoidStatement
from tests.builders import make_campaign, make_envelope, office_keys, official_questionnaire
from tests.certified import certified_files, open_built, write_certified

MIXED = [(1,) * 11] * 8 + [(3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4)] * 4
FILES = (
    *("draft.jws", "issuer-enrolment.jws", "collector-enrolment.jws", "manifest.jws", "drawn.jws", "board.jws"),
    *("batch.bin", "release.jws", "scoring-record.jws", "scoring-record.json", "scoring-record.csv"),
    *("receipts/mine.jws", "staffing.jws"),
)


@pytest.fixture(scope="module")
def campaign():
    return make_campaign(MIXED, eligible=15, drawn=13)


@pytest.fixture(scope="module")
def original(campaign, tmp_path_factory):
    return write_certified(campaign, tmp_path_factory.mktemp("exchange") / campaign.manifest.campaign_id)


@pytest.fixture
def folder(original, tmp_path):
    return shutil.copytree(original, tmp_path / original.name)


def report_on(path, **options):
    return verify_path(path, official_questionnaire(), **options)


def failures(path, **options):
    return {finding.check for finding in report_on(path, **options).findings if finding.status == "failed"}


def agency_key():
    return signing.public_key_bytes(office_keys().agency)


def test_a_true_campaign_is_accepted(original):
    report = report_on(original, agency_key=agency_key())
    assert report.passed
    assert {finding.status for finding in report.findings} == {"ok"}
    assert {finding.check for finding in report.findings} >= {
        *("manifest", "draft", "issuer-enrolment", "collector-enrolment", "drawn", "board", "counts", "batch", "root"),
        *("token-signatures", "holder-signatures", "receipt", "agency-key", "release", "release-sums", "release-score"),
        *("release-disclosure", "release-kpi", "release-campaign", "release-board", "record", "record-release"),
        *("record-figures", "record-json", "record-csv"),
    }
    assert report.limits == LIMITS


@pytest.mark.parametrize("name", FILES)
def test_any_changed_byte_is_found(original, folder, name):
    data = (original / name).read_bytes()
    step = max(len(data) // 20, 1)
    for position in sorted({*range(0, len(data), step), len(data) - 1}):
        changed = bytearray(data)
        changed[position] ^= 1
        (folder / name).write_bytes(bytes(changed))
        assert failures(folder), f"{name}, byte {position}"


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".jws")])
def test_any_other_last_character_is_found(original, folder, name):
    """A signature's last character has four unused bits: of the 16 texts with the same bytes one is accepted."""
    text = (original / name).read_text()
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    same_bytes = {character for i, character in enumerate(alphabet) if i // 16 == alphabet.index(text[-1]) // 16}
    for character in (same_bytes | {" ", "\n"}) - {text[-1]}:
        (folder / name).write_text(text[:-1] + character)
        assert failures(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_short_is_found(folder, name):
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[: len(data) // 2])
    assert failures(folder)


def rewrite(campaign, folder):
    """What a collector can write anew by himself, without the Release."""
    campaign.write(folder)
    for name in FILES[7:11]:
        (folder / name).unlink(missing_ok=True)


def test_a_dropped_envelope_is_found_by_its_receipt(campaign, folder):
    rewrite(campaign.with_envelopes(campaign.envelopes[1:]), folder)
    assert failures(folder) == {"receipt"}


def test_an_envelope_dropped_from_the_batch_alone_is_found(campaign, folder):
    (folder / "batch.bin").write_bytes(campaign.with_envelopes(campaign.envelopes[1:]).batch)
    assert "batch" in failures(folder)


def test_a_swapped_sealed_response_is_found(campaign, folder):
    manifest, keys = campaign.manifest, campaign.keys
    forged = make_envelope(manifest, keys, campaign.questionnaire, MIXED[-1])
    victim = campaign.envelopes[3]
    swapped = [replace(e, sealed=forged.sealed) if e is victim else e for e in campaign.envelopes]
    rewrite(campaign.with_envelopes(swapped), folder)
    assert failures(folder) == {"holder-signatures"}


def test_a_swapped_holder_is_found(campaign, folder):
    forged = make_envelope(campaign.manifest, campaign.keys, campaign.questionnaire, MIXED[-1])
    victim = campaign.envelopes[3]
    stolen = replace(forged, input_msg=victim.input_msg, signature=victim.signature)
    rewrite(campaign.with_envelopes([stolen if e is victim else e for e in campaign.envelopes]), folder)
    assert failures(folder) == {"token-signatures"}


def test_an_envelope_replayed_from_another_campaign_is_found(campaign, folder):
    other = make_campaign([MIXED[0]], eligible=1, campaign_id="ab" * 16)
    rewrite(campaign.with_envelopes([*campaign.envelopes, *other.envelopes]), folder)
    assert failures(folder) == {"token-signatures"}


def test_an_envelope_twice_is_found(campaign, folder):
    rewrite(campaign.with_envelopes([*campaign.envelopes, campaign.envelopes[0]]), folder)
    assert failures(folder) == {"batch"}


def test_a_minted_token_is_found(campaign, folder):
    """More envelopes than tokens were drawn, although each is well signed."""
    extra = [make_envelope(campaign.manifest, campaign.keys, campaign.questionnaire, MIXED[0]) for _ in range(2)]
    rewrite(campaign.with_envelopes([*campaign.envelopes, *extra]), folder)
    assert failures(folder) == {"counts"}


def test_a_replaced_manifest_is_found(campaign, folder):
    other = make_campaign(MIXED, eligible=16, drawn=13)
    (folder / "manifest.jws").write_text(other.manifest_jws)
    assert {"issuer-enrolment", "drawn", "board", "release-campaign"} <= failures(folder)


def test_another_agencys_key_is_found(original):
    stranger = signing.public_key_bytes(Ed25519PrivateKey.generate())
    assert failures(original, agency_key=stranger) == {"agency-key"}
    assert {f.status for f in report_on(original).findings if f.check == "agency-key"} == {"impossible"}


def test_a_campaign_in_another_campaigns_folder_is_found(folder):
    assert failures(folder.rename(folder.with_name("ab" * 16))) == {"folder"}
    assert not failures(folder.with_name("ab" * 16).rename(folder.with_name("copy")))


def test_early_folders_are_accepted_with_what_is_missing(campaign, tmp_path):
    (tmp_path / "manifest.jws").write_text(campaign.manifest_jws)
    report = report_on(tmp_path)
    assert report.passed
    assert {f.check for f in report.findings if f.status == "impossible"} >= {"draft", "board", "batch", "release"}


def test_an_empty_folder_is_not_accepted(tmp_path):
    assert not report_on(tmp_path).passed


def falsify(campaign, folder, **changes):
    """A Release that the agency signed with changed contents, and the record of it."""
    release = replace(open_built(campaign), **changes)
    for name, data in certified_files(campaign, release).items():
        (folder / name).write_bytes(data)
    return failures(folder)


def test_false_releases_are_found_although_signed(campaign, folder):
    release = open_built(campaign)
    pinned, total = release.kpis[0], release.totals[0]

    def kpis(**changes):
        return {"kpis": (replace(pinned, **changes), *release.kpis[1:])}

    def totals(**changes):
        return {"totals": (replace(total, **changes), *release.totals[1:])}

    assert falsify(campaign, folder) == set()
    assert falsify(campaign, folder, **kpis(percent="66.68")) == {"release-kpi", "release-score", "record-figures"}
    assert falsify(campaign, folder, **kpis(fraction="3/4")) == {"release-kpi", "release-score", "record-figures"}
    assert "release-score" in falsify(campaign, folder, **kpis(score_range="3,5-3,74"))
    assert "release-score" in falsify(campaign, folder, **kpis(row="70-74,99", score_range="3,5-3,74"))
    assert "release-score" in falsify(campaign, folder, **kpis(stable=True))
    assert "release-score" in falsify(campaign, folder, **kpis(interval=replace(pinned.interval, low="67.0")))
    bounds = replace(pinned.logical_bounds, high="80.0")
    assert "release-score" in falsify(campaign, folder, **kpis(logical_bounds=bounds))
    assert "release-kpi" in falsify(campaign, folder, **totals(favourable=9, unfavourable=3))
    assert "release-disclosure" in falsify(campaign, folder, **totals(favourable=10, unfavourable=2))
    assert "release-disclosure" in falsify(campaign, folder, **totals(options=(8, 0, 4)))
    assert "release-disclosure" in falsify(campaign, folder, **totals(hidden="protected"))
    assert "release-sums" in falsify(campaign, folder, n=11)
    assert "release-sums" in falsify(campaign, folder, turnout="81.00")
    assert "release-sums" in falsify(campaign, folder, standing="provisional")
    assert "release-sums" in falsify(campaign, folder, reason="none")
    assert "release-board" in falsify(campaign, folder, root=bytes(32))
    assert "release-board" in falsify(campaign, folder, board=bytes(32))
    assert "release-board" in falsify(campaign, folder, disputes=1)
    assert "release-board" in falsify(campaign, folder, n=11, rejected={"token-invalid": 1})
    assert "release-campaign" in falsify(campaign, folder, manifest=bytes(32))
    assert "release-campaign" in falsify(campaign, folder, round="2027")


def test_a_single_hidden_total_is_found(campaign, folder):
    release = open_built(campaign)
    alone = replace(release.totals[0], hidden="protected", favourable=None, unfavourable=None, base=None)
    assert "release-disclosure" in falsify(campaign, folder, totals=(alone, *release.totals[1:]))


def test_every_field_of_a_record_is_compared(campaign, folder):
    jws = (folder / "release.jws").read_text()
    record = make_record(jws)
    strange = {"str": "x", "int": 7, "bytes": bytes(32), "tuple": ("x",), "bool": None, "dict": {"x": 0}}
    unset = {"supersedes": bytes(32), "countersigned": "x", "reason": "x"}
    changed = 0
    for field in fields(record):
        value = getattr(record, field.name)
        other = unset[field.name] if value is None else strange.get(type(value).__name__, value)
        if field.name in ("standing", "visits"):
            other = {"official": "provisional", "two": "single"}[value]
        if other == value:
            continue
        changed += 1
        forged = sign_document(replace(record, **{field.name: other}), campaign.keys.agency)
        (folder / "scoring-record.jws").write_text(forged)
        assert failures(folder) & {"record", "record-release", "record-countersigned"}, field.name
    assert changed == len(fields(record)) - len(
        ("body", "head", "indicator", "interval", "logical_bounds", "questionnaire")
    )


def test_json_and_csv_must_say_what_was_signed(folder):
    for name in ("scoring-record.json", "scoring-record.csv"):
        (folder / name).write_bytes((folder / name).read_bytes().replace(b"66.67", b"76.67", 1))
    assert failures(folder) == {"record-json", "record-csv"}


def test_a_correction_is_followed(campaign, folder):
    first = (folder / "release.jws").read_text()
    for name in FILES[7:11]:
        stem, suffix = name.split(".")
        (folder / name).rename(folder / f"{stem}-1.{suffix}")
    corrected = supersede(open_built(campaign), signing.fingerprint(first), "counted anew")
    assert falsify(campaign, folder, supersedes=corrected.supersedes, reason=corrected.reason) == set()
    checked = {finding.subject for finding in report_on(folder).findings if finding.status == "ok"}
    assert {"release-1.jws", "scoring-record-1.csv", "release.jws"} <= checked
    assert falsify(campaign, folder, supersedes=bytes(32), reason="counted anew") == {"supersession"}
    assert falsify(campaign, folder) == {"supersession"}


def test_a_void_campaign_says_so(campaign, folder):
    void = VoidStatement(campaign.manifest.campaign_id, "key lost")
    (folder / "void.jws").write_text(sign_document(void, campaign.keys.agency))
    (finding,) = [finding for finding in report_on(folder).findings if finding.check == "void"]
    assert (finding.status, finding.values["reason"]) == ("ok", "key lost")
    (folder / "void.jws").write_text(sign_document(void, campaign.keys.collector))
    assert failures(folder) == {"void"}


def test_unknown_files_are_named(folder):
    (folder / "notes.txt").write_text("x")
    assert [f.subject for f in report_on(folder).findings if f.check == "other-files"] == ["notes.txt"]


@pytest.mark.parametrize("rows", [MIXED[3:], [(1,) * 11] * 15, [(1, 1, 1, 1, 1, 4, 4, 4, 4, 4, 4)] * 10])
def test_campaigns_with_hidden_totals_are_accepted(rows, tmp_path):
    folder = write_certified(make_campaign(rows, eligible=15), tmp_path / "case")
    report = report_on(folder)
    assert report.passed
    assert {f.message for f in report.findings if f.check == "release-kpi"} == {"totals_hidden"}


def test_a_campaign_of_nobody_is_accepted_without_a_record(tmp_path):
    campaign = make_campaign([], eligible=15)
    campaign.write(tmp_path)
    (tmp_path / "release.jws").write_text(sign_document(open_built(campaign), campaign.keys.agency))
    assert report_on(tmp_path).passed


def test_a_rejected_envelope_is_public_on_both_sides(campaign, tmp_path):
    """A bad holder signature that the collector let in: the Release counts it as rejected, verify names it."""
    bad = replace(campaign.envelopes[0], holder_signature=campaign.envelopes[1].holder_signature)
    broken = campaign.with_envelopes([bad, *campaign.envelopes[1:]])
    assert failures(write_certified(broken, tmp_path / "case")) == {"holder-signatures"}


@pytest.mark.parametrize("name", ["scoring-record.jws", "scoring-record.json", "scoring-record.csv", "release.jws"])
def test_one_file_alone_is_checked_and_a_changed_byte_refused(original, tmp_path, name):
    assert report_on(original / name, agency_key=agency_key()).passed
    assert report_on(original / name).passed
    assert not report_on(original / name, agency_key=bytes(32)).passed
    data = (original / name).read_bytes()
    for position in range(0, len(data), max(len(data) // 20, 1)):
        changed = bytearray(data)
        changed[position] ^= 1
        (tmp_path / name).write_bytes(bytes(changed))
        assert not report_on(tmp_path / name).passed, position


def test_a_receipt_is_looked_up_on_a_board(campaign, original, tmp_path):
    receipt, manifest = original / "receipts" / "mine.jws", original / "manifest.jws"
    files = (manifest, original / "board.jws", original / "batch.bin")
    assert report_on(receipt, others=files).passed
    assert {f.status for f in report_on(receipt, others=(manifest,)).findings if f.check == "receipt"} == {"impossible"}
    assert not report_on(receipt).passed
    leaves = sorted(envelope.leaf for envelope in campaign.envelopes)
    board = tmp_path / "board.json"

    def published(some):
        board.write_text(
            json.dumps({"statement": campaign.board_jws, "leaves": [base64url.encode(leaf) for leaf in some]})
        )
        return failures(receipt, others=(manifest, board))

    assert published(leaves) == set()
    assert published(leaves[1:]) == {"board-list"}
    assert published(leaves[::-1]) == {"board-list"}


def test_a_receipt_of_somebody_else_is_refused(campaign, original, tmp_path):
    forged = sign_document(from_payload(Board, signing.peek(campaign.board_jws)[1]), Ed25519PrivateKey.generate())
    (tmp_path / "board.jws").write_text(forged)
    others = (original / "manifest.jws", original / "batch.bin", tmp_path / "board.jws")
    assert "board" in failures(original / "receipts" / "mine.jws", others=others)


def test_the_command(original, folder):
    run = CliRunner().invoke
    accepted = run(verify, [str(original), "--agency-key", base64url.encode(agency_key())])
    assert accepted.exit_code == 0
    assert "What nobody can verify" in accepted.output
    assert "sealing key" in accepted.output
    (folder / "batch.bin").write_bytes(b"x" + (folder / "batch.bin").read_bytes()[1:])
    refused = run(verify, [str(folder), "--json", "--lang", "ru"])
    assert refused.exit_code == 1
    report = json.loads(refused.output)
    assert not report["passed"]
    assert [check["check"] for check in report["checks"] if check["status"] == "failed"] == ["batch"]
    assert len(report["cannot_be_verified"]) == len(LIMITS)
    assert run(verify, [str(original), "--agency-key", "AAAA"]).exit_code == 2
    assert run(verify, [str(original / "none")]).exit_code == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_is_in_the_readers_language(original, language):
    output = CliRunner().invoke(verify, [str(original), "--lang", language]).output
    assert texts()["limits"]["counting"][language] in output
    assert texts()["checks"]["holder-signatures"][language] in output


def test_every_text_is_there_in_three_languages_with_the_same_places():
    for section in texts().values():
        for name, by_language in section.items():
            assert set(by_language) == set(LANGUAGES), name
            places = [
                sorted(place for _, place, _, _ in string.Formatter().parse(text) if place)
                for text in by_language.values()
            ]
            assert places[0] == places[1] == places[2], name
