"""A browser without scripts: it opens pages, fills their forms in as a person can, and sends them as a browser does.

What is not on the page cannot be sent: every hidden field and form token goes as the page has it.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html
import requests
from lxml.html import CheckboxGroup, FormElement, HtmlElement

from rehearsal.ledger import Ledger, StepFailed

PATIENCE = 1200.0  # seconds for one answer
HEADERS = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin", "User-Agent": "rehearsal"}
File = tuple[str, bytes]
Entered = str | Sequence[str]


@dataclass(frozen=True)
class Page:
    """An answer as a person sees it; ``document`` is None if it is a file to be saved."""

    url: str
    status: int
    content: bytes
    document: HtmlElement | None

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def problem(self) -> str:
        """What the page says went wrong; empty if it says nothing of the kind."""
        return "" if self.document is None else "; ".join(self.texts("govuk-error-summary__body"))

    @property
    def is_refusal(self) -> bool:
        """Whether the office did not do, or show, what it was asked for."""
        return self.status != requests.codes.ok or bool(self.problem)

    def texts(self, css_class: str) -> list[str]:
        """The text of every element of a class."""
        return [text_of(one) for one in self.elements(css_class)]

    def elements(self, css_class: str) -> list[HtmlElement]:
        return list(self._document.find_class(css_class))

    def rows(self) -> Iterator[HtmlElement]:
        """The rows of all tables, without their headings."""
        return (row for body in self._document.iter("tbody") for row in body.iter("tr"))

    def row(self, words: str) -> HtmlElement:
        """The row of a table in which these words stand alone in an element."""
        found = [row for row in self.rows() if any(text_of(one) == words for one in row.iter())]
        if not found:
            raise StepFailed(f"{self.path}: no row for {words}")
        return found[0]

    def form(self, action: str, method: str = "POST") -> FormElement:
        """The form whose address ends so; a form without address sends to the page's own."""
        for form in self._document.forms:
            if form.method == method and urlsplit(form.action or self.url).path.endswith(action):
                return form
        raise StepFailed(f"{self.path}: there is no form for {action}. It says: {self.problem or self.said}")

    def links(self, part: str) -> list[str]:
        """Where the links lead whose address contains ``part``, each once."""
        found = (urljoin(self.url, one.get("href")) for one in self._document.iter("a") if one.get("href"))
        return list(dict.fromkeys(one for one in found if part in urlsplit(one).path))

    def link(self, part: str) -> str:
        found = self.links(part)
        if not found:
            raise StepFailed(f"{self.path}: no link to {part}")
        return found[0]

    @property
    def said(self) -> str:
        """The text of the page's main part, its first words."""
        if self.document is None:
            return self.content[:600].decode(errors="replace")
        main = self.document.find(".//main")
        return "" if main is None else text_of(main)[:600]

    @property
    def _document(self) -> HtmlElement:
        if self.document is None:
            raise StepFailed(f"{self.path} is a file, not a page")
        return self.document


def text_of(element: HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


@dataclass
class Browser:
    """One person's, with the cookies of one office. Every request is counted for ``office`` in the ledger."""

    office: str
    ledger: Ledger
    _session: requests.Session = field(default_factory=requests.Session, repr=False)

    def __post_init__(self) -> None:
        self._session.trust_env = False
        self._session.headers.update(HEADERS)

    def opens(self, url: str) -> Page:
        return self._asks("GET", url)

    def asks(self, url: str) -> Any:
        """What a page's script is told at ``url``."""
        return self._answer("GET", url, headers={"Accept": "application/json"}).json()

    def sends(
        self,
        page: Page,
        action: str | FormElement,
        entered: Mapping[str, Entered],
        files: Sequence[tuple[str, File]] = (),
        button: tuple[str, str] | None = None,
    ) -> Page:
        """Fill in a form of the page and send it, by the button of a name and value if there are several."""
        form = page.form(action) if isinstance(action, str) else action
        for name, value in entered.items():
            _enter(form, name, value)
        values = [(str(name), str(value)) for name, value in form.form_values()]
        values += [button] if button else []
        elsewhere = _button(form, *button).get("formaction") if button else None
        address = urljoin(page.url, elsewhere or form.action or page.url)
        if form.method == "GET":
            return self._asks("GET", address.partition("?")[0], params=values)
        if form.get("enctype") != "multipart/form-data":
            return self._asks("POST", address, data=values)
        parts: list[tuple[str, Any]] = [(name, (None, value)) for name, value in values]
        return self._asks("POST", address, files=[*parts, *files])

    def close(self) -> None:
        self._session.close()

    def _asks(self, method: str, url: str, **what: Any) -> Page:
        answer = self._answer(method, url, **what)
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        document = lxml.html.document_fromstring(answer.content, parser=_parser()) if is_page else None
        return Page(answer.url, answer.status_code, answer.content, document)

    def _answer(self, method: str, url: str, **what: Any) -> requests.Response:
        began = time.monotonic()
        answer = self._session.request(method, url, timeout=PATIENCE, **what)
        took = time.monotonic() - began
        for one in (*answer.history, answer):
            path = urlsplit(one.url).path
            self.ledger.request(self.office, f"{one.request.method} {path}", one.elapsed.total_seconds())
        if answer.status_code >= requests.codes.server_error:
            raise StepFailed(f"{method} {url}: {answer.status_code} after {took:.1f} s: {answer.text[:300]}")
        return answer


def _parser() -> lxml.html.HTMLParser:
    return lxml.html.HTMLParser(encoding="utf-8")


def _button(form: FormElement, name: str, value: str) -> HtmlElement:
    for one in form.iter("button"):
        if (one.get("name"), one.get("value")) == (name, value):
            return one
    raise StepFailed(f"{form.action}: there is no button {value}")


def _enter(form: FormElement, name: str, value: Entered) -> None:
    """As a person can: into a field that is there, one of the choices that are offered."""
    try:
        found = form.inputs[name]
        if isinstance(found, CheckboxGroup):
            found.value = set([value] if isinstance(value, str) else value)
        else:
            found.value = value
    except (KeyError, ValueError) as error:
        raise StepFailed(f"{form.action}: nobody can enter {name} = {str(value)[:80]!r} there") from error
