"""The figures of all bodies of a round together, where the application has a source of certified ones."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app

from analytics.campaigns.certified import certified_in_round
from analytics.office import AgencyOffice
from analytics.release import KpiFigure
from analytics.round_release import RoundBody, RoundRelease
from analytics.views.selection import NothingCertified

SOURCE = "round-releases"
Source = Callable[[AgencyOffice, str], RoundRelease | None]


@dataclass(frozen=True)
class Pooled:
    """A round's own figures.

    ``outdated`` are codes of pooled bodies whose campaign has been declared void since, or whose Release that stands
    rests on another batch.
    """

    release: RoundRelease
    outdated: tuple[str, ...]

    @property
    def pinned(self) -> KpiFigure | None:
        """The KPI by the method that the manifests fixed."""
        return next((figure for figure in self.release.kpis if figure.method == self.release.method), None)

    @property
    def bodies(self) -> tuple[RoundBody, ...]:
        """Those whose answers are in."""
        return tuple(body for body in self.release.bodies if body.pooled)

    @property
    def left_out(self) -> tuple[RoundBody, ...]:
        """Those with too few responses."""
        return tuple(body for body in self.release.bodies if not body.pooled)


def pooled(office: AgencyOffice, round_code: str) -> Pooled | None:
    """None without a source, or while the round as a whole is not certified."""
    source: Source | None = current_app.extensions.get(SOURCE)
    release = None if source is None else source(office, round_code)
    if release is None:
        return None
    standing = {c.release.campaign_id: c for c in certified_in_round(office, round_code)}
    outdated = []
    for body in release.bodies:
        entry = standing.get(body.campaign_id)
        if body.pooled and (entry is None or not entry.is_current or entry.release.board != body.board):
            outdated.append(body.code)
    return Pooled(release, tuple(outdated))


def require_pooled(office: AgencyOffice, round_code: str) -> Pooled:
    """Raises NothingCertified."""
    found = pooled(office, round_code)
    if found is None:
        raise NothingCertified(f"the figures of all bodies of round {round_code} together are not certified")
    return found
