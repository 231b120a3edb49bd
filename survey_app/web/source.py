"""Another office as a source of documents over HTTP: bounded in bytes, in time and in patience."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import urllib3

from survey_app.domain.errors import PikirError
from survey_app.domain.manifest import check_campaign_id
from survey_app.web.published import FORMAT

LARGEST_INDEX = 8 * 1024 * 1024
CONNECT_SECONDS, SILENCE_SECONDS, WHOLE_SECONDS = 5.0, 20.0, 300.0
TRIES, FIRST_PAUSE = 4, 0.5
CHUNK = 64 * 1024
_AGAIN = (429, 500, 502, 503, 504)
_HEADERS = {"Accept": "application/json, application/jose, */*;q=0.1", "Accept-Encoding": "identity"}

Index = Mapping[str, Mapping[str, str]]


class SourceUnreachable(PikirError):
    """An office does not answer now; the others are asked all the same."""

    slug = "source-unreachable"


class SourceRefused(PikirError):
    """An office answers, but not with what was asked for: too much, in a wrong form, or with a refusal."""

    slug = "source-refused"


class _Later(Exception):
    """Worth another try."""


@dataclass(frozen=True)
class Source:
    """``office`` answers at ``address``. ``sleep`` waits between tries; ``monotonic`` ends what takes too long."""

    office: str
    address: str
    pool: urllib3.PoolManager
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic

    def index(self) -> Index:
        """Campaign to names with SHA-256 in hex. Raises SourceUnreachable, SourceRefused."""
        try:
            found = json.loads(self._get("index.json", LARGEST_INDEX, {}))
            if found["format"] != FORMAT:
                raise SourceRefused(f"the {self.office} speaks {found['format']!r}, this program {FORMAT}")
            campaigns = {check_campaign_id(str(key)): dict(names) for key, names in dict(found["campaigns"]).items()}
        except (ValueError, KeyError, TypeError, RecursionError, PikirError) as error:
            if isinstance(error, SourceRefused | SourceUnreachable):
                raise
            raise SourceRefused(f"what the {self.office} has at {self.address} is no index of documents") from error
        return {key: {str(name): str(digest) for name, digest in names.items()} for key, names in campaigns.items()}

    def fetch(self, campaign_id: str, name: str, largest: int, headers: Mapping[str, str]) -> bytes:
        """A document's bytes, whole. Raises SourceUnreachable, SourceRefused."""
        return self._get(f"{campaign_id}/{name}", largest, headers)

    def _get(self, path: str, largest: int, headers: Mapping[str, str]) -> bytes:
        ends = self.monotonic() + WHOLE_SECONDS
        for attempt in range(TRIES):
            try:
                return b"".join(self._parts(path, largest, headers, ends))
            except _Later as error:
                if attempt + 1 == TRIES:
                    raise SourceUnreachable(f"the {self.office} at {self.address} does not answer: {error}") from error
            self.sleep(FIRST_PAUSE * 2**attempt)
        raise AssertionError("the loop returns or raises")

    def _parts(self, path: str, largest: int, headers: Mapping[str, str], ends: float) -> Iterator[bytes]:
        url, received = f"{self.address}/exchange/{path}", 0
        try:
            answer = self.pool.request(
                "GET", url, headers={**_HEADERS, **headers}, preload_content=False, redirect=False, retries=False
            )
            try:
                self._check_answer(path, answer)
                for part in answer.stream(CHUNK, decode_content=False):
                    received += len(part)
                    if received > largest:
                        raise SourceRefused(f"{path} at the {self.office} is larger than {largest} bytes")
                    if self.monotonic() > ends:
                        raise _Later(f"{path} takes longer than {WHOLE_SECONDS:.0f} s")
                    yield part
            finally:
                answer.close()
        except urllib3.exceptions.HTTPError as error:
            raise _Later(type(error).__name__) from error

    def _check_answer(self, path: str, answer: urllib3.BaseHTTPResponse) -> None:
        if answer.status in _AGAIN:
            raise _Later(f"status {answer.status}")
        if answer.status != 200:  # noqa: PLR2004 (OK)
            raise SourceRefused(f"the {self.office} answers {answer.status} to {path}{_reason(answer)}")
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise SourceRefused(f"the {self.office} sends {path} compressed, which was not asked for")


def make_pool() -> urllib3.PoolManager:
    """Connections with time limits. TLS checks names and certificates by the system's authorities."""
    return urllib3.PoolManager(timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=SILENCE_SECONDS), maxsize=2)


def _reason(answer: urllib3.BaseHTTPResponse) -> str:
    """What an office's problem document says, if it is one."""
    try:
        return f": {json.loads(answer.read(4096))['title']}"
    except (ValueError, KeyError, TypeError, urllib3.exceptions.HTTPError):
        return ""
