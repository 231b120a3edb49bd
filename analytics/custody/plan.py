"""Who holds shares, and how many of them are needed: one institution k of n, or several, each with its own k of n."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.custody.errors import PlanInvalid

MOST = 16
DEFAULT_GROUP = "agency"
_K_OF_N = re.compile(r"([0-9]{1,2})/([0-9]{1,2})")


@dataclass(frozen=True)
class Group:
    """One institution: any ``threshold`` of its ``custodians`` (names) are needed. Raises PlanInvalid."""

    name: str
    threshold: int
    custodians: tuple[str, ...]

    def __post_init__(self) -> None:
        """Check names and numbers."""
        for name in (self.name, *self.custodians):
            _check_name(name)
        if not 1 <= self.threshold <= len(self.custodians) <= MOST:
            raise PlanInvalid(
                f"{self.name}: {self.threshold} of {len(self.custodians)} custodians is impossible; k of n needs "
                f"1 <= k <= n <= {MOST}"
            )

    def __str__(self) -> str:
        return f"{self.threshold} of {len(self.custodians)} of {self.name}"


def make_plan(split: str | None, groups: Sequence[str], custodians: str) -> tuple[Group, ...]:
    """Groups from texts: ``split`` "3/5", or ``groups`` "NAME:K/N"; ``custodians`` names, by commas, group by group.

    Raises PlanInvalid.
    """
    if (split is None) == (not groups):
        raise PlanInvalid("say either --split K/N, or --group NAME:K/N for each institution")
    named = [(DEFAULT_GROUP, split)] if split is not None else [_named(text) for text in groups]
    names = [name.strip() for name in custodians.split(",") if name.strip()]
    wanted = [_k_of_n(text) for _, text in named]
    if len(names) != sum(n for _, n in wanted):
        raise PlanInvalid(f"{len(names)} custodians are named, {sum(n for _, n in wanted)} are needed")
    plan, start = [], 0
    for (name, _), (threshold, count) in zip(named, wanted, strict=True):
        plan.append(Group(name, threshold, tuple(names[start : start + count])))
        start += count
    return check_plan(plan)


def check_plan(groups: Sequence[Group]) -> tuple[Group, ...]:
    """The same groups, if no single person can open and no name stands for two. Raises PlanInvalid."""
    names = [name for group in groups for name in group.custodians]
    if not groups or len(groups) > MOST or len({group.name for group in groups}) < len(groups):
        raise PlanInvalid(f"between 1 and {MOST} institutions with different names are possible")
    if len(set(names)) < len(names):
        raise PlanInvalid("each custodian holds one share; two have the same name")
    if sum(group.threshold for group in groups) < 2:  # noqa: PLR2004 (more than one person)
        raise PlanInvalid("one person alone could open: let at least two shares be needed")
    return tuple(groups)


def describe(groups: Sequence[Group]) -> str:
    """Such as ``3 of 5 of agency and 1 of 2 of ombudsman``."""
    return " and ".join(map(str, groups))


def _named(text: str) -> tuple[str, str]:
    name, colon, k_of_n = text.rpartition(":")
    if not colon:
        raise PlanInvalid(f"{text!r} is not NAME:K/N, such as ombudsman:1/2")
    return name.strip(), k_of_n


def _k_of_n(text: str | None) -> tuple[int, int]:
    match = _K_OF_N.fullmatch((text or "").strip())
    if match is None:
        raise PlanInvalid(f"{text!r} is not K/N, such as 3/5")
    return int(match[1]), int(match[2])


def _check_name(name: str) -> None:
    if not name or not name.isprintable() or name != name.strip() or len(name) > 80:  # noqa: PLR2004 (one line)
        raise PlanInvalid(f"{name!r} is no name: it must fit one line of 80 characters")
