"""Openings that run in the background of this process: their progress is in memory, their result in the database.

A crash or a restart leaves nothing of one but the drafts that were finished; it is simply begun again.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from analytics.campaigns.custody import UnlockedBy
from analytics.campaigns.openings import open_campaign_batch
from analytics.console.memory import Memory
from analytics.office import AgencyOffice
from survey_app.domain.errors import PikirError


@dataclass(frozen=True)
class RunningOpening:
    """Campaigns in their order; ``at`` counts those that are finished, ``done`` of ``total`` envelopes of the next.

    ``refused`` are the errors by campaign. ``ended`` is true when nothing runs any more.
    """

    campaign_ids: tuple[str, ...]
    round_code: str
    at: int
    done: int
    total: int
    refused: dict[str, PikirError | None]
    ended: bool

    @property
    def percent(self) -> int:
        """Of all, from 0 to 100."""
        part = self.done / self.total if self.total else 0.0
        return 100 if self.ended else int(100 * (self.at + part) / len(self.campaign_ids))


def start_opening(
    office: AgencyOffice,
    running: Memory[RunningOpening],
    campaign_ids: Sequence[str],
    *,
    round_code: str,
    by: UnlockedBy,
    actor: str,
) -> str:
    """Begin; the key under which its progress is found."""
    key = running.keep(RunningOpening(tuple(campaign_ids), round_code, 0, 0, 0, {}, ended=False))
    threading.Thread(target=_work, args=(office, running, key, by, actor), name="opening", daemon=True).start()
    return key


def _work(office: AgencyOffice, running: Memory[RunningOpening], key: str, by: UnlockedBy, actor: str) -> None:
    for campaign_id in running.find(key).campaign_ids:

        def progress(done: int, total: int) -> None:
            running.change(key, lambda now: replace(now, done=done, total=total))

        refused: PikirError | None = None
        try:
            open_campaign_batch(office, campaign_id, by, progress, actor=actor)
        except PikirError as error:
            refused = error
        except Exception:  # noqa: BLE001 (whatever it was, the page must say that it ended; its text may quote input)
            refused = OpeningBroke("the opening broke off; nothing was stored")
        running.change(key, lambda now, one=campaign_id, why=refused: _finish_one(now, one, why))  # type: ignore[misc]
    running.change(key, lambda now: replace(now, ended=True))


class OpeningBroke(PikirError):
    """An opening ended without a result for a reason that is no refusal."""

    slug = "opening-broke"


def _finish_one(now: RunningOpening, campaign_id: str, refused: PikirError | None) -> RunningOpening:
    return replace(now, at=now.at + 1, done=0, total=0, refused={**now.refused, campaign_id: refused})
