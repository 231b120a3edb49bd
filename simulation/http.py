"""HTTP as a browser of these pages would speak it: no cookie, no referrer, one origin at a time."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.util.retry import Retry

JSON = "application/json"
SECONDS = 60.0
_PATIENCE = Retry(total=8, backoff_factor=0.2, status_forcelist=(429, 503), allowed_methods=None, raise_on_status=False)


class UnexpectedAnswer(Exception):
    """An office answered otherwise than the protocol says; the text quotes its problem document."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text}")
        self.status = status


@dataclass
class Web:
    """Connections to the offices. ``reached_at`` maps a public origin to the address that answers for it now.

    With ``patience`` a lost connection, 429 and 503 are tried again, as the pages' script does: issuing and
    submitting are idempotent. Safe to share between threads.
    """

    reached_at: Mapping[str, str] = field(default_factory=dict)
    connections: int = 16
    patience: bool = True
    _pool: urllib3.PoolManager = field(init=False, repr=False)

    def __post_init__(self) -> None:
        retries = _PATIENCE if self.patience else False
        self._pool = urllib3.PoolManager(maxsize=self.connections, retries=retries, timeout=SECONDS)

    def get(self, url: str) -> str:
        """The text at ``url``. Raises UnexpectedAnswer unless it is 200."""
        return self._ask("GET", url, None, {}, {200}).data.decode()

    def post(self, url: str, fields: Mapping[str, str], *, expect: set[int]) -> dict[str, Any]:
        """The JSON object answered to a JSON object. Raises UnexpectedAnswer for a status outside ``expect``."""
        body = json.dumps(fields).encode()
        headers = {"Content-Type": JSON, "Accept": JSON, "Sec-Fetch-Site": "same-origin"}
        answer = self._ask("POST", url, body, headers, expect).data
        return dict(json.loads(answer)) if answer else {}

    def close(self) -> None:
        """Drop all connections."""
        self._pool.clear()

    def _ask(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], expect: set[int]
    ) -> urllib3.BaseHTTPResponse:
        address, host = self._address(url)
        answer = self._pool.request(method, address, body=body, headers={**headers, "Host": host})
        if answer.status not in expect:
            raise UnexpectedAnswer(answer.status, answer.data.decode(errors="replace")[:500])
        return answer

    def _address(self, url: str) -> tuple[str, str]:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        return self.reached_at.get(origin, origin) + url[len(origin) :], parts.netloc
