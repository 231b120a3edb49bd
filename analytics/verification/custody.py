"""What was done with the sealing key afterwards: countersignatures by second institutions, and its destruction."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.custody.countersigning import (
    Countersignature,
    name_in_record,
    opened_sha256,
    read_countersignature,
)
from analytics.custody.destruction import Destruction
from analytics.release import Release
from analytics.scoring import ScoringRecord
from analytics.verification import files as names
from analytics.verification.files import Files, jws_text
from analytics.verification.findings import ClaimFalse, Finding, attempt, failed, impossible, ok, require_equal
from analytics.verification.setting import Setting
from survey_app.domain import base64url
from survey_app.domain.documents import format_time, read_document

NAMES_BETWEEN = "; "


@dataclass(frozen=True)
class Outcome:
    """A verified Release with its verified record, either of which may not be here."""

    release: Release | None
    record: ScoringRecord | None


def check_countersignatures(
    files: Files, outcomes: Sequence[Outcome], trusted: Sequence[bytes] | None
) -> tuple[list[Countersignature], list[Finding]]:
    """Those that hold, and what was found: each is about a Release that is here, under another key than the agency's.

    ``trusted`` are the keys of second institutions that the reader knows (32 bytes each), None if none was given.
    """
    holding, found = [], []
    releases = [outcome.release for outcome in outcomes if outcome.release is not None]
    for name, data in files.countersignatures.items():
        read, finding = attempt("countersignature", lambda data=data: _read(data, releases), subject=name)  # type: ignore[misc]
        if read is None:
            found.append(finding)
            continue
        if not releases:
            found.append(impossible("countersignature", "needs_release", subject=name))
            continue
        institution = name_in_record(read.institution)
        found.append(ok("countersignature", "countersigned", subject=name, institution=institution))
        key_finding = _check_key(read, trusted, name)
        found.append(key_finding)
        if key_finding.status != "failed":
            holding.append(read)
    return holding, found


def check_records(files: Files, outcomes: Sequence[Outcome], holding: Sequence[Countersignature]) -> list[Finding]:
    """Who a record says has countersigned has done so; in a campaign's folder the proof must lie beside it."""
    found = []
    for outcome in outcomes:
        if outcome.record is None or outcome.record.countersigned is None:
            continue
        proved = set() if outcome.release is None else _names(outcome.release, holding)
        unproved = [one for one in outcome.record.countersigned.split(NAMES_BETWEEN) if one not in proved]
        missing = NAMES_BETWEEN.join(unproved)
        if not unproved:
            found.append(ok("record-countersigned"))
        elif files.whole:
            found.append(failed("record-countersigned", ClaimFalse("countersignature_missing", institution=missing)))
        else:
            found.append(impossible("record-countersigned", "countersignature_missing", institution=missing))
    return found


def is_countersigned(release: Release | None, holding: Sequence[Countersignature]) -> bool:
    """Whether one of them is about this Release."""
    return release is not None and bool(_names(release, holding))


def check_destruction(files: Files, setting: Setting | None) -> list[Finding]:
    """The certificate of the sealing key's destruction is the agency's, and about the manifest's key."""
    data = files.contents.get(names.DESTRUCTION)
    if data is None:
        return []
    if setting is None:
        return [impossible("destruction", "needs_manifest")]
    certificate, finding = attempt("destruction", lambda: _read_destruction(data, setting))
    if certificate is None:
        return [finding]
    moment = format_time(certificate.moment)
    return [ok("destruction", "destroyed", moment=moment, reason=certificate.reason)]


def _read(data: bytes, releases: Sequence[Release]) -> Countersignature:
    read = read_countersignature(jws_text(data))
    for release in releases:
        if (read.campaign_id, read.manifest, read.release) == (
            release.campaign_id,
            release.manifest,
            opened_sha256(release),
        ):
            if read.key == release.agency_key:
                raise ClaimFalse("own_countersignature")
            return read
    if releases:
        raise ClaimFalse("other_release_countersigned")
    return read


def _check_key(read: Countersignature, trusted: Sequence[bytes] | None, name: str) -> Finding:
    key = base64url.encode(read.key)
    if trusted is None:
        return impossible("countersigner-key", "countersigner_key_not_given", subject=name, key=key)
    if read.key not in trusted:
        return failed("countersigner-key", ClaimFalse("countersigner_unknown", key=key), subject=name)
    return ok("countersigner-key", subject=name)


def _names(release: Release, holding: Sequence[Countersignature]) -> set[str]:
    opened = opened_sha256(release)
    return {name_in_record(one.institution) for one in holding if one.release == opened}


def _read_destruction(data: bytes, setting: Setting) -> Destruction:
    certificate = read_document(Destruction, jws_text(data), setting.manifest.agency_key)
    require_equal("campaign_id", certificate.campaign_id, setting.manifest.campaign_id)
    require_equal("sealing_key", certificate.sealing_key, setting.manifest.sealing_key)
    return certificate
