"""Bodies against the median body, by hand."""

from fractions import Fraction

from analytics.figures import QuestionTotal
from analytics.median import compare_with_median


def total(favourable: int | None, base: int | None = 100) -> QuestionTotal:
    if favourable is None or base is None:
        return QuestionTotal("q1", "protected", None, None, None, None)
    return QuestionTotal("q1", None, favourable, base - favourable, base, None)


def test_the_middle_one_of_three_and_the_mean_of_the_middle_two_of_four() -> None:
    three = compare_with_median([[total(80)], [total(50)], [total(30, 40)]])
    assert three.medians == (Fraction(3, 4),)
    assert [row[0].difference for row in three.rows] == [Fraction(1, 20), Fraction(-1, 4), Fraction(0)]
    four = compare_with_median([[total(80)], [total(50)], [total(30)], [total(70)]])
    assert four.medians == (Fraction(60, 100),)


def test_hidden_questions_take_no_part() -> None:
    table = compare_with_median([[total(80)], [total(None)], [total(50)], [total(20)]])
    assert table.medians == (Fraction(1, 2),)
    hidden = table.rows[1][0]
    assert (hidden.hidden, hidden.share, hidden.difference) == ("protected", None, None)


def test_two_bodies_have_no_median() -> None:
    table = compare_with_median([[total(80)], [total(None)], [total(20)]])
    assert table.medians == (None,)
    assert [row[0].difference for row in table.rows] == [None, None, None]


def test_a_question_that_nobody_answered_has_no_share() -> None:
    nobody = QuestionTotal("q1", None, 0, 0, 0, None)
    assert compare_with_median([[nobody], [total(1)], [total(2)], [total(3)]]).rows[0][0].share is None
