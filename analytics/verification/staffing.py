"""The agency's signed word on N and its staffing register, beside the manifest that it is about."""

from analytics.staffing_statement import STAFFING, StaffingStatement
from analytics.verification.files import Files, jws_text
from analytics.verification.findings import Finding, attempt, impossible, ok, require_equal
from analytics.verification.setting import Setting
from survey_app.domain.documents import read_document


def check_staffing(files: Files, setting: Setting | None) -> list[Finding]:
    """The statement is the agency's, about this manifest and its N; a difference has its reason there."""
    data = files.contents.get(STAFFING)
    if data is None:
        return [impossible("staffing", "staffing_not_stated")] if files.whole and setting is not None else []
    if setting is None:
        return [impossible("staffing", "needs_manifest")]
    statement, finding = attempt("staffing", lambda: _read(data, setting))
    if statement is None:
        return [finding]
    if statement.reason is None:
        return [ok("staffing", "staffing_same", N=statement.eligible)]
    return [
        ok("staffing", "staffing_differs", N=statement.eligible, register=statement.register, reason=statement.reason)
    ]


def _read(data: bytes, setting: Setting) -> StaffingStatement:
    statement = read_document(StaffingStatement, jws_text(data), setting.manifest.agency_key)
    require_equal("campaign_id", statement.campaign_id, setting.manifest.campaign_id)
    require_equal("manifest", statement.manifest, setting.fingerprint)
    require_equal("eligible", statement.eligible, setting.manifest.eligible)
    return statement
