"""Figures of a Release as people read them: numbers by locale, ranges, and sentences for codes."""

import functools
import math
from decimal import Decimal
from fractions import Fraction

from babel.numbers import format_decimal
from flask_babel import gettext as _

from analytics.campaigns.state import Situation, State, Step
from analytics.comparison import Difference
from analytics.release import KpiFigure, PercentRange, QuestionTotal
from analytics.score_tables import ScoreRow, appendix5
from analytics.views.codes import (
    ATTACKS,
    AWAITED,
    CELLS,
    CHANGES,
    FLAGS,
    HIDDEN,
    METHODS,
    OBSTACLES,
    ROUND_CHANGES,
    ROUND_PARTS,
    STATES,
    STEPS,
    VERDICTS,
)
from survey_app.web.languages import current_language
from survey_app.web.rejections import REJECTIONS

__all__ = ["AWAITED", "METHODS", "REJECTIONS", "ROUND_CHANGES", "ROUND_PARTS", "STATES", "STEPS"]

DASH = "–"
NOT_SHOWN = "·"
MINUS = "\N{MINUS SIGN}"
MOST_REMEMBERED = 20_000
STEPS_AWAY = (2, 6, 12)
MARKS = {"small_body": "▪", "small_group": "▫", "protected": "▪"}


def number(text: str | int | Decimal) -> str:
    """A number's own digits with the language's decimal sign: 65.96 is 65,96 in kk and ru."""
    return _number(str(text), current_language())


@functools.lru_cache(MOST_REMEMBERED)
def _number(text: str, language: str) -> str:
    value = Decimal(text)
    places = -int(value.as_tuple().exponent)
    pattern = "#,##0" + ("." + "0" * places if places > 0 else "")
    return str(format_decimal(value, format=pattern, locale=language))


def percent(text: str | None) -> str:
    """A percentage with its sign, or a dash."""
    return DASH if text is None else f"{number(text)}\N{NO-BREAK SPACE}%"


def interval(bounds: PercentRange | None) -> str:
    """51.9 to 75.7 as 51,9–75,7 %, or a dash."""
    return DASH if bounds is None else f"{number(bounds.low)}–{number(bounds.high)}\N{NO-BREAK SPACE}%"


def row_of(figure: KpiFigure) -> ScoreRow:
    """The figure's row of Appendix 5."""
    return next(row for row in appendix5() if row.percent == figure.row)


def score_range(figure: KpiFigure) -> str:
    """The scores that the authorised person may choose from, such as 3,25–3,49."""
    row = row_of(figure)
    return number(row.lowest) if row.lowest == row.highest else f"{number(row.lowest)}–{number(row.highest)}"


def row_range(figure: KpiFigure) -> str:
    """The row's percentages, such as 65–69,99 %."""
    row = row_of(figure)
    if row.to is None:
        return percent("100")
    return f"{number(row.start.to_integral_value())}–{number(row.to)}\N{NO-BREAK SPACE}%"


def share(part: int, whole: int) -> str:
    """A share of answers in percent with one decimal, half up."""
    return percent(share_digits(part, whole))


def exact_share(value: Fraction) -> str:
    """A share of 1 in percent with one decimal, half up."""
    return share(value.numerator, value.denominator)


def share_digits(part: int, whole: int) -> str:
    """The same as share, in plain digits for programs: 66.7."""
    return f"{Decimal((part * 2000 + whole) // (2 * whole)).scaleb(-1):.1f}"


def points(value: Fraction | Decimal, places: int = 1) -> str:
    """Percentage points with their sign, half away from zero: +5,3 or −0,4 or 0,0."""
    scaled = abs(Fraction(value)) * 10**places
    rounded = math.floor(scaled + Fraction(1, 2))
    sign = "" if not rounded else "+" if value > 0 else MINUS
    return sign + number(Decimal(rounded).scaleb(-places))


def signed_interval(bounds: PercentRange) -> str:
    """A range of differences: −2,4 … +5,1."""
    return f"{_signed(bounds.low)} … {_signed(bounds.high)}"


def place(found: tuple[int, int] | None) -> str:
    """A place as a range: 3–7, or 3 where it is certain, or a dash."""
    if found is None:
        return DASH
    best, worst = found
    return number(best) if best == worst else f"{number(best)}–{number(worst)}"


def verdict(difference: Difference) -> str:
    """What a difference means, in one sentence about the first of the two."""
    return str(VERDICTS[difference.verdict])


def change(difference: Difference) -> str:
    """The same about the later of two rounds."""
    return str(CHANGES[difference.verdict])


def obstacle(name: str) -> str:
    """Why two KPIs are not compared."""
    return str(OBSTACLES[name])


def attack(result: str) -> str:
    """What came of the attack on a Release before it was certified."""
    return str(ATTACKS[result])


def seconds(milliseconds: int) -> str:
    """How long something took, such as 0,34 s."""
    text, unit = number(Decimal(milliseconds // 10).scaleb(-2)), _("s")
    return f"{text}\N{NO-BREAK SPACE}{unit}"


def cell_reason(mark: str) -> str:
    """Why a cell of a group is hidden."""
    return str(CELLS[mark])


def away(difference: Fraction | None) -> str:
    """How far a share is from the median body's, as a step from -3 to 3; nothing where it is not known."""
    if difference is None:
        return "none"
    size = sum(abs(difference) * 100 >= edge for edge in STEPS_AWAY)
    return f"{'above' if difference > 0 else 'below'}-{size}" if size else "near"


def heat(part: int, whole: int) -> int:
    """A favourable share as a shade from 0 (few) to 5 (nearly all)."""
    return min(5, 6 * part // whole)


def _signed(text: str) -> str:
    return points(Decimal(text))


def hidden_reason(total: QuestionTotal) -> str:
    """Why a question's total is not shown."""
    return str(HIDDEN.get(total.hidden or "", ""))


def rejection(reason: str) -> str:
    """Why an envelope was not counted."""
    return str(REJECTIONS.get(reason, reason))


def flag(name: str) -> str:
    """What a flag means."""
    return str(FLAGS.get(name, name))


def method(name: str) -> str:
    """A method's name in words with its identifier."""
    return f"{METHODS[name]} ({name})" if name in METHODS else name


def method_anchor(name: str) -> str:
    """Where a method is defined: fav_share/1 at method-fav_share-1."""
    return "method-" + name.replace("/", "-")


def next_steps(present: Situation) -> tuple[Step, ...]:
    """What the agency should do next; declaring void and opening once more are possible, but not next."""
    if present.state in (State.CERTIFIED, State.ARCHIVED, State.VOIDED):
        return (Step.CERTIFY,) if Step.CERTIFY in present.allowed else ()
    unlikely = {Step.VOID, Step.OPEN} if Step.CERTIFY in present.allowed else {Step.VOID}
    return tuple(step for step in present.allowed if step not in unlikely)


def standing(name: str) -> str:
    """Official or provisional."""
    return str(_("official") if name == "official" else _("provisional"))
