"""Certificates of archiving: what each office says that it destroyed, and so what nobody can check any more."""

from collections.abc import Mapping

from analytics.verification.files import Files, jws_text
from analytics.verification.findings import Finding, attempt, impossible, ok, require_equal
from analytics.verification.setting import Setting
from survey_app.domain.archive import ArchiveCertificate, OfficeName, read_archive
from survey_app.domain.documents import format_time
from survey_app.web.exchange import ARCHIVES, BATCH

Archives = Mapping[OfficeName, ArchiveCertificate]


def check_archives(files: Files, setting: Setting | None) -> tuple[Archives, list[Finding]]:
    """Each certificate is its office's, signed with its key in the manifest, and about this campaign."""
    holding: dict[OfficeName, ArchiveCertificate] = {}
    found: list[Finding] = []
    for office, name in ARCHIVES.items():
        data = files.contents.get(name)
        if data is None:
            continue
        if setting is None:
            found.append(impossible("archive", "needs_manifest", subject=name))
            continue
        certificate, finding = attempt("archive", lambda o=office, d=data: _read(d, o, setting), subject=name)  # type: ignore[misc]
        if certificate is None:
            found.append(finding)
            continue
        holding[office] = certificate
        what = ", ".join(f"{one.name} ({one.count})" for one in certificate.destroyed) or "-"
        found.append(ok("archive", "archived", subject=name, moment=format_time(certificate.moment), what=what))
    return holding, found


def batch_destroyed(archives: Archives) -> str | None:
    """When the collector (or, of its copy, the agency) destroyed the batch, RFC 3339; None if nobody says so."""
    for office in ("collector", "agency"):
        certificate = archives.get(office)
        if certificate is not None and any(one.name == BATCH for one in certificate.destroyed):
            return format_time(certificate.moment)
    return None


def _read(data: bytes, office: OfficeName, setting: Setting) -> ArchiveCertificate:
    manifest = setting.manifest
    keys = {
        "agency": manifest.agency_key,
        "issuer": manifest.issuer_statement_key,
        "collector": manifest.collector_key,
    }
    certificate = read_archive(jws_text(data), office, manifest.campaign_id, keys[office])
    require_equal("manifest", certificate.manifest, setting.fingerprint)
    return certificate
