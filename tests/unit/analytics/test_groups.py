"""Groups and their answers, against counting people one by one."""

import itertools

import numpy as np

from analytics.groups import count_groups, groups_of, pooled
from tests.builders import official_questionnaire, three_questions
from tests.crowds import crowd

QUESTIONNAIRE = official_questionnaire()


def usable(rows):
    return [row for row in rows.tolist() if sum(1 for answer in row[:11] if answer) >= 6]


def test_answers_of_every_group_are_those_of_its_members():
    rows = crowd(60, 1)
    rows[0, :7] = 0
    table = count_groups(QUESTIONNAIRE, rows)
    groups = groups_of(table)
    people = usable(rows)
    assert table.n == len(people) == 59
    for mask, size, definition in zip(groups.masks, groups.sizes, groups.defined, strict=True):
        members = [row for row in people if all(row[11 + variable] == level for variable, level in definition)]
        assert size == len(members)
        for index, question in enumerate(QUESTIONNAIRE.substantive):
            middle = len(question.options) // 2
            assert table.answers[index, 0] @ mask == sum(1 for row in members if 0 < row[index] <= middle)
            assert table.answers[index, 1] @ mask == sum(1 for row in members if row[index] > middle)
            assert table.blanks[index] @ mask == sum(1 for row in members if not row[index])


def test_every_group_of_up_to_three_variables_is_there_not_stated_included():
    everyone = np.array([[1] * 11 + list(who) for who in itertools.product(range(3), range(3), range(4))])
    groups = groups_of(count_groups(QUESTIONNAIRE, everyone.astype(np.uint8)))
    assert len(groups.sizes) == 4 * 4 * 5
    assert len(set(groups.defined)) == 80
    assert groups.sizes[0] == 36


def test_tables_of_several_bodies_are_the_table_of_all_their_people():
    one, two = crowd(20, 1), crowd(35, 2)
    together = pooled([count_groups(QUESTIONNAIRE, one), count_groups(QUESTIONNAIRE, two)])
    expected = count_groups(QUESTIONNAIRE, np.vstack([one, two]))
    for name in ("levels", "sizes", "answers"):
        assert (getattr(together, name) == getattr(expected, name)).all()


def test_nobody_and_a_questionnaire_without_them():
    assert count_groups(QUESTIONNAIRE, np.zeros((0, 14), dtype=np.uint8)).n == 0
    rows = np.array([[1, 1, 2, 4], [2, 3, 0, 1]], dtype=np.uint8)
    table = count_groups(three_questions(), rows)
    assert table.sizes.tolist() == [1, 1]
    assert table.levels.tolist() == [[0], [2]]
