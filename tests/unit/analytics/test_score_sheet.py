"""The score sheet of Appendix 3: every expected number is computed by hand from the Order's tables."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from analytics.score_sheet.entered import FieldMissing, NotANumber, TextUnfit, field, fill, read_number
from analytics.score_sheet.order import Kind, grade_of, grades, planned_kpis
from analytics.score_sheet.sheet import (
    FIXED,
    PROVISIONAL,
    ROW_ONLY,
    PlanNotPositive,
    ScoreAboveCeiling,
    ScoreNotInSteps,
    ScoreOutsideRange,
    SheetIncomplete,
    choose,
    entered_line,
    final_mark,
    survey_line,
)
from analytics.score_tables import PercentOutOfRange, TableAnomaly
from analytics.scoring import make_record
from survey_app.domain.documents import sign_document
from tests.builders import make_campaign
from tests.certified import open_built
from tests.tree import ROOT

MIXED = [(1,) * 11] * 8 + [(3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4)] * 4  # 8 of 12 on every question: 66.67 %


def record_of(rows, eligible=15):
    campaign = make_campaign(rows, eligible=eligible)
    return make_record(sign_document(open_built(campaign), campaign.keys.agency))


@pytest.fixture(scope="module")
def record():
    return record_of(MIXED)


def line(kind, fact, plan="100", **options):
    return entered_line(kind, "KPI", "%", Decimal(plan), Decimal(fact), **options)


def scored(scores):
    """Five lines that the tables let have these scores: 100 % everywhere but Appendix 5's row of the score."""
    kinds = [kpi.kind for kpi in planned_kpis()]
    lines = []
    for kind, score in zip(kinds, map(Decimal, scores), strict=True):
        percent = 100 if kind is Kind.ASSIGNMENTS else int(score * 4) * 5
        lines.append(choose(replace(line(kind if kind is not Kind.SURVEY else Kind.OTHER, percent), kind=kind), score))
    return lines


class TestOrder:
    def test_five_kpis_with_one_on_assignments_and_the_survey_third(self):
        assert [kpi.kind for kpi in planned_kpis()] == ["assignments", "other", "survey", "other", "other"]

    def test_the_wider_wording_of_point_8_stands(self):
        """A10: Appendix 1 drops the public services."""
        name = planned_kpis()[1].name
        assert name is not None
        assert "оказания государственных услуг" in name.ru

    def test_names_are_the_orders_own(self):
        order = " ".join((ROOT / "tests/data/order13.txt").read_text("utf-8").split())
        for kpi in planned_kpis()[:2]:
            assert kpi.name is not None
            assert kpi.name.ru[1:] in order

    @pytest.mark.parametrize(
        ("mark", "code"),
        [
            ("0.00", "unsatisfactory"),
            ("2.99", "unsatisfactory"),
            ("3.00", "satisfactory"),
            ("3.99", "satisfactory"),
            ("4.00", "effective"),
            ("5.00", "effective"),
        ],
    )
    def test_bands_of_point_21(self, mark, code):
        assert grade_of(Decimal(mark)).code == code

    def test_grades_in_the_orders_words(self):
        assert [grade.name.ru for grade in grades()] == ["эффективно", "удовлетворительно", "неудовлетворительно"]


class TestTables:
    def test_the_kind_of_kpi_chooses_the_table(self):
        """A5: 95-99,99 gives at most 4,75 on assignments, 4,75 to 4,99 elsewhere."""
        assignments, other = line(Kind.ASSIGNMENTS, "97"), line(Kind.OTHER, "97")
        assert (assignments.lowest, assignments.highest) == (Decimal(0), Decimal("4.75"))
        assert (other.lowest, other.highest) == (Decimal("4.75"), Decimal("4.99"))

    def test_realisation_is_fact_over_plan(self):
        """A9: 38 of 40 planned are 95 %."""
        found = line(Kind.OTHER, "38", plan="40")
        assert (found.realisation, found.share, found.row.percent) == ("95.00", Fraction(38, 40), "95-99,99")

    def test_more_than_planned_is_the_row_of_100(self):
        """A3."""
        found = line(Kind.OTHER, "120")
        assert (found.realisation, found.row.percent) == ("120.00", "100 и выше")

    def test_the_row_of_100_leaves_no_choice(self):
        """A4: Appendix 5 fixes 5; Appendix 4 only caps at 5."""
        assert line(Kind.OTHER, "100").score == 5
        assert line(Kind.OTHER, "100").flags == (FIXED,)
        assert line(Kind.ASSIGNMENTS, "100").score is None

    def test_the_gap_of_the_tables_is_flagged_or_refused(self):
        """A1: 44.50 to 44.99 is in no row."""
        found = line(Kind.OTHER, "44.7")
        assert (found.row.score, found.flags) == ("2-2,24", ("table_anomaly=A1",))
        with pytest.raises(TableAnomaly):
            line(Kind.OTHER, "44.7", strict=True)

    def test_rounding_that_decides_is_flagged(self):
        """A2: 94.995 becomes 95.00; the unrounded fraction is kept."""
        found = line(Kind.OTHER, "94.995")
        assert (found.realisation, found.row.percent, found.flags) == ("95.00", "95-99,99", ("rounding_decides",))
        assert found.share == Fraction(94995, 100000)

    def test_almost_100_is_not_100(self):
        assert line(Kind.OTHER, "99.999").realisation == "99.99"

    def test_zero_is_possible_only_below_5(self):
        """A12."""
        assert choose(line(Kind.OTHER, "4.99"), Decimal(0)).score == 0
        with pytest.raises(ScoreOutsideRange):
            choose(line(Kind.OTHER, "5"), Decimal(0))

    @pytest.mark.parametrize(
        ("percent", "hint"), [("65", "3.25"), ("67.4", "3.37"), ("65.96", "3.30"), ("99.99", "4.99")]
    )
    def test_the_hint_is_the_points_place_in_the_row(self, percent, hint):
        """A6: lo + (p - row_lo) / 20; 3.25 + 2.4/20 = 3.37, 3.25 + 0.96/20 = 3.298; never above the row."""
        assert line(Kind.OTHER, percent).hint == Decimal(hint)
        assert line(Kind.OTHER, percent).score is None

    def test_a_ceiling_has_no_hint(self):
        assert line(Kind.ASSIGNMENTS, "97").hint is None

    @pytest.mark.parametrize(("plan", "fact", "error"), [("0", "5", PlanNotPositive), ("100", "-1", PercentOutOfRange)])
    def test_what_cannot_be(self, plan, fact, error):
        with pytest.raises(error):
            line(Kind.OTHER, fact, plan=plan)


class TestChoosing:
    @pytest.mark.parametrize("score", ["3.25", "3.3", "3.490", "3.49"])
    def test_inside_the_range(self, score):
        assert choose(line(Kind.OTHER, "66"), Decimal(score)).score == Decimal(score)

    @pytest.mark.parametrize(
        ("score", "error"),
        [("3.24", ScoreOutsideRange), ("3.50", ScoreOutsideRange), ("3.255", ScoreNotInSteps)],
    )
    def test_outside(self, score, error):
        with pytest.raises(error) as refused:
            choose(line(Kind.OTHER, "66"), Decimal(score))
        assert (refused.value.lowest, refused.value.highest) == (Decimal("3.25"), Decimal("3.49"))

    def test_a_ceiling_allows_every_lower_score(self):
        assert choose(line(Kind.ASSIGNMENTS, "97"), Decimal("1.07")).score == Decimal("1.07")
        with pytest.raises(ScoreAboveCeiling):
            choose(line(Kind.ASSIGNMENTS, "97"), Decimal("4.76"))


class TestSurvey:
    def test_comes_from_the_record(self, record):
        found = survey_line(record, record.indicator.ru)
        assert (found.plan, found.fact, found.realisation, found.row.score) == ("100", "66.67", "66.67", "3,25-3,49")
        assert found.share == Fraction(2, 3)
        assert found.score is None

    def test_too_few_have_a_row_and_no_fact(self):
        """5 of 9 are favourable on every question: row 55-59,99, and no percentage leaves the Release."""
        few = survey_line(record_of(MIXED[3:]), "KPI")
        assert (few.fact, few.share, few.realisation, few.hint) == (None, None, None, None)
        assert (few.lowest, few.highest) == (Decimal("2.75"), Decimal("2.99"))
        assert set(few.flags) >= {PROVISIONAL, ROW_ONLY}


class TestFinalMark:
    def test_rounding_lifts_the_grade_and_is_flagged(self):
        """A8: 14.98 / 5 = 2.996 -> 3.00, satisfactory."""
        mark = final_mark(scored(["3.00", "3.00", "3.00", "2.99", "2.99"]))
        assert (mark.exact, mark.mean, mark.grade.code) == (Fraction(1498, 500), Decimal("3.00"), "satisfactory")
        assert mark.flags == ("rounding_decides",)

    def test_rounding_that_decides_nothing_is_not(self):
        """14.97 / 5 = 2.994 -> 2.99."""
        mark = final_mark(scored(["3.00", "3.00", "2.99", "2.99", "2.99"]))
        assert (mark.mean, mark.grade.code, mark.flags) == (Decimal("2.99"), "unsatisfactory", ())

    def test_a_plain_mean(self):
        """(4.75 + 4.20 + 3.30 + 4.60 + 4.90) / 5 = 21.75 / 5 = 4.35."""
        mark = final_mark(scored(["4.75", "4.20", "3.30", "4.60", "4.90"]))
        assert (mark.mean, mark.grade.name.ru, mark.flags) == (Decimal("4.35"), "эффективно", ())

    def test_needs_five_scores(self):
        lines = scored(["3.00"] * 5)
        for incomplete in (lines[:4], [*lines[:4], replace(lines[4], score=None)], lines[::-1][1:] + lines[:1]):
            with pytest.raises(SheetIncomplete):
                final_mark(incomplete)


@pytest.fixture
def fields():
    """A whole form; the record's KPI is the third."""
    filled = {
        "person": "Сынақов С.",
        "post": "Аппарат басшысы",
        "period": "2026",
        "authorised": "Пробный П.",
        "authorised_post": "Министр",
    }
    facts = {1: ("97", "4,75"), 2: ("84", "4.20"), 4: ("92.5", "4,6"), 5: ("98", "4,9")}
    for index, (fact, score) in facts.items():
        filled |= {
            field(index, name): value
            for name, value in {"name": "KPI", "unit": "%", "plan": "100", "fact": fact, "score": score}.items()
        }
    return {**filled, field(3, "score"): "3,30"}


class TestEntered:
    def test_a_whole_form(self, fields, record):
        filled = fill(fields, record, "ru")
        assert dict(filled.complaints) == {}
        assert filled.mark is not None
        assert filled.mark.mean == Decimal("4.35")
        assert filled.complete[2].fact == "66.67"

    def test_the_surveys_fields_cannot_be_changed(self, fields, record):
        forged = {**fields, field(3, "fact"): "99", field(3, "name"): "other", field(3, "plan"): "10"}
        assert fill(forged, record, "ru").complete == fill(fields, record, "ru").complete

    def test_complaints_stand_by_their_fields_and_ranges_are_still_shown(self, fields, record):
        wrong = {
            **fields,
            field(1, "score"): "4.8",
            field(2, "fact"): "many",
            field(3, "score"): "",
            field(4, "plan"): "0",
        }
        filled = fill({**wrong, "person": " "}, record, "ru")
        assert {name: type(error) for name, error in filled.complaints.items()} == {
            "person": FieldMissing,
            field(1, "score"): ScoreAboveCeiling,
            field(2, "fact"): NotANumber,
            field(3, "score"): FieldMissing,
            field(4, "plan"): PlanNotPositive,
        }
        assert filled.mark is None
        assert filled.lines[0] is not None
        assert filled.lines[0].highest == Decimal("4.75")

    def test_strict_reading_refuses_the_gap_at_the_field(self, fields, record):
        filled = fill({**fields, field(2, "fact"): "44.6"}, record, "ru", strict=True)
        assert isinstance(filled.complaints[field(2, "fact")], TableAnomaly)

    @pytest.mark.parametrize("text", ["a" * 501, "a\x00b", "a\ufffeb"])
    def test_unfit_texts(self, fields, record, text):
        assert isinstance(fill({**fields, "person": text}, record, "ru").complaints["person"], TextUnfit)

    @pytest.mark.parametrize(("text", "number"), [("1 234,5", "1234.5"), ("95.00", "95.00"), ("1\u00a0000", "1000")])
    def test_numbers_as_people_write_them(self, text, number):
        assert read_number(text) == Decimal(number)

    @pytest.mark.parametrize("text", ["", "-1", "1e5", "NaN", "1,2,3", "٣", "9" * 13, "=1"])
    def test_other_texts_are_no_numbers(self, text):
        with pytest.raises(NotANumber):
            read_number(text)
