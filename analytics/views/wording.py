"""Figures of a Release as people read them: numbers by locale, ranges, and sentences for codes."""

from collections.abc import Mapping
from decimal import Decimal

from babel.numbers import format_decimal
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from analytics.campaigns.state import Missing, Situation, State, Step
from analytics.release import DRAWN_NOT_STATED, SINGLE_VISIT, KpiFigure, PercentRange, QuestionTotal
from analytics.score_tables import ROUNDING_DECIDES, TABLE_ANOMALY_A1, ScoreRow, appendix5
from survey_app.web.languages import current_language

DASH = "–"
NOT_SHOWN = "·"

STATES: Mapping[State, LazyString] = {
    State.DRAFT: _l("draft"),
    State.ANNOUNCED: _l("announced"),
    State.ISSUING: _l("tokens are being drawn"),
    State.ISSUED: _l("drawing has ended"),
    State.DRAWN_PUBLISHED: _l("number of tokens published"),
    State.COLLECTING: _l("answers are being collected"),
    State.COLLECTED: _l("collecting has ended"),
    State.CLOSED: _l("closed"),
    State.OPENED: _l("opened, not certified"),
    State.CERTIFIED: _l("certified"),
    State.VOIDED: _l("void"),
}
STEPS: Mapping[Step, LazyString] = {
    Step.KEYGEN: _l("make the sealing key"),
    Step.ANNOUNCE: _l("announce"),
    Step.OPEN: _l("open the batch"),
    Step.CERTIFY: _l("certify"),
    Step.EXPORT: _l("export"),
    Step.VOID: _l("declare void"),
}
AWAITED: Mapping[Missing, LazyString] = {
    Missing.SEALING_KEY: _l("the sealing key"),
    Missing.ISSUER_ENROLMENT: _l("the issuer's enrolment"),
    Missing.COLLECTOR_ENROLMENT: _l("the collector's enrolment"),
    Missing.ISSUING_TO_OPEN: _l("the beginning of drawing"),
    Missing.ISSUING_TO_CLOSE: _l("the end of drawing"),
    Missing.DRAWN_STATEMENT: _l("the issuer's statement of the tokens drawn"),
    Missing.COLLECTING_TO_OPEN: _l("the beginning of collecting"),
    Missing.COLLECTING_TO_CLOSE: _l("the end of collecting"),
    Missing.BATCH: _l("the collector's batch and board"),
}
METHODS: Mapping[str, LazyString] = {
    "fav_share/1": _l("share of favourable answers"),
    "mean_score/1": _l("mean score"),
    "balance/1": _l("balance"),
    "block_fav/1": _l("share of favourable answers, blocks weighted equally"),
    "overall_item/1": _l("overall question alone"),
}
FLAGS: Mapping[str, LazyString] = {
    SINGLE_VISIT: _l(
        "Single visit: drawing and answering overlapped, so an operator who secretly kept times could guess who sent "
        "which envelope."
    ),
    DRAWN_NOT_STATED: _l("The issuer never stated how many tokens were drawn; envelopes can be compared with N only."),
    "renormalised": _l("A question had no valid answer and dropped out; the weights of the others were raised."),
    "method_decides": _l("The second method puts this body into another row of Appendix 5."),
    ROUNDING_DECIDES: _l("Rounding to 0.01 decides the row of Appendix 5."),
    TABLE_ANOMALY_A1: _l("The Order's table leaves this percentage out (row “40-44,49”); it is read as 40-44,99."),
}
HIDDEN: Mapping[str, LazyString] = {
    "small_body": _l("hidden: fewer responses than the minimum group"),
    "protected": _l(
        "hidden: too few answers or fewer than three people on one side, here or in another hidden question"
    ),
}
REJECTIONS: Mapping[str, LazyString] = {
    "cannot-open": _l("the envelope does not open"),
    "token-invalid": _l("the token is not valid"),
    "holder-signature-invalid": _l("not signed by the token's holder"),
    "malformed": _l("malformed"),
    "plaintext-length": _l("the contents have the wrong length"),
    "plaintext-version": _l("the contents are of an unknown version"),
    "plaintext-padding": _l("the contents are padded wrongly"),
    "unknown-option": _l("an option that does not exist"),
}


def number(text: str | int | Decimal) -> str:
    """A number's own digits with the language's decimal sign: 65.96 is 65,96 in kk and ru."""
    value = Decimal(text)
    places = -int(value.as_tuple().exponent)
    pattern = "#,##0" + ("." + "0" * places if places > 0 else "")
    return str(format_decimal(value, format=pattern, locale=current_language()))


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
    tenths = (part * 2000 + whole) // (2 * whole)
    return percent(f"{Decimal(tenths).scaleb(-1):.1f}")


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


def next_steps(present: Situation) -> tuple[Step, ...]:
    """What the agency should do next; declaring void and opening once more are possible, but not next."""
    if present.state in (State.CERTIFIED, State.VOIDED):
        return (Step.CERTIFY,) if Step.CERTIFY in present.allowed else ()
    unlikely = {Step.VOID, Step.OPEN} if Step.CERTIFY in present.allowed else {Step.VOID}
    return tuple(step for step in present.allowed if step not in unlikely)


def standing(name: str) -> str:
    """Official or provisional."""
    return str(_("official") if name == "official" else _("provisional"))
