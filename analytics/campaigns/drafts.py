"""A draft Release that was opened on a machine without network, taken into the agency's database.

Only the file travels on a medium; its hash travels by a person, who reads it off the offline machine's screen and
types it here. So the medium need not be trusted, and no key has to be kept on the offline machine to sign with.
"""

import hashlib
import re

from analytics.campaigns.openings import evidence_of, keep_draft
from analytics.campaigns.reading import find_campaign
from analytics.campaigns.state import Step, require
from analytics.evidence import CheckedEvidence, Evidence, check_evidence
from analytics.office import AgencyOffice
from analytics.release import Release, campaign_flags, read_release, release_bytes, software_version
from survey_app.domain import signing
from survey_app.domain.errors import PikirError
from survey_app.staff import journal

LEAST_DIGITS = 20
FULL_DIGITS = 64
_FROM_MANIFEST = (
    *("campaign_id", "round", "body", "head", "agency_key", "questionnaire", "minimum_group", "minimum_turnout"),
    *("visits", "eligible"),
)


class DraftRefused(PikirError):
    """A draft Release is not of this campaign's batch, or not what was opened."""

    slug = "draft-refused"


def accept_draft(
    office: AgencyOffice, campaign_id: str, data: bytes, digits: str, *, actor: str = journal.COMMAND_LINE
) -> Release:
    """Keep the draft in ``data`` as if it had been opened here; ``digits`` begin its SHA-256 (20 or more of 64).

    Checked are its hash, that it is of this manifest, board and batch, and that its figures agree with one another.
    Raises StepOutOfOrder, DraftRefused, Malformed, ClaimFalse, EvidenceInconsistent.
    """
    campaign = find_campaign(office, campaign_id)
    require(Step.OPEN, campaign.situation)
    _check_hash(data, digits)
    evidence = evidence_of(office, campaign)
    release = read_release(data)
    check_draft(release, evidence, check_evidence(evidence))
    if release_bytes(release) != data:
        raise DraftRefused("the file is not a Release as an opening writes it: other bytes with the same meaning")
    with office.database.write() as session:
        keep_draft(office, session, evidence, release, actor, offline="yes")
    return release


def check_draft(release: Release, evidence: Evidence, checked: CheckedEvidence) -> None:
    """The draft is of this evidence, and its figures agree with one another. Raises DraftRefused, ClaimFalse."""
    manifest, board, drawn = checked.manifest, checked.board, checked.drawn
    claims = {name: getattr(manifest, name) for name in _FROM_MANIFEST} | {
        "manifest": checked.fingerprint,
        "method": manifest.kpi_method,
        "drawn": None if drawn is None else drawn.drawn,
        "disputes": None if drawn is None else drawn.disputes,
        "received": board.received,
        "root": board.root,
        "board": signing.fingerprint(evidence.board),
        "flags": campaign_flags(manifest.visits, drawn is not None),
        "software": software_version(),
        "countersigned": None,
        "supersedes": None,
        "reason": None,
    }
    wrong = [name for name, claimed in claims.items() if getattr(release, name) != claimed]
    if wrong:
        raise DraftRefused(f"the draft does not belong to this campaign's documents; other {', '.join(wrong)}")
    _check_figures(release)


def _check_figures(release: Release) -> None:
    """They agree with one another. Raises ClaimFalse."""
    from analytics.verification import cells, figures  # noqa: PLC0415 (brings pandas, which the web pages do without)

    figures.check_sums(release)
    figures.check_disclosure(release)
    cells.check_breakdowns(release)
    cells.check_verdict(release)
    figures.check_figures(release)


def _check_hash(data: bytes, digits: str) -> None:
    typed = re.sub(r"\s", "", digits).lower()
    if not re.fullmatch(r"[0-9a-f]+", typed) or not LEAST_DIGITS <= len(typed) <= FULL_DIGITS:
        raise DraftRefused(
            f"type the first {LEAST_DIGITS} digits of the SHA-256 that the offline machine shows, or all {FULL_DIGITS}"
        )
    if not hashlib.sha256(data).hexdigest().startswith(typed):
        raise DraftRefused("the file is not the one whose hash was typed: it was changed on its way, or mistyped")
