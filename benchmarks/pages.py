"""What a page costs: time at the server for one client, and what a browser loads for it."""

import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass

import urllib3

from benchmarks.load import percentiles

CHROMIUM = os.environ.get("PIKIR_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass(frozen=True)
class Weight:
    """A page with everything that it loads on a first visit: requests to the server, KB (1,000 bytes) on the wire."""

    page: str
    requests: int
    kilobytes: float


def time_pages(urls: Sequence[str], times: int) -> dict[str, dict[str, float]]:
    """Percentiles in milliseconds for each address, one request after the other."""
    return {url: percentiles(_time(url, times)) for url in urls}


def weigh_pages(urls: Sequence[str]) -> list[Weight] | None:
    """Load each page in a fresh profile of Chromium; None where there is no Chromium."""
    if CHROMIUM is None:
        return None
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (not everybody who measures has it)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        weights = []
        for url in urls:
            context = browser.new_context()
            page = context.new_page()
            loaded: list[int] = []
            session = context.new_cdp_session(page)
            session.send("Network.enable")
            session.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))  # noqa: B023
            page.goto(url, wait_until="networkidle")
            weights.append(Weight(url, len(loaded), round(sum(loaded) / 1000, 1)))
            context.close()
        browser.close()
    return weights


def _time(url: str, times: int) -> list[float]:
    pool = urllib3.PoolManager(retries=False)
    seconds = []
    for _ in range(times + 1):
        began = time.monotonic()
        answer = pool.request("GET", url, headers={"Accept-Encoding": "gzip"})
        seconds.append(time.monotonic() - began)
        if answer.status != 200:  # noqa: PLR2004
            raise AssertionError(f"{url}: {answer.status}")
    pool.clear()
    return seconds[1:]
