"""The figures of a round as a document: signed, consistent in themselves, and made of the campaigns' own."""

import re
from pathlib import Path

from analytics.release import turnout_text
from analytics.round_release import RoundRelease
from analytics.verification.figures import check_disclosure, check_figures, check_kpis
from analytics.verification.files import jws_text
from analytics.verification.findings import ClaimFalse, Finding, attempt, impossible, ok, require_equal
from analytics.verification.round_bodies import check_members, read_members
from analytics.verification.setting import check_agency_key
from survey_app.domain import signing
from survey_app.domain.documents import read_self_signed
from survey_app.domain.errors import Malformed
from survey_app.domain.questionnaire import Questionnaire

PRESENT = "round-release.jws"
LIMITS = ("round_counting", "round_attack", "interval")
_NUMBERED = re.compile(r"round-release-([1-9][0-9]*)\.jws")


def is_of_a_round(path: Path) -> bool:
    """Whether this is a round's folder of the exchange, or its signed document."""
    if path.is_dir():
        return any(entry.name == PRESENT or _NUMBERED.fullmatch(entry.name) for entry in path.iterdir())
    try:
        return signing.peek(path.read_bytes().decode("ascii").strip())[0] == RoundRelease.format
    except (UnicodeDecodeError, Malformed):
        return False


def check_round(
    path: Path, questionnaire: Questionnaire, agency_key: bytes | None, campaigns: Path | None
) -> list[Finding]:
    """Every check on a round's folder or document; ``campaigns`` is the folder with those of its campaigns.

    By itself that is the exchange folder in which the round's lies. Raises OSError.
    """
    folder = path if path.is_dir() else path.parent
    place = campaigns or folder.resolve().parent.parent
    found: list[Finding] = []
    earlier: list[tuple[RoundRelease, str]] = []
    named: bytes | None = None
    for file in _documents(path):
        release, more = _check_document(file, questionnaire, place)
        found += more
        if release is not None:
            named = release.agency_key
            earlier.append((release, jws_text(file.read_bytes())))
    if path.is_dir():
        known = {PRESENT, *(file.name for file in _documents(path))}
        others = sorted(entry.name for entry in path.iterdir() if entry.name not in known)
        found += [impossible("other-files", "not_looked_at", subject=name) for name in others]
    return [*check_agency_key(named, agency_key), *found, *_check_chain(earlier)]


def _documents(path: Path) -> list[Path]:
    """Superseded ones first, the present one last."""
    if not path.is_dir():
        return [path]
    numbers = sorted(int(match[1]) for entry in path.iterdir() if (match := _NUMBERED.fullmatch(entry.name)))
    present = [path / PRESENT] if (path / PRESENT).is_file() else []
    return [*(path / f"round-release-{number}.jws" for number in numbers), *present]


def _check_document(
    file: Path, questionnaire: Questionnaire, campaigns: Path
) -> tuple[RoundRelease | None, list[Finding]]:
    name, data = file.name, file.read_bytes()
    release, finding = attempt(
        "round-release", lambda: read_self_signed(RoundRelease, jws_text(data), "agency_key"), subject=name
    )
    if release is None:
        return None, [finding]
    found = [
        finding,
        attempt("round-sums", lambda: _check_sums(release), subject=name)[1],
        attempt("release-score", lambda: check_figures(release), subject=name)[1],
        attempt("release-disclosure", lambda: check_disclosure(release), subject=name)[1],
    ]
    found.append(_recompute(release, questionnaire, name))
    members, finding = attempt("round-bodies", lambda: read_members(release, campaigns), subject=name)
    found += [finding] if members is None else check_members(release, members, name)
    return release, found


def _check_sums(release: RoundRelease) -> None:
    """N >= K >= n, turnout follows, every body is named once, and nothing is said of nobody. Raises ClaimFalse."""
    if not release.eligible >= release.received >= release.n >= 0:
        raise ClaimFalse("order", N=release.eligible, M=release.received, K=release.n)
    require_equal("turnout", release.turnout, turnout_text(release.n, release.eligible))
    campaigns = [body.campaign_id for body in release.bodies]
    require_equal("bodies", campaigns, sorted(set(campaigns)))
    if (release.supersedes is None) != (release.reason is None):
        raise ClaimFalse("supersedes_without_reason")
    if release.kpis and not release.n:
        raise ClaimFalse("kpi_of_nobody")
    if release.verdict.result == "row_only" and any(figure.percent is not None for figure in release.kpis):
        raise ClaimFalse("row_only_shows")


def _recompute(release: RoundRelease, questionnaire: Questionnaire, name: str) -> Finding:
    if release.questionnaire != questionnaire.reference:
        return impossible("release-kpi", "other_questionnaire", subject=name)
    if not release.kpis or any(total.hidden is not None for total in release.totals):
        return impossible("release-kpi", "totals_hidden", subject=name)
    recomputed, finding = attempt("release-kpi", lambda: check_kpis(release, questionnaire), subject=name)
    if recomputed is None:
        return finding
    message = "recomputed_all" if recomputed == len(release.kpis) else "recomputed"
    return ok("release-kpi", message, subject=name, count=recomputed, total=len(release.kpis))


def _check_chain(documents: list[tuple[RoundRelease, str]]) -> list[Finding]:
    """Each names the one before it, and shows the same figures or the score row only."""
    if len(documents) == 1 and documents[0][0].supersedes is not None:
        return [impossible("supersession", "missing_superseded")]
    if len(documents) < 2:  # noqa: PLR2004 (nothing is superseded)
        return []

    def claim() -> None:
        before: bytes | None = None
        for index, (release, text) in enumerate(documents):
            require_equal("supersedes", release.supersedes, before)
            before = signing.fingerprint(text)
            if release.verdict.result != "row_only" and any(
                earlier.figures != release.figures for earlier, _ in documents[:index]
            ):
                raise ClaimFalse("published_twice")

    return [attempt("supersession", claim)[1]]
