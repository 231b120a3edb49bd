"""A fingerprint as people compare it."""

from survey_app.domain.signing import fingerprint
from survey_app.web.fingerprint import comparable, comparable_rows

ABC = "ba78 16bf 8f01 cfea 4141 40de 5dae 2223 b003 61a3 9617 7a9c b410 ff61 f200 15ad"  # SHA-256("abc"), FIPS 180-2


def test_groups_of_four_digits_and_nothing_left_out():
    assert comparable(fingerprint("abc")) == tuple(ABC.split())


def test_four_rows_of_four():
    assert comparable_rows(fingerprint("abc"))[1] == ("4141", "40de", "5dae", "2223")
    assert [len(row) for row in comparable_rows(fingerprint("abc"))] == [4, 4, 4, 4]
