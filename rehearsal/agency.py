"""What the agency's officers and custodians do in its console: nothing counts before a second officer approves it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from rehearsal.accounts import first_administrator, invite
from rehearsal.browser import Page, text_of
from rehearsal.hosts import Hosts
from rehearsal.ledger import Ledger, StepFailed
from rehearsal.staff import A_WHILE, Officer

LOOKS_AGAIN = 1.0  # seconds between two looks at a running opening


@dataclass(frozen=True)
class Custodian:
    """``officer`` is the account that brings the share in ``folder``, under ``passphrase`` if that is not empty."""

    officer: Officer
    folder: Path
    passphrase: str = ""

    @property
    def login(self) -> str:
        return self.officer.login

    @property
    def share(self) -> Path:
        """The file with the share. Raises StepFailed if it is lost."""
        found = list(self.folder.glob("*.txt"))
        if not found:
            raise StepFailed(f"{self.login} has no share")
        return found[0]


@dataclass
class Agency:
    """``first`` proposes and ``second`` approves whatever is done for the round."""

    hosts: Hosts
    ledger: Ledger
    round: str
    administrator: Officer = field(init=False)
    first: Officer = field(init=False)
    second: Officer = field(init=False)

    def __post_init__(self) -> None:
        self.administrator = first_administrator(self.hosts, self.hosts.agency, self.ledger)
        self.first, self.second = (invite(self.administrator, login, "officer") for login in ("aigerim", "bolat"))

    @property
    def round_path(self) -> str:
        return f"/console/rounds/{self.round}"

    def custodian(self, login: str, folder: Path, passphrase: str = "") -> Custodian:
        folder.mkdir(parents=True)
        return Custodian(invite(self.administrator, login, "custodian"), folder, passphrase)

    def begins_round(self) -> None:
        self.first.sends(self.first.opens("/console"), "/console", {"code": self.round, "title": "A rehearsed round"})

    def adds_bodies(self, table: bytes, terms: Mapping[str, str]) -> dict[str, str]:
        """All bodies of a table, as the preview shows them; the campaigns by the bodies' codes."""
        page = self.first.opens(f"{self.round_path}/campaigns")
        preview = self.first.sends(page, "/preview", terms, files=[("file", ("bodies.csv", table))])
        listed = self.first.sends(preview, "/create")
        return {_code(row): str(row.xpath(".//input/@value")[0]) for row in listed.rows()}

    def hands_in_register(self, table: bytes) -> None:
        page = self.first.opens(f"{self.round_path}/staffing")
        compared = self.first.sends(page, "/staffing", files=[("file", ("staffing.csv", table))])
        self.first.sends(compared, "/staffing/keep")

    def makes_split_key(self, campaigns: Sequence[str], plan: Mapping[str, tuple[int, Sequence[Custodian]]]) -> None:
        """One secret for all campaigns; everybody takes a share, keeps it, and shows it once more.

        ``plan`` has for each institution how many shares of its custodians are needed.
        """
        entered: dict[str, str | Sequence[str]] = {}
        for number, (institution, (needed, custodians)) in enumerate(plan.items(), 1):
            entered |= {f"institution-{number}": institution, f"needed-{number}": str(needed)}
            entered[f"holders-{number}"] = [one.login for one in custodians]
        self.first.sends(self._foresees("keygen", campaigns), "/keys/split", entered)
        for custodian in (one for _, custodians in plan.values() for one in custodians):
            _take_share(custodian)
        self.ledger.figures["custodians"] = sum(len(custodians) for _, custodians in plan.values())

    def dry_run(self, step: str, campaigns: Sequence[str]) -> dict[str, str]:
        """What the page says that the step will do, by body."""
        page = self._foresees(step, campaigns)
        return {text_of(row.find(".//th")): text_of(row.findall("td")[-1]) for row in page.rows()}

    def does(self, step: str, campaigns: Sequence[str]) -> None:
        """Dry run, proposal, approval by the other; every campaign must come through."""
        self._is_done(self.first.sends(self._foresees(step, campaigns), "/propose"), len(campaigns))

    def archives_what_is_due(self, campaigns: int) -> None:
        """From the page that says when each campaign is archived."""
        page = self.first.opens(f"{self.round_path}/archiving")
        foreseen = self.first.sends(page, "/dry-run", button=("step", "archive"))
        self._is_done(self.first.sends(foreseen, "/propose"), campaigns)

    def certifies_round(self) -> None:
        self._approves(self.first.sends(self.first.opens(self.round_path), "/whole"))

    def begins_opening(self) -> None:
        """All batches together: foreseen, proposed, approved, and waiting for shares."""
        page = self.first.opens(self.round_path)
        foreseen = self.first.sends(page, page.form("/opening", "GET"))
        waiting = self._approves(self.first.sends(foreseen, "/whole", button=("do", "propose")))
        if "/gatherings/" not in waiting.path:
            raise StepFailed(f"no shares are waited for: {waiting.said}")

    def brings(self, custodian: Custodian, share: bytes | None = None) -> Page:
        """Bring a share, found from the custodian's own page; ``share`` is what is left of a file that is not whole."""
        officer = custodian.officer
        gathering = officer.opens(officer.opens("/console/custody").link("/gatherings/"))
        files = [("share", ("share.txt", custodian.share.read_bytes() if share is None else share))]
        return officer.tries(gathering, urlsplit(gathering.url).path, {"passphrase": custodian.passphrase}, files=files)

    def waits_for_opening(self, page: Page) -> None:
        """Until the page's script is told that the opening has ended; no campaign may be refused."""
        if "/openings/" not in page.path:
            raise StepFailed(f"no opening has begun: {page.problem or page.said}")
        self.first.opens(page.url)
        while not self.first.browser.asks(f"{page.url}/progress")["ended"]:
            time.sleep(LOOKS_AGAIN)
        refused = [text_of(one) for one in self.first.opens(page.url).elements("ag-tag--void")]
        if refused:
            raise StepFailed(f"the opening has ended with: {refused}")

    def trusts(self, card: bytes, key: str) -> None:
        """A second institution, whose ``key`` (hex) it has told by telephone."""
        shown = self.first.sends(
            self.first.opens("/console/institutions"), "/institutions", files=[("card", ("countersigner.jws", card))]
        )
        if key not in shown.texts("co-hash"):
            raise StepFailed("the page shows another key than the institution has told")
        proposed = self.first.sends(shown, "/institutions/trust", {"compared": "yes"})
        if key not in proposed.texts("co-hash"):
            raise StepFailed(f"another key is proposed: {proposed.said}")
        known = self._approves(proposed, "/console", {"compared": "yes"})
        if key not in known.texts("co-hash"):
            raise StepFailed(f"the institution is not known: {known.said}")

    def takes_in(self, countersignatures: Sequence[tuple[str, bytes]]) -> None:
        """All files of the second institution at once; each must be taken in."""
        page = self.first.opens("/console/institutions")
        files = [("countersignatures", one) for one in countersignatures]
        answer = self.first.sends(page, "/countersignatures", files=files)
        refused = [text_of(one.getparent()) for one in answer.elements("ag-tag--void")]
        if refused or len(answer.elements("ag-tag--official")) != len(countersignatures):
            raise StepFailed(f"not every countersignature is taken in: {refused or answer.said}")

    def states(self) -> list[str]:
        """Every campaign's, as the round's page names it."""
        return [text_of(row.find_class("ag-tag")[0]) for row in self.first.opens(self.round_path).rows()]

    def _foresees(self, step: str, campaigns: Sequence[str]) -> Page:
        page = self.first.opens(self.round_path)
        return self.first.sends(page, "/dry-run", {"campaign": campaigns}, button=("step", step))

    def _approves(self, proposed: Page, where: str = "", entered: Mapping[str, str] | None = None) -> Page:
        """The second officer finds it on a page and reads for a while, so that a second factor is asked for again."""
        path = urlsplit(proposed.url).path
        page = self.second.opens(self.second.opens(where or self.round_path).link(path))
        self.hosts.pass_time(A_WHILE)
        return self.second.sends(page, path, entered)

    def _is_done(self, proposed: Page, campaigns: int) -> None:
        done = self._approves(proposed)
        refused = [text_of(one.getparent()) for one in done.elements("ag-tag--void")]
        if refused or len(done.elements("ag-tag--official")) != campaigns:
            raise StepFailed(f"not done for all {campaigns}: {refused or done.said}")


def _take_share(custodian: Custodian) -> None:
    officer, own = custodian.officer, custodian.passphrase
    ceremony = officer.opens(officer.opens("/console/custody").link("/ceremonies/"))
    sheet = officer.sends(ceremony, "/share", {"passphrase": own, "again": own})
    (custodian.folder / f"share-{officer.login}.txt").write_bytes(sheet.content)
    back = officer.opens(ceremony.url)
    officer.sends(back, "/back", {"passphrase": own}, files=[("share", ("share.txt", sheet.content))])


def _code(row: HtmlElement) -> str:
    """The body's, below its name."""
    (code,) = row.xpath(".//small[@translate='no']")
    return text_of(code)
