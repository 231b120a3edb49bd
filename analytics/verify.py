"""`verify`: re-deriving every public claim of a campaign from its public files, and saying what cannot be.

Trusts nothing but the agency key that the reader gives; without one, everything is checked against the key that
the documents themselves name, and the report says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analytics.verification import custody, journal, rounds
from analytics.verification import setting as settings
from analytics.verification.archive import batch_destroyed, check_archives
from analytics.verification.custody import Outcome
from analytics.verification.files import Files, files_given, read_folder
from analytics.verification.findings import ClaimFalse, Finding, failed, impossible
from analytics.verification.outcome import Signed, check_attacks, check_record, check_release, check_supersession
from analytics.verification.responses import Progress, Responses, check_responses
from analytics.verification.staffing import check_staffing
from survey_app.domain.errors import PikirError
from survey_app.domain.questionnaire import Questionnaire

LIMITS = ("counting", "drawing", "roster", "unchecked_receipts", "interval", "attack", "secret_logs", "served_pages")
SINGLE_VISIT_LIMIT = "single_visit"
COUNTERSIGNED_LIMIT = "counting_countersigned"


@dataclass(frozen=True)
class Trust:
    """Keys that the reader knows by another way (32 bytes each); None where he gives none."""

    agency_key: bytes | None
    countersigners: Sequence[bytes] | None


@dataclass(frozen=True)
class Report:
    """All findings in order, and what nobody can verify from public files (keys into the texts)."""

    findings: tuple[Finding, ...]
    limits: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether something was checked, and nothing failed."""
        statuses = {finding.status for finding in self.findings}
        return "ok" in statuses and "failed" not in statuses


def verify_path(
    path: Path,
    questionnaire: Questionnaire,
    *,
    agency_key: bytes | None = None,
    countersigners: Sequence[bytes] | None = None,
    others: Sequence[Path] = (),
    campaigns: Path | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Report:
    """Check a campaign's folder or a round's, or a single file together with ``others`` (its manifest, a board).

    ``questionnaire`` is what KPIs are recomputed with; ``agency_key`` (32 bytes) is the one that the reader trusts,
    ``countersigners`` those of second institutions, ``campaigns`` the folder with those of a round's campaigns.
    Raises OSError.
    """
    if rounds.is_of_a_round(path):
        return Report(tuple(rounds.check_round(path, questionnaire, agency_key, campaigns)), rounds.LIMITS)
    trust = Trust(agency_key, countersigners)
    if path.is_dir():
        return verify_files(read_folder(path), questionnaire, trust, progress, path.resolve().name)
    if path.suffix == journal.SUFFIX:
        return Report((journal.check_journal(path),), (journal.END_LIMIT,))
    try:
        files = files_given([path, *others])
    except PikirError as error:
        return Report((failed("file", error, subject=path.name),), ())
    return verify_files(files, questionnaire, trust, progress)


def verify_files(
    files: Files, questionnaire: Questionnaire, trust: Trust, progress: Progress, folder: str = ""
) -> Report:
    """Every check that these files allow."""
    setting, found = settings.check_manifest(files)
    if setting is not None:
        found += settings.check_folder(folder, setting)
        found += settings.check_draft(files, setting)
        found += settings.check_enrolments(files, setting)
    found += check_staffing(files, setting)
    archives, archived = check_archives(files, setting)
    responses, more = _responses(files, setting, progress, batch_destroyed(archives))
    found += more
    named = None if setting is None else setting.manifest.agency_key
    outcomes, outcome = _outcome(files, setting, responses, questionnaire)
    found += settings.check_agency_key(named or _named(outcomes), trust.agency_key)
    found += outcome
    holding, more = custody.check_countersignatures(files, outcomes, trust.countersigners)
    found += [*more, *custody.check_records(files, outcomes, holding)]
    found += settings.check_void(files, setting)
    found += [*custody.check_destruction(files, setting), *archived]
    found += [impossible("other-files", "not_looked_at", subject=name) for name in files.unknown]
    single = setting is not None and setting.manifest.visits == "single"
    first = COUNTERSIGNED_LIMIT if custody.is_countersigned(outcomes[-1].release, holding) else LIMITS[0]
    return Report(tuple(found), (first, *LIMITS[1:], *((SINGLE_VISIT_LIMIT,) if single else ())))


def _responses(
    files: Files, setting: settings.Setting | None, progress: Progress, destroyed: str | None
) -> tuple[Responses | None, list[Finding]]:
    if setting is not None:
        return check_responses(files, setting, progress, destroyed)
    return None, [impossible("file", "needs_manifest", subject=name) for name in files.needing_manifest()]


def _outcome(
    files: Files, setting: settings.Setting | None, responses: Responses | None, questionnaire: Questionnaire
) -> tuple[list[Outcome], list[Finding]]:
    """Releases with their records, superseded ones first, the present one last, and what was found."""
    found: list[Finding] = []
    outcomes: list[Outcome] = []
    earlier: dict[int, Signed] = {}
    present = None
    for number in (*files.numbers(), None):
        signed, more = check_release(files, number, setting, responses, questionnaire)
        record, record_found = check_record(files, number, signed)
        found += [*more, *record_found]
        outcomes.append(Outcome(None if signed is None else signed.release, record))
        if signed is None and record is not None:
            found += _record_setting(record.agency_key, setting)
        if number is None:
            present = signed
        elif signed is not None:
            earlier[number] = signed
    found += check_supersession(files, present, earlier)
    return outcomes, found + check_attacks(files, present, earlier, questionnaire)


def _named(outcomes: Sequence[Outcome]) -> bytes | None:
    """The agency key that the latest Release or record names."""
    documents = [outcome.release or outcome.record for outcome in outcomes]
    return next((document.agency_key for document in reversed(documents) if document is not None), None)


def _record_setting(agency_key: bytes, setting: settings.Setting | None) -> list[Finding]:
    """A record without its Release at least names the manifest's agency."""
    if setting is None or agency_key == setting.manifest.agency_key:
        return []
    return [failed("agency-key", ClaimFalse("other_agency"))]
