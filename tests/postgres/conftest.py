"""Two PostgreSQL clusters for the time of the tests, set up exactly as docs/operations.md says; one more that is not.

Everything under this folder needs the server's programs (Debian: postgresql-15), and is skipped loudly without them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from survey_app.web.database import Database, open_database
from tests.economy import less_stretched
from tests.postgres.cluster import Cluster, find_programs, running_cluster

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.database)


@pytest.fixture(scope="module", autouse=True)
def cheap_keys() -> Iterator[None]:
    """For the tests of this folder only: the same process tests other folders afterwards."""
    with less_stretched():
        yield


@pytest.fixture(scope="session")
def programs() -> Path:
    found = find_programs()
    if found is None:
        pytest.skip("PostgreSQL's server programs (15 or later) are not installed: apt-get install postgresql")
    return found


@pytest.fixture(scope="session")
def identity_cluster(programs: Path) -> Iterator[Cluster]:
    """Holds identity and agency."""
    with running_cluster(programs) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def responses_cluster(programs: Path) -> Iterator[Cluster]:
    """Holds the responses, and nothing else."""
    with running_cluster(programs) as cluster:
        yield cluster


@dataclass(frozen=True)
class Databases:
    """One empty database for each office; ``urls`` by side, ``environ`` as the offices' settings."""

    identity: Cluster
    responses: Cluster
    urls: Mapping[str, str]

    @property
    def environ(self) -> dict[str, str]:
        return {f"PIKIR_{side.upper()}_DATABASE": url for side, url in self.urls.items()}


@pytest.fixture(scope="module")
def databases(identity_cluster: Cluster, responses_cluster: Cluster) -> Iterator[Databases]:
    places = {"identity": identity_cluster, "agency": identity_cluster, "responses": responses_cluster}
    urls = {side: cluster.create(side) for side, cluster in places.items()}
    yield Databases(identity_cluster, responses_cluster, urls)
    for side, cluster in places.items():
        cluster.drop(side)


@pytest.fixture
def create(request: pytest.FixtureRequest) -> Iterator[Callable[[str, str], str]]:
    """Make the database of a side in a cluster (a fixture's name) for one test; its address."""
    made: list[tuple[Cluster, str]] = []

    def make(cluster_name: str, side: str) -> str:
        cluster: Cluster = request.getfixturevalue(cluster_name)
        url = cluster.create(side)
        made.append((cluster, side))
        return url

    yield make
    for cluster, side in made:
        cluster.drop(side)


@pytest.fixture
def opened() -> Iterator[Callable[[str], Database]]:
    """Open databases that are closed after the test."""
    databases: list[Database] = []

    def open_one(url: str) -> Database:
        databases.append(open_database(url))
        return databases[-1]

    yield open_one
    for database in databases:
        database.dispose()
