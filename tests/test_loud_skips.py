"""The rule about loud skips, seen from outside: a run of pytest in its own process."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = """
import pytest

@pytest.mark.browser
def test_of_the_browser():
    pytest.skip("there is no Chromium")

def test_of_a_platform():
    pytest.skip("not on this platform")
"""


def run(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_sample.py").write_text(SAMPLE)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    browser: needs Chromium\n")
    base = {key: value for key, value in os.environ.items() if key != "CI" and not key.startswith("PYTEST")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.loud_skips", "-p", "no:cacheprovider", str(folder)],
        cwd=folder,
        env=base | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_skip_of_the_browser_is_announced(tmp_path):
    result = run(tmp_path)

    assert result.returncode == 0
    announced = [line for line in result.stdout.splitlines() if line.startswith("NOT TESTED:")]
    assert len(announced) == 1
    assert "test_of_the_browser" in announced[0]
    assert "there is no Chromium" in announced[0]


def test_a_skip_of_the_browser_fails_in_ci(tmp_path):
    result = run(tmp_path, CI="true")

    assert result.returncode == 1
    assert "1 failed, 1 skipped" in result.stdout
    assert "there is no Chromium" in result.stdout
