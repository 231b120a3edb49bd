"""Work in several processes: the same results, errors come back, nothing is left behind."""

import multiprocessing

import pytest

from analytics.workers import Workers
from survey_app.domain.base64url import decode, encode
from survey_app.domain.errors import Malformed

ITEMS = [bytes([i]) * i for i in range(20)]


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_every_item_is_worked_on_once(processes):
    with Workers(processes) as workers:
        found = list(workers.map(encode, ITEMS))
    assert sorted(found) == [(index, encode(item)) for index, item in enumerate(ITEMS)]
    assert multiprocessing.active_children() == []


def test_workers_go_on_to_the_next_work():
    with Workers(2) as workers:
        encoded = [text for _, text in sorted(workers.map(encode, ITEMS))]
        first = {child.pid for child in multiprocessing.active_children()}
        assert [data for _, data in sorted(workers.map(decode, encoded))] == ITEMS
        assert {child.pid for child in multiprocessing.active_children()} == first
        assert len(first) == 2


def test_an_error_in_a_worker_is_raised_here_and_ends_them_all():
    with Workers(2) as workers:
        with pytest.raises(Malformed):
            list(workers.map(decode, ["YQ", "not base64url!", "Yg"]))
        assert multiprocessing.active_children() == []


def test_no_items_need_no_worker():
    with Workers(2) as workers:
        assert list(workers.map(encode, [])) == []
        assert multiprocessing.active_children() == []
