"""Servers that could date, keep or quote what people did are refused, with everything that has to be changed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect

from analytics.office import open_agency
from config import agency_config, collector_config, issuer_config, mark_as_demo
from survey_app.identity.office import open_issuer
from survey_app.responses.office import open_collector
from survey_app.web import cluster as rules
from survey_app.web.cluster import DatabaseUnreachable, StorageUnsuitable
from survey_app.web.database import Database, open_office_database
from tests.clock import FakeClock
from tests.postgres.cluster import Cluster, running_cluster

Create = Callable[[str, str], str]
CARELESS = {
    "archive_mode": "on",
    "archive_command": "true",
    "track_commit_timestamp": "on",
    "fsync": "off",
    "full_page_writes": "off",
    "wal_keep_size": "64",
    "log_connections": "on",
    "log_disconnections": "on",
}
LOUD = {
    "log_statement": "mod",
    "log_min_duration_statement": "0",
    "log_min_duration_sample": "1000",
    "log_transaction_sample_rate": "0.5",
    "log_parameter_max_length_on_error": "-1",
    "log_error_verbosity": "verbose",
    "log_min_messages": "debug2",
    "log_duration": "on",
    "log_lock_waits": "on",
    "log_parser_stats": "on",
    "log_planner_stats": "on",
    "log_executor_stats": "on",
    "wal_recycle": "on",
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
}


@pytest.fixture(scope="module")
def careless_cluster(programs: Path) -> Iterator[Cluster]:
    """As it is installed, and with a log archive, commit times, addresses logged and no durability."""
    with running_cluster(programs, by_the_handbook=False, settings=CARELESS) as cluster:
        yield cluster


def faults(url: str, side: str) -> list[str]:
    """What the refusal lists; nothing was stored."""
    with pytest.raises(StorageUnsuitable) as refused:
        open_office_database(url, side)
    head, *lines, last = str(refused.value).splitlines()
    assert head == f"this PostgreSQL server is not fit for the {side} database; nothing was stored:"
    assert last == 'See docs/operations.md, "PostgreSQL"'
    return [line.removeprefix("  - ") for line in lines]


def settings_in(lines: list[str]) -> dict[str, str]:
    """setting -> the value that it must have."""
    return {line.split(" is ")[0]: line.split("must be ")[1].split(":")[0] for line in lines if " must be " in line}


@pytest.mark.parametrize("side", ["identity", "responses"])
def test_a_server_as_it_is_installed(
    side: str, careless_cluster: Cluster, create: Create, opened: Callable[[str], Database]
) -> None:
    url = create("careless_cluster", side)
    assert settings_in(faults(url, side)) == {
        "archive_mode": "off",
        "fsync": "on",
        "full_page_writes": "on",
        "log_checkpoints": "off",
        "log_connections": "off",
        "log_disconnections": "off",
        "log_error_verbosity": "terse",
        "track_commit_timestamp": "off",
        "wal_keep_size": "0",
        "wal_level": "minimal",
        "wal_recycle": "off",
    }
    assert inspect(opened(url).engine).get_table_names() == []


def test_everything_that_is_wrong_is_listed_at_once(responses_cluster: Cluster, create: Create) -> None:
    """A loud server, an extension that logs, missing rights, another owner, and a stranger in the cluster."""
    url = create("responses_cluster", "responses")
    open_office_database(url, "responses").dispose()
    for setting, value in LOUD.items():
        responses_cluster.administer(f"ALTER DATABASE pikir_responses SET {setting} = '{value}'")
    responses_cluster.administer(
        "REVOKE EXECUTE ON FUNCTION pg_switch_wal() FROM pikir_responses",
        "REVOKE pg_checkpoint FROM pikir_responses",
        "ALTER DATABASE pikir_responses OWNER TO administrator",
        "CREATE DATABASE shop",
        database="pikir_responses",
    )
    try:
        listed = faults(url, "responses")
    finally:
        responses_cluster.administer("DROP DATABASE shop")

    assert settings_in(listed).keys() == LOUD.keys() - {"session_preload_libraries"}
    others = [line for line in listed if " must be " not in line]
    assert len(others) == 4
    for said in (
        "GRANT EXECUTE ON FUNCTION pg_switch_wal()",
        "GRANT pg_checkpoint",
        "this role does not own the database pikir_responses",
        "the database shop is in the same cluster: transaction numbers are shared",
    ):
        assert sum(said in line for line in others) == 1


def test_a_setting_that_cannot_be_seen_counts_as_wrong() -> None:
    listed = list(rules.faults_of_settings({}))
    assert "archive_mode cannot be read, must be off: the archived write-ahead log is a clock" in listed
    assert len(listed) == sum(rule.is_core for rule in rules.RULES)


def test_every_rule_says_what_it_prevents_and_is_documented() -> None:
    handbook = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    for rule in rules.RULES:
        assert rule.because
        assert rule.setting in handbook or rule.setting.startswith("log_") or rule.setting.split(".")[0] in handbook


def test_responses_take_no_cluster_in_which_other_offices_are(create: Create) -> None:
    """Identity and agency may share a cluster and start again and again; the responses do not join them."""
    urls = {side: create("identity_cluster", side) for side in ("identity", "agency")}
    for side in ("identity", "agency", "identity", "agency"):
        open_office_database(urls[side], side).dispose()

    listed = faults(create("identity_cluster", "responses"), "responses")

    assert [line.split(" is in the same cluster")[0] for line in sorted(listed)] == [
        "the database pikir_agency",
        "the database pikir_identity",
    ]
    assert faults(urls["identity"], "agency") == [
        "the database pikir_identity is another office's (Pikir: identity): each office has its own"
    ]


def test_no_office_moves_into_the_cluster_of_the_responses(create: Create) -> None:
    responses = create("responses_cluster", "responses")
    open_office_database(responses, "responses").dispose()
    late = {side: create("responses_cluster", side) for side in ("identity", "agency")}

    for side, url in late.items():
        (listed,) = faults(url, side)
        assert "the database pikir_responses is in the same cluster" in listed
    assert len(faults(responses, "responses")) == len(late), "two more databases, though nothing is stored there"


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    url = f"postgresql://pikir_responses:secret-of-the-role@/pikir_responses?host={tmp_path}"
    with pytest.raises(DatabaseUnreachable, match="the database server of pikir_responses does not answer") as refused:
        open_office_database(url, "responses")
    assert "secret-of-the-role" not in str(refused.value)


@pytest.mark.parametrize("url", ["mysql://127.0.0.1/responses", "sqlite://", "sqlite:///:memory:"])
def test_storage_that_is_neither_a_file_nor_postgresql(url: str) -> None:
    with pytest.raises(StorageUnsuitable):
        open_office_database(url, "responses")


def test_each_office_asks_before_it_stores(careless_cluster: Cluster, create: Create, tmp_path: Path) -> None:
    """Given the three offices' own doors, then none opens on a server that is not fit for its side."""
    mark_as_demo(tmp_path)
    open_collector(
        collector_config(
            tmp_path, {"PIKIR_RESPONSES_DATABASE": (responses := create("responses_cluster", "responses"))}
        ),
        FakeClock(),
    ).database.dispose()
    with pytest.raises(StorageUnsuitable):
        open_agency(agency_config(tmp_path, {"PIKIR_AGENCY_DATABASE": responses}), FakeClock())
    with pytest.raises(StorageUnsuitable):
        open_issuer(
            issuer_config(tmp_path, {"PIKIR_IDENTITY_DATABASE": create("careless_cluster", "identity")}), FakeClock()
        )
