"""The agency's own attack, repeated with public numbers alone, and what a correction owes to what it corrects."""

from collections.abc import Sequence

from analytics.attacker.outside import Contradiction, Exposure, Outside, read_outside
from analytics.attacker.outside_groups import exposed_groups
from analytics.attacker.outside_totals import exposed_totals
from analytics.figures import Figures
from analytics.release import Release
from analytics.verification.findings import ClaimFalse, Finding, attempt, impossible, ok
from survey_app.domain.questionnaire import Questionnaire

CHECK, CONTRADICTION = "release-attack", "contradiction"


def check_attack(release: Release, earlier: Sequence[Release], questionnaire: Questionnaire, name: str) -> Finding:
    """Attack a Release together with those before it that rest on the same batch."""
    if release.questionnaire != questionnaire.reference:
        return impossible(CHECK, "other_questionnaire", subject=name)
    if release.verdict.result == "row_only":
        return ok(CHECK, "attack_row_only", subject=name)
    same = [one for one in earlier if one.root == release.root and one.figures != release.figures]
    together = [release.figures, *(one.figures for one in same)]
    exposures, finding = attempt(CHECK, lambda: _attack(release, together, questionnaire), subject=name)
    if exposures is None and finding.message == CONTRADICTION and same:
        exposures, finding = attempt(CHECK, lambda: _attack(release, together[:1], questionnaire), subject=name)
        return finding if exposures is None else impossible(CHECK, "attack_other_counts", subject=name)
    if exposures is None:
        return finding
    return ok(CHECK, "attacked_together" if same else "attacked", subject=name, count=len(same))


def check_attacked_together(release: Release, digests: Sequence[tuple[bytes, Release]]) -> None:
    """The verdict names just the earlier Releases with other figures; of another batch only the row is published.

    ``digests`` are all Releases before this one, by the SHA-256 of their JWS. Raises ClaimFalse.
    """
    if any(one.root != release.root for _, one in digests) and release.verdict.result != "row_only":
        raise ClaimFalse("another_batch")
    if release.verdict.result == "row_only":
        return
    owed = {digest for digest, one in digests if one.figures != release.figures}
    if set(release.verdict.together) != owed:
        raise ClaimFalse("not_attacked_together", claimed=len(release.verdict.together), derived=len(owed))


def _attack(release: Release, figures: Sequence[Figures], questionnaire: Questionnaire) -> list[Exposure]:
    """Nothing. Raises ClaimFalse with the first that is exposed, or because no answers fit."""
    known = Outside(questionnaire, figures, release.n, release.eligible, release.minimum_group)
    try:
        published = read_outside(known)
        exposures = [*exposed_totals(known, published), *exposed_groups(known, published)]
    except Contradiction as error:
        raise ClaimFalse(CONTRADICTION) from error
    if exposures:
        first = exposures[0]
        where = first.question if first.variable is None else f"{first.question}, {first.variable}"
        raise ClaimFalse("exposed", question=where)
    return exposures
