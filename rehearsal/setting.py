"""The bodies of a rehearsed round: how many servants each has, its roster, the tables that the agency hands in."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

LEAST_SERVANTS = 6
SPREAD = 0.6  # of the logarithm of a body's size
TURNOUT = (0.62, 0.93)
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WINDOWS = (NOW + 3 * DAY, NOW + 10 * DAY, NOW + 11 * DAY, NOW + 18 * DAY)
OPTIONS = ("--issuance-opens", "--issuance-closes", "--collection-opens", "--collection-closes")


@dataclass(frozen=True)
class Body:
    """A fictional body with N = ``servants``, of whom a share answers; ``mood`` in logits."""

    code: str
    servants: int
    turnout: float
    mood: float


def make_bodies(count: int, servants: int, random: Random) -> tuple[Body, ...]:
    """``count`` bodies of different sizes with ``servants`` in all. Raises ValueError if they are too few."""
    left = servants - LEAST_SERVANTS * count
    if left < 0:
        raise ValueError(f"{count} bodies need at least {LEAST_SERVANTS * count} servants")
    weights = [random.lognormvariate(0, SPREAD) for _ in range(count)]
    sizes = [LEAST_SERVANTS + int(left * weight / sum(weights)) for weight in weights]
    sizes[0] += servants - sum(sizes)
    return tuple(
        Body(f"body-{number:02d}", size, random.uniform(*TURNOUT), random.gauss(0.8, 0.5))
        for number, size in enumerate(sizes, 1)
    )


def bodies_csv(bodies: Iterable[Body]) -> bytes:
    """For `pikir agency create-campaigns`."""
    names = [
        (body.code, f"{body.code} органы", f"Орган {body.code}", f"Body {body.code}", "Басшы", "Руководитель", "Head")
        for body in bodies
    ]
    return _csv([("code", "name_kk", "name_ru", "name_en", "head_kk", "head_ru", "head_en"), *names])


def staffing_csv(bodies: Iterable[Body]) -> bytes:
    """For `pikir agency import-staffing`."""
    return _csv([("code", "servants"), *((body.code, body.servants) for body in bodies)])


def roster_csv(body: Body) -> bytes:
    """For `pikir issuer import-roster`: everybody with an address, in two languages."""
    people = ((reference(body, number), address(body, number), ("kk", "ru")[number % 2]) for number in each(body))
    return _csv([("reference", "email", "language"), *people])


def each(body: Body) -> range:
    return range(1, body.servants + 1)


def reference(body: Body, number: int) -> str:
    return f"{body.code}-{number:05d}"


def address(body: Body, number: int) -> str:
    return f"{reference(body, number)}@pikir.example"


def times() -> list[str]:
    """The four times of all campaigns as options."""
    return [word for pair in zip(OPTIONS, (when.isoformat() for when in WINDOWS), strict=True) for word in pair]


def _csv(rows: Sequence[Sequence[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()
