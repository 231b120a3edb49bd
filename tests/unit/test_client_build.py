"""What browsers are served is what the sources give: hashes, fonts, lock file; and a rebuild gives the same bytes."""

import fcntl
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "client"
FONTS = sorted((ROOT / "survey_app/web/static").glob("golos-text-*.woff2"))
BUNDLES = ("survey_app/identity/static/issuer.js", "survey_app/responses/static/collector.js")
KAZAKH = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"
RUSSIAN = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя"


def built() -> dict[str, str]:
    """{path: SHA-256} as committed."""
    lines = (CLIENT / "built.sha256").read_text().splitlines()
    return {path: digest for digest, path in (line.split("  ") for line in lines)}


def test_the_committed_files_have_the_committed_hashes() -> None:
    found = {path: hashlib.sha256((ROOT / path).read_bytes()).hexdigest() for path in built()}
    assert found == built()
    assert set(BUNDLES) <= set(found)
    templates = [
        path for side in ("identity", "responses", "web") for path in ROOT.glob(f"survey_app/{side}/templates/*")
    ]
    pages = [path.read_text() for path in templates if not path.name.startswith("console")]
    named = {name for page in pages for name in re.findall(r"""["']([\w-]+\.js)["']""", page)}
    assert named == {Path(path).name for path in found if path.endswith(".js")}, "every script on respondents' pages"


def test_the_manifest_pins_the_other_files_through_the_bundles() -> None:
    """A bundle names the SHA-256 of what it is used with, so that whoever pins the bundle pins that as well."""
    hashes = built()
    for bundle in BUNDLES:
        text = (ROOT / bundle).read_text()
        others = {path for path in hashes if path.endswith((".js", ".css"))} - set(BUNDLES)
        assert len(others) == 6, "two style sheets, the note for old browsers, three scripts that come later"
        for other in others:
            assert hashes[other] in text, f"{bundle} does not fix {other}"


def test_a_rebuild_gives_the_same_bytes(tmp_path: Path) -> None:
    with (CLIENT / "package-lock.json").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the browsers' tests install the same libraries
        command = [sys.executable, CLIENT / "build.py", "--out", tmp_path]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "npm error" in done.stderr:
        missing = f"npm could not install the client's libraries, so the build was NOT compared: {done.stderr[-300:]}"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    assert done.returncode == 0, done.stderr
    for path in (*built(), "client/built.sha256"):
        assert (tmp_path / path).read_bytes() == (ROOT / path).read_bytes(), f"{path} is not what its sources give"


@pytest.mark.parametrize("font", FONTS, ids=lambda path: path.name)
def test_the_fonts_have_every_kazakh_and_russian_letter(font: Path) -> None:
    characters = TTFont(font).getBestCmap()
    assert [letter for letter in KAZAKH + RUSSIAN + "«»–—…№" if ord(letter) not in characters] == []


def test_there_are_two_weights_and_their_licence() -> None:
    assert [path.stem for path in FONTS] == ["golos-text-400", "golos-text-700"]
    assert "SIL OPEN FONT LICENSE Version 1.1" in (ROOT / "survey_app/web/static/licences.txt").read_text()


def test_the_fonts_have_every_character_of_the_catalogues_and_the_questionnaire() -> None:
    texts = [(ROOT / "survey_app/questionnaires/appendix7.json").read_text()]
    texts += [path.read_text() for path in sorted(ROOT.glob("survey_app/*/translations/*/LC_MESSAGES/*.po"))]
    characters = TTFont(FONTS[0]).getBestCmap()
    letters = {letter for text in texts for letter in text if ord(letter) > 0x7F}
    assert {letter for letter in letters if ord(letter) not in characters} == set()


def test_the_style_sheet_names_the_fonts_as_the_server_does() -> None:
    style = (ROOT / "survey_app/web/static/pikir.css").read_text()
    for font in FONTS:
        assert f"{font.name}?v={hashlib.sha256(font.read_bytes()).hexdigest()[:12]}" in style


def test_nothing_comes_from_elsewhere() -> None:
    """The bundles and the style sheet name no host, except the name of the SVG vocabulary."""
    for path in built():
        if path.endswith((".js", ".css")):
            addresses = set(re.findall(r"https?://[^\s\"'`)]+", (ROOT / path).read_text()))
            assert addresses <= {"http://www.w3.org/2000/svg"}, path


def test_the_lock_pins_contents_and_names_no_registry() -> None:
    lock = json.loads((CLIENT / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert all("resolved" not in package for package in packages.values())
    assert all("integrity" in package for package in packages.values())
    wanted = {**lock["packages"][""]["dependencies"], **lock["packages"][""]["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values()), "exact versions"
