"""A member of staff with a browser: every page that is fetched is checked for title, language, markup and headers."""

import re
from dataclasses import dataclass
from typing import Any

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

BASE = "http://localhost/agency"
LOGIN, PASSWORD = "aigerim", "a password for tests"
_TOKEN = re.compile(r'name="csrf_token" type="hidden" value="([^"]+)"|name="csrf_token" value="([^"]+)"')


@dataclass
class Staff:
    """One browser with its cookies."""

    client: FlaskClient

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, base_url=BASE, headers={"Accept": "text/html"}, **options)

    def post(self, path: str, data: dict[str, str], **headers: str) -> TestResponse:
        return self.client.post(path, data=data, base_url=BASE, headers={"Accept": "text/html", **headers})

    def page(self, path: str, status: int = 200) -> str:
        """The page at ``path``, checked."""
        response = self.get(path)
        assert response.status_code == status, (path, response.status_code)
        check_page(response, path)
        return response.text

    def csrf_token(self, page: str) -> str:
        found = _TOKEN.search(page)
        assert found, "the page has no CSRF token"
        return found.group(1) or found.group(2)

    def sign_in(self, login: str = LOGIN, password: str = PASSWORD, lang: str = "en", wanted: str = "") -> TestResponse:
        path = f"/{lang}/sign-in"
        token = self.csrf_token(self.get(path).text)
        return self.post(path, {"csrf_token": token, "login": login, "password": password, "next": wanted})


def check_page(response: TestResponse, path: str) -> None:
    """What holds for every page of the agency."""
    assert response.content_type == "text/html; charset=utf-8"
    policy = response.headers["Content-Security-Policy"]
    for part in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
    ):
        assert part in policy
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    document = parser.parse(response.text)
    assert parser.errors == []
    assert document.get("lang") == path.split("/")[1]
    assert document.findtext("head/title").strip()
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', response.text)
    assert not re.search(r"<script(?![^>]*(?:src=|application/json))|\son\w+=|style=", response.text)


def numbers_in(page: str) -> set[str]:
    """Every number that a reader of the main part sees, digits as written; no addresses, hashes or chart data."""
    main = page[page.index('<main id="main"') : page.index("</main>")]
    text = re.sub(
        r"<script.*?</script>|<svg.*?</svg>|<code.*?</code>|<details.*?</details>", " ", main, flags=re.DOTALL
    )
    text = re.sub(r"<[^>]+>", " ", text)
    return set(re.findall(r"(?<![\w/.,])\d+(?:[.,]\d+)?(?!\w)", text))  # not the beginning of a hash
