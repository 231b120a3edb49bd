"""What the issuer's staff do in its console: each personnel officer for his own body, the issuing officer for all."""

import csv
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from rehearsal.accounts import first_administrator, invite
from rehearsal.browser import Page, text_of
from rehearsal.hosts import Hosts
from rehearsal.ledger import Ledger, StepFailed
from rehearsal.setting import Body, Roster
from rehearsal.staff import A_WHILE, Officer

LOOKS_AGAIN = 0.5  # seconds between two looks at a mailing
LIST = "/staff/campaigns"


@dataclass
class Issuer:
    """``issuing`` acts for all bodies and ``second`` approves; ``personnel`` each for one, by the bodies' codes."""

    hosts: Hosts
    ledger: Ledger
    administrator: Officer = field(init=False)
    issuing: Officer = field(init=False)
    second: Officer = field(init=False)
    personnel: dict[str, Officer] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.administrator = first_administrator(self.hosts, self.hosts.issuer, self.ledger)
        self.issuing, self.second = (invite(self.administrator, login, "issuing") for login in ("madina", "nurlan"))

    def invites_personnel(self, bodies: Sequence[Body]) -> None:
        """An account for each body, limited to it; they read Kazakh and Russian in turn."""
        for number, body in enumerate(bodies):
            language = ("kk", "ru")[number % 2]
            login = f"personnel-{body.code}"
            self.personnel[body.code] = invite(
                self.administrator, login, "personnel", body=body.code, language=language
            )

    def uploads_roster(self, body: Body, roster: Roster) -> None:
        """Upload, look at what was read, say which column is which where it is not known, take it over."""
        officer = self.personnel[body.code]
        campaigns = officer.opens(LIST).links("/staff/c/")
        if len(campaigns) != 1:
            raise StepFailed(f"{officer.login} sees {len(campaigns)} campaigns, not one")
        page = officer.opens(f"{campaigns[0]}/roster")
        read = officer.sends(page, "/roster/upload", files=[("table", (roster.name, roster.content))])
        if roster.columns:
            read = officer.sends(read, read.form("/roster/columns", "GET"), roster.columns)
        taken = officer.sends(read, "/roster/columns")
        if str(body.servants) not in text_of(taken.document.find(".//main")):
            raise StepFailed(f"{officer.login}: the roster does not say {body.servants}: {taken.said}")

    def does_first(self, step: str, campaign: str) -> None:
        """One campaign alone, from its own page."""
        asked = self.issuing.opens(f"/staff/c/{campaign}/{step}")
        self.issuing.sends(asked, urlsplit(asked.url).path)

    def does_all(self, step: str) -> int:
        """Several at once, as often as the page of the campaigns offers it, by two officers where it takes two.

        Gives the number of campaigns.
        """
        done = 0
        while offered := self.issuing.opens(LIST).links(f"/together/{step}"):
            asked = self.issuing.opens(offered[0])
            shown = self.issuing.sends(asked, urlsplit(asked.url).path)
            if "/proposals/" in shown.path:
                shown = self._approves(shown)
            if "/freezing" in shown.path:
                shown = self._waits(shown)
            if failed := [text_of(row) for row in shown.rows() if "ic-late" in row.classes]:
                raise StepFailed(f"{step}: {failed}")
            done += int(parse_qs(urlsplit(shown.url).query).get("total", [str(len(list(shown.rows())))])[0])
        return done

    def is_refused(self, step: str, campaign: str) -> str:
        """What the campaign's page says of a step that is asked for at the wrong time: its last step, closing."""
        url = f"{self.hosts.issuer.url}/en/staff/c/{campaign}/{step}"
        self.issuing.opens(LIST)
        page = self.issuing.browser.opens(url)
        if not page.is_refusal:
            raise StepFailed(f"{step} was not refused: {page.status} {page.said}")
        return f"{page.problem} {text_of(page.elements('ic-step')[-1])}"

    def sends_invitations(self, campaign: str) -> Page:
        """By e-mail, with reminders on the days that the page proposes; the page when all have gone out."""
        page = self.issuing.opens(f"/staff/c/{campaign}/invitations")
        return self._waits(self.issuing.sends(page, "/mail/plan", button=("what", "send")))

    def corrects_address(self, body: Body, campaign: str, reference: str, email: str) -> Page:
        """The personnel officer sees whom mail does not reach and tells the issuing one; sending goes on by itself."""
        officer = self.personnel[body.code]
        officer.opens(officer.opens(f"/staff/c/{campaign}").link("/addresses")).row(reference)
        page = self.issuing.opens(f"/staff/c/{campaign}/invitations")
        (form,) = page.row(reference).iter("form")
        self.issuing.sends(page, form, {"email": email})
        return self._waits(self.issuing.opens(f"/staff/c/{campaign}/invitations"))

    def sees_reminder(self, campaign: str) -> Page:
        """The one whose hour has come, when the server has sent it by itself."""
        return self._waits(self.issuing.opens(f"/staff/c/{campaign}/invitations"))

    def takes_links(self, campaign: str) -> list[str]:
        """The table of links, which is handed out once."""
        page = self.issuing.opens(f"/staff/c/{campaign}/invitations")
        table = self.issuing.sends(page, "/links")
        return [row["link"] for row in csv.DictReader(io.StringIO(table.content.decode("utf-8-sig")))]

    def disputes(self, campaign: str) -> str:
        """How many say that somebody else drew in their name, as the campaign's page says it."""
        (figures,) = self.issuing.opens(f"/staff/c/{campaign}").elements("ic-figures")
        return text_of(figures.findall("div")[-1])

    def _approves(self, proposed: Page) -> Page:
        """The second officer finds it on top of the campaigns and reads for a while; a second factor is due again."""
        path = urlsplit(proposed.url).path
        page = self.second.opens(self.second.opens(LIST).link(path))
        self.hosts.pass_time(A_WHILE)
        return self.second.sends(page, path)

    def _waits(self, page: Page) -> Page:
        """Until the page's script is told that nothing goes on any more."""
        address, _, query = page.url.partition("#")[0].partition("?")
        progress = f"{address.replace('/invitations', '/mail')}/progress?{query}"
        while self.issuing.browser.asks(progress)["working"]:
            time.sleep(LOOKS_AGAIN)
        return self.issuing.opens(page.url)
