"""Shares as percent: exact fractions in, decimal texts out. The only place where the pipeline rounds."""

import math
from decimal import Decimal
from fractions import Fraction

WHOLE = Decimal("100.00")
ALMOST_WHOLE = Decimal("99.99")


def to_percent(share: Fraction) -> Decimal:
    """100 * share rounded once, half up, to 0.01; a share below 1 never becomes 100.00."""
    percent = Decimal(math.floor(share * 10_000 + Fraction(1, 2))).scaleb(-2)
    return ALMOST_WHOLE if share < 1 and percent == WHOLE else percent


def percent_text(share: Fraction) -> str:
    """Percent with two decimals, such as 65.96."""
    return f"{to_percent(share):.2f}"


def outward(low: Fraction, high: Fraction) -> tuple[str, str]:
    """An interval of shares as percent with one decimal, never narrower than it is."""
    tenths = math.floor(low * 1000), math.ceil(high * 1000)
    return f"{Decimal(tenths[0]).scaleb(-1):.1f}", f"{Decimal(tenths[1]).scaleb(-1):.1f}"


def fraction_text(share: Fraction) -> str:
    """Numerator/denominator in lowest terms, such as 653/990."""
    return f"{share.numerator}/{share.denominator}"
