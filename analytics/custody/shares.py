"""A random 256-bit secret split k of n by SLIP-39, in one group of custodians or several that are all needed.

SLIP-39 (SatoshiLabs, 2017) is Shamir's scheme over GF(256) with word lists, a checksum that finds up to three wrong
words, and a digest that finds a forged share. Its own passphrase is not used: it would be one for all custodians.
Where one share of a group suffices, each of its custodians holds the same words, as the standard has it.
"""

import hashlib
import itertools
import math
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shamir_mnemonic import shamir  # type: ignore[import-untyped]
from shamir_mnemonic.share import Share as Slip39  # type: ignore[import-untyped]
from shamir_mnemonic.utils import MnemonicError  # type: ignore[import-untyped]

from analytics.custody.errors import ShareDamaged, ShareForeign, ShareNotGenuine, ShareRepeated, SharesMissing
from analytics.custody.plan import Group, describe

SECRET_BYTES = 32
FINGERPRINT_DIGITS = 16
_DOMAIN = b"pikir/split-secret/1\x00"


@dataclass(frozen=True)
class Share:
    """What one custodian holds: ``words`` in the order of SLIP-39, and which secret they belong to.

    ``member`` counts a group's custodians from 1; ``needed`` says in words how many shares of whom open.
    """

    fingerprint: str
    custodian: str
    group: str
    member: int
    members: int
    threshold: int
    needed: str
    words: str


def new_secret() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(SECRET_BYTES)


def fingerprint_of(secret: bytes) -> str:
    """16 hex digits that tell one secret from another and nothing about it."""
    return hashlib.sha256(_DOMAIN + secret).hexdigest()[:FINGERPRINT_DIGITS]


def split_secret(secret: bytes, plan: Sequence[Group]) -> list[Share]:
    """A share for each custodian, in the plan's order."""
    fingerprint, needed = fingerprint_of(secret), describe(plan)
    sizes = [(g.threshold, len(g.custodians) if g.threshold > 1 else 1) for g in plan]
    words = shamir.generate_mnemonics(len(plan), sizes, secret, extendable=True, iteration_exponent=0)
    made = []
    for group, lists in zip(plan, words, strict=True):
        copies = lists if group.threshold > 1 else lists * len(group.custodians)
        for member, (custodian, text) in enumerate(zip(group.custodians, copies, strict=True), 1):
            made.append(
                Share(
                    fingerprint=fingerprint,
                    custodian=custodian,
                    group=group.name,
                    member=member,
                    members=len(group.custodians),
                    threshold=group.threshold,
                    needed=needed,
                    words=text,
                )
            )
    return made


def combine(shares: Sequence[Share], plan: Sequence[Group], fingerprint: str) -> bytes:
    """The secret with this fingerprint.

    Raises ShareForeign, ShareDamaged, ShareRepeated, SharesMissing, ShareNotGenuine.
    """
    for number, share in enumerate(shares):
        if share.fingerprint != fingerprint:
            raise ShareForeign(
                f"the share of {share.custodian} belongs to the secret {share.fingerprint}, this key needs "
                f"{fingerprint}; nothing was opened"
            )
        if share in shares[:number]:
            raise ShareRepeated(f"the share of {share.custodian} was given twice; each counts once. Nothing was opened")
    read = {share: _read(share, plan) for share in shares}
    _refuse_other_splits(read)
    by_group = {index: _distinct(read, index) for index in range(len(plan))}
    _require_enough(by_group, plan)
    for chosen in _subsets(by_group, plan):
        secret = _recover([read[share] for share in chosen], fingerprint)
        if secret is not None:
            _refuse_forged(chosen, read, fingerprint)
            return secret
    names = ", ".join(share.custodian for share in read)
    raise ShareNotGenuine(f"these shares do not give the secret, so one is not genuine: {names}; nothing was opened")


def sample_subsets(shares: Sequence[Share], plan: Sequence[Group], most: int) -> list[tuple[Share, ...]]:
    """Sets of shares that suffice and from which none can be left out: all, or a random sample with every share in it.

    ``most`` is how many there are at most before a sample is drawn.
    """
    members = {index: [share for share in shares if share.group == group.name] for index, group in enumerate(plan)}
    total = math.prod(math.comb(len(members[index]), group.threshold) for index, group in enumerate(plan))
    if total <= most:
        return list(_subsets(members, plan))
    required = [*shares, *(None for _ in range(max(most - len(shares), 0)))]
    return [tuple(itertools.chain.from_iterable(_some(members, plan, share))) for share in required]


def _some(
    members: Mapping[int, Sequence[Share]], plan: Sequence[Group], required: Share | None
) -> Iterator[Sequence[Share]]:
    """Enough shares of each group at random, ``required`` among them."""
    for index, group in enumerate(plan):
        drawn = secrets.SystemRandom().sample(members[index], group.threshold)
        if required is not None and required in members[index] and required not in drawn:
            drawn[0] = required
        yield sorted(drawn, key=lambda share: share.member)


def _read(share: Share, plan: Sequence[Group]) -> Slip39:
    try:
        read = Slip39.from_mnemonic(share.words)
    except MnemonicError as error:
        raise ShareDamaged(
            f"the share of {share.custodian} is damaged: a word is wrong, missing or out of place; nothing was opened"
        ) from error
    if read.group_count != len(plan) or read.group_index >= len(plan):
        raise ShareForeign(f"the share of {share.custodian} comes from a split among other institutions")
    return read


def _refuse_other_splits(read: Mapping[Share, Slip39]) -> None:
    """Words of two splits cannot be mixed, whatever is printed above them."""
    first = next(iter(read), None)
    for share, slip in read.items():
        if first is not None and slip.common_parameters() != read[first].common_parameters():
            raise ShareForeign(
                f"the words of {share.custodian} and of {first.custodian} come from two different splits; "
                "nothing was opened"
            )


def _distinct(read: Mapping[Share, Slip39], group: int) -> list[Share]:
    """The shares of one group. The same words of two custodians of a 1-of-n group count once. Raises ShareRepeated."""
    kept: dict[int, Share] = {}
    for share, slip in read.items():
        if slip.group_index != group:
            continue
        before = kept.setdefault(slip.index, share)
        if before is not share and (slip.member_threshold > 1 or share.words != before.words):
            raise ShareRepeated(
                f"the share of {share.custodian} has the number of that of {before.custodian}: "
                "each share counts once; nothing was opened"
            )
    return list(kept.values())


def _require_enough(by_group: Mapping[int, Sequence[Share]], plan: Sequence[Group]) -> None:
    """Raise SharesMissing with who could give the missing ones."""
    missing = []
    for index, group in enumerate(plan):
        given = {share.custodian for share in by_group[index]}
        if len(by_group[index]) < group.threshold:
            others = ", ".join(name for name in group.custodians if name not in given)
            lacking = group.threshold - len(by_group[index])
            missing.append(
                f"{lacking} more of {group.name} ({len(by_group[index])} of {group.threshold} are here; ask {others})"
            )
    if missing:
        raise SharesMissing(f"this key needs shares of {describe(plan)}; missing: {'; '.join(missing)}")


def _subsets(by_group: Mapping[int, Sequence[Share]], plan: Sequence[Group]) -> Iterator[tuple[Share, ...]]:
    choices = [itertools.combinations(by_group[index], group.threshold) for index, group in enumerate(plan)]
    return (tuple(itertools.chain.from_iterable(chosen)) for chosen in itertools.product(*choices))


def _recover(read: Sequence[Slip39], fingerprint: str) -> bytes | None:
    """The secret, if these shares are all genuine."""
    try:
        secret: bytes = shamir.combine_mnemonics([slip.mnemonic() for slip in read])
    except MnemonicError:
        return None
    return secret if fingerprint_of(secret) == fingerprint else None


def _refuse_forged(chosen: Sequence[Share], read: Mapping[Share, Slip39], fingerprint: str) -> None:
    """Every share beyond those that gave the secret must be as genuine. Raises ShareNotGenuine naming it."""
    for share, slip in read.items():
        if share in chosen:
            continue
        others = [read[other] for other in chosen if read[other].group_index == slip.group_index]
        rest = [read[other] for other in chosen if read[other].group_index != slip.group_index]
        if _recover([*rest, *others[1:], slip], fingerprint) is None:
            raise ShareNotGenuine(
                f"the share of {share.custodian} is not genuine, the others are; nothing was opened. Find out why, "
                "and open without it"
            )
