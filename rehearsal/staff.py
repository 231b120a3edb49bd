"""An officer with a browser and, in the pocket, an authenticator app: signs in, confirms, works on pages."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import pyotp

from rehearsal.browser import Browser, Entered, File, Page
from rehearsal.hosts import Host, Hosts
from rehearsal.ledger import Ledger, StepFailed

A_WHILE = timedelta(minutes=6)  # longer than a second factor stays fresh
CODE_SECONDS = 30
MOST_STEPS = 8  # of a sign-in: password, new password, app, recovery codes


@dataclass
class Officer:
    """One account of an office. ``password`` is the initial one until the first sign-in replaces it.

    The app's clock is the office's: codes are accepted half a minute beside it.
    """

    hosts: Hosts
    host: Host
    login: str
    password: str
    ledger: Ledger
    language: str = "en"
    browser: Browser = field(init=False)
    _app: str = field(default="", repr=False)
    _used: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        self.browser = Browser(self.host.role, self.ledger)

    def opens(self, path: str) -> Page:
        """A page by its path behind the language, or by its whole address; signs in and confirms where asked to."""
        url = path if path.startswith("http") else f"{self.host.url}/{self.language}{path}"
        page = self._is_let_in(self.browser.opens(url))
        if page.is_refusal:
            raise StepFailed(f"{self.login} {path}: {page.status} {page.problem or page.said}")
        return page

    def tries(
        self,
        page: Page,
        action: Any,
        entered: Mapping[str, Entered] | None = None,
        *,
        files: Sequence[tuple[str, File]] = (),
        button: tuple[str, str] | None = None,
    ) -> Page:
        """Send a form of the page; whatever the office answers."""
        return self._is_let_in(self.browser.sends(page, action, entered or {}, files, button))

    def sends(self, page: Page, action: Any, entered: Mapping[str, Entered] | None = None, **more: Any) -> Page:
        """The same. Raises StepFailed if the page that comes says that something went wrong."""
        answer = self.tries(page, action, entered, **more)
        if answer.is_refusal:
            raise StepFailed(f"{self.login} {answer.path}: {answer.status} {answer.problem or answer.said}")
        return answer

    def _is_let_in(self, page: Page) -> Page:
        """Whatever the office asks for before it shows what was wanted."""
        for _ in range(MOST_STEPS):
            if page.document is None:
                return page
            names = {name for form in page.document.forms for name in form.inputs.keys()}  # noqa: SIM118 (no mapping)
            if page.problem and "/sign-in" in page.path:
                raise StepFailed(f"{self.login} cannot sign in: {page.problem}")
            if page.path.endswith("/sign-in"):
                page = self._gives_password(page)
            elif page.path.endswith("/sign-in/new-password"):
                self.password = secrets.token_urlsafe(12)
                page = self.browser.sends(page, "/new-password", {"password": self.password, "again": self.password})
            elif page.path.endswith("/sign-in/enrol"):
                page = self._sets_up_app(page)
            elif "proof_code" in names:
                page = self._confirms(page)
            else:
                return page
        raise StepFailed(f"{self.login} is asked again and again at {page.path}: {page.problem or page.said}")

    def _gives_password(self, page: Page) -> Page:
        self.ledger.count("sign-ins")
        return self.browser.sends(page, "/sign-in", {"login": self.login, "password": self.password})

    def _sets_up_app(self, page: Page) -> Page:
        """The key that is shown below the picture goes into the app; then the recovery codes are kept."""
        self._app = page.texts("st-key")[0].replace(" ", "")
        codes = self.browser.sends(page, "/sign-in/enrol", {"proof_code": self._next_code()})
        if not codes.elements("st-codes"):
            raise StepFailed(f"{self.login} cannot set up an app: {codes.problem or codes.said}")
        (onwards,) = (one.get("href") for one in codes.elements("govuk-button") if one.get("href"))
        return self.browser.opens(urljoin(codes.url, onwards))

    def _confirms(self, page: Page) -> Page:
        self.ledger.count("second factors given")
        (form,) = (form for form in page.document.forms if "proof_code" in form.inputs.keys())  # noqa: SIM118
        return self.browser.sends(page, form, {"proof_code": self._next_code()})

    def _next_code(self) -> str:
        """A code serves once: the next one is waited for."""
        present = self._step()
        if present <= self._used:
            self.hosts.pass_time(timedelta(seconds=CODE_SECONDS * (self._used + 1 - present)))
            present = self._step()
        self._used = present
        return pyotp.TOTP(self._app).at(present * CODE_SECONDS)

    def _step(self) -> int:
        return int(self.host.clock().timestamp()) // CODE_SECONDS
