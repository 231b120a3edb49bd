"""The exchange folder: how offices hand each other signed documents. One folder a campaign, fixed file names.

What concerns a round as a whole lies in rounds/<its code>.

Nothing here is trusted for having been found here: whoever reads a document checks its signature.
"""

import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from survey_app.domain.archive import OfficeName
from survey_app.domain.errors import Malformed, PikirError
from survey_app.domain.manifest import check_campaign_id

DRAFT = "draft.jws"
ISSUER_ENROLMENT = "issuer-enrolment.jws"
COLLECTOR_ENROLMENT = "collector-enrolment.jws"
MANIFEST = "manifest.jws"
DRAWN = "drawn.jws"
BATCH = "batch.bin"
BOARD = "board.jws"
RELEASE = "release.jws"
RECORD = "scoring-record.jws"
VOID = "void.jws"
ARCHIVES: Mapping[OfficeName, str] = {
    "agency": "archive-agency.jws",
    "issuer": "archive-issuer.jws",
    "collector": "archive-collector.jws",
}
ROUNDS = "rounds"
ROUND_RELEASE = "round-release.jws"
_CAMPAIGN_ID = re.compile(r"[0-9a-f]{32}")
_ROUND_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class DocumentMissing(PikirError):
    """A document that this step needs is not in the exchange folder yet."""

    slug = "document-missing"


class DocumentExists(PikirError):
    """Another document already stands where this one would go; documents are never replaced."""

    slug = "document-exists"


@dataclass(frozen=True)
class Exchange:
    """A folder shared by the offices, or one office's own that it pulls the others' documents into."""

    folder: Path

    def path(self, campaign_id: str, name: str) -> Path:
        """Where a campaign's document lies or would lie."""
        return self.folder / check_campaign_id(campaign_id) / name

    def round_path(self, round_code: str, name: str) -> Path:
        """Where a document about a whole round lies or would lie. Raises Malformed."""
        if not _ROUND_CODE.fullmatch(round_code):
            raise Malformed(f"{round_code!r} is no code of a round")
        return self.folder / ROUNDS / round_code / name

    def put(self, campaign_id: str, name: str, data: bytes) -> Path:
        """Write a document whole or not at all. The same bytes again are fine. Raises DocumentExists."""
        return _put(self.path(campaign_id, name), data)

    def put_of_round(self, round_code: str, name: str, data: bytes) -> Path:
        """The same for a document about a whole round. Raises DocumentExists."""
        return _put(self.round_path(round_code, name), data)

    def put_text(self, campaign_id: str, name: str, document: str) -> Path:
        """Write a compact JWS."""
        return self.put(campaign_id, name, document.encode("ascii"))

    def get(self, campaign_id: str, name: str) -> bytes:
        """A document's bytes. Raises DocumentMissing."""
        target = self.path(campaign_id, name)
        if not target.exists():
            raise DocumentMissing(f"{name} of campaign {campaign_id} is not in the exchange folder {self.folder}")
        return target.read_bytes()

    def get_text(self, campaign_id: str, name: str) -> str:
        """A compact JWS. Raises DocumentMissing."""
        return self.get(campaign_id, name).decode("ascii", errors="replace").strip()

    def has(self, campaign_id: str, name: str) -> bool:
        """Whether a document is there."""
        return self.path(campaign_id, name).exists()

    def campaigns(self) -> list[str]:
        """Campaigns that have a folder here."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if _CAMPAIGN_ID.fullmatch(path.name))

    def rounds(self) -> list[str]:
        """Rounds that have a folder here."""
        folder = self.folder / ROUNDS
        return sorted(path.name for path in folder.glob("*") if path.is_dir() and _ROUND_CODE.fullmatch(path.name))

    def files(self, campaign_id: str) -> list[Path]:
        """What lies in a campaign's folder; a draft of a file that is being written is not there yet."""
        folder = self.path(campaign_id, ".")
        return sorted(path for path in folder.glob("[!.]*") if path.is_file())


def _put(target: Path, data: bytes) -> Path:
    if target.exists():
        if target.read_bytes() == data:
            return target
        raise DocumentExists(f"{target} exists with other contents")
    target.parent.mkdir(parents=True, exist_ok=True)
    write_durably(target, data)
    return target


def write_durably(target: Path, data: bytes, mode: int = 0o644) -> None:
    """Replace ``target`` by ``data`` in one step that survives a power cut."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}.tmp")
    with _gone_unless_renamed(draft):
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _gone_unless_renamed(draft: Path) -> Iterator[None]:
    """A full disk leaves no half-written file."""
    try:
        yield
    finally:
        draft.unlink(missing_ok=True)
