"""Sentences for the codes of Releases, campaigns and comparisons."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from analytics.campaigns.state import Missing, State, Step
from analytics.comparison import Verdict
from analytics.release import DRAWN_NOT_STATED, SINGLE_VISIT
from analytics.score_tables import ROUNDING_DECIDES, TABLE_ANOMALY_A1

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
    State.ARCHIVED: _l("archived"),
    State.VOIDED: _l("void"),
}
STEPS: Mapping[Step, LazyString] = {
    Step.KEYGEN: _l("make the sealing key"),
    Step.ANNOUNCE: _l("announce"),
    Step.OPEN: _l("open the batch"),
    Step.CERTIFY: _l("certify"),
    Step.EXPORT: _l("export"),
    Step.ARCHIVE: _l("archive"),
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
    Missing.APPEALS: _l("the end of the time for appeals"),
    Missing.HOLD: _l("the decision on an appeal: archiving is on hold"),
}
ROUND_PARTS: Mapping[str, LazyString] = {
    "in": _l("answers are in"),
    "small": _l("left out: too few responses"),
    "absent": _l("not in these figures"),
}
ROUND_CHANGES: Mapping[str, LazyString] = {
    "void": _l("declared void since"),
    "corrected": _l("corrected since"),
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
CELLS: Mapping[str, LazyString] = {
    "small_body": _l("hidden: fewer responses than the minimum group"),
    "small_group": _l("hidden: too few belong to this group"),
    "protected": _l("hidden: it would give away how single people answered, alone or with other figures"),
}
ATTACKS: Mapping[str, LazyString] = {
    "pass": _l("withstood; nobody can be exposed"),
    "row_only": _l("nothing but the score row is published"),
}
VERDICTS: Mapping[Verdict, LazyString] = {
    "surely_higher": _l("The first is higher, whatever those who stayed silent think."),
    "higher": _l("The first is higher, with 95 per cent confidence."),
    "undecided": _l("The two cannot be told apart: the difference may go either way."),
    "lower": _l("The first is lower, with 95 per cent confidence."),
    "surely_lower": _l("The first is lower, whatever those who stayed silent think."),
}
CHANGES: Mapping[Verdict, LazyString] = {
    "surely_higher": _l("It rose, whatever those who stayed silent think."),
    "higher": _l("It rose, with 95 per cent confidence."),
    "undecided": _l("No change can be shown: the difference may go either way."),
    "lower": _l("It fell, with 95 per cent confidence."),
    "surely_lower": _l("It fell, whatever those who stayed silent think."),
}
OBSTACLES: Mapping[str, LazyString] = {
    "not_shown": _l("Not compared: the percentage of one of them may not be shown."),
    "other_method": _l("Not compared: the KPI method differs."),
    "other_questionnaire": _l("Not compared: the questionnaire differs."),
}
