"""The bodies of a rehearsed round: how many servants each has, its roster, the tables that the agency hands in."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import xlsxwriter

from rehearsal.ledger import StepFailed

LEAST_SERVANTS = 6
SPREAD = 0.6  # of the logarithm of a body's size
TURNOUT = (0.62, 0.93)
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WINDOWS = (NOW + 3 * DAY, NOW + 10 * DAY, NOW + 11 * DAY, NOW + 18 * DAY)
TIMES = ("issuance_opens", "issuance_closes", "collection_opens", "collection_closes")
ALMATY = ZoneInfo("Asia/Almaty")


@dataclass(frozen=True)
class Body:
    """A fictional body with N = ``servants``, of whom a share answers; ``mood`` in logits."""

    code: str
    servants: int
    turnout: float
    mood: float


@dataclass(frozen=True)
class Roster:
    """A file of a personnel service; ``columns`` says which column is which where the headings do not."""

    name: str
    content: bytes
    columns: Mapping[str, str]


def make_bodies(count: int, servants: int, random: Random) -> tuple[Body, ...]:
    """``count`` bodies of different sizes with ``servants`` in all. Raises StepFailed if they are too few."""
    if count < 2:  # noqa: PLR2004 (one is late, another is invited by mail)
        raise StepFailed("a rehearsal needs two bodies or more")
    left = servants - LEAST_SERVANTS * count
    if left < 0:
        raise StepFailed(f"{count} bodies need at least {LEAST_SERVANTS * count} servants")
    weights = [random.lognormvariate(0, SPREAD) for _ in range(count)]
    sizes = [LEAST_SERVANTS + int(left * weight / sum(weights)) for weight in weights]
    sizes[0] += servants - sum(sizes)
    return tuple(
        Body(f"body-{number:02d}", size, random.uniform(*TURNOUT), random.gauss(0.8, 0.5))
        for number, size in enumerate(sizes, 1)
    )


def bodies_csv(bodies: Iterable[Body]) -> bytes:
    """The table from which the agency creates the campaigns."""
    names = [
        (body.code, f"{body.code} органы", f"Орган {body.code}", name_of(body), "Басшы", "Руководитель", "Head")
        for body in bodies
    ]
    return _csv([("code", "name_kk", "name_ru", "name_en", "head_kk", "head_ru", "head_en"), *names])


def staffing_csv(bodies: Iterable[Body]) -> bytes:
    """The agency's staffing register."""
    return _csv([("code", "servants"), *((body.code, body.servants) for body in bodies)])


def roster_of(body: Body, number: int) -> Roster:
    """Everybody with an address, in two languages: as CSV in English or Russian, or as a workbook of other columns."""
    people = [(reference(body, one), address(body, one), ("kk", "ru")[one % 2]) for one in each(body)]
    kind = number % 3
    if kind == 0:
        return Roster("roster.csv", _csv([("reference", "email", "language"), *people]), {})
    if kind == 1:
        return Roster("сотрудники.csv", _csv([("номер", "почта", "язык"), *people]), {})
    spoken = {"kk": "казахский", "ru": "русский"}
    rows = [(who, "Фамилия Имя", where, spoken[language]) for who, where, language in people]
    columns = {"reference": "0", "email": "2", "language": "3"}
    return Roster("Қызметкерлер.xlsx", _workbook([("Таб. №", "ФИО", "Куда писать", "На каком"), *rows]), columns)


def name_of(body: Body) -> str:
    """In English."""
    return f"Body {body.code}"


def each(body: Body) -> range:
    return range(1, body.servants + 1)


def reference(body: Body, number: int) -> str:
    return f"{body.code}-{number:05d}"


def address(body: Body, number: int) -> str:
    return f"{reference(body, number)}@pikir.example"


def terms() -> dict[str, str]:
    """The four times of all campaigns as the agency's form takes them, in the time zone of Almaty."""
    return {name: when.astimezone(ALMATY).strftime("%Y-%m-%dT%H:%M") for name, when in zip(TIMES, WINDOWS, strict=True)}


def _csv(rows: Sequence[Sequence[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def _workbook(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()
