"""Order is information: after close, the database file is a function of which responses there are, not of when."""

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import CollectorConfig, collector_config
from survey_app.domain.batch import Envelope
from survey_app.domain.questionnaire import Questionnaire
from survey_app.responses import batch
from survey_app.responses.errors import TokenAlreadySpent
from survey_app.responses.office import CollectorOffice, open_collector
from survey_app.responses.submission import submit
from tests.builders import OPENS, office_keys
from tests.clock import FakeClock
from tests.integration.collector.conftest import ENVIRON
from tests.integration.collector.story import Surroundings, TokenHolder, plan_campaign

LEAF, INTERIOR = 10, 2  # page types of an index b-tree, which a WITHOUT ROWID table is (SQLite file format, 1.6)
DATABASE = "responses.sqlite"


class Collector:
    """A copy of one prepared collector, filled in an order of its own."""

    def __init__(self, prepared: Path, folder: Path, story: Surroundings) -> None:
        shutil.copytree(prepared, folder)
        self.folder, self.story = folder, story
        self.clock = FakeClock(story.plan.schedule.collection_opens)
        self.config: CollectorConfig = collector_config(folder, ENVIRON)
        self.office: CollectorOffice = open_collector(self.config, self.clock)

    def takes(self, envelopes: list[Envelope]) -> "Collector":
        for envelope in envelopes:
            submit(self.office, self.story.campaign_id, envelope)
        return self

    def closes(self) -> bytes:
        self.clock.now = self.story.plan.schedule.collection_closes
        batch.close(self.office, self.story.campaign_id)
        self.office.database.dispose()
        return self.file()

    def file(self) -> bytes:
        return (self.folder / DATABASE).read_bytes()


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, questionnaire: Questionnaire) -> Surroundings:
    folder = tmp_path_factory.mktemp("prepared")
    return plan_campaign(folder / "exchange", office_keys(), questionnaire)


@pytest.fixture(scope="module")
def prepared(story: Surroundings) -> Path:
    folder, clock = story.exchange.folder.parent, FakeClock(OPENS)
    office = open_collector(collector_config(folder, ENVIRON), clock)
    story.up_to_collecting(office, clock)
    office.database.dispose()
    return folder


@pytest.fixture(scope="module")
def holders(story: Surroundings) -> list[TokenHolder]:
    return [story.respondent_draws_token() for _ in range(20)]


@pytest.fixture(scope="module")
def envelopes(holders: list[TokenHolder]) -> list[Envelope]:
    return sorted((holder.seals(1) for holder in holders), key=lambda envelope: envelope.token_hash)


def pages(file: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """(type, cells in their logical order) of each b-tree page, in the order of the file."""
    size = int.from_bytes(file[16:18])
    for start in range(0, len(file), size):
        head = start + (100 if start == 0 else 0)
        kind, count = file[head], int.from_bytes(file[head + 3 : head + 5])
        pointers = head + (12 if kind in (INTERIOR, 5) else 8)
        offsets = [int.from_bytes(file[pointers + 2 * i : pointers + 2 * i + 2]) for i in range(count)]
        yield kind, [file[start + offset : start + size] for offset in offsets]


def leaf_order(file: bytes, envelopes: list[Envelope]) -> list[int]:
    """Places in the sorted list of the responses on leaf pages, as they come in the file."""
    found = []
    for kind, cells in pages(file):
        for cell in cells if kind == LEAF else []:
            found += [place for place, e in enumerate(envelopes) if e.token_hash in cell[:64] and e.sealed in cell]
    return found


def test_two_orders_of_arrival_leave_the_same_bytes(
    prepared: Path, story: Surroundings, envelopes: list[Envelope], tmp_path: Path
) -> None:
    """The strongest that can be said: the files are equal to the byte, so nothing in them depends on the order."""
    middle_out = sorted(envelopes, key=lambda e: abs(10 - envelopes.index(e)))
    orders = {"sorted": envelopes, "reversed": envelopes[::-1], "middle-out": middle_out}
    collectors = {name: Collector(prepared, tmp_path / name, story).takes(order) for name, order in orders.items()}
    before = {collector.file() for collector in collectors.values()}
    assert len(before) == 3, "the orders were different, and without the rewriting they would show"
    assert len({collector.closes() for collector in collectors.values()}) == 1


def test_refused_and_repeated_requests_leave_no_trace(
    prepared: Path, story: Surroundings, holders: list[TokenHolder], envelopes: list[Envelope], tmp_path: Path
) -> None:
    quiet = Collector(prepared, tmp_path / "quiet", story).takes(envelopes)
    noisy = Collector(prepared, tmp_path / "noisy", story).takes(envelopes + envelopes[:7])
    with pytest.raises(TokenAlreadySpent):
        noisy.takes([holders[3].seals(2)])
    assert quiet.closes() == noisy.closes()


def test_rows_lie_in_the_order_of_their_hashes(
    prepared: Path, story: Surroundings, envelopes: list[Envelope], tmp_path: Path
) -> None:
    file = Collector(prepared, tmp_path / "c", story).takes(envelopes[::-1]).closes()
    order = leaf_order(file, envelopes)
    assert len(order) > 10
    assert all(a < b for a, b in itertools.pairwise(order))


def test_no_old_copy_is_left_anywhere(
    prepared: Path, story: Surroundings, envelopes: list[Envelope], tmp_path: Path
) -> None:
    collector = Collector(prepared, tmp_path / "c", story).takes(envelopes)
    file = collector.closes()
    for envelope in envelopes:
        for value in (envelope.token_hash, envelope.signature, envelope.sealed, envelope.holder_signature):
            assert file.count(value) == 1
    assert int.from_bytes(file[36:40]) == 0, "pages on the free list (SQLite file format, 1.3)"
    assert {path.name for path in collector.folder.iterdir()} == {"exchange", "keys", DATABASE, f"{DATABASE}.lock"}


def test_the_table_has_no_hidden_row_number(prepared: Path) -> None:
    office = open_collector(collector_config(prepared, ENVIRON), FakeClock(OPENS))
    with office.database.engine.connect() as connection:
        query = "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND NOT wr"
        ordered = set(connection.exec_driver_sql(query).scalars())
        columns = set(connection.exec_driver_sql("SELECT name FROM pragma_table_info('response')").scalars())
    office.database.dispose()
    assert {name for name in ordered if not name.startswith("sqlite_")} == {"alembic_version"}
    assert columns == {
        "token_hash",
        "campaign_id",
        "input_msg",
        "signature",
        "holder_key",
        "holder_signature",
        "sealed",
    }
