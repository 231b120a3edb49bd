"""Openings that run in the background of this process: their progress is in memory, their result in the database.

A crash or a restart leaves nothing of one but the drafts that were finished; it is simply begun again.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from analytics.campaigns.openings import Progress, open_campaign_batch, processes
from analytics.campaigns.round_keys import RoundKeys, key_that_opens
from analytics.campaigns.round_openings import open_round_batches
from analytics.console.memory import Memory
from analytics.office import AgencyOffice
from survey_app.domain.errors import PikirError
from survey_app.staff.approvals import Proposal


class OpeningBroke(PikirError):
    """An opening ended without a result for a reason that is no refusal."""

    slug = "opening-broke"


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
    keys: RoundKeys,
    actor: str,
) -> str:
    """Begin; the key under which its progress is found."""
    key = running.keep(RunningOpening(tuple(campaign_ids), round_code, 0, 0, 0, {}, ended=False))
    threading.Thread(target=_work, args=(office, running, key, keys, actor), name="opening", daemon=True).start()
    return key


def start_round_opening(
    office: AgencyOffice,
    running: Memory[RunningOpening],
    campaign_ids: Sequence[str],
    *,
    proposal: Proposal,
    keys: RoundKeys,
    actor: str,
) -> str:
    """The same for all batches of a round together; ``done`` of ``total`` counts bodies and the round itself."""
    key = running.keep(RunningOpening(tuple(campaign_ids), proposal.subject, 0, 0, 0, {}, ended=False))
    without: dict[str, str] = proposal.details["without"]
    args = (office, running, key, keys, without, actor)
    threading.Thread(target=_work_on_round, args=args, name="opening", daemon=True).start()
    return key


def _work(office: AgencyOffice, running: Memory[RunningOpening], key: str, keys: RoundKeys, actor: str) -> None:
    def work(campaign_id: str, progress: Progress) -> None:
        open_campaign_batch(office, campaign_id, key_that_opens(office, campaign_id, keys), progress, actor=actor)

    for campaign_id in running.find(key).campaign_ids:

        def progress(done: int, total: int) -> None:
            running.change(key, lambda now: replace(now, done=done, total=total))

        why = _refusal(lambda one=campaign_id: work(one, progress))  # type: ignore[misc]
        running.change(key, lambda now, one=campaign_id, why=why: _finish_one(now, one, why))  # type: ignore[misc]
    running.change(key, lambda now: replace(now, ended=True))


def _work_on_round(  # noqa: PLR0917 (a thread's arguments)
    office: AgencyOffice,
    running: Memory[RunningOpening],
    key: str,
    keys: RoundKeys,
    without: Mapping[str, str],
    actor: str,
) -> None:
    now = running.find(key)
    whole = len(now.campaign_ids)

    def progress(done: int, total: int) -> None:
        at = whole * done // max(total, 1)
        running.change(key, lambda seen: replace(seen, at=min(at, whole - 1)))

    why = _refusal(
        lambda: open_round_batches(
            office,
            now.round_code,
            keys,
            progress,
            without=without,
            reasons=without,
            agreed=now.campaign_ids,
            processes=processes(),
            actor=actor,
        )
    )
    refused: dict[str, PikirError | None] = {one: why for one in now.campaign_ids}  # noqa: C420 (mypy)
    running.change(key, lambda seen: replace(seen, at=whole, refused=refused, ended=True))


def _refusal(work: Callable[[], object]) -> PikirError | None:
    """Why it was refused, if it was."""
    try:
        work()
    except PikirError as error:
        return error
    except Exception:  # noqa: BLE001 (whatever it was, the page must say that it ended; its text may quote input)
        return OpeningBroke("the opening broke off; nothing was stored")
    return None


def _finish_one(now: RunningOpening, campaign_id: str, refused: PikirError | None) -> RunningOpening:
    return replace(now, at=now.at + 1, done=0, total=0, refused={**now.refused, campaign_id: refused})
