"""A round's figures against the campaigns' own public files: manifests, boards, Releases, and the sums over them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from analytics.figures import GroupCell, QuestionTotal
from analytics.release import Release, release_bytes
from analytics.round_release import RoundBody, RoundRelease
from analytics.verification.files import BOARD, MANIFEST, RELEASE, VOID, jws_text
from analytics.verification.findings import ClaimFalse, Finding, attempt, impossible, ok, require_equal
from survey_app.domain import signing
from survey_app.domain.documents import read_document
from survey_app.domain.manifest import CampaignManifest, VoidStatement, check_campaign_id

Shown = QuestionTotal | GroupCell


@dataclass(frozen=True)
class Member:
    """One body with what its folder holds: ``attacked`` is the Release that the round names, ``standing`` the present.

    ``folder`` is None where the campaign's folder is not here.
    """

    body: RoundBody
    folder: Path | None
    attacked: Release | None
    standing: Release | None
    is_void: bool


def read_members(release: RoundRelease, campaigns: Path | None) -> list[Member]:
    """Each body's own files as far as they are here, all under the agency's key. Raises PikirError."""
    return [_member(release, body, campaigns) for body in release.bodies]


def check_members(release: RoundRelease, members: Sequence[Member], name: str) -> list[Finding]:
    """Everything that the campaigns' folders allow."""
    here = [member for member in members if member.folder is not None]
    if not here:
        return [impossible("round-bodies", "campaigns_missing", subject=name)]
    found = [attempt("round-bodies", lambda: _check_documents(release, here), subject=name)[1]]
    if len(here) < len(members):
        away = ", ".join(member.body.code for member in members if member.folder is None)
        found.append(impossible("round-bodies", "bodies_missing", subject=name, bodies=away))
    known = [member for member in members if member.attacked is not None]
    if len(known) < len(members):
        away = ", ".join(member.body.code for member in members if member.attacked is None)
        found.append(impossible("round-totals", "releases_missing", subject=name, bodies=away))
    else:
        derived, finding = attempt("round-totals", lambda: check_sums_of(release, members), subject=name)
        if derived is not None:
            finding = ok("round-totals", "figures_added", subject=name, count=derived[0], total=derived[1])
        found.append(finding)
    changed = [m.body.code for m in here if (m.is_void and m.body.pooled) or not _stands(m)]
    if changed:
        found.append(ok("round-outdated", "bodies", subject=name, bodies=", ".join(sorted(changed))))
    return found


def check_sums_of(release: RoundRelease, members: Sequence[Member]) -> tuple[int, int]:
    """The round's numbers are sums of the bodies'; gives how many shown figures are wholly so, and how many there are.

    Where a body hides its part, the rest must at least be possible. Raises ClaimFalse.
    """
    for member in members:
        enough = member.attacked is not None and member.attacked.n >= release.minimum_group
        require_equal(f"pooled, {member.body.code}", member.body.pooled, enough)
    pooled = [member for member in members if member.body.pooled]
    releases = [member.attacked for member in pooled if member.attacked is not None]
    for what in ("n", "eligible", "received"):
        require_equal(what, getattr(release, what), sum(getattr(one, what) for one in releases))
    whole = shown = 0
    for total in release.totals:
        if total.hidden is None:
            totals = [_total(m, total.question) for m in pooled if total.question not in m.body.not_in_totals]
            whole, shown = whole + _check_sum(total.question, total, totals), shown + 1
    for group in release.breakdowns:
        for cell in group.cells:
            if cell.hidden is None:
                within = [m for m in pooled if cell.question not in m.body.not_in_breakdowns]
                cells = [_cell(m, group.variable, group.level, cell.question) for m in within]
                whole += _check_sum(f"{group.variable} {group.level} {cell.question}", cell, cells)
                shown += 1
    return whole, shown


def _check_sum(what: str, claimed: Shown, parts: Sequence[Shown | None]) -> int:
    """1 if every part is shown and they add up; 0 if the shown ones leave something possible. Raises ClaimFalse."""
    visible = [part for part in parts if part is not None and part.hidden is None]
    sums = [sum(_count(part, side) for part in visible) for side in ("favourable", "unfavourable")]
    mine = [_count(claimed, side) for side in ("favourable", "unfavourable")]
    if len(visible) == len(parts):
        require_equal(what, mine, sums)
        return 1
    if any(own < others for own, others in zip(mine, sums, strict=True)):
        raise ClaimFalse("differs", what=what, claimed=mine, derived=f">= {sums}")
    return 0


def _count(part: Shown, side: str) -> int:
    return int(getattr(part, side) or 0)


def _total(member: Member, question: str) -> QuestionTotal | None:
    totals: Iterable[QuestionTotal] = () if member.attacked is None else member.attacked.totals
    return next((total for total in totals if total.question == question), None)


def _cell(member: Member, variable: str, level: str, question: str) -> GroupCell | None:
    groups = () if member.attacked is None else member.attacked.breakdowns
    cells = (cell for group in groups if (group.variable, group.level) == (variable, level) for cell in group.cells)
    return next((cell for cell in cells if cell.question == question), None)


def _check_documents(release: RoundRelease, here: Sequence[Member]) -> None:
    """Manifest and board of each campaign are those that the round names. Raises PikirError."""
    for member in here:
        for what, hashed in ((MANIFEST, member.body.manifest), (BOARD, member.body.board)):
            text = _text(member, what)
            require_equal(f"{what} of {member.body.code}", hashed, signing.fingerprint(text))
        manifest = read_document(CampaignManifest, _text(member, MANIFEST), release.agency_key)
        for what, claimed in (("campaign", member.body.campaign_id), ("body", member.body.code)):
            derived = manifest.campaign_id if what == "campaign" else manifest.body.code
            require_equal(f"{what} of {member.body.code}", claimed, derived)
        for what in ("round", "questionnaire", "minimum_group"):
            require_equal(f"{what} of {member.body.code}", getattr(release, what), getattr(manifest, what))
        require_equal(f"method of {member.body.code}", release.method, manifest.kpi_method)


def _member(release: RoundRelease, body: RoundBody, campaigns: Path | None) -> Member:
    folder = None if campaigns is None else campaigns / check_campaign_id(body.campaign_id)
    if folder is None or not folder.is_dir():
        return Member(body, None, None, None, is_void=False)
    every = {
        path.name: read_document(Release, jws_text(path.read_bytes()), release.agency_key)
        for path in sorted(folder.glob("release*.jws"))
    }
    attacked = next((one for one in every.values() if _opened(one) == body.opened), None)
    is_void = (folder / VOID).is_file()
    if is_void:
        read_document(VoidStatement, jws_text((folder / VOID).read_bytes()), release.agency_key)
    return Member(body, folder, attacked, every.get(RELEASE), is_void)


def _stands(member: Member) -> bool:
    """Whether the body's present Release came out of the opening that the round names; unknown passes."""
    return member.standing is None or _opened(member.standing) == member.body.opened


def _opened(release: Release) -> bytes:
    return hashlib.sha256(release_bytes(replace(release, supersedes=None, reason=None))).digest()


def _text(member: Member, name: str) -> str:
    path = Path(str(member.folder)) / name
    if not path.is_file():
        raise ClaimFalse("missing", file=f"{name} ({member.body.code})")
    return jws_text(path.read_bytes())
