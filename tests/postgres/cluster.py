"""A PostgreSQL cluster of our own: made, started, looked into and removed by this process."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.tree import ROOT

OLDEST = 15
UNPRIVILEGED = ("postgres", "nobody")
ADMINISTRATOR = "administrator"
START_SECONDS = 60


def find_programs() -> Path | None:
    """The folder with initdb and postgres of the newest version that is installed, if one is new enough."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    if (found := shutil.which("initdb")) is not None:
        folders.append(Path(found).resolve().parent)
    usable = [folder for folder in folders if (folder / "postgres").exists() and _version(folder) >= OLDEST]
    return max(usable, key=_version, default=None)


def documented(language: str) -> str:
    """The first block of a language in the section "PostgreSQL" of the operator's handbook."""
    handbook = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = handbook.split("\n## PostgreSQL\n")[1].split("\n## ")[0]
    found = re.search(rf"^```{language}\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


@dataclass(frozen=True)
class Cluster:
    """``folder`` is the data, ``sockets`` where it listens, ``log_file`` what the server writes about itself.

    ``began`` is the time at which the cluster was made, before anything was stored (seconds, as ``time.time``).
    """

    programs: Path
    folder: Path
    sockets: Path
    log_file: Path
    began: float

    def url(self, side: str) -> str:
        """The address for an office, whose role is no superuser."""
        return f"postgresql://pikir_{side}@/pikir_{side}?host={self.sockets}"

    def create(self, side: str) -> str:
        """Role, database and rights of a side by the handbook's own statements; its address."""
        psql = [str(self.programs / "psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-"]
        statements = documented("sql").replace("pikir_responses", f"pikir_{side}")
        subprocess.run(
            [*psql, f"--host={self.sockets}", f"--username={ADMINISTRATOR}", "postgres"],
            input=statements,
            text=True,
            check=True,
            capture_output=True,
        )
        return self.url(side)

    def drop(self, side: str) -> None:
        self.administer(f"DROP DATABASE pikir_{side} WITH (FORCE)", f"DROP ROLE pikir_{side}")

    def administer(self, *statements: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """What the administrator does; the rows of the last statement."""
        with psycopg.connect(
            host=str(self.sockets), user=ADMINISTRATOR, dbname=database, autocommit=True
        ) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def contents(self) -> dict[str, bytes]:
        """What lies in the data folder and was written since the start, as somebody with the disk reads it, by path."""
        found = {}
        for path in self.folder.rglob("*"):
            with suppress(FileNotFoundError):
                if path.is_file() and path.stat().st_mtime >= self.began:
                    found[path.relative_to(self.folder).as_posix()] = path.read_bytes()
        return found


@contextmanager
def running_cluster(
    programs: Path, *, by_the_handbook: bool = True, settings: Mapping[str, str] | None = None
) -> Iterator[Cluster]:
    """A fresh cluster that listens on a socket only; stopped and removed afterwards."""
    top = Path(tempfile.mkdtemp(prefix="pikir-postgres-"))
    account = _account()
    if account:
        os.chown(top, pwd.getpwnam(account["user"]).pw_uid, -1)
    top.chmod(0o755)
    data, log_file = top / "data", top / "server.log"
    try:
        _run([programs / "initdb", "--pgdata", data, *_INITDB], account)
        cluster = Cluster(programs, data, top, log_file, time.time())
        if by_the_handbook:
            with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
                file.write(documented("ini"))
        given = {"listen_addresses": "", "unix_socket_directories": str(top), **(settings or {})}
        arguments = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
        with _server([programs / "postgres", "-D", data, *arguments], account, log_file):
            _wait(cluster)
            yield cluster
    finally:
        shutil.rmtree(top)


_INITDB = (
    f"--username={ADMINISTRATOR}",
    "--auth=trust",
    "--no-sync",
    "--locale=C",
    "--encoding=UTF8",
    "--wal-segsize=1",
)


@contextmanager
def _server(command: Sequence[str | Path], account: dict[str, Any], log_file: Path) -> Iterator[None]:
    with log_file.open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **account)
    try:
        yield
    finally:
        process.send_signal(signal.SIGQUIT)  # stop at once and write nothing: the data are deleted next
        process.wait(timeout=START_SECONDS)


def _wait(cluster: Cluster) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            cluster.administer("SELECT 1")
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise AssertionError(f"the server did not start:\n{cluster.log()}") from None
            time.sleep(0.1)
        else:
            return


def _run(command: Sequence[str | Path], account: dict[str, Any]) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **account)
    assert result.returncode == 0, result.stderr


def _account() -> dict[str, Any]:
    """The server refuses to run as root; then it runs as somebody else."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name for entry in pwd.getpwall()}
    user = next(name for name in UNPRIVILEGED if name in known)
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def _version(folder: Path) -> int:
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\d+", answer)
    return int(found[0]) if found else 0
