"""What the agency's dashboards cost at 60 bodies and 5 rounds: at the server, and until a page is drawn in Chromium."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import urllib3

from benchmarks.load import percentiles
from benchmarks.pages import CHROMIUM
from benchmarks.rounds import build_rounds

ROOT = Path(__file__).resolve().parents[1]
BODIES, ROUNDS = 60, 5
VISITS, DRAWINGS = 100, 5
LOGIN, PASSWORD = "bench", "a password for measuring only"
WITH_CHART = (
    "rounds/2026",
    "turnout/2026",
    "comparison/2026?first=body-09&second=body-10",
    "rounds/2026/body-10",
    "rounds/2026/body-10/questions",
    "rounds/2026/body-10/groups",
    "rounds/2026/body-10/drivers",
    "rounds/2026/body-10/trend",
)
PAGES = (*WITH_CHART, "matrix/2026", "definitions", "campaigns")
DRAWN = "() => [...document.querySelectorAll('.ag-chart')].every((chart) => chart.querySelector('.xtick text'))"


@dataclass(frozen=True)
class Dashboards:
    """Milliseconds by page, percentiles: of the server's answer, and until every chart is drawn (None: no Chromium)."""

    server: Mapping[str, Mapping[str, float]]
    drawn: Mapping[str, Mapping[str, float]] | None


def measure_dashboards(bodies: int = BODIES, rounds: int = ROUNDS) -> Dashboards:
    """Build an agency with that many certified Releases, serve it in a process of its own, visit every page."""
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build", prefix="bench-dashboards-") as folder:
        build_rounds(Path(folder), bodies, rounds)
        command = [sys.executable, "-m", "benchmarks.dashboard_server", folder]
        server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603
        try:
            address = server.stdout.readline().strip() if server.stdout is not None else ""
            cookie = _sign_in(address)
            return Dashboards(_visit(address, cookie), _draw(address, cookie))
        finally:
            server.terminate()
            server.wait()


def _sign_in(address: str) -> str:
    """The session cookie, as name=value."""
    pool = urllib3.PoolManager(retries=False)
    form = pool.request("GET", f"{address}/en/sign-in")
    cookie = form.headers["Set-Cookie"].partition(";")[0]
    token = form.data.decode().partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    fields = {"csrf_token": token, "login": LOGIN, "password": PASSWORD, "next": ""}
    headers = {"Cookie": cookie}
    answer = pool.request(
        "POST", f"{address}/en/sign-in", fields=fields, headers=headers, encode_multipart=False, redirect=False
    )
    return str(answer.headers["Set-Cookie"].partition(";")[0])


def _visit(address: str, cookie: str) -> dict[str, dict[str, float]]:
    pool = urllib3.PoolManager(retries=False)
    return {page: percentiles(_seconds(pool, f"{address}/kk/{page}", cookie)) for page in PAGES}


def _seconds(pool: urllib3.PoolManager, url: str, cookie: str) -> Sequence[float]:
    """One request after the other; the first, which fills the caches, is not counted."""
    seconds = []
    for _ in range(VISITS + 1):
        began = time.monotonic()
        answer = pool.request("GET", url, headers={"Cookie": cookie}, redirect=False)
        seconds.append(time.monotonic() - began)
        if answer.status != 200:  # noqa: PLR2004
            raise AssertionError(f"{url}: {answer.status}")
    return seconds[1:]


def _draw(address: str, cookie: str) -> dict[str, dict[str, float]] | None:
    """From the request until every chart has its axis, with an empty cache each time."""
    if CHROMIUM is None:
        return None
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (not everybody who measures has it)

    name, _, value = cookie.partition("=")
    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for path in WITH_CHART:
            seconds = []
            for _ in range(DRAWINGS):
                context = browser.new_context()
                context.add_cookies([{"name": name, "value": value, "url": address}])
                page = context.new_page()
                began = time.monotonic()
                page.goto(f"{address}/kk/{path}", wait_until="commit")
                while not page.evaluate(f"document.readyState !== 'loading' && ({DRAWN})()"):
                    page.wait_for_timeout(10)
                seconds.append(time.monotonic() - began)
                context.close()
            found[path] = percentiles(seconds)
        browser.close()
    return found
