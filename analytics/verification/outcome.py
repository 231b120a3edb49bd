"""Release and scoring record as documents: signed, about this campaign, and saying the same."""

import operator
from collections.abc import Callable
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import partial

from analytics.percent import percent_text
from analytics.record_files import (
    jws_in_csv,
    jws_in_json,
    jws_in_xlsx,
    record_csv,
    record_json,
    record_xlsx,
    same_workbook,
)
from analytics.release import Release, turnout_text
from analytics.score_tables import row_named, survey_score
from analytics.scoring import ScoringRecord, make_record, realisation
from analytics.verification import files as names
from analytics.verification.attack import check_attack, check_attacked_together
from analytics.verification.cells import check_blanks, check_breakdowns, check_drivers, check_groups, check_verdict
from analytics.verification.figures import check_disclosure, check_figures, check_kpis, check_sums
from analytics.verification.files import Files, jws_text
from analytics.verification.findings import ClaimFalse, Finding, attempt, impossible, ok, require_equal
from analytics.verification.responses import HOLDER, MALFORMED, TOKEN, Responses
from analytics.verification.setting import Setting
from survey_app.domain import signing
from survey_app.domain.documents import read_self_signed
from survey_app.domain.questionnaire import Questionnaire

REJECTED_UNOPENED = (TOKEN, HOLDER, MALFORMED)
SAME_IN_MANIFEST = (
    *("campaign_id", "round", "body", "head", "agency_key", "questionnaire"),
    *("minimum_group", "minimum_turnout", "visits", "eligible"),
)


@dataclass(frozen=True)
class Form:
    """A form in which a record is handed on: how to take the JWS out of it, and how to make it from the JWS."""

    name: str
    check: str
    extract: Callable[[bytes], str]
    render: Callable[[str], bytes]
    same: Callable[[bytes, bytes], bool] = operator.eq


FORMS = (
    Form(names.RECORD_JSON, "record-json", jws_in_json, record_json),
    Form(names.RECORD_CSV, "record-csv", jws_in_csv, record_csv),
    Form(names.RECORD_XLSX, "record-xlsx", jws_in_xlsx, record_xlsx, same_workbook),
)


@dataclass(frozen=True)
class Signed:
    """A verified Release with its JWS."""

    release: Release
    text: str


def check_release(
    files: Files, number: int | None, setting: Setting | None, responses: Responses | None, questionnaire: Questionnaire
) -> tuple[Signed | None, list[Finding]]:
    """Every check on the Release, or on the superseded one with this number, but for those on all of them together."""
    name = numbered(names.RELEASE, number)
    data = files.contents.get(name)
    if data is None:
        missing = [impossible("release", "missing", file=name)] if files.whole and number is None else []
        return None, missing
    signed, finding = attempt("release", lambda: _read_release(data), subject=name)
    if signed is None:
        return None, [finding]
    release = signed.release
    claims: dict[str, Callable[[], object]] = {
        "release-sums": lambda: check_sums(release),
        "release-score": lambda: check_figures(release),
        "release-disclosure": lambda: check_disclosure(release),
        "release-breakdowns": lambda: check_breakdowns(release),
        "release-verdict": lambda: check_verdict(release),
    }
    found = [finding, *(attempt(check, claim, subject=name)[1] for check, claim in claims.items())]
    found.append(_check_questions(release, questionnaire, name))
    found.append(_recompute(release, questionnaire, name))
    found.append(_check_setting(release, setting, name))
    found.append(_check_responses(release, responses, name))
    return signed, found


def check_record(files: Files, number: int | None, signed: Signed | None) -> tuple[ScoringRecord | None, list[Finding]]:
    """Every check on the scoring record in its three forms, or on the superseded one with this number."""
    name = numbered(names.RECORD, number)
    text, found = _record_text(files, name, expected=number is None and (signed is None or bool(signed.release.pinned)))
    for form in FORMS:
        copy = numbered(form.name, number)
        if copy in files.contents:
            carried, finding = attempt(form.check, partial(_same, files.contents[copy], form, text), subject=copy)
            found.append(finding)
            text = text or carried
    if text is None:
        return None, found
    record, more = _check_record_text(text, signed, name)
    return record, [*found, *more]


def _record_text(files: Files, name: str, *, expected: bool) -> tuple[str | None, list[Finding]]:
    data = files.contents.get(name)
    if data is None:
        return None, [impossible("record", "missing", file=name)] if files.whole and expected else []
    text, finding = attempt("record", partial(jws_text, data), subject=name)
    return text, [] if text is not None else [finding]


def check_supersession(files: Files, present: Signed | None, earlier: dict[int, Signed]) -> list[Finding]:
    """Each Release names the one before it, by its hash, and was attacked together with all before it."""
    if present is None:
        return []
    chain = [*(earlier[number] for number in sorted(earlier)), present]
    if len(chain) == 1 and present.release.supersedes is not None:
        return [impossible("supersession", "missing_superseded")]
    if len(chain) == 1 and not files.numbers():
        return []
    digests = [(signing.fingerprint(signed.text), signed.release) for signed in chain]

    def supersedes() -> None:
        before: bytes | None = None
        for digest, release in digests:
            require_equal("supersedes", release.supersedes, before)
            before = digest

    def together() -> None:
        for number, (_, release) in enumerate(digests):
            check_attacked_together(release, digests[:number])

    return [attempt("supersession", supersedes)[1], attempt("attacked-together", together)[1]]


def check_attacks(
    files: Files, present: Signed | None, earlier: dict[int, Signed], questionnaire: Questionnaire
) -> list[Finding]:
    """The attack with public numbers alone, on each Release together with those before it."""
    found, before = [], list[Release]()
    for number in (*files.numbers(), None):
        signed = present if number is None else earlier.get(number)
        if signed is not None:
            found.append(check_attack(signed.release, before, questionnaire, numbered(names.RELEASE, number)))
            before.append(signed.release)
    return found


def numbered(name: str, number: int | None) -> str:
    """release.jws, or release-1.jws for the superseded Release 1."""
    stem, suffix = name.split(".")
    return name if number is None else f"{stem}-{number}.{suffix}"


def _read_release(data: bytes) -> Signed:
    text = jws_text(data)
    return Signed(read_self_signed(Release, text, "agency_key"), text)


def _check_questions(release: Release, questionnaire: Questionnaire, name: str) -> Finding:
    if release.questionnaire != questionnaire.reference:
        return impossible("release-questions", "other_questionnaire", subject=name)

    def claim() -> None:
        check_groups(release, questionnaire)
        check_blanks(release, questionnaire)
        check_drivers(release, questionnaire)

    return attempt("release-questions", claim, subject=name)[1]


def _recompute(release: Release, questionnaire: Questionnaire, name: str) -> Finding:
    if release.questionnaire != questionnaire.reference:
        return impossible("release-kpi", "other_questionnaire", subject=name)
    if not release.kpis or not release.all_totals_shown:
        return impossible("release-kpi", "totals_hidden", subject=name)
    recomputed, finding = attempt("release-kpi", lambda: check_kpis(release, questionnaire), subject=name)
    if recomputed is None:
        return finding
    message = "recomputed_all" if recomputed == len(release.kpis) else "recomputed"
    return ok("release-kpi", message, subject=name, count=recomputed, total=len(release.kpis))


def _check_setting(release: Release, setting: Setting | None, name: str) -> Finding:
    if setting is None:
        return impossible("release-campaign", "needs_manifest", subject=name)

    def claim() -> None:
        require_equal("fingerprint", release.manifest, setting.fingerprint)
        require_equal("method", release.method, setting.manifest.kpi_method)
        for field in SAME_IN_MANIFEST:
            require_equal(field, getattr(release, field), getattr(setting.manifest, field))

    return attempt("release-campaign", claim, subject=name)[1]


def _check_responses(release: Release, responses: Responses | None, name: str) -> Finding:
    if responses is None or responses.board is None:
        return impossible("release-board", "needs_board", subject=name)
    board, drawn = responses.board, responses.drawn

    def claim() -> None:
        require_equal("board", release.board, responses.board_hash)
        require_equal("root", release.root, board.root)
        require_equal("K", release.received, board.received)
        if drawn is not None or release.drawn is None:
            require_equal("M", release.drawn, None if drawn is None else drawn.drawn)
            require_equal("disputes", release.disputes, None if drawn is None else drawn.disputes)
        if responses.bad is not None:
            for reason in REJECTED_UNOPENED:
                require_equal(reason, release.rejected.get(reason, 0), responses.bad[reason])

    return attempt("release-board", claim, subject=name)[1]


def _same(data: bytes, form: Form, text: str | None) -> str:
    """The JWS that a JSON or CSV file carries, if the file is what that JWS gives, byte for byte."""
    carried = jws_text(form.extract(data).encode())
    if text is not None:
        require_equal("jws", carried, text)
    if not form.same(form.render(carried), data):
        raise ClaimFalse("not_the_jws")
    return carried


def _check_record_text(text: str, signed: Signed | None, name: str) -> tuple[ScoringRecord | None, list[Finding]]:
    record, finding = attempt("record", lambda: read_self_signed(ScoringRecord, text, "agency_key"), subject=name)
    if record is None:
        return None, [finding]
    found = [finding, attempt("record-figures", lambda: _check_record_figures(record), subject=name)[1]]
    if signed is None:
        found.append(impossible("record-release", "needs_release", subject=name))
    else:
        found.append(attempt("record-release", lambda: _check_same(record, signed), subject=name)[1])
    return record, found


def _check_same(record: ScoringRecord, signed: Signed) -> None:
    """Every field, made again from the Release; who has countersigned it is checked by itself."""
    derived = make_record(signed.text, record.countersigned)
    for field in fields(ScoringRecord):
        require_equal(field.name, getattr(record, field.name), getattr(derived, field.name))


def _check_record_figures(record: ScoringRecord) -> None:
    """What a record alone says about itself."""
    row = row_named(record.row)
    require_equal("score_range", record.score_range, row.score)
    require_equal("score_low", (record.score_low, record.score_high), (str(row.lowest), str(row.highest)))
    require_equal("turnout", record.turnout, turnout_text(record.n, record.eligible))
    counted = record.n + record.unusable + sum(record.rejected.values())
    require_equal("n + unusable + rejected", record.received, counted)
    if record.fact is not None:
        require_equal("row", record.row, survey_score(Fraction(record.fact) / 100).row.percent)
        require_equal("realisation_percent", record.realisation_percent, realisation(record.fact))
    if record.numerator is not None and record.denominator is not None:
        require_equal("fact", record.fact, percent_text(Fraction(record.numerator, record.denominator)))
