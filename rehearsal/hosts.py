"""Three hosts that share nothing but a network: each with its office's process, folder, database and clock."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner, Result

import pikir
from rehearsal.ledger import StepFailed
from survey_app.domain import keyfile
from survey_app.web.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
OFFICES = ("agency", "issuer", "collector")
SERVE = Path(__file__).with_name("serve_office.py")


def types(group: str, *words: str, settings: Settings | None = None) -> Result:
    """`pikir GROUP WORDS…`, as an officer types it."""
    command = pikir.main.get_command(click.Context(pikir.main), group)
    if command is None:
        raise StepFailed(f"there is no command pikir {group}")
    return CliRunner().invoke(command, words, obj=settings)


@dataclass
class Host:
    """``ahead`` is how far its clock is from the true time."""

    role: str
    instance: Path
    port: int
    environ: dict[str, str]
    ahead: timedelta
    _process: "subprocess.Popen[str] | None" = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def clock_file(self) -> Path:
        return self.instance / "clock"

    def clock(self) -> datetime:
        return datetime.fromisoformat(self.clock_file.read_text(encoding="ascii"))

    def set_clock(self, true_time: datetime) -> None:
        new = self.clock_file.with_suffix(".new")
        new.write_text((true_time + self.ahead).isoformat(), encoding="ascii")
        new.replace(self.clock_file)

    def goes_up(self) -> None:
        """Start serving, and wait for the port to be bound."""
        arguments = [
            sys.executable,
            str(SERVE),
            self.role,
            str(self.instance),
            str(self.port),
            str(self.clock_file),
            str(keyfile.SCRYPT_N),
        ]
        environ = {**{k: v for k, v in os.environ.items() if not k.startswith("PIKIR_")}, **self.environ}
        self._process = subprocess.Popen(arguments, env=environ, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def is_up(self) -> None:
        if self._process is None or self._process.stdout is None or self._process.stdout.readline() != "serving\n":
            raise StepFailed(f"the {self.role} does not serve")

    def is_told_to_end(self) -> None:
        if self._process is not None:
            self._process.terminate()

    def goes_down(self) -> None:
        self.is_told_to_end()
        if self._process is not None:
            self._process.communicate(timeout=20)
            self._process = None

    def types(self, *words: str) -> Result:
        """An officer's command on this host."""
        settings = Settings(self.instance, self.environ, self.clock)
        return types(self.role, *words, settings=settings)

    def succeeds(self, *words: str) -> str:
        result = self.types(*words)
        if result.exit_code != 0:
            raise StepFailed(f"{self.role} {' '.join(words)}: {result.output} {result.exception}")
        return str(result.stdout)

    def gets(self, *words: str) -> Any:
        return json.loads(self.succeeds(*words, "--json"))

    def has(self, campaign_id: str) -> set[str]:
        folder = self.instance / "exchange" / campaign_id
        return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


@dataclass(frozen=True)
class Hosts:
    agency: Host
    issuer: Host
    collector: Host

    @property
    def all(self) -> tuple[Host, Host, Host]:
        return self.agency, self.issuer, self.collector

    def set_clocks(self, true_time: datetime) -> None:
        for host in self.all:
            host.set_clock(true_time)

    def pass_time(self, passed: timedelta) -> None:
        """On all three hosts."""
        for host in self.all:
            host.set_clock(host.clock() - host.ahead + passed)


@contextmanager
def three_hosts(
    folder: Path, now: datetime, ahead: Mapping[str, timedelta], environ: Mapping[str, str]
) -> Iterator[Hosts]:
    """All three up. ``environ`` has further settings, such as databases."""
    ports = {role: free_port() for role in OFFICES}
    secrets = {f"PIKIR_{role.upper()}_PASSPHRASE": f"passphrase of the {role}" for role in OFFICES}
    common = secrets | {f"PIKIR_{o}_SECRET_KEY": "secret key of an office" for o in ("AGENCY", "ISSUER")}
    hosts = {}
    for role, port in ports.items():
        own = {key: value for key, value in {**common, **environ}.items() if _belongs(key, role)}
        own[f"PIKIR_{role.upper()}_URL"] = f"http://127.0.0.1:{port}"
        own |= {f"PIKIR_{o.upper()}_ADDRESS": f"http://127.0.0.1:{p}/" for o, p in ports.items() if o != role}
        hosts[role] = Host(role, folder / role, port, own, ahead[role])
        hosts[role].instance.mkdir()
    found = Hosts(**hosts)
    found.set_clocks(now)
    try:
        for host in found.all:
            host.goes_up()
        for host in found.all:
            host.is_up()
        yield found
    finally:
        for host in found.all:
            host.is_told_to_end()
        for host in found.all:
            host.goes_down()


def _belongs(key: str, role: str) -> bool:
    side = {"agency": "AGENCY", "issuer": "IDENTITY", "collector": "RESPONSES"}[role]
    return key.startswith((f"PIKIR_{role.upper()}_", f"PIKIR_{side}_"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
