"""The figures of docs/performance.md on this machine: `python -m benchmarks [--quick] [--json FILE]` (make bench)."""

import argparse
import json
import os
import platform
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.attack import measure_attack
from benchmarks.dashboards import measure_dashboards
from benchmarks.load import PROCESSES, Clients, Rate, Task
from benchmarks.load import measure as measure_load
from benchmarks.opening import measure_counting, measure_openings
from benchmarks.pages import time_pages, weigh_pages
from benchmarks.pages_felt import LINKS, measure_felt
from benchmarks.place import Place, open_place
from survey_app.web.questionnaires import FOLDER

QUICK, FULL = 320, 3200
ALONE = 200
PAGE_VISITS = 300
OPENED = {  # responses, and the numbers of processes that open them
    QUICK: {4100: (1, 2)},
    FULL: {8000: (1,), 100_000: (1, 2), 1_000_000: (2,)},
}
COUNTED = {QUICK: 100_000, FULL: 1_000_000}
ATTACKED = {False: 24, True: 3}  # bodies of each size
DASHBOARDS = {False: (60, 5), True: (10, 2)}  # bodies, rounds


def main() -> None:
    """Measure everything, print a table, write JSON if asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} people instead of {FULL}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    options = parser.parse_args()
    figures = measure(QUICK if options.quick else FULL)
    figures["dashboards"] = asdict(measure_dashboards(*DASHBOARDS[bool(options.quick)]))
    figures["attack"] = [asdict(size) for size in measure_attack(ATTACKED[bool(options.quick)])]
    show(figures)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def measure(people: int) -> dict[str, Any]:
    """All figures, with the machine's load before and after."""
    before = os.getloadavg()[0]
    with open_place(people + ALONE + LINKS) as place:
        drawing, submitting, alone = _load(place, people)
        figures = {
            "issuing": asdict(drawing),
            "submitting": asdict(submitting),
            "submitting alone": asdict(alone),
            "pages": time_pages(_pages(place), PAGE_VISITS),
            "weights": None if (weights := weigh_pages(_pages(place))) is None else [asdict(w) for w in weights],
            "felt": measure_felt(place.links[people + ALONE :]),
            "server memory, MiB": place.memory(),
            "openings": [
                asdict(opening)
                for responses, processes in OPENED[people].items()
                for opening in measure_openings(place.manifest, responses, processes)
            ],
            "counting": asdict(measure_counting(COUNTED[people])),
        }
        machine = {"load before": before, "load after": os.getloadavg()[0], "file system": place.filesystem}
    return figures | {"conditions": machine | _machine()}


def _load(place: Place, people: int) -> tuple[Rate, Rate, Rate]:
    questionnaire = (FOLDER / "appendix7.json").read_bytes()
    clients = Clients()
    first = Task(place.manifest, questionnaire, links=place.links[people : people + ALONE], clients=1)
    _, drawn = measure_load(place, clients, [first])  # also opens the offices' key stores, once for a process
    alone, _ = measure_load(place, clients, [replace(first, links=(), tokens=drawn[0].tokens)])
    shares = [place.links[start:people:PROCESSES] for start in range(PROCESSES)]
    drawing, drawn = measure_load(place, clients, [Task(place.manifest, questionnaire, links=s) for s in shares])
    tasks = [Task(place.manifest, questionnaire, tokens=done.tokens) for done in drawn]
    submitting, _ = measure_load(place, clients, tasks)
    clients.close()
    return drawing, submitting, alone


def _pages(place: Place) -> list[str]:
    base, campaign = place.base_url, place.campaign_id
    return [
        f"{base}/issuer/kk/c/{campaign}/draw",
        f"{base}/collector/kk/c/{campaign}",
        f"{base}/collector/kk/c/{campaign}/board",
        f"{base}/issuer/kk/",
        f"{base}/collector/kk/",
    ]


def _machine() -> dict[str, Any]:
    model = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return {
        "cores": os.cpu_count(),
        "processor": model.group(1) if model else platform.machine(),
        "python": platform.python_version(),
        "kernel": platform.release(),
    }


def show(figures: Mapping[str, Any]) -> None:
    """The figures beside what is to be reached."""
    table = Table("", "measured", "to reach", title="Pikir: figures", title_justify="left")
    issuing, submitting, alone = (figures[name] for name in ("issuing", "submitting", "submitting alone"))
    table.add_row("issuing, 16 clients", _rate(issuing), ">= 150/s")
    table.add_row("submitting, 16 clients", _rate(submitting), ">= 300/s, p99 < 150 ms")
    table.add_row("submitting, 1 client", _latency(alone["milliseconds"]), "p95 < 20 ms")
    for url, milliseconds in figures["pages"].items():
        table.add_row(f"page {_path(url)}, 1 client", _latency(milliseconds), "p95 < 20 ms")
    for weight in figures["weights"] or []:
        text = f"{weight['kilobytes']} KB, {weight['requests']} requests"
        table.add_row(f"weight of {_path(weight['page'])}", text, "<= 80 KB, <= 8 requests")
    _show_felt(table, figures["felt"])
    for page, milliseconds in figures["dashboards"]["server"].items():
        table.add_row(f"agency {page}, at the server", _latency(milliseconds), "< 100 ms")
    for page, milliseconds in (figures["dashboards"]["drawn"] or {}).items():
        table.add_row(f"agency {page}, drawn", _latency(milliseconds), "< 1,500 ms")
    for opening in figures["openings"]:
        _add_opening(table, opening)
    counting = figures["counting"]
    table.add_row(f"counting {counting['responses']:,}", f"{counting['seconds']} s", "1,000,000 in < 20 s")
    for attacked in figures["attack"]:
        text = (
            "{seconds} s (longest {longest}), {totals} of {of_totals} totals, {cells} of {of_cells} group cells shown"
        )
        table.add_row(f"attack, {attacked['responses']} responses", text.format_map(attacked), "")
    memory = figures["server memory, MiB"]
    table.add_row("server memory", f"{memory['now']} MiB (peak {memory['peak']})", "< 200 MiB")
    console = Console(width=120)
    console.print(table)
    console.print(", ".join(f"{name}: {value}" for name, value in figures["conditions"].items()))
    if figures["weights"] is None:
        console.print("Chromium is not installed: pages were not weighed.")


def _show_felt(table: Table, felt: Mapping[str, Any] | None) -> None:
    for line in felt["first page"] if felt else ():
        text = "first contents {readable} ms, usable {interactive} ms, token {drawn} ms, shift {layout_shift}"
        aim = "usable < 2,000 ms, shift 0" if line["line"] == "slow 3G" else ""
        table.add_row(f"drawing page over {line['line']}", text.format_map(line), aim)
    if felt:
        text = f"{felt['whole journey by keyboard, seconds']} s, {felt['keys pressed']} keys"
        table.add_row(f"whole journey by keyboard, {felt['questions']} questions", text, "")


def _add_opening(table: Table, opening: Mapping[str, Any]) -> None:
    cost = f"{opening['per_cpu_second']:,.0f}/s of CPU time, {opening['seconds']} s, {opening['memory']} MiB"
    aims = {
        1: ">= 4,000/s of one core",
        2: "100,000 in < 60 s; 1,000,000 in < 240 s and < 2,048 MiB",
    }
    name = f"opening {opening['responses']:,}, {opening['processes']} process(es)"
    table.add_row(name, cost, aims[opening["processes"]])


def _rate(rate: Mapping[str, Any]) -> str:
    cpu = f"CPU {rate['server_cpu']} ms at the server, {rate['client_cpu']} ms at the client"
    return f"{rate['per_second']:.0f}/s, {_latency(rate['milliseconds'])}; {cpu}"


def _latency(milliseconds: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {milliseconds[name]} ms" for name in ("p50", "p95", "p99"))


def _path(url: str) -> str:
    return re.sub(r"[0-9a-f]{32}", "…", url.split("/", 3)[3])


if __name__ == "__main__":
    main()
