"""How far the answers of each group could lie from the truth, and whether that is far enough (rule 4).

A *check* is one group and one answer, favourable or unfavourable. It holds if as many as three of the group (or all,
if it has fewer) could have given that answer, and, in a group below the smallest publishable size, if that number
is open by as many. Blank is not an answer: that somebody answered at all is nothing to protect.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.groups import Counts, Groups

ENOUGH = 3
EXPOSED = -1
UNLIMITED = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Reach:
    """The most and the least that the attacker must hold possible; arrays of shape (2, groups).

    Proven by tables in whole people that fit everything published, so the true range is at least as wide.
    """

    most: Counts
    least: Counts

    def joined(self, other: "Reach") -> "Reach":
        """What either proves."""
        return Reach(np.maximum(self.most, other.most), np.minimum(self.least, other.least))


def reach_of(groups: Groups, answers: Counts) -> Reach:
    """What one table alone proves: ``answers`` of shape (2, strata)."""
    counts = answers @ groups.masks.T
    return Reach(counts, counts)


def free_reach(groups: Groups, totals: tuple[int, int]) -> Reach:
    """If only the totals are known, any member of the body may have given any of the answers."""
    everyone = int(groups.sizes.max(initial=0))
    given = np.array(totals, dtype=np.int64)[:, None]
    return Reach(np.minimum(groups.sizes, given), np.maximum(0, given - (everyone - groups.sizes)))


def required(groups: Groups) -> Counts:
    """How many of each group must remain possible: three, or everybody."""
    return np.minimum(ENOUGH, groups.sizes)


def slack(groups: Groups, reach: Reach, minimum_group: int) -> Counts:
    """How many people more than required remain possible, by check; negative where a group is exposed."""
    most = reach.most - required(groups)
    spread = reach.most - reach.least - required(groups)
    result: Counts = np.where(is_small(groups, minimum_group), np.minimum(most, spread), most)
    return result


def is_small(groups: Groups, minimum_group: int) -> npt.NDArray[np.bool_]:
    """Groups in which a number must also be uncertain."""
    small: npt.NDArray[np.bool_] = groups.sizes < minimum_group
    return small


def counts_for_margin(groups: Groups) -> npt.NDArray[np.bool_]:
    """Groups in which more than required can be possible at all."""
    larger: npt.NDArray[np.bool_] = groups.sizes > ENOUGH
    return larger


def margin(groups: Groups, reach: Reach, minimum_group: int) -> int:
    """The least slack of groups in which there can be any, or EXPOSED if any group at all is."""
    found = slack(groups, reach, minimum_group)
    if found.min(initial=0) < 0:
        return EXPOSED
    return int(found[:, counts_for_margin(groups)].min(initial=UNLIMITED))
