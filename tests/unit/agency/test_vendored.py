"""The chart library is the one that the Python side is made for, byte for byte as its maker published it."""

import hashlib
import re
from pathlib import Path

from plotly.offline import get_plotlyjs_version

STATIC = Path(__file__).resolve().parents[3] / "analytics" / "static"
VENDOR = STATIC / "vendor"
FILES = {"plotly-basic.min.js", "plotly-locale-ru.js", "plotly-global.css"}


def test_versions_agree() -> None:
    version = get_plotlyjs_version()
    assert f"(basic - minified) v{version}" in (VENDOR / "plotly-basic.min.js").read_text(encoding="utf-8")[:200]
    assert f"| {version} |" in (VENDOR / "README.md").read_text(encoding="utf-8")


def test_hashes_are_the_noted_ones() -> None:
    noted = dict(re.findall(r"\| `([\w.-]+)` .* `([0-9a-f]{64})` \|", (VENDOR / "README.md").read_text("utf-8")))
    assert set(noted) == FILES
    for name, digest in noted.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name


def test_the_licence_is_there() -> None:
    assert "MIT" in (VENDOR / "plotly-LICENSE.txt").read_text(encoding="utf-8")


def test_our_own_call_turns_the_vendors_cloud_off() -> None:
    script = (STATIC / "charts.js").read_text(encoding="utf-8")
    for setting in ('plotlyServerURL: ""', "showSendToCloud: false", "displaylogo: false", "displayModeBar: false"):
        assert setting in script


def test_no_style_of_the_library_asks_for_another_file() -> None:
    assert "url(" not in (VENDOR / "plotly-global.css").read_text(encoding="utf-8")
