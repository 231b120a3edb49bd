"""Certified documents as files: in the exchange folder, and in any folder that an officer exports to.

A superseded Release and record keep standing beside the present ones under their number: release-1.jws and so on.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from analytics.record_files import record_csv, record_json, record_xlsx
from survey_app.domain.errors import PikirError
from survey_app.web.exchange import RECORD, RELEASE, ROUND_RELEASE, Exchange, write_durably

RECORD_JSON = "scoring-record.json"
RECORD_CSV = "scoring-record.csv"
RECORD_XLSX = "scoring-record.xlsx"
FORMATS: Mapping[str, str] = {"jws": RECORD, "json": RECORD_JSON, "csv": RECORD_CSV, "xlsx": RECORD_XLSX}
Format = Literal["all", "jws", "json", "csv", "xlsx"]


class FileExists(PikirError):
    """Another file stands where an export would go."""

    slug = "file-exists"


def files_of(release: str, record: str | None) -> dict[str, bytes]:
    """The published files by name, from the signed Release and record."""
    files = {RELEASE: release.encode("ascii")}
    if record is not None:
        files |= {RECORD: record.encode("ascii"), RECORD_JSON: record_json(record), RECORD_CSV: record_csv(record)}
    return files


def forms_of(release: str, record: str | None) -> dict[str, bytes]:
    """The same and the record's workbook, for those who ask for files.

    The workbook stays out of the exchange folder, whose files are compared byte for byte: its bytes also depend on
    the version of the library that compresses it.
    """
    files = files_of(release, record)
    return files if record is None else {**files, RECORD_XLSX: record_xlsx(record)}


def publish(exchange: Exchange, campaign_id: str, release: str, record: str | None) -> None:
    """Put a certified Release and its record into the exchange folder. Raises DocumentExists."""
    for name, data in files_of(release, record).items():
        exchange.put(campaign_id, name, data)


def set_aside(exchange: Exchange, campaign_id: str, number: int, release: str, record: str | None) -> None:
    """Give the published files of Release ``number`` their numbered names, to make room for what supersedes it.

    Only files with exactly those contents are moved, so that a call that broke off can simply be run again.
    """
    for name, data in files_of(release, record).items():
        path = exchange.path(campaign_id, name)
        if path.exists() and path.read_bytes() == data:
            path.rename(numbered(path, number))


def publish_round(exchange: Exchange, round_code: str, release: str) -> None:
    """Put a certified RoundRelease into the exchange folder. Raises DocumentExists."""
    exchange.put_of_round(round_code, ROUND_RELEASE, release.encode("ascii"))


def set_round_aside(exchange: Exchange, round_code: str, number: int, release: str) -> None:
    """Give the published RoundRelease ``number`` its numbered name, as set_aside does."""
    path = exchange.round_path(round_code, ROUND_RELEASE)
    if path.exists() and path.read_bytes() == release.encode("ascii"):
        path.rename(numbered(path, number))


def numbered(path: Path, number: int) -> Path:
    """release.jws of Release 1 is release-1.jws once it is superseded."""
    return path.with_name(f"{path.stem}-{number}{path.suffix}")


def only_format(files: Mapping[str, bytes], form: Format) -> dict[str, bytes]:
    """The files with the record in one form only, or in all."""
    dropped = {name for other, name in FORMATS.items() if form not in ("all", other)}
    return {name: data for name, data in files.items() if name not in dropped}


def write_files(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write all files into ``folder`` or, if one would change an existing file, none. Raises FileExists."""
    for name, data in files.items():
        if (folder / name).exists() and (folder / name).read_bytes() != data:
            raise FileExists(f"{folder / name} exists with other contents; choose an empty folder")
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        write_durably(folder / name, data)
    return [folder / name for name in files]
