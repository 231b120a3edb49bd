"""A place to measure in: one campaign on disk, both windows open, served by `pikir run` in a process of its own."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from urllib3.exceptions import HTTPError

import config
import pikir
from simulation.http import Web
from survey_app.domain.documents import read_self_signed
from survey_app.domain.manifest import Body, CampaignManifest, LocalisedText, Schedule
from survey_app.web.clock import system_clock
from survey_app.web.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 60
NAMES = LocalisedText("Өлшеу органы", "Орган измерений", "Body of Measurement")


@dataclass(frozen=True)
class Place:
    """Where everything is; ``links`` are unused invitations. ``process`` serves it."""

    campaign_id: str
    manifest: CampaignManifest
    base_url: str
    links: tuple[str, ...]
    process: int
    filesystem: str

    def cpu_seconds(self) -> float:
        """CPU time that the server has used so far, of all its threads."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> dict[str, float]:
        """Resident memory of the server in MiB, now and at most."""
        status = Path(f"/proc/{self.process}/status").read_text()
        return {
            name: round(int(found.group(1)) / 1024, 1)
            for name, field in (("now", "VmRSS"), ("peak", "VmHWM"))
            if (found := re.search(rf"{field}:\s+(\d+) kB", status))
        }


@contextmanager
def open_place(eligible: int) -> Iterator[Place]:
    """Build under build/ (a real disk, as /tmp may be memory), serve until the block ends."""
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build", prefix="bench-") as folder:
        instance, port = Path(folder), _free_port()
        campaign_id, links = _announce(instance, port, eligible)
        command = [sys.executable, "-m", "pikir", "run", "--instance", str(instance), "--port", str(port)]
        server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603
        try:
            base_url = f"http://127.0.0.1:{port}"
            manifest = _wait(f"{base_url}/issuer/c/{campaign_id}/manifest")
            yield Place(campaign_id, manifest, base_url, links, server.pid, _filesystem(instance))
        finally:
            server.terminate()
            server.wait()


def _announce(instance: Path, port: int, eligible: int) -> tuple[str, tuple[str, ...]]:
    config.mark_as_demo(instance)
    offices, _, _ = pikir.open_offices(Settings(instance, {"PIKIR_PORT": str(port)}, system_clock))
    now, hour = system_clock(), timedelta(hours=1)
    offices.agency.create_round("bench")
    campaign_id = offices.agency.create_campaign(
        round="bench",
        body=Body("bench", NAMES),
        head=NAMES,
        visits="single",
        schedule=Schedule(now - hour, now + 24 * hour, now - hour, now + 25 * hour),
    ).campaign_id
    rows = "".join(f"p{number:06d},,kk\n" for number in range(eligible))
    offices.issuer.import_roster(campaign_id, f"reference,email,language\n{rows}".encode())
    offices.issuer.enrol(campaign_id)
    offices.collector.enrol(campaign_id)
    offices.announce([campaign_id])
    return campaign_id, tuple(offices.invite(campaign_id))


def _wait(url: str) -> CampaignManifest:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return read_self_signed(CampaignManifest, Web(patience=False).get(url), "agency_key")
        except (OSError, HTTPError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _filesystem(folder: Path) -> str:
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    inside = [(point, kind) for point, kind in mounts if folder.resolve().is_relative_to(point)]
    return max(inside, key=lambda mount: len(mount[0]))[1]
