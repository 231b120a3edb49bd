"""Draft, enrolments, manifest, void statement: what was fixed before anyone answered, and by whose keys."""

from dataclasses import dataclass, fields
from typing import Any

from analytics.verification import files as names
from analytics.verification.files import Files, jws_text
from analytics.verification.findings import ClaimFalse, Finding, attempt, failed, impossible, ok, require_equal
from survey_app.domain import base64url, signing
from survey_app.domain.documents import read_document, read_self_signed
from survey_app.domain.manifest import (
    CampaignDraft,
    CampaignManifest,
    CollectorEnrolment,
    IssuerEnrolment,
    VoidStatement,
)


@dataclass(frozen=True)
class Setting:
    """The verified manifest and its fingerprint."""

    manifest: CampaignManifest
    fingerprint: bytes


def check_manifest(files: Files) -> tuple[Setting | None, list[Finding]]:
    """The manifest, signed by the agency key that it names."""
    data = files.contents.get(names.MANIFEST)
    if data is None:
        return None, [impossible("manifest", "missing", file=names.MANIFEST)] if files.whole else []
    setting, finding = attempt("manifest", lambda: _read_manifest(data))
    if setting is not None:
        finding = ok("manifest", "fingerprint", fingerprint=base64url.encode(setting.fingerprint))
    return setting, [finding]


def check_agency_key(named: bytes | None, trusted: bytes | None) -> list[Finding]:
    """The agency key that the documents name is the one that the reader trusts."""
    if named is None:
        return []
    if trusted is None:
        return [impossible("agency-key", "agency_key_not_given", key=base64url.encode(named))]
    return [attempt("agency-key", lambda: require_equal("agency_key", named, trusted))[1]]


def check_draft(files: Files, setting: Setting) -> list[Finding]:
    """The agency's draft is signed, and the manifest says the same."""
    return _compare(files, setting, names.DRAFT, CampaignDraft, "agency_key")


def check_enrolments(files: Files, setting: Setting) -> list[Finding]:
    """What the issuer and the collector signed is what the manifest says of them, key by key."""
    return [
        *_compare(files, setting, names.ISSUER_ENROLMENT, IssuerEnrolment, "issuer_statement_key"),
        *_compare(files, setting, names.COLLECTOR_ENROLMENT, CollectorEnrolment, "collector_key"),
    ]


def check_void(files: Files, setting: Setting | None) -> list[Finding]:
    """A void statement is the agency's, for this campaign."""
    data = files.contents.get(names.VOID)
    if data is None:
        return []
    if setting is None:
        return [impossible("void", "needs_manifest")]
    void, finding = attempt("void", lambda: _read_void(data, setting))
    return [finding if void is None else ok("void", "void", reason=void.reason)]


def check_folder(folder_name: str, setting: Setting) -> list[Finding]:
    """A folder named after a campaign holds that campaign."""
    try:
        looks_like_campaign = len(bytes.fromhex(folder_name)) == 16  # noqa: PLR2004 (bytes of an identifier)
    except ValueError:
        return []
    if looks_like_campaign and folder_name != setting.manifest.campaign_id:
        return [failed("folder", ClaimFalse("other_campaign"))]
    return []


def _read_manifest(data: bytes) -> Setting:
    text = jws_text(data)
    return Setting(read_self_signed(CampaignManifest, text, "agency_key"), signing.fingerprint(text))


def _read_void(data: bytes, setting: Setting) -> VoidStatement:
    void = read_document(VoidStatement, jws_text(data), setting.manifest.agency_key)
    require_equal("campaign_id", void.campaign_id, setting.manifest.campaign_id)
    return void


def _compare(files: Files, setting: Setting, name: str, kind: type[Any], key_field: str) -> list[Finding]:
    check = name.removesuffix(".jws")
    data = files.contents.get(name)
    if data is None:
        return [impossible(check, "missing", file=name)] if files.whole else []

    def claim() -> None:
        document = read_self_signed(kind, jws_text(data), key_field)
        for field in fields(kind):
            if field.name != "client":
                require_equal(field.name, getattr(document, field.name), getattr(setting.manifest, field.name))
        _check_client(document, setting.manifest)

    return [attempt(check, claim)[1]]


def _check_client(document: object, manifest: CampaignManifest) -> None:
    if isinstance(document, IssuerEnrolment):
        require_equal("client", document.client, manifest.client.issuer)
    if isinstance(document, CollectorEnrolment):
        require_equal("client", document.client, manifest.client.collector)
