"""The one form in which people compare a manifest's fingerprint: on pages, in letters, on posters, by telephone."""

GROUP_DIGITS = 4
GROUPS_A_ROW = 4


def comparable(fingerprint: bytes) -> tuple[str, ...]:
    """A fingerprint (32 bytes) as 16 groups of four hex digits.

    Never shortened: a part of it would let two manifests be made that look alike.
    """
    digits = fingerprint.hex()
    return tuple(digits[start : start + GROUP_DIGITS] for start in range(0, len(digits), GROUP_DIGITS))


def comparable_rows(fingerprint: bytes) -> tuple[tuple[str, ...], ...]:
    """The same in four rows of four groups, for the eye."""
    groups = comparable(fingerprint)
    return tuple(groups[start : start + GROUPS_A_ROW] for start in range(0, len(groups), GROUPS_A_ROW))
