"""A skipped test of the database, the browser, the proxy or the cryptography between them is never silent.

Each one gets a line at the end of the run, and is a failure where CI=true: there, everything must be available.
"""

import os
from collections.abc import Generator

import pytest

LOUD = ("database", "browser", "crypto", "proxy")


def _is_loud_skip(report: pytest.TestReport) -> bool:
    return report.skipped and not hasattr(report, "wasxfail") and any(mark in report.keywords for mark in LOUD)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a loud skip into a failure in CI."""
    report = yield
    if _is_loud_skip(report) and os.environ.get("CI") == "true":
        report.longrepr = f"skipped, which CI does not accept: {_reason(report)}"
        report.outcome = "failed"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each loud skip."""
    skipped = [report for report in terminalreporter.getreports("skipped") if _is_loud_skip(report)]
    if skipped:
        terminalreporter.section("NOT TESTED HERE", sep="!", red=True, bold=True)
    for report in skipped:
        terminalreporter.write_line(f"NOT TESTED: {report.nodeid}: {_reason(report)}", red=True, bold=True)


def _reason(report: pytest.TestReport) -> str:
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
