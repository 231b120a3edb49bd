"""The public files of a campaign, read from its folder of the exchange or given one by one. Nothing is trusted yet."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analytics.record_files import jws_in_csv, jws_in_json, jws_in_xlsx
from analytics.staffing_statement import STAFFING, StaffingStatement
from survey_app.domain import base64url, signing
from survey_app.domain.archive import ArchiveCertificate
from survey_app.domain.batch import BATCH_MAGIC
from survey_app.domain.errors import Malformed, PikirError
from survey_app.web.exchange import ARCHIVES

DRAFT, MANIFEST, DRAWN = "draft.jws", "manifest.jws", "drawn.jws"
ISSUER_ENROLMENT, COLLECTOR_ENROLMENT = "issuer-enrolment.jws", "collector-enrolment.jws"
BATCH, BOARD, BOARD_LIST = "batch.bin", "board.jws", "board.json"
RELEASE, VOID, RECEIPTS = "release.jws", "void.jws", "receipts"
RECORD, RECORD_JSON, RECORD_CSV = "scoring-record.jws", "scoring-record.json", "scoring-record.csv"
RECORD_XLSX = "scoring-record.xlsx"
RECEIPT, COUNTERSIGNATURE, DESTRUCTION = "receipt.jws", "countersignature.jws", "destruction.jws"
NAMES = (
    *(DRAFT, ISSUER_ENROLMENT, COLLECTOR_ENROLMENT, MANIFEST, DRAWN, BATCH, BOARD, BOARD_LIST),
    *(RELEASE, RECORD, RECORD_JSON, RECORD_CSV, RECORD_XLSX, VOID, DESTRUCTION, STAFFING),
    *ARCHIVES.values(),
)
_NUMBERED = re.compile(r"(release|scoring-record)-([1-9][0-9]*)\.(jws|json|csv|xlsx)")
_COUNTERSIGNATURE = re.compile(r"countersignature-[^/]*\.jws")
_TYPES = {
    "pikir-draft/1": DRAFT,
    "pikir-issuer-enrolment/1": ISSUER_ENROLMENT,
    "pikir-collector-enrolment/1": COLLECTOR_ENROLMENT,
    "pikir-manifest/1": MANIFEST,
    "pikir-drawn/1": DRAWN,
    "pikir-board/1": BOARD,
    "pikir-release/1": RELEASE,
    "pikir-scoring/1": RECORD,
    "pikir-void/1": VOID,
    "pikir-receipt/1": RECEIPT,
    "pikir-countersignature/1": COUNTERSIGNATURE,
    "pikir-destruction/1": DESTRUCTION,
    StaffingStatement.format: STAFFING,
}


class NotRecognised(PikirError):
    """A file that is none of a campaign's public files, or is damaged beyond recognition."""

    slug = "not-recognised"


@dataclass(frozen=True)
class Files:
    """Contents by the exchange's names; a superseded file's name has its number, such as release-1.jws.

    ``whole`` says that this is a campaign's folder, so that what is not here is worth a word; ``unknown`` are
    names in it that no check looks at.
    """

    whole: bool
    contents: Mapping[str, bytes]
    receipts: Mapping[str, bytes] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    countersignatures: Mapping[str, bytes] = field(default_factory=dict)

    def numbers(self) -> tuple[int, ...]:
        """The numbers of superseded Releases and records, in order."""
        matches = (_NUMBERED.fullmatch(name) for name in self.contents)
        return tuple(sorted({int(match[2]) for match in matches if match}))

    def needing_manifest(self) -> tuple[str, ...]:
        """Names of the files here that say nothing without the manifest."""
        alone = (DRAFT, ISSUER_ENROLMENT, COLLECTOR_ENROLMENT, DRAWN, BATCH, BOARD, BOARD_LIST)
        return (*(name for name in alone if name in self.contents), *self.receipts)


def read_folder(folder: Path) -> Files:
    """The files of a campaign's folder. Raises OSError."""
    contents, receipts, countersignatures, unknown = {}, {}, {}, []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir():
            continue
        if name in NAMES or _NUMBERED.fullmatch(name):
            contents[name] = path.read_bytes()
        elif name.startswith(RECEIPTS + "/"):
            receipts[name] = path.read_bytes()
        elif _COUNTERSIGNATURE.fullmatch(name):
            countersignatures[name] = path.read_bytes()
        else:
            unknown.append(name)
    return Files(True, contents, receipts, tuple(unknown), countersignatures)


def files_given(paths: Iterable[Path]) -> Files:
    """Single files, each recognised by its contents. Raises NotRecognised, OSError."""
    contents: dict[str, bytes] = {}
    receipts: dict[str, bytes] = {}
    countersignatures: dict[str, bytes] = {}
    for path in paths:
        data = path.read_bytes()
        name = recognise(data)
        if name == RECEIPT:
            receipts[path.name] = data
        elif name == COUNTERSIGNATURE:
            countersignatures[path.name] = data
        elif contents.setdefault(name, data) != data:
            raise NotRecognised(f"two different files of one kind were given: {name}")
    return Files(False, contents, receipts, (), countersignatures)


def recognise(data: bytes) -> str:
    """The exchange's name for a file with these contents. Raises NotRecognised."""
    if data.startswith(BATCH_MAGIC):
        return BATCH
    if b'"statement"' in data[:200]:
        return BOARD_LIST
    for name, read in ((RECORD_JSON, jws_in_json), (RECORD_CSV, jws_in_csv), (RECORD_XLSX, jws_in_xlsx)):
        try:
            read(data)
        except Malformed:
            continue
        return name
    try:
        kind, payload = signing.peek(data.decode("ascii").strip())
        if kind == ArchiveCertificate.format:
            return str(ARCHIVES[json.loads(payload)["office"]])
        return _TYPES[kind]
    except (KeyError, TypeError, ValueError, Malformed) as error:
        raise NotRecognised("this is none of a campaign's public files, or it is damaged") from error


def jws_text(data: bytes) -> str:
    """A compact JWS from a file's bytes: canonical to the last bit, at most one newline after it. Raises Malformed."""
    try:
        text = data.decode("ascii").removesuffix("\n")
    except UnicodeDecodeError as error:
        raise Malformed("not a compact JWS") from error
    parts = text.split(".")
    if len(parts) != 3:  # noqa: PLR2004 (header, payload, signature)
        raise Malformed("not a compact JWS")
    for part in parts:
        base64url.decode(part)
    return text
