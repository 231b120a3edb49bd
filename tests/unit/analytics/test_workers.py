"""Work in several processes: the same results, errors come back, nothing is left behind."""

import multiprocessing

import pytest

from analytics.workers import map_in_processes
from survey_app.domain.base64url import decode, encode
from survey_app.domain.errors import Malformed

ITEMS = [bytes([i]) * i for i in range(20)]


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_every_item_is_worked_on_once(processes):
    found = list(map_in_processes(encode, ITEMS, processes))
    assert sorted(found) == [(index, encode(item)) for index, item in enumerate(ITEMS)]


def test_an_error_in_a_worker_is_raised_here_and_ends_them_all():
    with pytest.raises(Malformed):
        list(map_in_processes(decode, ["YQ", "not base64url!", "Yg"], 2))
    assert multiprocessing.active_children() == []


def test_no_items_need_no_worker():
    assert list(map_in_processes(encode, [], 2)) == []
