"""`verify` on certificates of archiving: whose they are, of what, and what nobody can check any more."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from analytics.verify import Report, verify_path
from survey_app.domain import signing
from survey_app.domain.archive import ArchiveCertificate, Destroyed
from survey_app.domain.documents import sign_document
from tests import builders

MOMENT = datetime(2026, 12, 2, 6, 0, tzinfo=UTC)
GONE = ("batch", "root", "token-signatures", "holder-signatures")


@pytest.fixture(scope="module")
def campaign() -> builders.BuiltCampaign:
    return builders.make_campaign([[1] * 14, [2] * 14], eligible=5)


@pytest.fixture
def folder(campaign, tmp_path):
    written = campaign.write(tmp_path / campaign.manifest.campaign_id)
    (written / "batch.bin").unlink()
    return written


def certificate(campaign, office="collector", **changes) -> ArchiveCertificate:
    made = ArchiveCertificate(
        campaign_id=campaign.manifest.campaign_id,
        manifest=signing.fingerprint(campaign.manifest_jws),
        office=office,
        destroyed=(Destroyed("rows", "response", 2, None), Destroyed("file", "batch.bin", 1, b"h" * 32)),
        moment=MOMENT,
        reason="archived after the agency",
    )
    return replace(made, **changes)


def put(folder, signed: ArchiveCertificate, key, name="archive-collector.jws"):
    (folder / name).write_text(sign_document(signed, key), encoding="ascii")
    return folder / name


def verified(path, **more) -> Report:
    return verify_path(path, builders.official_questionnaire(), **more)


def statuses(report: Report, check: str) -> list[tuple[str, str]]:
    return [(finding.status, finding.message) for finding in report.findings if finding.check == check]


def test_it_says_when_the_batch_was_destroyed(campaign, folder):
    put(folder, certificate(campaign), campaign.keys.collector)

    report = verified(folder)

    assert report.passed
    assert statuses(report, "archive") == [("ok", "archived")]
    for check in GONE:
        assert statuses(report, check) == [("impossible", "batch_destroyed")]


def test_a_batch_that_somebody_kept_is_checked_all_the_same(campaign, folder):
    put(folder, certificate(campaign), campaign.keys.collector)
    (folder / "batch.bin").write_bytes(campaign.batch)

    report = verified(folder)

    assert {status for check in GONE for status, _ in statuses(report, check)} == {"ok"}


@pytest.mark.parametrize("changes", [{"office": "issuer"}, {"campaign_id": "f" * 32}, {"manifest": b"m" * 32}])
def test_one_of_another_office_or_campaign_does_not_hold(campaign, folder, changes):
    put(folder, certificate(campaign, **changes), campaign.keys.collector)

    report = verified(folder)

    assert not report.passed
    assert [status for status, _ in statuses(report, "archive")] == ["failed"]
    assert statuses(report, "batch") == [("impossible", "missing")]


def test_one_that_another_office_signed_does_not_hold(campaign, folder):
    put(folder, certificate(campaign), campaign.keys.issuer)
    assert [status for status, _ in statuses(verified(folder), "archive")] == ["failed"]


def test_a_single_certificate_is_recognised_by_what_it_says(campaign, folder, tmp_path):
    alone = put(tmp_path, certificate(campaign, "issuer"), campaign.keys.issuer, "some-file.jws")

    assert statuses(verified(alone, others=[folder / "manifest.jws"]), "archive") == [("ok", "archived")]
    assert statuses(verified(alone), "archive") == [("impossible", "needs_manifest")]
